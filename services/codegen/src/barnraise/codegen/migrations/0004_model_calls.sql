-- One row for each attempt at a language model: opened before it is asked, closed with what it reported.
create table codegen.model_calls (
    id text primary key,
    at timestamptz not null,
    tenant text not null,
    project_id text not null,
    job_id text not null,
    task text not null,
    profile text not null,
    model text not null,
    aside_tokens bigint not null,
    aside_cost numeric not null,
    outcome text,
    reported boolean,
    input bigint,
    output bigint,
    cached bigint,
    cache_written bigint,
    reasoning bigint,
    cost numeric,
    ended_at timestamptz
);
create index model_calls_by_project on codegen.model_calls (project_id);
create index model_calls_by_job on codegen.model_calls (job_id);

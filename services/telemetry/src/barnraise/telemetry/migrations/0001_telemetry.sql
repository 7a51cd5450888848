create table telemetry.steps (
    event_id text primary key,
    project_id text not null,
    job_id text not null,
    step text not null,
    round integer not null,
    status text not null,
    seconds double precision not null,
    at timestamptz not null
);
create index steps_by_project on telemetry.steps (project_id, step);
create index steps_by_step on telemetry.steps (step, at);

create table telemetry.jobs (
    job_id text primary key,
    project_id text not null,
    status text not null,
    at timestamptz not null
);
create index jobs_by_project on telemetry.jobs (project_id, status);

create table telemetry.spans (
    trace_id text not null,
    span_id text not null,
    parent_id text,
    service text not null,
    name text not null,
    start double precision not null,
    seconds double precision not null,
    error boolean not null,
    primary key (trace_id, span_id)
);
create index spans_by_start on telemetry.spans (start);

create table telemetry.dead_letters (
    stream text not null,
    consumer text not null,
    sequence bigint not null,
    cause text not null,
    deliveries integer not null,
    at timestamptz not null default now(),
    primary key (stream, consumer, sequence)
);

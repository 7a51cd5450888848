create table planner.jobs (
    id text primary key,
    project_id text not null,
    position bigint not null,
    status text not null,
    state jsonb not null,
    updated_at timestamptz not null default now()
);
create index jobs_by_project on planner.jobs (project_id, status, position);
create index jobs_running on planner.jobs (updated_at) where status = 'running';

create table planner.job_events (
    seq bigserial primary key,
    job_id text not null,
    kind text not null,
    message jsonb not null,
    at timestamptz not null default now()
);
create index job_events_by_job on planner.job_events (job_id, seq);

create table planner.manifests (
    project_id text not null,
    version integer not null,
    manifest jsonb,
    commit text not null,
    decision jsonb,
    at timestamptz not null,
    primary key (project_id, version)
);

create table planner.dropped (
    project_id text primary key,
    at timestamptz not null default now()
);

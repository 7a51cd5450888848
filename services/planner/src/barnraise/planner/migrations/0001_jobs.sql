-- Before the first release these tables had another shape under another migration's name.
drop table if exists planner.job_events, planner.jobs, planner.manifests, planner.dropped;

create table planner.jobs (
    id text primary key,
    project_id text not null,
    position bigint not null,
    status text not null,
    deadline timestamptz,
    state jsonb not null,
    created_at timestamptz not null default clock_timestamp(),
    updated_at timestamptz not null default now()
);
-- Jobs of a project run one at a time, whatever the code believes.
create unique index jobs_one_running on planner.jobs (project_id) where status = 'running';
create index jobs_queued on planner.jobs (project_id, position) where status = 'queued';
create index jobs_deadline on planner.jobs (deadline) where status = 'running';
create index jobs_by_project on planner.jobs (project_id);

create table planner.job_events (
    job_id text not null references planner.jobs (id) on delete cascade,
    number integer not null,
    kind text not null,
    at timestamptz not null,
    signal jsonb not null,
    primary key (job_id, number)
);

create table planner.manifests (
    project_id text not null,
    version integer not null,
    manifest jsonb not null,
    decision jsonb,
    job_id text,
    seq bigint not null,
    at timestamptz not null default now(),
    primary key (project_id, version)
);

create table planner.projects (
    project_id text primary key,
    head text,
    head_seq bigint not null default 0,
    dropped_at timestamptz
);

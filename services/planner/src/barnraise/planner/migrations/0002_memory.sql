create table planner.memory (
    project_id text not null,
    id text not null,
    kind text not null check (kind in ('wish', 'decision')),
    text text not null,
    at timestamptz not null,
    job_id text,
    primary key (project_id, id)
);

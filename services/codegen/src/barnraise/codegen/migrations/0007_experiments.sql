-- Variants of a role's prompt or model, and the first job of each project that was done with one.
create table codegen.experiments (
    name text primary key,
    role text not null,
    settings text not null,
    state text not null default 'running' check (state in ('running', 'decided', 'rolled_back')),
    winner text,
    started_at timestamptz not null default now()
);
-- What holds for a role is one experiment at most.
create unique index experiments_by_role on codegen.experiments (role) where state <> 'rolled_back';

create table codegen.trials (
    experiment text not null references codegen.experiments (name),
    project_id text not null,
    job_id text not null,
    variant text not null,
    at timestamptz not null,
    findings int,
    failing int,
    repairs text [] not null default '{}',
    primary key (experiment, project_id)
);
create index trials_by_job on codegen.trials (job_id);

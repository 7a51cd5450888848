-- Language models as people set them up, for a project or ('any') for all. The key is sealed by a secret that the database does not have.
create table codegen.model_settings (
    project_id text not null,
    name text not null,
    settings text not null,
    sealed_key bytea,
    position bigint generated always as identity,
    changed_at timestamptz not null default now(),
    primary key (project_id, name)
);

-- What models may be used for, where somebody has said so.
create table codegen.model_budgets (
    project_id text primary key,
    budgets text not null,
    changed_at timestamptz not null default now()
);

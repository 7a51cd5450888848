create table sandbox.previews (
    project_id text primary key,
    host text not null unique,
    wanted text not null check (wanted in ('running', 'stopped')),
    commit text,
    updated_at timestamptz not null default now()
);

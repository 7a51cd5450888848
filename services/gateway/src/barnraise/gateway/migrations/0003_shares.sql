-- Links that show a project's preview to others. A link that was taken back is no longer here.
create table gateway.shares (
    id text primary key,
    project_id text not null references gateway.projects (id),
    label text not null unique,
    note text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index shares_by_project on gateway.shares (project_id, created_at);

-- What links are signed with, made at the first use.
create table gateway.secrets (
    name text primary key,
    value bytea not null
);

create table gateway.projects (
    id text primary key,
    ordinal bigint generated always as identity unique,
    name text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    deleted_at timestamptz,
    positions integer not null default 0,
    last_seq bigint not null default 0,
    facts json not null
);
create index projects_listed on gateway.projects (ordinal desc) where deleted_at is null;

create table gateway.jobs (
    id text primary key,
    project_id text not null references gateway.projects (id),
    ordinal bigint generated always as identity unique,
    position integer not null,
    action text not null,
    text text not null,
    name text,
    status text not null,
    heard boolean not null,
    swept_at timestamptz,
    trace_id text,
    created_at timestamptz not null,
    facts json not null
);
create index jobs_by_project on gateway.jobs (project_id, ordinal desc);
create index jobs_active on gateway.jobs (project_id, ordinal) where status in ('queued', 'running');
create index jobs_unheard on gateway.jobs (created_at) where not heard;

create table gateway.messages (
    id text primary key,
    project_id text not null references gateway.projects (id),
    ordinal bigint generated always as identity unique,
    role text not null,
    text text not null,
    at timestamptz not null,
    job_id text
);
create index messages_by_project on gateway.messages (project_id, ordinal);

-- The newest plan, manifest, checks and tests. json and not jsonb: tools may print NUL, which jsonb cannot hold.
create table gateway.reports (
    project_id text not null references gateway.projects (id),
    kind text not null,
    seq bigint not null,
    body json not null,
    primary key (project_id, kind)
);

create table gateway.keys (
    key text primary key,
    fingerprint bytea not null,
    status integer,
    body bytea,
    made_at timestamptz not null default now()
);
create index keys_by_age on gateway.keys (made_at);

create table gateway.sessions (
    digest bytea primary key,
    expires_at timestamptz not null
);

create table gateway.links (
    digest bytea primary key,
    expires_at timestamptz not null,
    used_at timestamptz
);

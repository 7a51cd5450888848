-- Branches of every project: the truth that the packs are read by.
create table codegen.refs (
    project_id text not null,
    name text not null,
    oid text not null check (oid ~ '^[0-9a-f]{40}$'),
    moved_at timestamptz not null default now(),
    primary key (project_id, name)
);

-- Packs in the object store that count. One that is not listed here is rubbish that a crash left.
create table codegen.packs (
    project_id text not null,
    seq bigint generated always as identity,
    pack_id text not null,
    size bigint not null,
    stored_at timestamptz not null default now(),
    primary key (project_id, pack_id)
);

-- What moved main, in order: undo and redo are read off this list.
create table codegen.steps (
    project_id text not null,
    seq bigint generated always as identity,
    step_id text not null,
    group_id text not null,
    job_id text,
    origin text not null check (origin in ('compile', 'repair', 'edit', 'undo', 'redo')),
    main_before text,
    main_after text not null,
    blueprint_before text,
    blueprint_after text,
    made_at timestamptz not null default now(),
    primary key (project_id, seq),
    unique (project_id, step_id)
);

-- Hand edits that were answered: the same request again gets the same answer.
create table codegen.writes (
    project_id text not null,
    request_id text not null,
    fingerprint text not null,
    commit text not null,
    changed boolean not null,
    answered_at timestamptz not null default now(),
    primary key (project_id, request_id)
);

-- Deleted projects: what arrives late for them is refused.
create table codegen.dropped (
    project_id text primary key,
    dropped_at timestamptz not null default now()
);

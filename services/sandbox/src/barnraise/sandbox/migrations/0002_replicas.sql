-- Which replica has a preview, or had it last; "running" holds its place there.
alter table sandbox.previews add column owner text;
alter table sandbox.previews add column running boolean not null default false;
-- Each says every few seconds that it lives, which is worth nothing after a crash or in a backup.
create unlogged table sandbox.replicas (
    id text primary key,
    room integer not null,
    seen_at timestamptz not null default now()
);

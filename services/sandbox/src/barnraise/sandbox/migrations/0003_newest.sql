-- The newest asking for a preview: its place in the stream of commands, and its time. One that is older by both comes to nothing.
alter table sandbox.previews add column asked bigint not null default 0;
alter table sandbox.previews add column asked_at timestamptz;

-- What the newest run whose report is told has left, by digests: until another's is, it has to be there.
create table sandbox.artefacts (
    project_id text primary key,
    digests text [] not null
);

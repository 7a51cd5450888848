-- Projects that were deleted: what is still said of them is not kept.
create table telemetry.dropped (
    project_id text primary key,
    dropped_at timestamptz not null default now()
);

-- When the last traces of a deleted project were removed.
alter table gateway.projects add column forgotten_at timestamptz;

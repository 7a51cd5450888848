alter table telemetry.dead_letters add column replayed_at timestamptz;
create index dead_letters_open on telemetry.dead_letters (at) where replayed_at is null;

-- What came with a job's message, as text: a job that is told of again is told of whole.
create table gateway.attachments (
    job_id text not null references gateway.jobs (id),
    place integer not null,
    name text not null,
    media_type text not null,
    text text not null,
    cut boolean not null,
    primary key (job_id, place)
);

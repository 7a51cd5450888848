-- What texts of a project mean, as a model has it. Made again when it is gone: neither logged nor in backups. Numbers, not pgvector's type,
-- so that the table is there with and without the extension, which only compares them.
create unlogged table codegen.vectors (
    project_id text not null,
    model text not null,
    digest bytea not null,
    vector real [] not null,
    used_on date not null default current_date,
    primary key (project_id, model, digest)
);

do $$
begin
    create extension if not exists vector schema codegen;
exception when others then
    raise notice 'no pgvector: %', sqlerrm;
end $$;

#!/bin/sh
# A role for each service, which owns its schema and sees no other. Runs once, when the cluster is made, as the superuser.
# pgvector is made where the server has it: codegen, which has no right to make it, compares meanings with it.
# Who reads code through the virtual file system may look into codegen's schema, where two tables are open for reading.
set -eu
for service in gateway planner codegen validator sandbox telemetry; do
  eval "password=\$POSTGRES_PASSWORD_$(echo "$service" | tr '[:lower:]' '[:upper:]')"
  psql -v ON_ERROR_STOP=1 -v service="$service" -v password="$password" -d "$POSTGRES_DB" -U "$POSTGRES_USER" <<'SQL'
create role :"service" login password :'password' connection limit 60;
create schema :"service" authorization :"service";
grant connect on database :"DBNAME" to :"service";
SQL
done
psql -v ON_ERROR_STOP=1 -d "$POSTGRES_DB" -U "$POSTGRES_USER" <<'SQL'
revoke all on database :"DBNAME" from public;
revoke all on schema public from public;
grant usage on schema codegen to gateway, validator, sandbox;
select 'create extension vector schema codegen' from pg_available_extensions where name = 'vector' \gexec
SQL

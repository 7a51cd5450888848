-- Refs and packs are read by every service that has a virtual file system. Who may look into this schema at all is the operator's to
-- grant (deploy/docker/postgres/roles.sh).
grant select on codegen.refs, codegen.packs to public;

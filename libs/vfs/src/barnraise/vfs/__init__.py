"""Git-backed virtual file system: packs in the object store, refs in PostgreSQL."""

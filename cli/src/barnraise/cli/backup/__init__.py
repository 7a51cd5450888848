"""Everything that an instance knows, in one file, and back: streams, database, object store."""

"""Pure: manifests in, files out; the rules of undo; what a repair may touch."""

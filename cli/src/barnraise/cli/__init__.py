"""The barnraise command and embedded mode."""

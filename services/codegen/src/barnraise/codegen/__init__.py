"""Blueprint compiler, commits, merges, repairs."""

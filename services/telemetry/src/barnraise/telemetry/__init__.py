"""Statistics, traces and dead letters of everything that happens."""

"""The outside: PostgreSQL, NATS, git, previews; and all of it in memory."""

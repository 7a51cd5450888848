"""Outbound: PostgreSQL, ruff, the outbox; and memory for tests."""

"""NATS and PostgreSQL as child processes of one machine: embedded mode and the tests run the real servers with these."""

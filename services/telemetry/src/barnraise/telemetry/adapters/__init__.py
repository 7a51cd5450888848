"""Telemetry's outside: PostgreSQL, the bus' own figures, Prometheus."""

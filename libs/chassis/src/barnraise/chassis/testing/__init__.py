"""Fixtures that start the real servers on demand."""

"""Telemetry's settings."""

from barnraise.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """``span_days``: how long spans are kept. ``poll_seconds``: how often the bus is asked for its queues."""

    span_days: int = 7
    poll_seconds: float = 5.0

"""Telemetry's settings."""

from barnraise.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """``span_days``: how long spans are kept. ``poll_seconds``: how often the bus is asked for its queues. ``nats_monitor_url``: the
    monitoring addresses of the NATS servers, with commas between them, whose figures are exported; none where an exporter does it."""

    span_days: int = 7
    poll_seconds: float = 5.0
    nats_monitor_url: str = ""

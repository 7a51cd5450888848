"""What every service exports about its work. No identifier is ever a label."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector

BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The figures that the chassis keeps, in a registry to which services add their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        own = self.registry
        self.handled = Counter("messages_handled", "Messages by kind and outcome.", ["kind", "outcome"], registry=own)
        self.seconds = Histogram("message_duration_seconds", "From receipt to acknowledgement.", ["kind"], buckets=BUCKETS, registry=own)
        self.redelivered = Counter("messages_redelivered", "Deliveries after the first.", ["kind"], registry=own)
        self.inflight = Gauge("messages_inflight", "Messages at work.", registry=own)
        self.outbox_unsent = Gauge("outbox_unsent", "Committed messages that wait to be published.", registry=own)
        self.outbox_oldest = Gauge("outbox_oldest_seconds", "Age of the oldest such message.", registry=own)
        self.loop_lag = Gauge("event_loop_lag_seconds", "How late the event loop ran a timer.", registry=own)

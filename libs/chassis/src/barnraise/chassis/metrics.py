"""What every service exports about its work. No identifier is ever a label; an exemplar carries the trace's."""

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector

from barnraise.chassis.tracing import current_trace_id

BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
LAG_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class Metrics:
    """The figures that the chassis keeps, in a registry to which services add their own."""

    def __init__(self) -> None:
        # When a series began is one more series for each; Prometheus sees restarts by itself.
        prometheus_client.disable_created_metrics()
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        own = self.registry
        self.handled = Counter("messages_handled", "Messages by kind and outcome.", ["kind", "outcome"], registry=own)
        self.seconds = Histogram("message_duration_seconds", "From receipt to acknowledgement.", ["kind"], buckets=BUCKETS, registry=own)
        self.redelivered = Counter("messages_redelivered", "Deliveries after the first.", ["kind"], registry=own)
        self.inflight = Gauge("messages_inflight", "Messages at work.", registry=own)
        self.answered = Counter("bus_requests", "Requests over the bus by kind and outcome.", ["kind", "outcome"], registry=own)
        self.answering = Histogram("bus_request_duration_seconds", "From request to answer.", ["kind"], buckets=BUCKETS, registry=own)
        self.outbox_unsent = Gauge("outbox_unsent", "Committed messages that wait to be published.", registry=own)
        self.outbox_oldest = Gauge("outbox_oldest_seconds", "Age of the oldest such message.", registry=own)
        self.loop_lag = Histogram("event_loop_lag_seconds", "How late the event loop ran a timer.", buckets=LAG_BUCKETS, registry=own)
        self.pool_size = Gauge("db_pool_size", "Connections that the pool may have.", registry=own)
        self.pool_in_use = Gauge("db_pool_in_use", "Connections that are lent out.", registry=own)
        self.pool_wait = Histogram("db_pool_wait_seconds", "How long work waited for a connection.", buckets=LAG_BUCKETS, registry=own)


def exemplar() -> dict[str, str] | None:
    """What leads from a figure to the trace that it was taken in; None outside any trace that is kept."""
    trace_id = current_trace_id(sampled=True)
    return {"trace_id": trace_id} if trace_id else None

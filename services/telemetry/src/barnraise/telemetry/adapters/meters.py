"""Figures for Prometheus. Names of the queues' figures are those of the official NATS exporter, so that dashboards fit both."""

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from barnraise.chassis.metrics import BUCKETS
from barnraise.contracts.events import JobEnded, StepEnded
from barnraise.telemetry.domain.dead import DeadLetter
from barnraise.telemetry.ports import Queue, Stream

LABELS = ["stream_name", "consumer_name"]


class PrometheusMeters:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._steps = Counter("job_steps", "Steps by how they ended.", ["step", "status"], registry=registry)
        self._seconds = Histogram("job_step_duration_seconds", "How long steps took.", ["step"], buckets=BUCKETS, registry=registry)
        self._jobs = Counter("jobs_ended", "Jobs by how they ended.", ["status"], registry=registry)
        self._dead = Counter("dead_letters", "Messages that left their queue unhandled.", LABELS, registry=registry)
        names = {"pending": "num_pending", "ack_pending": "num_ack_pending", "redelivered": "num_redelivered", "waiting": "num_waiting"}
        self._messages = Gauge("jetstream_stream_total_messages", "The stream's messages.", ["stream_name"], registry=registry)
        self._bytes = Gauge("jetstream_stream_total_bytes", "The stream's bytes.", ["stream_name"], registry=registry)
        self._queues = {
            attribute: Gauge(f"jetstream_consumer_{name}", f"The consumer's {name}.", LABELS, registry=registry)
            for attribute, name in names.items()
        }

    def step(self, event: StepEnded) -> None:
        self._steps.labels(event.step, event.status).inc()
        self._seconds.labels(event.step).observe(event.seconds)

    def job(self, event: JobEnded) -> None:
        self._jobs.labels(event.status).inc()

    def dead(self, letter: DeadLetter) -> None:
        self._dead.labels(letter.stream, letter.consumer).inc()

    def streams(self, streams: Sequence[Stream]) -> None:
        for stream in streams:
            self._messages.labels(stream.name).set(stream.messages)
            self._bytes.labels(stream.name).set(stream.bytes)

    def queues(self, queues: Sequence[Queue]) -> None:
        for attribute, gauge in self._queues.items():
            gauge.clear()
            for queue in queues:
                gauge.labels(queue.stream, queue.consumer).set(getattr(queue, attribute))

"""Figures for Prometheus. Names of the servers' figures are those of their usual exporters, so that dashboards fit both."""

from collections.abc import Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from barnraise.chassis.metrics import BUCKETS, exemplar
from barnraise.contracts.events import JobEnded, StepEnded
from barnraise.contracts.operations import ServiceState
from barnraise.telemetry.domain.dead import DeadLetter
from barnraise.telemetry.domain.faults import fault_of
from barnraise.telemetry.domain.figures import FIGURES, Sample
from barnraise.telemetry.ports import Queue

LABELS = ["stream_name", "consumer_name"]


class PrometheusMeters:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._steps = Counter("job_steps", "Steps by how they ended.", ["step", "outcome"], registry=registry)
        self._seconds = Histogram("job_step_duration_seconds", "How long steps took.", ["step"], buckets=BUCKETS, registry=registry)
        self._jobs = Counter("jobs_ended", "Jobs by how they ended and whose fault it was.", ["status", "fault"], registry=registry)
        self._dead = Counter("dead_letters", "Messages that left their queue unhandled.", LABELS, registry=registry)
        self._open = Gauge("dlq_messages", "Dead letters that nobody has dealt with.", LABELS, registry=registry)
        self._oldest = Gauge(
            "queue_oldest_pending_seconds", "How long the oldest message has waited.", [*LABELS, "service"], registry=registry
        )
        self._asking = Gauge("queue_workers_waiting", "Workers that wait for a message.", [*LABELS, "service"], registry=registry)
        self._workers = Gauge("workers_present", "Processes of the service that say that they live.", ["service"], registry=registry)
        self._figures = {name: Gauge(name, about.help, about.labels, registry=registry) for name, about in FIGURES.items()}

    def step(self, event: StepEnded) -> None:
        self._steps.labels(event.step, event.status).inc()
        self._seconds.labels(event.step).observe(event.seconds, exemplar())

    def job(self, event: JobEnded) -> None:
        self._jobs.labels(event.status, fault_of(event)).inc()

    def dead(self, letter: DeadLetter) -> None:
        self._dead.labels(letter.stream, letter.consumer).inc()

    def open_dead(self, counts: Mapping[tuple[str, str], int]) -> None:
        self._open.clear()
        for labels, count in counts.items():
            self._open.labels(*labels).set(count)

    def queues(self, queues: Sequence[Queue]) -> None:
        self._oldest.clear()
        self._asking.clear()
        for queue in queues:
            labels = (queue.stream, queue.consumer, queue.service)
            self._oldest.labels(*labels).set(queue.oldest or 0.0)
            self._asking.labels(*labels).set(queue.waiting)
            self._dead.labels(queue.stream, queue.consumer)  # at zero from the beginning, so that the first one is an increase

    def services(self, services: Sequence[ServiceState]) -> None:
        for state in services:
            self._workers.labels(state.service).set(state.workers)

    def samples(self, samples: Sequence[Sample]) -> None:
        """All that was told now; what is told no more is exported no more."""
        for name in {sample.name for sample in samples}:
            if FIGURES[name].labels:
                self._figures[name].clear()
        for name, labels, value in samples:
            gauge = self._figures[name]
            (gauge.labels(*labels) if labels else gauge).set(value)

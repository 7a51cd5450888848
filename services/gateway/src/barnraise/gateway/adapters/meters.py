"""Figures of HTTP, of the fan-out and of jobs as the gateway hears of them, for Prometheus."""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from barnraise.chassis.metrics import BUCKETS, exemplar

_WAITS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300)


class PrometheusMeters:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter("http_requests", "Requests by route, method and status.", ["route", "method", "code"], registry=registry)
        self._seconds = Histogram(
            "http_request_duration_seconds", "From the head to the last byte.", ["route"], buckets=BUCKETS, registry=registry
        )
        self._connections = Gauge("ws_connections", "Clients of the fan-out that are live.", registry=registry)
        self._sent = Counter("ws_events_sent", "Events handed to clients.", registry=registry)
        self._cuts = Counter("ws_disconnects", "Connections that the gateway ended.", ["reason"], registry=registry)
        self._backlog = Gauge("ws_send_queue_depth", "Bytes that wait to be sent to clients.", registry=registry)
        self._lag = Histogram("ws_event_lag_seconds", "From an event's publication to its sending.", buckets=BUCKETS, registry=registry)
        self._first = Histogram(
            "job_first_event_seconds",
            "From a job's submission until the planner's first event of it is here.",
            buckets=_WAITS,
            registry=registry,
        )
        self._waited = Histogram("job_queue_wait_seconds", "From a job's submission to its start.", buckets=_WAITS, registry=registry)
        self._jobs = Gauge("jobs_inflight", "Jobs that have not ended, as last heard of.", ["status"], registry=registry)
        self._orphans = Gauge("reconciler_orphans", "What should move and does not, until the reconciler has moved it.", registry=registry)
        for reason in ("slow", "restart", "unavailable"):
            self._cuts.labels(reason)
        for status in ("queued", "running"):
            self._jobs.labels(status)

    def request(self, route: str, method: str, code: int, seconds: float, trace_id: str | None = None) -> None:
        self._requests.labels(route, method, str(code)).inc()
        self._seconds.labels(route).observe(seconds, {"trace_id": trace_id} if trace_id else None)

    def joined(self, count: int) -> None:
        self._connections.inc(count)

    def sent(self, count: int) -> None:
        self._sent.inc(count)

    def late(self, seconds: float) -> None:
        self._lag.observe(max(0.0, seconds))

    def backlog(self, bytes_waiting: Callable[[], int]) -> None:
        self._backlog.set_function(bytes_waiting)

    def cut(self, reason: str) -> None:
        self._cuts.labels(reason).inc()

    def first_event(self, seconds: float) -> None:
        self._first.observe(max(0.0, seconds), exemplar())

    def began(self, seconds: float) -> None:
        self._waited.observe(max(0.0, seconds), exemplar())

    def jobs(self, active: Mapping[str, int], orphans: int) -> None:
        for status in ("queued", "running"):
            self._jobs.labels(status).set(active.get(status, 0))
        self._orphans.set(orphans)

"""Figures of the fan-out and of HTTP, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from barnraise.chassis.metrics import BUCKETS


class PrometheusMeters:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter("http_requests", "Requests by route, method and status.", ["route", "method", "code"], registry=registry)
        self._seconds = Histogram(
            "http_request_duration_seconds", "From the head to the last byte.", ["route"], buckets=BUCKETS, registry=registry
        )
        self._connections = Gauge("ws_connections", "Clients of the fan-out that are live.", registry=registry)
        self._sent = Counter("ws_events_sent", "Events handed to clients.", registry=registry)
        self._cuts = Counter("ws_disconnects", "Connections that the gateway ended.", ["reason"], registry=registry)

    def request(self, route: str, method: str, code: int, seconds: float) -> None:
        self._requests.labels(route, method, str(code)).inc()
        self._seconds.labels(route).observe(seconds)

    def joined(self, count: int) -> None:
        self._connections.inc(count)

    def sent(self, count: int) -> None:
        self._sent.inc(count)

    def cut(self, reason: str) -> None:
        self._cuts.labels(reason).inc()

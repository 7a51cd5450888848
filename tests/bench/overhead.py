"""What figures and traces cost on the whole path: the same jobs, in turns, on a platform that is watched and on one that is not."""

import json
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from figures import Row, spread
from platform_client import Platform

from barnraise.chassis.metrics import Metrics
from barnraise.cli.embedded.layout import SERVICES

PAIRS = 12
SCRAPE_SECONDS = 1.0
"""Fifteen times as often as Prometheus is set up to look."""
PROMPT = "Track plants: plants have a name, a species and a planting date. Notes have a text and belong to a plant."


def rows(_: Platform, rounds: int) -> Iterator[Row]:
    """Watched: every span is exported over OTLP and every service scraped each second. Not watched: no spans, no scrapes. Counting goes on
    in both, since it cannot be switched off; what it costs is a row of its own."""
    times: dict[str, list[float]] = {"plain": [], "watched": []}
    with (
        receiver() as endpoint,
        _platform(OTEL_SDK_DISABLED="true") as plain,
        _platform(OTEL_EXPORTER_OTLP_ENDPOINT=endpoint) as watched,
        scraping(watched),
    ):
        for number in range(PAIRS * max(1, rounds // 3) + 2):
            pair = (("plain", plain), ("watched", watched))
            for name, platform in pair if number % 2 else pair[::-1]:
                seconds = _job(platform)
                if number >= 2:  # the first ones warm it up
                    times[name].append(seconds)
    overhead = 100 * (median(times["watched"]) / median(times["plain"]) - 1)
    yield Row("a whole job, neither traced nor scraped", spread(times["plain"]), "s", "", None)
    yield Row("  traced, exported and scraped each second", spread(times["watched"]), "s", "", None)
    yield Row("  overhead of figures and traces", {"p50": overhead}, "%", "<= 5", overhead <= 5)
    yield Row("  counting a message, which cannot be switched off", {"p50": 1e6 * _counting()}, "µs", "reported", None)


def _job(platform: Platform) -> float:
    start = time.perf_counter()
    made = platform.create(PROMPT)
    with platform.http() as http, http.stream("GET", f"/api/v2/projects/{made['project']['id']}/events", params={"after": 0}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:") and '"job.ended.v1"' in line:
                break
    seconds = time.perf_counter() - start
    ended = platform.ended(made["job"]["id"])
    if ended["status"] != "succeeded":
        raise RuntimeError(f"the job {ended['status']}: {ended['problem']}")
    with platform.http() as http:
        http.delete(f"/api/v2/projects/{made['project']['id']}")
    return seconds


def _counting() -> float:
    """Seconds for what the chassis counts of one message."""
    metrics, times = Metrics(), 20_000
    start = time.perf_counter()
    for _ in range(times):
        metrics.inflight.inc()
        metrics.inflight.dec()
        metrics.handled.labels("kind", "done").inc()
        metrics.seconds.labels("kind").observe(0.01, {"trace_id": "0" * 32})
    return (time.perf_counter() - start) / times


@contextmanager
def _platform(**env: str) -> Iterator[Platform]:
    with tempfile.TemporaryDirectory(prefix="barnraise-bench-", ignore_cleanup_errors=True) as home:
        platform = Platform.start(Path(home), **env)
        try:
            yield platform
        finally:
            platform.stop()


@contextmanager
def receiver() -> Iterator[str]:
    """Takes spans over HTTP, and throws them away."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def scraping(platform: Platform) -> Iterator[None]:
    ports = [json.loads((platform.home / "run" / f"{service}.json").read_text())["port"] for service in SERVICES]
    done = threading.Event()

    def scrape() -> None:
        with httpx.Client(headers={"Accept": "application/openmetrics-text"}, timeout=10) as http:
            while not done.wait(SCRAPE_SECONDS):
                for port in ports:
                    http.get(f"http://127.0.0.1:{port}/metrics").raise_for_status()

    thread = threading.Thread(target=scrape)
    thread.start()
    yield
    done.set()
    thread.join()

"""What figures and traces cost on the whole path: the same jobs, in turns, on a platform that is watched and on one that is not."""

import json
import os
import re
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
from platform_client import ROOT, Platform

from barnraise.chassis.metrics import Metrics
from barnraise.cli.embedded.layout import SERVICES

PAIRS = 12
FLUSH_SECONDS = 1.0
"""After each job, so that what it has left to export is exported in its own turn: spans wait up to half a second."""
PROMPT = "Track plants: plants have a name, a species and a planting date. Notes have a text and belong to a plant."


def rows(_: Platform, rounds: int) -> Iterator[Row]:
    """Watched: every span is exported over OTLP, and every service scraped as often as Prometheus is set up to. Not watched: no spans, no
    scrapes. Counting goes on in both, since it cannot be switched off; what it costs is a row of its own. Both platforms run all the
    time; each job is compared with the one beside it, whose turn comes before and after by turns. CPU time is that of the whole
    machine, which must have nothing else to do."""
    wall: dict[str, list[float]] = {"plain": [], "watched": []}
    cpu: dict[str, list[float]] = {"plain": [], "watched": []}
    with receiver() as endpoint, _platform(OTEL_SDK_DISABLED="true") as plain, _platform(OTEL_EXPORTER_OTLP_ENDPOINT=endpoint) as watched:
        scraper = Scraper(watched)
        for number in range(PAIRS * max(1, rounds // 3) + 2):
            pair = (("plain", plain), ("watched", watched))
            for name, platform in pair if number % 2 else pair[::-1]:
                before, start = _cpu(), time.monotonic()
                if platform is watched:
                    scraper.turn()
                seconds = _job(platform)
                time.sleep(FLUSH_SECONDS)
                if platform is watched:
                    scraper.passed(time.monotonic() - start)
                if number >= 2:  # the first ones warm it up
                    wall[name].append(seconds)
                    cpu[name].append(_cpu() - before)
    yield Row("a whole job, neither traced nor scraped", spread(wall["plain"]), "s", "", None)
    yield Row("  traced, exported and scraped", spread(wall["watched"]), "s", "", None)
    yield _overhead("  overhead in time, median of pairs", _pairs(wall))
    yield Row("its CPU time, neither traced nor scraped", spread(cpu["plain"]), "s", "", None)
    yield Row("  traced, exported and scraped", spread(cpu["watched"]), "s", "", None)
    yield _overhead("  overhead in CPU time, of all jobs", 100 * (sum(cpu["watched"]) / sum(cpu["plain"]) - 1))
    yield Row("  scrapes of all services meanwhile", {"p50": scraper.count, "n": len(cpu["watched"])}, "", "reported", None)
    yield Row("  counting a message, which cannot be switched off", {"p50": 1e6 * _counting()}, "µs", "reported", None)


def _overhead(name: str, percent: float) -> Row:
    return Row(name, {"p50": percent}, "%", "<= 5", percent <= 5)


def _pairs(measured: dict[str, list[float]]) -> float:
    """Per cent, the median over pairs."""
    return 100 * (median(one / other for one, other in zip(measured["watched"], measured["plain"], strict=True)) - 1)


def _cpu() -> float:
    """Seconds of processor time that this machine has used: a sum over processes would lack those that were killed unwaited for, as
    sandboxes are."""
    fields = Path("/proc/stat").read_text().partition("\n")[0].split()
    user, nice, system, _, _, irq, softirq = map(int, fields[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


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


class Scraper:
    """Scrapes every service once for each interval of Prometheus' configuration that the platform's turns have taken, in a turn."""

    def __init__(self, platform: Platform) -> None:
        self.count = 0
        self._ports = [json.loads((platform.home / "run" / f"{service}.json").read_text())["port"] for service in SERVICES]
        configured = re.search(r"scrape_interval: (\d+)s", (ROOT / "deploy/prometheus/prometheus.yml").read_text())
        assert configured
        self._every = self._due = float(configured[1])

    def turn(self) -> None:
        if self._due >= self._every:
            self._due -= self._every
            self.count += 1
            threading.Thread(target=self._scrape).start()

    def passed(self, seconds: float) -> None:
        self._due += seconds

    def _scrape(self) -> None:
        with httpx.Client(headers={"Accept": "application/openmetrics-text"}, timeout=10) as http:
            for port in self._ports:
                http.get(f"http://127.0.0.1:{port}/metrics").raise_for_status()

"""What every service exports, and what it tells of exceptions: named well, few series, no ids, and nothing at all where nothing is set."""

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from pydantic import SecretStr
from starlette.testclient import TestClient

from barnraise.chassis import database, logs, tracing, troubles
from barnraise.chassis.health import health_app
from barnraise.chassis.metrics import Metrics, exemplar
from barnraise.contracts.requests import Trace


def test_a_figure_leads_to_the_trace_it_was_taken_in() -> None:
    metrics = Metrics()
    provider = tracing.TracerProvider()
    with provider.get_tracer("tests").start_as_current_span("work") as span:
        metrics.seconds.labels("k").observe(0.3, exemplar())
    assert f'trace_id="{span.get_span_context().trace_id:032x}"' in generate_openmetrics(metrics.registry).decode()
    assert exemplar() is None


@pytest.mark.connected
async def test_the_pool_tells_who_waited_and_what_is_lent(database_url: str) -> None:
    metrics = Metrics()
    pool = await database.connect(database_url, metrics=metrics, size=2)
    async with pool.acquire():
        assert await pool.fetchval("select 1") == 1
        exported = generate_latest(metrics.registry).decode()
    assert "db_pool_size 2.0" in exported and "db_pool_in_use 1.0" in exported
    assert "db_pool_wait_seconds_count 2.0" in exported
    await pool.close()


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is not installed")
def test_the_chassis_figures_are_named_as_prometheus_wants_it() -> None:
    done = subprocess.run(["promtool", "check", "metrics"], input=generate_latest(Metrics().registry), capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()


def test_nothing_of_tracking_or_export_is_loaded_unless_it_is_set() -> None:
    code = """import sys
from barnraise.chassis import service, tracing, troubles
troubles.configure("tests", None)
assert tracing.otlp_exporters() == []
print([name for name in sys.modules if name.split(".")[0] in ("sentry_sdk", "requests") or "otlp" in name])"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"})
    assert done.stdout.strip() == "[]"


@pytest.mark.usefixtures("own_logs")
def test_an_exception_reaches_the_tracker_with_its_trace_and_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    import gzip

    import sentry_sdk

    received: list[Any] = []
    came = threading.Event()

    class Tracker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()
            came.set()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Tracker)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        logs.configure("tests", "info", "json")
        troubles.configure("planner", SecretStr(f"http://key@127.0.0.1:{server.server_port}/1"))
        password = "geheim-42"
        with tracing.TracerProvider().get_tracer("t").start_as_current_span("work") as span:
            try:
                raise RuntimeError(f"cannot reach postgresql://barnraise:{password}@db/x")
            except RuntimeError:
                logs.get_logger().exception("message failed")
        sentry_sdk.flush(timeout=10)
        assert came.wait(10)
    finally:
        sentry_sdk.get_client().close()
        server.shutdown()
        thread.join()
        server.server_close()
    told = b"".join(received).decode()
    assert "cannot reach postgresql://[redacted]@db/x" in told
    assert f"{span.get_span_context().trace_id:032x}" in told and '"service":"planner"' in re.sub(r"\s", "", told)
    assert password not in told
    assert json.loads(capsys.readouterr().err.splitlines()[-1])["level"] == "error"


def test_spans_on_the_bus_are_the_contract() -> None:
    sent: list[bytes] = []
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(tracing.BusExporter("planner", sent.append)))
    tracer = provider.get_tracer("test")
    with tracer.start_as_current_span("outer") as outer, tracer.start_as_current_span("inner") as inner:
        inner.set_status(trace.StatusCode.ERROR, "no")
    (first,), (second,) = (Trace.model_validate_json(data).spans for data in sent)
    assert (first.name, first.service, first.error, first.parent_id) == ("inner", "planner", True, second.span_id)
    assert (second.name, second.error, second.parent_id) == ("outer", False, None)
    assert first.trace_id == second.trace_id == f"{outer.get_span_context().trace_id:032x}"
    assert first.seconds <= second.seconds


def test_a_span_that_another_program_measured_is_the_one_that_it_named(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    provider = tracing.configure("gateway")
    provider.add_span_processor(SimpleSpanProcessor(tracing.BusExporter("gateway", sent.append)))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    named = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
    with tracing.span("POST /projects", named):
        tracing.tell("page", "click POST", 2.5, named)
    tracing.tell("page", "click POST", 1.0, {"traceparent": f"00-{'a' * 32}-{'c' * 16}-00"})
    tracing.tell("page", "click POST", 1.0, {"traceparent": "nonsense"})
    click, work = (Trace.model_validate_json(data).spans[0] for data in sent)
    assert (click.service, click.name, click.trace_id, click.span_id, click.parent_id) == ("page", "click POST", "a" * 32, "b" * 16, None)
    assert click.seconds == pytest.approx(2.5, abs=0.01)
    assert (work.service, work.trace_id, work.parent_id) == ("gateway", "a" * 32, "b" * 16)
    assert work.span_id != click.span_id


def test_what_is_exported_is_what_the_library_would_write() -> None:
    metrics = Metrics()
    metrics.seconds.labels("plan-make-v1").observe(0.01, {"trace_id": "a" * 32})
    metrics.handled.labels('a "quoted" \\ kind', "done").inc()
    registry = CollectorRegistry()
    registry.register(Only(metrics.registry, "message"))
    app = health_app(lambda: None, registry)
    served = TestClient(app).get("/metrics").text
    assert 'kind="a \\"quoted\\" \\\\ kind"' in served
    assert served == generate_openmetrics(registry).decode()


class Only:
    """Of a registry, the figures whose names begin so: those of the process change while one looks."""

    def __init__(self, registry: CollectorRegistry, prefix: str) -> None:
        self._registry, self._prefix = registry, prefix

    def collect(self) -> Iterator[Metric]:
        return (metric for metric in self._registry.collect() if metric.name.startswith(self._prefix))

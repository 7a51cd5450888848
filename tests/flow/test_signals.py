"""A platform at work, seen as an operator sees it: one trace through every service, and dashboards on which every expression has data."""

import gzip
import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from platform_client import ROOT, Platform, until
from scripted_provider import KEY, USAGE, Say, ScriptedProvider

from barnraise.contracts.commands import COMMANDS
from barnraise.telemetry.domain.presence import SERVICES
from deploy.signals.catalogue import kinds
from deploy.signals.dashboards import DASHBOARDS
from deploy.signals.lint import plain

pytestmark = [pytest.mark.flow, pytest.mark.sandbox, pytest.mark.slow]

BUDGET = 5000
CLICK = f"00-{'c1' * 16}-{'0' * 15}1-01"


@dataclass
class Collector:
    """An OTLP receiver over real HTTP. Spans by trace: their service, id, parent and name."""

    spans: dict[str, list[tuple[str, str, str, str]]] = field(default_factory=dict)
    links: dict[str, set[str]] = field(default_factory=dict)
    """Traces that spans of a name link to."""

    def take(self, body: bytes) -> None:
        for group in ExportTraceServiceRequest.FromString(body).resource_spans:
            about = {item.key: item.value.string_value for item in group.resource.attributes}
            for span in (span for scope in group.scope_spans for span in scope.spans):
                told = (about["service.name"], span.span_id.hex(), span.parent_span_id.hex(), span.name)
                self.links.setdefault(span.name, set()).update(link.trace_id.hex() for link in span.links)
                self.spans.setdefault(span.trace_id.hex(), []).append(told)


@pytest.fixture(scope="module")
def collector() -> Iterator[tuple[Collector, str]]:
    collector = Collector()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            collector.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield collector, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider().serving_aside() as provider:
        yield provider


@pytest.fixture(scope="module")
def watched(collector: tuple[Collector, str], provider: ScriptedProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    profile = {"name": "scripted", "vendor": "compatible", "model": "m", "url": f"{provider.url}/v1", "key": KEY}
    running = Platform.start(
        tmp_path_factory.mktemp("home"), OTEL_EXPORTER_OTLP_ENDPOINT=collector[1], BARNRAISE_MODELS=json.dumps([profile])
    )
    yield running
    running.stop()


@pytest.fixture(scope="module")
def prometheus(watched: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A real Prometheus with the committed rules, that scrapes the platform every second."""
    if shutil.which("prometheus") is None:
        pytest.skip("prometheus is not installed: scripts/prometheus")
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "targets.json").write_text(watched.cli("status", "--targets").stdout)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    every = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    jobs = [
        {"job_name": "prometheus", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]},
        {"job_name": "barnraise", "file_sd_configs": [{"files": [str(folder / "targets.json")]}]},
    ]
    config = {"global": every, "rule_files": [str(ROOT / "deploy/prometheus/rules/*.yml")], "scrape_configs": jobs}
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    command = ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data"]
    command += [f"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage", "--log.level=warn"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        yield client
    process.terminate()
    process.wait(20)


def series(prometheus: httpx.Client, expr: str) -> list[Any]:
    answer = prometheus.get("/api/v1/query", params={"query": expr}).json()
    assert answer["status"] == "success", (expr, answer)
    return answer["data"]["result"]


def is_up(prometheus: httpx.Client) -> bool:
    try:
        if prometheus.get("/-/ready").status_code != 200:
            return False
        return len(series(prometheus, "up == 1")) == len(SERVICES) + 1
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def job(watched: Platform, prometheus: httpx.Client, provider: ScriptedProvider) -> dict[str, Any]:
    """A job that began with a click, while Prometheus looks and somebody listens; then a question to the model."""
    until(lambda: is_up(prometheus))
    with watched.http(headers={"traceparent": CLICK}) as http, watched.http() as listener, listener.stream("GET", "/api/v2/events"):
        made = http.post("/api/v2/projects", json={"prompt": "Track plants: plants have a name and a species."}).json()
        told = http.post("/api/v2/clicks", json={"traceparent": CLICK, "name": "click POST", "seconds": 0.2})
        assert told.status_code == 204
        ended = watched.ended(made["job"]["id"])
        provider.otherwise = Say("Which visitors do you mean?")
        asked = watched.say(made["project"]["id"], "greet every visitor with Ahoy")
        assert watched.ended(asked["job"]["id"])["status"] == "needs_input"
    assert ended["status"] == "succeeded", ended
    return ended


def test_one_trace_goes_from_the_click_through_every_service(
    collector: tuple[Collector, str], job: dict[str, Any], watched: Platform
) -> None:
    trace_id = CLICK.split("-")[1]
    assert job["trace_id"] == trace_id
    wanted = {"click POST", "handle job-ended-v1", "test in a sandbox", "apply in a sandbox"}
    until(lambda: wanted <= {span[3] for span in collector[0].spans.get(trace_id, ())})
    spans = collector[0].spans[trace_id]
    assert {service for service, *_ in spans} == set(SERVICES)
    known = {span_id for _, span_id, *_ in spans} | {""}
    assert CLICK.split("-")[2] in known
    assert [span for span in spans if span[2] not in known] == [], "a span without its parent"
    until(lambda: trace_id in collector[0].links.get("fan out", ()))
    kept = watched.get(f"/traces/{trace_id}")["spans"]
    assert {span["service"] for span in kept} == {"page", *SERVICES}


def every_expression() -> list[tuple[str, str]]:
    files = sorted((ROOT / "deploy/grafana/dashboards").iterdir())
    found = [
        (document["uid"], target["expr"])
        for document in map(_read, files)
        for panel in document["panels"]
        for target in panel.get("targets", ())
    ]
    assert len(files) == len(DASHBOARDS) and len(found) > 100
    return found


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text())


def test_every_expression_on_every_dashboard_has_data(prometheus: httpx.Client, job: dict[str, Any]) -> None:
    left = every_expression()

    def all_answer() -> bool:
        left[:] = [(uid, expr) for uid, expr in left if not series(prometheus, plain(expr))]
        return not left

    try:
        until(all_answer, every=1)
    except AssertionError:
        pytest.fail(f"no data for {left}")


def test_what_is_scraped_is_what_the_catalogue_says_and_few(prometheus: httpx.Client, job: dict[str, Any]) -> None:
    """Names and kinds agree with the code, exemplars lead to the trace, no service has too many series, and no rule fails."""
    for service in SERVICES:
        assert 0 < float(series(prometheus, f'scrape_samples_post_metric_relabeling{{job="{service}"}}')[0]["value"][1]) <= BUDGET
    names = {item["metric"]["__name__"] for item in series(prometheus, '{job=~"' + "|".join(SERVICES) + '"}')}
    ours = {name for name in names if not name.startswith(("process_", "python_", "scrape_"))}
    assert ours <= kinds().keys(), ours - kinds().keys()
    rules = [rule for group in prometheus.get("/api/v1/rules").json()["data"]["groups"] for rule in group["rules"]]
    assert [rule["name"] for rule in rules if rule["health"] == "err"] == []
    alerts = {rule["name"]: series(prometheus, rule["query"]) for rule in rules if rule["type"] == "alerting"}
    slowness = {"EventLoopLag", "DatabasePoolWait", "EventDelivery", "StepLatency", "FirstEvent"}  # which a busy machine may well have
    assert {name for name, found in alerts.items() if found} - slowness == {"Watchdog"}, "a healthy platform makes no alert"
    asked = {"query": 'message_duration_seconds_bucket{job="codegen"}', "start": job["created_at"], "end": "2100-01-01T00:00:00Z"}
    exemplars = prometheus.get("/api/v1/query_exemplars", params=asked).json()["data"]
    assert CLICK.split("-")[1] in json.dumps(exemplars)


def test_figures_are_those_of_what_was_done(prometheus: httpx.Client, job: dict[str, Any]) -> None:
    """One job that was built, tested and shown, and one question that a model answered."""
    usage = "gen_ai_client_inference_usage"
    expected = {
        f"{usage}_input_tokens_total": USAGE.input,
        f"{usage}_output_tokens_total": USAGE.output,
        f"{usage}_cache_read_input_tokens_total": USAGE.cached,
        "gen_ai_client_operation_time_to_first_chunk_seconds_count": 1,
        'sum(sandbox_verdicts_total{profile="test",verdict="exited"})': 1,
        'jobs_ended_total{status="succeeded",fault="none"}': 1,
        'jobs_ended_total{status="needs_input",fault="none"}': 1,
        'job_steps_total{step="test",outcome="succeeded"}': 1,
        "job_first_event_seconds_count": 2,
        "job_queue_wait_seconds_count": 2,
        "sum(dlq_messages) or vector(0)": 0,
        "max(reconciler_orphans)": 0,
        'count(count by (consumer_name) (jetstream_consumer_num_pending{stream_name="COMMANDS"}))': len(COMMANDS),
    }
    until(lambda: all(_value(prometheus, expr) == wanted for expr, wanted in expected.items()), every=0.5)


def _value(prometheus: httpx.Client, expr: str) -> float | None:
    found = series(prometheus, expr)
    return float(found[0]["value"][1]) if found else None


def test_an_operator_is_told_in_sentences(watched: Platform, job: dict[str, Any]) -> None:
    told = watched.cli("ops", "--json")
    found = json.loads(told.stdout)
    assert (told.returncode, found["trouble"]) == (0, []), found
    assert {service["service"]: service["workers"] for service in found["services"]} == dict.fromkeys(SERVICES, 1)
    assert found["spenders"][0]["project_id"] == job["project_id"] and found["models"][0]["name"] == "scripted"
    assert "All is well" in watched.cli("status").stdout

"""Rules, routes, dashboards and runbooks: generated from what is exported, sound by the real tools, and complete."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import generate_latest

from deploy.signals import lint, rules
from deploy.signals.catalogue import kinds, own_metrics, registries
from deploy.signals.dashboards import DASHBOARDS
from deploy.signals.files import ROOT, generated
from deploy.signals.panels import render

PROMETHEUS = ROOT / "deploy/prometheus"
RUNBOOKS = ROOT / "docs/runbooks"
TITLES = {dashboard.uid: dashboard.title for dashboard in DASHBOARDS}
needs_promtool = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed: scripts/prometheus")
IDS = {"project", "project_id", "job_id", "user", "user_id", "trace_id", "commit", "instance_id", "server_id", "host"}


def run(*command: str | Path, stdin: bytes = b"", where: Path = ROOT) -> str:
    done = subprocess.run(command, check=False, input=stdin, capture_output=True, cwd=where)
    said = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == 0, said[-4000:]
    return said


def test_what_is_generated_is_committed() -> None:
    for path, text in generated().items():
        assert (ROOT / path).read_text() == text, f"{path} is out of date: python -m deploy.signals"


@pytest.mark.parametrize("service", sorted(registries()))
@needs_promtool
def test_names_are_as_prometheus_wants_them(service: str) -> None:
    own = generate_latest(registries()[service]).decode()
    kept = [line for line in own.splitlines() if not re.match(r"(# (HELP|TYPE) )?(gnatsd|jetstream|pg)_", line)]  # others' names
    run("promtool", "check", "metrics", stdin="\n".join([*kept, ""]).encode())


def test_no_id_is_a_label() -> None:
    assert {name: labels & IDS for name, (_, _, labels, _) in own_metrics().items() if labels & IDS} == {}


@needs_promtool
def test_every_alert_is_silent_without_traffic_and_below_fires_above_and_resolves() -> None:
    run("promtool", "check", "rules", "objectives.yml", "causes.yml", where=PROMETHEUS / "rules")
    run("promtool", "test", "rules", "causes.yml", "pages.yml", "tickets.yml", "links.yml", where=PROMETHEUS / "rules/tests")
    run("promtool", "check", "config", "prometheus.yml", where=PROMETHEUS)
    tested = "".join(file.read_text() for file in (PROMETHEUS / "rules/tests").iterdir())
    for name in rules.alert_names():
        assert f'alertname="{name}"' in tested


def alerts() -> list[dict[str, Any]]:
    documents = [yaml.safe_load((PROMETHEUS / "rules" / name).read_text()) for name in ("objectives.yml", "causes.yml")]
    return [rule for document in documents for group in document["groups"] for rule in group["rules"] if "alert" in rule]


def test_every_alert_has_severity_runbook_and_dashboard() -> None:
    assert {alert["alert"] for alert in alerts()} == set(rules.alert_names()) == {file.stem for file in RUNBOOKS.iterdir()}
    for alert in alerts():
        assert alert["labels"]["severity"] in ("page", "ticket", "none")
        dashboard, runbook = (alert["annotations"][name].split("{{ end }}")[1] for name in ("dashboard", "runbook_url"))
        assert dashboard.removeprefix("/d/") in TITLES
        text = (ROOT / runbook).read_text()
        assert all(f"## {part}" in text for part in ("What it means", "Look", "Mend"))


def test_every_expression_of_a_rule_names_what_is_exported() -> None:
    known = kinds()
    for name in ("objectives.yml", "causes.yml"):
        document = yaml.safe_load((PROMETHEUS / "rules" / name).read_text())
        for rule in (rule for group in document["groups"] for rule in group["rules"]):
            assert list(lint.expression(rule["expr"], known)) == [], rule


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda dashboard: dashboard.uid)
def test_a_dashboard_is_sound(dashboard: Any) -> None:
    assert list(lint.problems(render(dashboard, TITLES), kinds(), TITLES)) == []


def test_dashboards_have_stable_names_of_their_own() -> None:
    files = sorted((ROOT / "deploy/grafana/dashboards").iterdir())
    assert len(files) == len(DASHBOARDS) == len(TITLES)
    assert all(json.loads(file.read_text())["uid"] == f"barnraise-{file.stem}" for file in files)


@pytest.mark.parametrize(
    ("expr", "wrong"),
    [
        ("rate(http_requests_total)", "expected"),
        ("sum(nobody_exports_this)", "exported by nobody"),
        ('sum(rate(http_requests_total{colour="red"}[5m]))', "no label colour"),
        ("sum(http_requests_total)", "not inside rate"),
        ("histogram_quantile(0.9, sum by (job) (rate(ws_event_lag_seconds_bucket[5m])))", "without le"),
    ],
)
def test_the_lint_sees_what_is_wrong(expr: str, wrong: str) -> None:
    assert any(wrong in text for text in lint.expression(expr, kinds())), list(lint.expression(expr, kinds()))


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not installed: scripts/prometheus")
@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (["severity=page", "alertname=GatewayAvailability"], "pager"),
        (["severity=ticket", "alertname=NoWorkers"], "tickets"),
        (["severity=none", "alertname=Watchdog"], "watchdog"),
        (["alertname=SomethingElse"], "tickets"),
    ],
)
def test_an_alert_goes_where_it_should(labels: list[str], receiver: str) -> None:
    config = ROOT / "deploy/alertmanager/alertmanager.yml"
    run("amtool", "config", "routes", "test", f"--config.file={config}", f"--verify.receivers={receiver}", *labels)


def test_configurations_say_the_same_as_the_code() -> None:
    """Jobs are named after services, and Grafana's data source and folder fit the dashboards."""
    scraped = {job["job_name"] for job in yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())["scrape_configs"]}
    assert scraped == {"prometheus", *registries()}
    provisioning = ROOT / "deploy/grafana/provisioning"
    (source,) = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())["datasources"]
    (link,) = source["jsonData"]["exemplarTraceIdDestinations"]
    assert (source["type"], link["name"]) == ("prometheus", "trace_id")
    assert link["url"] == "${BARNRAISE_PUBLIC_URL}/api/v2/traces/$${__value.raw}", "the platform's address, not Grafana's"
    grafana = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["grafana"]
    assert grafana["environment"]["BARNRAISE_PUBLIC_URL"]
    pipelines = yaml.safe_load((ROOT / "deploy/otel/collector.yml").read_text())
    used = pipelines["service"]["pipelines"]["traces"]
    assert all(name in pipelines[part] for part in ("receivers", "processors", "exporters") for name in used[part])

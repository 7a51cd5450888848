"""The stack of docker-compose.yml, run: a part of it everywhere, all of it where BARNRAISE_COMPOSE=full asks for it (some minutes)."""

import os
import re
import shutil
from collections.abc import Iterator

import httpx
import pytest
from compose_stack import CADDY, COMPOSE, SERVICES, Composed, settled
from docker_engine import DockerEngine, NoEngineError, missing
from platform_client import ROOT, ends, until

pytestmark = [pytest.mark.connected, pytest.mark.slow, pytest.mark.timeout(1500)]
FULL = os.environ.get("BARNRAISE_COMPOSE") == "full"
whole = pytest.mark.skipif(not FULL, reason="all services in containers: BARNRAISE_COMPOSE=full asks for it")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DockerEngine]:
    if not COMPOSE.exists() or not CADDY.exists():
        pytest.skip("docker compose is not installed: scripts/docker")
    if reason := missing("iptables"):
        pytest.skip(reason)
    engine = DockerEngine(tmp_path_factory.mktemp("docker"))
    try:
        engine.start()
    except NoEngineError as error:
        pytest.skip(str(error))
    yield engine
    engine.stop()


@pytest.fixture(scope="module")
def stack(engine: DockerEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    """Everything, or the smallest part that shows that the images, the bus and the database are what they should be."""
    stack = Composed(tmp_path_factory.mktemp("stack"), {}, engine.url)
    if FULL:
        stack.prepare(("base", "nats", "postgres", "caddy"), SERVICES)
    else:
        stack.prepare(("base", "nats", "postgres"), ("telemetry",))
    try:
        stack.up(*(() if FULL else ("telemetry",)))
        yield stack
    finally:
        stack.down()


def test_a_service_is_ready_with_the_rights_of_its_own_users(stack: Composed) -> None:
    (telemetry,) = stack.containers("telemetry")
    seen = stack.inspect(telemetry)
    assert seen["State"]["Health"]["Status"] == "healthy"
    assert seen["Config"]["User"] == "10001:10001"
    assert seen["Config"]["Labels"]["org.opencontainers.image.title"] == "barnraise-telemetry"
    said = stack.compose("logs", "telemetry")
    assert "permissions violation" not in said.lower(), said


def test_an_image_holds_its_service_and_nothing_else(stack: Composed) -> None:
    listed = stack.compose("exec", "-T", "telemetry", "python3", "-c", _LISTING).split()
    wanted = set(re.findall(r"(?m)^([A-Za-z0-9._-]+)==", (ROOT / "deploy/docker/requirements/telemetry.txt").read_text()))
    ours = {"barnraise-contracts", "barnraise-chassis", "barnraise-telemetry"}
    assert {_plain(name) for name in listed} - ours <= {_plain(name) for name in wanted}
    assert ours <= {_plain(name) for name in listed}
    document = stack.compose("exec", "-T", "telemetry", "cat", "/usr/share/barnraise/sbom.cdx.json")
    assert all(f"pkg:pypi/{_plain(name)}@" in document for name in listed)
    with pytest.raises(AssertionError, match="Read-only file system"):
        stack.compose("exec", "-T", "telemetry", "sh", "-c", "echo >/opt/barnraise/x")


_LISTING = "import importlib.metadata as m; print(*(one.metadata['Name'] for one in m.distributions()))"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize(
    ("role", "statement", "allowed"),
    [
        ("telemetry", "select count(*) from telemetry.steps", True),
        ("telemetry", "create schema more", False),
        ("telemetry", "create table public.more (id int)", False),
        ("planner", "select count(*) from telemetry.steps", False),
        ("planner", "create table telemetry.more (id int)", False),
        ("gateway", "set role barnraise", False),
    ],
)
def test_a_role_has_its_own_schema_alone(stack: Composed, role: str, statement: str, allowed: bool) -> None:
    done = stack.sql(role, statement)
    assert (done.returncode == 0) == allowed, done.stderr
    assert allowed or "permission denied" in done.stderr


@whole
def test_a_sentence_becomes_a_tested_application_behind_tls(stack: Composed) -> None:
    answer = stack.create("Track plants: plants have a name and a species.")
    job = stack.ended(answer["job"]["id"], timeout=300)
    assert job["status"] == "succeeded", job
    assert job["tests"]["failed"] == 0
    assert job["tests"]["passed"] > 0
    assert job["preview_url"].startswith("https://")
    assert stack.preview(job["preview_url"]).status_code == 200
    assert stack.preview(job["preview_url"], "/api/health").status_code == 200
    with stack.http() as http:
        assert [http.get(path).status_code for path in ("/", "/metrics", "/readyz")] == [200, 404, 404]
    for reader in ("validator", "sandbox", "gateway"):
        assert stack.sql(reader, "select count(*) from codegen.refs").stdout.strip() != "0"
        assert "permission denied" in stack.sql(reader, "update codegen.refs set oid = oid").stderr
        assert "permission denied" in stack.sql(reader, "select count(*) from codegen.steps").stderr
    assert "permissions violation" not in stack.compose("logs").lower()


@whole
def test_two_of_each_lose_nothing_when_one_of_each_is_killed_in_the_middle(stack: Composed) -> None:
    stack.up(*(part for service in SERVICES for part in ("--scale", f"{service}=2")))
    assert [len(stack.containers(service)) for service in SERVICES] == [2] * len(SERVICES)
    things = ("boats", "trees", "books", "stones")
    answers = [stack.create(f"Track {thing}: {thing} have a name and a weight.") for thing in things]
    killed = [(service, stack.crash(service)) for service in SERVICES]
    for answer in answers:
        job = stack.ended(answer["job"]["id"], timeout=600)
        assert job["status"] == "succeeded", job
        events = stack.events(answer["project"]["id"])
        ids = [item["event"]["id"] for item in events]
        assert len(ids) == len(set(ids))
        assert len(list(ends(events, job["id"]))) == 1
        assert stack.preview(job["preview_url"]).status_code == 200
    for _, container in killed:
        settled(stack, container, restarts=1)
    assert "permissions violation" not in stack.compose("logs").lower()


@whole
@pytest.mark.skipif(shutil.which("prometheus-alertmanager") is None, reason="Prometheus is not installed: scripts/prometheus")
def test_prometheus_finds_every_replica_and_alerts_arrive_with_links(stack: Composed) -> None:
    """With the configuration that is shipped; all that is down is Prometheus' own word on a healthy platform."""
    parts = ("prometheus", "alertmanager")
    for name in parts:
        stack.stand_in(name)
    stack.up(*parts)
    asked = f"http://{stack.address('prometheus')}:9090/api/v1"
    with httpx.Client(timeout=10) as http:
        wanted = {service: len(stack.containers(service)) for service in SERVICES}

        def found() -> bool:
            series = http.get(f"{asked}/query", params={"query": "count by (job) (up == 1)"}).json()["data"]["result"]
            return {item["metric"]["job"]: int(item["value"][1]) for item in series} == {**wanted, "prometheus": 1}

        until(found, timeout=120, every=1)
        told = until(lambda: http.get(f"http://{stack.address('alertmanager')}:9093/api/v2/alerts").json(), timeout=90, every=1)
        groups = http.get(f"{asked}/rules").json()["data"]["groups"]
    (watchdog,) = [alert for alert in told if alert["labels"]["alertname"] == "Watchdog"]
    assert watchdog["labels"] == {"alertname": "Watchdog", "severity": "none"}
    assert watchdog["annotations"]["dashboard"] == "http://localhost:3000/d/barnraise-signals"
    assert watchdog["annotations"]["runbook_url"] == "docs/runbooks/Watchdog.md"
    assert [rule["name"] for group in groups for rule in group["rules"] if rule["health"] == "err"] == []

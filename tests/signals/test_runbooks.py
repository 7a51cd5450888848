"""Runbooks, held against what there is: a page that is read at night names nothing that does not exist."""

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import asyncpg
import pytest
import yaml
from manifests import overlay, templates
from typer.main import get_command

from barnraise.chassis.database import migrate
from barnraise.chassis.migrate import migrations_of
from barnraise.chassis.provision import STREAMS
from barnraise.cli.app import app
from barnraise.contracts.commands import COMMANDS as MESSAGES
from deploy.signals.catalogue import kinds
from deploy.signals.files import ROOT

PAGES = {file.stem: file.read_text() for file in sorted((ROOT / "docs/runbooks").iterdir())}
OPERATIONS = (ROOT / "docs/operations.md").read_text()
TEXTS = PAGES | {"operations.md": OPERATIONS}
SERVICES = ("gateway", "planner", "codegen", "validator", "sandbox", "telemetry")
VARIABLES = set(re.findall(r"\$([A-Z_]+)", OPERATIONS))
PROGRAMS = "barnraise|kubectl|docker compose|psql|curl|promtool|amtool"


def commands() -> Iterator[tuple[str, str]]:
    """(page, command) of every line of a block, and of what stands between backticks and is whole."""
    for page, text in TEXTS.items():
        blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        lines = [line for block in blocks for line in block.splitlines()]
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        yield from ((page, found) for found in [*lines, *re.findall(r"`([^`\n]+)`", prose)] if re.match(rf"({PROGRAMS})\b", found))


def of(program: str) -> list[Any]:
    found = [pytest.param(text, id=f"{page}: {text[:60]}") for page, text in commands() if text.startswith(f"{program} ")]
    return list({param.values[0]: param for param in found}.values())


def _words(command: str) -> list[str]:
    """Of its first program."""
    return shlex.split(re.split(r"[|>]", command, maxsplit=1)[0])


@pytest.mark.parametrize("command", of("barnraise"))
def test_a_command_of_ours_exists_with_its_options(command: str) -> None:
    words = [word for word in _words(command)[1:] if word.islower()]
    known: Any = get_command(app)
    for word in [word for word in words if not word.startswith("-")]:
        known = known.commands[word]
    options = {option for parameter in known.params for option in parameter.opts}
    assert {word for word in words if word.startswith("-")} <= options


@pytest.mark.parametrize("command", of("kubectl"))
@pytest.mark.parametrize("name", ["prod", "single-node"])
def test_kubectl_is_told_of_what_the_overlays_have(name: str, command: str) -> None:
    if "-k " in command or "configmap" in command:
        return  # makes things; does not look at them
    words = _words(command)[1:]
    documents = overlay(name)
    given = dict(pairwise(words))
    assert "-A" in words or given["-n"] in {one["metadata"]["name"] for one in documents if one["kind"] == "Namespace"}
    there = [(place, called, pod) for place, called, pod in templates(documents) if "-A" in words or place == given["-n"]]
    if "-l" in given:
        label, _, value = given["-l"].partition("=")
        there = [one for one in there if one[2]["metadata"]["labels"].get(label) == value]
        assert there, f"nothing in {given.get('-n')} has the label {given['-l']}"
    for kind, called in re.findall(r"\b(deployment|statefulset|job)/([\w-]+)", command):
        assert (kind, called) in {(one["kind"].lower(), one["metadata"]["name"]) for one in documents}
        there = [one for one in there if one[1] == called]
    if words[0] == "port-forward":
        ports = {port["containerPort"] for _, called, pod in there if called == "nats" or "/" in command for port in _ports(pod)}
        assert int(words[-1]) in ports


def _ports(pod: Any) -> list[Any]:
    return [port for container in pod["spec"]["containers"] for port in container.get("ports", ())]


@pytest.mark.parametrize("command", of("docker compose"))
def test_compose_is_told_of_its_services(command: str) -> None:
    known = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    words = [word for word in _words(command)[2:] if not word.startswith("-")]
    assert words[0] in ("ps", "exec", "logs", "config", "cp", "top")
    if words[0] in ("ps", "exec", "logs", "top") and len(words) > 1:
        assert words[1] in known


def test_addresses_that_a_page_asks_are_explained() -> None:
    for page, command in commands():
        assert set(re.findall(r"\$\{?([A-Z_]{2,})", command)) <= VARIABLES, f"{page}: {command}"


@pytest.mark.parametrize("command", [param for param in of("curl") if "/metrics" in param.values[0]])
def test_what_is_looked_for_among_metrics_is_exported(command: str) -> None:
    for pattern in re.findall(r"'\^([^']+)'", command):
        choice = re.search(r"\(([^)]*)\)", pattern)
        parts = [pattern[: choice.start()] + part + pattern[choice.end() :] for part in choice[1].split("|")] if choice else [pattern]
        for part in parts:
            assert any(name.startswith(part) for name in kinds()), f"nobody exports {part}"


@pytest.mark.parametrize("command", [*of("promtool"), *of("amtool")])
def test_a_file_that_is_checked_is_there(command: str) -> None:
    for file in re.findall(r"[\w/.-]+\.yml", command):
        assert (ROOT / file).exists()


def test_names_between_backticks_exist() -> None:
    """Alerts, streams, commands on the bus, variables of the environment, documents."""
    streams = {str(stream.name) for stream in STREAMS}
    sources = "".join(file.read_text() for file in ROOT.glob("services/*/src/barnraise/*/settings.py"))
    sources += (ROOT / "libs/chassis/src/barnraise/chassis/settings.py").read_text()
    for page, text in PAGES.items():
        for name in re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
            if re.fullmatch(r"([A-Z][a-z]+){2,}", name) and name != "LimitNOFILE":
                assert name in PAGES, f"{page}: there is no alert {name}"
            elif re.fullmatch(r"[A-Z]{4,}", name):
                assert name in streams, f"{page}: there is no stream {name}"
            elif re.fullmatch(r"[a-z]+\.[a-z]+\.v\d", name):
                assert name in {kind.model_fields["type"].default for kind in MESSAGES}, f"{page}: nobody says {name}"
            elif name.startswith("BARNRAISE_"):
                assert f"    {name.removeprefix('BARNRAISE_').lower()}:" in sources, f"{page}: nobody reads {name}"
            elif re.fullmatch(r"docs/[\w/.-]+", name):
                assert (ROOT / name).exists(), f"{page}: there is no {name}"


async def test_statements_run_on_the_schemas_as_they_are(database_url: str) -> None:
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=1)
    for service in SERVICES:
        await migrate(pool, service, migrations_of(service))
    statements = {found for _, command in commands() for found in re.findall(r'-c "([^"]+)"', command)}
    assert len(statements) >= 3
    for statement in statements:
        await pool.fetch(statement)
    await pool.close()

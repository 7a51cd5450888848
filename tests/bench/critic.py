"""How good the critic is, and how fast: seeded defects that it finds, alarms on clean projects, and how long an edit waits for it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import json
import os
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import critic_corpus
from critic_corpus import Defect
from figures import Row, limited
from platform_client import Platform

from barnraise.cli.instance import cache
from barnraise.contracts.commands import ValidateCommit
from barnraise.contracts.diagnostics import Diagnostic
from barnraise.contracts.events import CommitValidated
from barnraise.validator.adapters.fork_server import ForkServer
from barnraise.validator.adapters.process import Limits
from barnraise.validator.adapters.toolbox import CALLS, toolbox
from barnraise.validator.ports import Checkout
from barnraise.validator.service import Validator

FOUND, EDIT, WHOLE = 97.0, 0.150, 1.5
LIMITS = Limits(seconds=60, memory=2 << 30, output=4 << 20)
AT = datetime(2026, 1, 1, tzinfo=UTC)
PYTHON = "backend/app/main.py"
SCRIPT = "frontend/src/App.tsx"


class Trees:
    """Checkouts of what is put into it."""

    def __init__(self) -> None:
        self.files: Mapping[str, str] = {}

    @asynccontextmanager
    async def open(self, project_id: str, commit: str) -> AsyncIterator[Checkout]:
        with tempfile.TemporaryDirectory(prefix="barnraise-critic-") as around:
            directory = Path(around) / "files"
            for path, content in self.files.items():
                (directory / path).parent.mkdir(parents=True, exist_ok=True)
                (directory / path).write_text(content)
            blobs = {path: hashlib.sha256(content.encode()).hexdigest() for path, content in self.files.items()}
            yield Checkout(directory, commit, blobs, _there)


async def _there(_: Collection[str]) -> None:
    """All files are written already."""


class Critic:
    """The real tools, without the bus."""

    def __init__(self, validator: Validator, trees: Trees) -> None:
        self._validator = validator
        self._trees = trees

    async def judge(self, files: Mapping[str, str]) -> CommitValidated:
        self._trees.files = files
        return await self._validator.validate(ValidateCommit(id="j:validate:1", project_id="p", job_id="j", at=AT, commit="a" * 40))


@contextlib.contextmanager
def critic() -> Iterator[Critic]:
    base = Path(os.environ.get("BARNRAISE_BASE_DIR") or cache() / "base")
    with contextlib.closing(ForkServer(CALLS)) as server, tempfile.TemporaryDirectory(prefix="barnraise-critic-") as folder:
        advisories = Path(folder) / "advisories"
        advisories.mkdir()
        (advisories / "one.json").write_text(json.dumps(critic_corpus.ADVISORY))
        trees, tools = Trees(), toolbox(base, Path(folder) / "tools", LIMITS, server, advisories)
        yield Critic(Validator(trees, tools, lambda: AT, at_once=4), trees)


def rows(platform: Platform, rounds: int) -> Iterator[Row]:
    yield from asyncio.run(_corpus())
    yield from latencies(platform, max(rounds, 9))


async def _corpus() -> list[Row]:
    clean = critic_corpus.projects()
    seeded = critic_corpus.defects(clean)
    with critic() as subject:
        told = [(name, one) for name, files in clean.items() for one in (await subject.judge(files)).diagnostics]
        found = [(defect, await _found(subject, clean, defect)) for defect in seeded]
    alarms = [(name, one) for name, one in told if is_alarm(one)]
    for name, one in told:
        print(f"{'false alarm' if is_alarm(one) else 'note'} in {name}: {one}", file=sys.stderr)
    for defect, tools in found:
        if not tools:
            print(f"not found: {defect.project} {defect.path} {defect.name} by {sorted(defect.tools)}", file=sys.stderr)
    share = 100 * sum(bool(tools) for _, tools in found) / len(found)
    by_tool = Counter(tool for _, tools in found for tool in tools)
    return [
        Row("seeded defects", {"p50": len(found)}, "defects", ">= 200", len(found) >= 200),
        Row("seeded defects found", {"p50": share, "n": len(found)}, "%", f">= {FOUND:g}", share >= FOUND),
        Row("false alarms on clean projects", {"p50": len(alarms), "n": len(clean)}, "alarms", "0", not alarms),
        *[Row(f"  found by {tool}", {"p50": count}, "defects", "", None) for tool, count in sorted(by_tool.items())],
    ]


def is_alarm(one: Diagnostic) -> bool:
    """Whatever is said of the project, and a tool that is missing or failed; not a note on what nobody here can look at."""
    return one.about == "project" or one.severity != "info"


async def _found(subject: Critic, clean: Mapping[str, Mapping[str, str]], defect: Defect) -> set[str]:
    """The expected tools that told of the file."""
    event = await subject.judge({**clean[defect.project], defect.path: defect.content})
    return {one.tool for one in event.diagnostics if one.tool in defect.tools and one.path == defect.path}


def latencies(platform: Platform, rounds: int) -> Iterator[Row]:
    """A project that is imported whole, none of whose files was ever looked at; then edits of single files, by turns with a defect and
    without. By the step's clock, from the conductor's asking to its hearing over the bus; and by the writer's."""
    whole = []
    for number in range(3):
        project, seconds = _imported(platform, number)
        whole.append(seconds)
    yield limited("project of 86 files never seen before -> diagnostics", whole, WHOLE)
    for name, path, defect in (
        ("Python", PYTHON, "\nprint(nothing_of_this_name{})\n"),
        ("TypeScript", SCRIPT, "\nexport const wrong{}: number = 'a';\n"),
    ):
        steps, heard = _edited(platform, project, path, defect, rounds)
        yield limited(f"edit of one file -> diagnostics, {name}", steps, EDIT)
        yield limited("  from the writer's request to the writer's hearing of them", heard)


def _imported(platform: Platform, number: int) -> tuple[str, float]:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as made:
        for path, content in critic_corpus.projects()["app"].items():
            mark = {"py": f"# copy {number}\n", "ts": f"// copy {number}\n", "tsx": f"// copy {number}\n"}.get(path.rpartition(".")[2], "")
            made.writestr(path, mark + content)
    with platform.http() as http:
        answer = http.post("/api/v2/projects/import", params={"name": f"critic {number}"}, content=archive.getvalue(), timeout=120)
        made_project = answer.raise_for_status().json()
    job = platform.ended(made_project["job"]["id"])
    return made_project["project"]["id"], float(_step(job, "validate"))


def _edited(platform: Platform, project: str, path: str, defect: str, rounds: int) -> tuple[list[float], list[float]]:
    steps, heard = [], []
    first = platform.get(f"/projects/{project}/files/{path}")["content"]
    for number in range(rounds):
        file = platform.get(f"/projects/{project}/files/{path}")
        content = first + (defect.format(number) if number % 2 == 0 else f"\n{'#' if path.endswith('.py') else '//'} {number}\n")
        last = platform.get(f"/projects/{project}")["last_seq"]
        start = time.perf_counter()
        with platform.http() as http:
            http.put(f"/api/v2/projects/{project}/files/{path}", json={"content": content, "base": file["commit"]}).raise_for_status()
        validated, told, ended = _followed(platform, project, last)
        heard.append(told - start)
        steps.append(float(_step(platform.ended(ended), "validate")))
        errors = [one for one in map(Diagnostic.model_validate, validated["diagnostics"]) if one.path == path and one.severity == "error"]
        if bool(errors) != (number % 2 == 0):
            raise RuntimeError(f"round {number} of {path}: {validated['diagnostics']}")
    return steps, heard


def _followed(platform: Platform, project: str, after: int) -> tuple[dict[str, Any], float, str]:
    """The judgement, when it was heard, and the job that has ended."""
    validated: dict[str, Any] = {}
    told = 0.0
    with platform.http() as http, http.stream("GET", f"/api/v2/projects/{project}/events", params={"after": after}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data:") and '"commit.validated.v1"' in line:
                validated, told = json.loads(line[5:]), time.perf_counter()
            elif validated and line.startswith("data:") and '"job.ended.v1"' in line:
                return validated, told, json.loads(line[5:])["job_id"]
    raise RuntimeError("the event stream ended before the job did")


def _step(job: Mapping[str, Any], name: str) -> float:
    return next(step["seconds"] for step in job["steps"] if step["step"] == name)


if __name__ == "__main__":
    print(*("\t".join(row.cells()) for row in asyncio.run(_corpus())), sep="\n")

"""A generated application, whole, in real sandboxes: its tests pass, its page and API answer, a refinement shows."""

import asyncio
import json
from pathlib import Path

import pytest

from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.contracts.events import LogAppended
from barnraise.contracts.manifest import Manifest
from barnraise.sandbox.adapters.folders import DataFolders
from barnraise.sandbox.adapters.memory import MemoryAnnouncer, MemoryCode, MemoryPreviews
from barnraise.sandbox.adapters.visitor import HttpVisitor
from barnraise.sandbox.domain.limits import LIMITS, Capability
from barnraise.sandbox.ports import Driver, Spec
from barnraise.sandbox.service.logs import Cause
from barnraise.sandbox.service.pool import Pool, spec_for
from barnraise.sandbox.service.previewing import PreviewHost, Rules
from barnraise.sandbox.service.testing import TestRuns, passed

pytestmark = [pytest.mark.sandbox, pytest.mark.drivers("local", "docker")]
CAPABILITY = Capability("any", ("network",), accepted=("memory",))
CAUSE = Cause("j1:test:1", "p1", "j1")
A, B = "a" * 40, "b" * 40


def manifest(*fields: dict[str, object]) -> Manifest:
    task = {"name": "Task", "label": "Task", "plural_label": "Tasks", "fields": [{"name": "title", "label": "Title"}, *fields]}
    return Manifest.model_validate({"name": "todo", "title": "Todo", "entities": [task]})


@pytest.fixture
def code() -> MemoryCode:
    made = MemoryCode()
    made.put("p1", A, compile_manifest(manifest()))
    made.put("p1", B, compile_manifest(manifest({"name": "due", "label": "Due", "type": "date", "required": False})))
    return made


async def test_its_tests_pass(driver: Driver, code: MemoryCode) -> None:
    announcer = MemoryAnnouncer()
    runs = TestRuns(Pool(driver, lambda: spec_for("test"), spare=0), code, announcer)
    end, report = await runs.run(CAUSE, A)
    said = "".join(event.text for event in announcer.events if isinstance(event, LogAppended))
    assert passed(end, report), said
    assert report.passed >= 10
    assert "src/pages/pages.test.tsx" in said
    assert "warning" not in said.lower()


async def test_a_broken_page_fails_the_run(driver: Driver, code: MemoryCode) -> None:
    files = compile_manifest(manifest())
    kit = "frontend/src/entities/kit.ts"
    code.put("p1", B, {**files, kit: files[kit].replace(b'replaceAll("_", " ")', b'replaceAll("_", "-")')})
    end, report = await TestRuns(Pool(driver, lambda: spec_for("test"), spare=0), code, MemoryAnnouncer()).run(CAUSE, B)
    assert not passed(end, report)
    assert report.passed >= 10
    assert any("router.test.ts" in case.name and "In progress" in (case.message or "") for case in report.cases), report.cases


async def test_its_preview_follows_a_refinement(driver: Driver, code: MemoryCode, tmp_path: Path) -> None:
    folders = DataFolders(tmp_path / "data")
    pool = Pool(driver, lambda: Spec("preview", LIMITS["preview"], folders.spare(), listens=True), spare=0)
    host = PreviewHost(
        driver, pool, code, MemoryPreviews(), folders, HttpVisitor(), MemoryAnnouncer(), lambda: "l" * 26, Rules(), CAPABILITY
    )  # fmt: skip
    shown = await host.show("p1", A, CAUSE)
    assert shown.endpoint
    before = await get(shown.endpoint, "/api/tasks")
    assert "due" not in before
    assert "title" in before
    assert "/src/main.tsx" in await get(shown.endpoint, "/")
    assert "createRoot" in await get(shown.endpoint, "/src/main.tsx")
    await host.show("p1", B, CAUSE)
    after = json.loads(await get(shown.endpoint, "/api/tasks"))
    assert "due" in json.dumps(after)
    assert "due" in await get(shown.endpoint, "/src/entities/tasks.ts")
    await host.close()


async def get(endpoint: str, path: str) -> str:
    reader, writer = await asyncio.open_unix_connection(endpoint)
    writer.write(f"GET {path} HTTP/1.0\r\nHost: l.localhost\r\n\r\n".encode())
    head, _, body = (await asyncio.wait_for(reader.read(), 20)).partition(b"\r\n\r\n")
    writer.close()
    assert b" 200 " in head.splitlines()[0], head
    return body.decode()

"""What the tests of an application leave: kept, and believed in nothing."""

import base64
import hashlib
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sandbox_doubles import CAPABILITY, A, FakeDriver, command

from barnraise.chassis.objects import ObjectStore
from barnraise.contracts.commands import TestCommit
from barnraise.contracts.diagnostics import TestReport
from barnraise.sandbox.adapters.artefacts import StoredArtefacts
from barnraise.sandbox.adapters.memory import MemoryAnnouncer, MemoryCode
from barnraise.sandbox.domain.artefacts import left, sniff
from barnraise.sandbox.handlers import register
from barnraise.sandbox.service.logs import Cause
from barnraise.sandbox.service.pool import Pool, spec_for
from barnraise.sandbox.service.sandbox import Sandbox
from barnraise.sandbox.service.testing import TestRuns

CAUSE = Cause("j1:test:1", "p1", "j1")
PNG = b"\x89PNG\r\n\x1a\n rest"
TESTS = b"""
import os, pathlib
results = pathlib.Path(os.environ["RESULTS_DIR"])
def test_draws():
    (results / "deep").mkdir(parents=True)
    (results / "plot.png").write_bytes(b"\\x89PNG\\r\\n\\x1a\\n rest")
    (results / "liar.png").write_text("<script>alert(1)</script>")
    (results / "page.html").write_text("<script>alert(2)</script>")
    (results / "deep" / "sums.csv").write_text("a,b\\n1,2\\n")
    (results / "large.bin").write_bytes(b"x" * (5 << 20))
    (results / "link.txt").symlink_to("/etc/passwd")
    (results / "folder").symlink_to("/etc")
    os.mkfifo(results / "pipe.txt")
"""
SAYS = {"report": base64.b64encode(b'<testsuites><testsuite><testcase name="t" time="0.1"/></testsuite></testsuites>').decode()}


def said(*files: Any) -> dict[str, Any]:
    return {"files": [[name, base64.b64encode(content).decode()] for name, content in files]}


@pytest.mark.parametrize(
    ("name", "content", "kind", "media_type"),
    [
        ("plot.png", PNG, "figure", "image/png"),
        ("plot.txt", PNG, "figure", "image/png"),
        ("p.webp", b"RIFF\0\0\0\0WEBP", "figure", "image/webp"),
        ("liar.png", b"<script>", "file", "application/octet-stream"),
        ("drawing.svg", b"<svg onload='x()'/>", "file", "application/octet-stream"),
        ("page.html", b"<script>", "file", "application/octet-stream"),
        ("sums.CSV", b"a,b\n", "table", "text/csv"),
        ("sums.csv", b"a\0b", "file", "application/octet-stream"),
        ("note.txt", b"\xff\xfe", "file", "application/octet-stream"),
        ("note.md", "grün".encode(), "text", "text/plain"),
        ("png", b"", "file", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_content_is(name: str, content: bytes, kind: str, media_type: str) -> None:
    assert sniff(name, content) == (kind, media_type)


def test_names_and_numbers_of_a_sandbox_are_bounded() -> None:
    found = [one.name for one, _ in left(said(("../../x.txt", b"1"), ("a\x1b[31m\u202eb", b"2"), ("x" * 999, b"3"), ("", b"4")))]
    assert found == [".." + "__.." + "__x.txt", "a?[31m?b", "x" * 200]
    assert len(list(left(said(*((f"{number}.txt", b"%d" % number) for number in range(99)))))) == 20
    large = b"x" * (3 << 20)
    assert [one.name for one, _ in left(said(("a", large), ("b", large), ("c", b"")))] == ["a"]


@pytest.mark.parametrize("answer", [None, {}, {"files": "x"}, {"files": {"a": 1}}, {"files": [1, ["a"], ["a", 1], [1, ""], ["a", "?"]]}])
def test_what_is_no_file_is_left_out(answer: Any) -> None:
    assert list(left(answer)) == []


async def told(pool: asyncpg.Pool, runs: TestRuns, report: TestReport) -> None:
    """As the transaction that tells the report does it."""
    async with pool.acquire() as connection, connection.transaction():
        await runs.reported(connection, "p1", report)


@pytest.mark.connected
async def test_what_a_run_has_left_is_kept_until_the_report_of_the_next_is_told(tmp_path: Path, pool: asyncpg.Pool) -> None:
    objects = ObjectStore(f"file://{tmp_path}")
    await objects.put("artefacts/p10/other", b"another project's")
    code = MemoryCode()
    code.put("p1", A, {"backend/tests/test_app.py": b"x"})
    leaves = [said(("a.txt", b"1"), ("b.txt", b"2")), said(("b.txt", b"2")), said(("c.txt", b"3"))]
    driver = FakeDriver(*([{"ready": True}, SAYS | each] for each in leaves))
    kept = StoredArtefacts(objects, pool, grace=0.0)
    runs = TestRuns(Pool(driver, lambda: spec_for("test"), spare=0), code, MemoryAnnouncer(), artefacts=kept)
    _, first = await runs.run(CAUSE, A)
    assert [one.name for one in first.artefacts] == ["a.txt", "b.txt"]
    assert await objects.get(f"artefacts/p1/{first.artefacts[0].digest}") == b"1"
    await told(pool, runs, first)
    _, second = await runs.run(CAUSE, A)
    assert second.artefacts == first.artefacts[1:]
    assert await objects.get(f"artefacts/p1/{first.artefacts[0].digest}") == b"1", "the report that is told speaks of it"
    await told(pool, runs, second)
    _, third = await runs.run(CAUSE, A)
    left_now = sorted(f"artefacts/p1/{one.digest}" for one in (*second.artefacts, *third.artefacts))
    assert await objects.list("artefacts/p1/") == left_now
    assert await objects.get("artefacts/p10/other") == b"another project's"
    await runs.forget("p1")
    assert await objects.list("artefacts/") == ["artefacts/p10/other"]
    assert await pool.fetchval("select count(*) from sandbox.artefacts") == 0


class Registered:
    """A broker that only remembers who handles what."""

    def __init__(self) -> None:
        self.commands: dict[Any, Any] = {}

    def command(self, kind: Any, handler: Any, **_: Any) -> None:
        self.commands[kind] = handler

    def request(self, kind: Any, handler: Any, **_: Any) -> None:
        """Nobody asks."""


@pytest.mark.connected
async def test_the_transaction_that_tells_a_report_keeps_what_it_speaks_of(tmp_path: Path, pool: asyncpg.Pool) -> None:
    code = MemoryCode()
    code.put("p1", A, {"backend/tests/test_app.py": b"x"})
    driver = FakeDriver([{"ready": True}, SAYS | said(("a.txt", b"1"))])
    kept = StoredArtefacts(ObjectStore(f"file://{tmp_path}"), pool)
    runs = TestRuns(Pool(driver, lambda: spec_for("test"), spare=0), code, MemoryAnnouncer(), artefacts=kept)
    nothing: Any = None
    broker: Any = Registered()
    register(broker, Sandbox(CAPABILITY, runs, nothing, nothing, nothing), 1)
    outcome = await broker.commands[TestCommit](command(TestCommit, commit=A))
    assert await pool.fetchval("select count(*) from sandbox.artefacts") == 0
    async with pool.acquire() as connection, connection.transaction():
        await outcome.effect(connection)
    (artefact,) = outcome.messages[0].report.artefacts
    assert await pool.fetchval("select digests from sandbox.artefacts where project_id = 'p1'") == [artefact.digest]


@pytest.mark.connected
async def test_what_another_run_has_just_left_stays_until_its_report_is_told(tmp_path: Path, pool: asyncpg.Pool) -> None:
    objects = ObjectStore(f"file://{tmp_path}")
    for content in (b"1", b"2"):
        await StoredArtefacts(objects, pool).keep("p1", {hashlib.sha256(content).hexdigest(): content})
    assert len(await objects.list("artefacts/p1/")) == 2


@pytest.mark.sandbox
@pytest.mark.drivers("local", "gvisor")
async def test_tests_leave_files_and_no_way_out(open_driver, tmp_path: Path, pool: asyncpg.Pool) -> None:
    objects = ObjectStore(f"file://{tmp_path}/objects")
    code = MemoryCode()
    code.put("p1", A, {"backend/tests/test_app.py": TESTS})
    async with open_driver(tmp_path / "data") as driver:
        runs = TestRuns(Pool(driver, lambda: spec_for("test"), spare=0), code, MemoryAnnouncer(), artefacts=StoredArtefacts(objects, pool))
        _, report = await runs.run(CAUSE, A)
    assert (report.passed, report.failed) == (1, 0), report
    found = {one.name: (one.kind, one.size) for one in report.artefacts}
    assert found == {"plot.png": ("figure", len(PNG)), "liar.png": ("file", 25), "page.html": ("file", 25), "deep__sums.csv": ("table", 8)}

"""Previews of a small application in real sandboxes: start, change, break, keep data, come back."""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.events import Event, LogAppended, PreviewStopped, PreviewTroubled
from barnraise.sandbox.adapters.folders import DataFolders
from barnraise.sandbox.adapters.local.box import LocalBox
from barnraise.sandbox.adapters.memory import MemoryAnnouncer, MemoryCode, MemoryPreviews
from barnraise.sandbox.adapters.runtime import INSIDE
from barnraise.sandbox.adapters.visitor import HttpVisitor
from barnraise.sandbox.domain.limits import LIMITS, Capability
from barnraise.sandbox.domain.packages import Installed, Packages
from barnraise.sandbox.domain.previews import label
from barnraise.sandbox.ports import Driver, Spec
from barnraise.sandbox.service.logs import Cause
from barnraise.sandbox.service.pool import Pool
from barnraise.sandbox.service.previewing import PreviewHost, Rules
from barnraise.sandbox.service.provisioning import Provisioner

pytestmark = [pytest.mark.sandbox, pytest.mark.drivers("local")]

MAIN = b"""
import os, sqlite3
from fastapi import FastAPI
app = FastAPI()
database = sqlite3.connect(os.environ["DATA_DIR"] + "/app.db", check_same_thread=False)
database.execute("create table if not exists t (n integer)")
VERSION = 1
@app.get("/api/health")
def health(): return {"status": "ok"}
@app.get("/api/count")
def count(): return {"rows": database.execute("select count(*) from t").fetchone()[0], "version": VERSION}
@app.post("/api/count")
def add():
    database.execute("insert into t values (1)")
    database.commit()
    return count()
@app.post("/api/end")
def end(): os._exit(3)
@app.post("/api/fill")
def fill():
    open(os.environ["DATA_DIR"] + "/fill", "wb").write(b"x" * (4 << 20))
    return {}
"""
APP = {
    "backend/app/__init__.py": b"",
    "backend/app/main.py": MAIN,
    "frontend/package.json": b'{"name": "f", "private": true, "type": "module"}',
    "frontend/index.html": b'<!doctype html><div id="root"></div><script type="module" src="/src/main.ts"></script>',
    "frontend/src/main.ts": b"export const greeting: string = 'hello'\n",
    "frontend/vite.config.ts": b"import { defineConfig } from 'vite'\nexport default defineConfig({ plugins: [] })\n",
    "README.md": b"an application",
}
CAPABILITY = Capability("any", ("network",), accepted=("memory",))
CAUSE = Cause("j1:preview:1", "p1", "j1")
A, B, C, D = ("a" * 40, "b" * 40, "c" * 40, "d" * 40)


def change(**files: bytes | None) -> dict[str, bytes]:
    """The application with some files changed (keys with __ for /, _dot_ for .) or, with None, without them."""
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in files.items()}
    return {path: content for path, content in (APP | named).items() if content is not None}


VERSION_2 = change(backend__app__main_dot_py=MAIN.replace(b"VERSION = 1", b"VERSION = 2"))
BROKEN = change(backend__app__main_dot_py=b"import nothing_like_this\n", frontend__src__main_dot_ts=b"export const greeting = 'still'\n")
PARTS = {f"frontend/src/part{number}.ts": b"export {}\n" if number else b"const = 1\n" for number in range(200)}
"""So many that an API would have started before the page is looked through."""
MIGRATING = PARTS | change(
    backend__app__main_dot_py=MAIN
    + b"""
@app.on_event("startup")
def migrate(): database.execute("drop table t")
""",
    frontend__src__main_dot_ts=b"".join(b"import './part%d'\n" % number for number in range(200)) + b"export {}\n",
)


def _random_label() -> str:
    return label(os.urandom(16))


class Stage:
    """A preview host on a real driver, and what a browser would do with its previews."""

    def __init__(
        self,
        driver: Driver,
        root: Path,
        records: MemoryPreviews,
        rules: Rules | None = None,
        spare: int = 0,
        packages: Provisioner | None = None,
    ) -> None:
        self.announcer = MemoryAnnouncer()
        self.code = MemoryCode()
        self.folders = DataFolders(root)
        self.pool = Pool(driver, lambda: Spec("preview", LIMITS["preview"], self.folders.spare(), listens=True), spare=spare)
        visitor = HttpVisitor()
        self.host = PreviewHost(
            driver, self.pool, self.code, records, self.folders, visitor, self.announcer, _random_label, rules or Rules(), CAPABILITY,
            packages,
        )  # fmt: skip

    async def show(self, files: Mapping[str, bytes], commit: str, project: str = "p1") -> Any:
        self.code.put(project, commit, files)
        return await self.host.show(project, commit, Cause(f"{commit[:4]}:preview", project, "j1"))

    async def close(self) -> None:
        await self.host.close()
        await self.pool.close()


async def ask(endpoint: str | None, path: str, method: str = "GET") -> tuple[int, bytes]:
    assert endpoint
    reader, writer = await asyncio.open_unix_connection(endpoint)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: x.localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
    head, _, body = (await asyncio.wait_for(reader.read(), 15)).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split()[1]), body


async def count(endpoint: str | None, method: str = "GET") -> dict[str, int]:
    status, body = await ask(endpoint, "/api/count", method)
    assert status == 200
    return json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])


@pytest.fixture
def records() -> MemoryPreviews:
    return MemoryPreviews()


@pytest.fixture
async def stage(driver: Driver, tmp_path: Path, records: MemoryPreviews) -> AsyncIterator[Stage]:
    made = Stage(driver, tmp_path / "data", records)
    yield made
    await made.close()


def stops(events: list[Event]) -> list[str]:
    return [event.reason for event in events if isinstance(event, PreviewStopped)]


@pytest.mark.drivers("local", "gvisor", "docker")
async def test_the_whole_life_of_a_preview(stage: Stage, records: MemoryPreviews) -> None:
    shown = await stage.show(APP, A)
    assert (shown.status, shown.commit, len(shown.host), shown.enforced) == ("running", A, 26, ("network",))
    assert b'<div id="root">' in (await ask(shown.endpoint, "/"))[1]
    assert b"@vite/client" in (await ask(shown.endpoint, "/some/page"))[1]
    assert b'greeting = "hello"' in (await ask(shown.endpoint, "/src/main.ts"))[1]
    assert await count(shown.endpoint, "POST") == {"rows": 1, "version": 1}
    logs = [event for event in stage.announcer.events if isinstance(event, LogAppended)]
    assert "Application startup complete" in "".join(event.text for event in logs)
    assert all(event.job_id == "j1" and event.source == "preview" for event in logs)

    again = await stage.show(APP, A)
    assert again == shown

    page = await stage.show(change(frontend__src__main_dot_ts=b"export const greeting: string = 'good day'\n"), B)
    assert (page.host, page.endpoint, page.commit) == (shown.host, shown.endpoint, B)
    assert b'greeting = "good day"' in (await ask(page.endpoint, "/src/main.ts"))[1]

    api = await stage.show(VERSION_2, C)
    assert await count(api.endpoint) == {"rows": 1, "version": 2}

    with pytest.raises(BarnraiseError):
        await stage.show(MIGRATING, D)
    assert await count(api.endpoint) == {"rows": 1, "version": 2}, "an API whose page cannot be built has not started"

    with pytest.raises(BarnraiseError, match="nothing_like_this") as broken:
        await stage.show(BROKEN, D)
    assert broken.value.problem.code == "preview_failed"
    assert not broken.value.problem.retryable
    assert await count(api.endpoint) == {"rows": 1, "version": 2}, "the last good API goes on"
    told = await stage.host.get("p1")
    assert (told.status, told.commit) == ("running", C)
    assert "nothing_like_this" in (told.detail or "")

    # the page alone changes, but the API's files would be the broken ones
    with pytest.raises(BarnraiseError, match="nothing_like_this"):
        await stage.show(BROKEN | {"frontend/src/main.ts": b"export {}"}, "e" * 40)

    mended = await stage.show(VERSION_2, C)
    assert await count(mended.endpoint, "POST") == {"rows": 2, "version": 2}

    stopped = await stage.host.stop("p1")
    assert (stopped.status, stopped.endpoint) == ("stopped", None)
    assert (await stage.host.resolve(shown.host)).status == "stopped"
    assert stops(stage.announcer.events) == ["asked"]

    started = await stage.host.start("p1", C)
    assert started.status == "starting"
    assert await count(started.endpoint) == {"rows": 2, "version": 2}, "requests wait until the application answers; data stay"
    async with asyncio.timeout(60):
        while (await stage.host.get("p1")).status != "running":
            await asyncio.sleep(0.01)
    assert (await stage.host.get("p1")).host == shown.host

    await stage.host.drop("p1")
    assert stops(stage.announcer.events) == ["asked", "deleted"]
    assert stage.folders.of("p1") is None
    assert await records.of_project("p1") is None
    assert (await stage.host.resolve(shown.host)).status == "none"


class OpenPage:
    """The development server's WebSocket, as an open page holds it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.heard = b""

    @classmethod
    async def open(cls, shown: Any) -> "OpenPage":
        _, client = await ask(shown.endpoint, "/@vite/client")
        await ask(shown.endpoint, "/src/main.ts")
        token = re.search(rb'wsToken = "([^"]+)"', client)
        assert token
        reader, writer = await asyncio.open_unix_connection(shown.endpoint)
        head = {
            "Host": f"{shown.host}.localhost:8080",
            "Origin": f"http://{shown.host}.localhost:8080",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol": "vite-hmr",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        writer.write(f"GET /?token={token[1].decode()} HTTP/1.1\r\n{lines}\r\n".encode())
        page = cls(reader, writer)
        await page.hear(rb'"connected"')
        return page

    async def hear(self, pattern: bytes) -> None:
        async with asyncio.timeout(60):
            while not re.search(pattern, self.heard):
                self.heard += await self._reader.read(4096)

    def heard_one_update(self) -> None:
        kinds = re.findall(rb'"type":"(?!prune)([^"]+)', self.heard)
        assert kinds in ([b"connected", b"update"], [b"connected", b"full-reload"]), self.heard

    def close(self) -> None:
        self._writer.close()


UPDATED = rb'"type":"(update|full-reload)".*\.ts'


async def test_a_change_is_pushed_to_the_open_page(stage: Stage) -> None:
    page = await OpenPage.open(await stage.show(APP, A))
    await stage.show(change(frontend__src__main_dot_ts=b"export const greeting: string = 'pushed'\n"), B)
    await page.hear(UPDATED)
    page.close()


WITH_PART = change(
    frontend__src__main_dot_ts=b"import './part'\nexport const greeting = 'whole'\n", frontend__src__part_dot_ts=b"export {}\n"
)


@pytest.mark.parametrize(
    ("files", "what"),
    [
        (WITH_PART | {"frontend/src/part.ts": b"export const = ;\n"}, "src/part.ts"),
        (WITH_PART | {"frontend/src/main.ts": b"import './new'\n", "frontend/src/new.ts": b"}\n"}, "src/new.ts"),
        ({path: content for path, content in WITH_PART.items() if path != "frontend/src/part.ts"}, "src/part.ts"),
    ],
    ids=["a file", "a new file", "a file that is gone"],
)
async def test_an_open_page_hears_nothing_of_a_change_that_cannot_be_built(stage: Stage, files: dict[str, bytes], what: str) -> None:
    shown = await stage.show(WITH_PART, A)
    page = await OpenPage.open(shown)
    with pytest.raises(BarnraiseError, match=f"(?s)page cannot be built.*{what}"):
        await stage.show(files, B)
    assert b'greeting = "whole"' in (await ask(shown.endpoint, "/src/main.ts"))[1], "who reloads gets the last good page"
    assert (await ask(shown.endpoint, "/src/part.ts"))[0] == 200
    async with asyncio.timeout(60):
        while not troubles(stage.announcer.events):
            await asyncio.sleep(0.02)
    (told,) = [event for event in stage.announcer.events if isinstance(event, PreviewTroubled)]
    assert what in told.text
    assert (told.source, told.commit) == ("server", A), "it stands beside the commit that is shown"

    unused = WITH_PART | {"frontend/src/unused.ts": b"export const = ;\n", "frontend/src/part.ts": b"export const mended = 1\n"}
    assert (await stage.show(unused, C)).commit == C, "what the page is not made of cannot break it"
    await page.hear(UPDATED)
    page.heard_one_update()
    assert b'"prune","paths":["/src/part.ts"]' not in page.heard, "styles of a file that stays would be taken off"
    page.close()


async def test_an_api_that_is_not_well_does_not_take_over(stage: Stage) -> None:
    shown = await stage.show(APP, A)
    unwell = MAIN.replace(b"VERSION = 1", b"VERSION = 2").replace(b'return {"status": "ok"}', b"raise RuntimeError('unwell')")
    changed = b"export const greeting = 'changed too'\n"
    page = await OpenPage.open(shown)
    with pytest.raises(BarnraiseError, match=r"(?s)API did not start.*unwell"):
        await stage.show(change(backend__app__main_dot_py=unwell, frontend__src__main_dot_ts=changed), B)
    assert await count(shown.endpoint, "POST") == {"rows": 1, "version": 1}
    assert b'greeting = "hello"' in (await ask(shown.endpoint, "/src/main.ts"))[1], "page and API are of one commit"
    await ask(shown.endpoint, "/api/end", "POST")
    async with asyncio.timeout(60):
        while (await ask(shown.endpoint, "/api/health"))[0] != 200:
            await asyncio.sleep(0.05)
    assert (await count(shown.endpoint))["version"] == 1, "an API that is started again is the last good one"
    await stage.show(change(frontend__src__main_dot_ts=changed), C)
    await page.hear(UPDATED)
    page.heard_one_update()
    page.close()


async def test_deleted_files_are_gone(stage: Stage) -> None:
    shown = await stage.show(APP | {"frontend/public/old.txt": b"old"}, A)
    assert await ask(shown.endpoint, "/old.txt") == (200, b"old")
    await stage.show(APP, B)
    assert (await ask(shown.endpoint, "/old.txt"))[1] != b"old"


async def test_an_application_that_never_worked_fails_with_its_words(stage: Stage) -> None:
    with pytest.raises(BarnraiseError, match="No module named 'nothing_like_this'"):
        await stage.show(BROKEN, A)
    told = await stage.host.get("p1")
    assert told.status == "failed"
    assert told.endpoint is None
    with pytest.raises(BarnraiseError, match="page's development server"):
        await stage.show(change(frontend__vite_dot_config_dot_ts=b"throw new Error('no such plugin')"), B)
    assert (await stage.show(APP, C)).status == "running"


async def test_packages_that_are_not_there_are_named(driver: Driver, tmp_path: Path, records: MemoryPreviews) -> None:
    packages = Provisioner(Packages({"fastapi": Installed("1.0")}), why_not="No more can be had here.")
    stage = Stage(driver, tmp_path / "data", records, packages=packages)
    asking = BROKEN | {"backend/requirements.txt": b"fastapi==1\nnothing-like-this==2\n"}
    with pytest.raises(BarnraiseError, match=r"sandboxes do not have: nothing-like-this\. No more can be had here\."):
        await stage.show(asking, A)
    await stage.close()


async def test_a_killed_sandbox_comes_back_when_somebody_looks(stage: Stage) -> None:
    shown = await stage.show(APP, A)
    await count(shown.endpoint, "POST")
    os.kill(_supervisor(stage), signal.SIGKILL)
    while (await stage.host.get("p1")).status == "running":
        await asyncio.sleep(0.01)
    while "crashed" not in stops(stage.announcer.events):
        await asyncio.sleep(0.01)
    woken = await stage.host.resolve(shown.host)
    assert woken.status in ("starting", "running")
    assert woken.host == shown.host
    assert (await count(woken.endpoint))["rows"] == 1


def _supervisor(stage: Stage) -> int:
    box = stage.host._live["p1"].box
    assert isinstance(box, LocalBox)
    return box._process.pid


async def test_an_api_that_ends_is_started_again(stage: Stage) -> None:
    shown = await stage.show(APP, A)
    await ask(shown.endpoint, "/api/end", "POST")
    async with asyncio.timeout(60):
        while (await ask(shown.endpoint, "/api/health"))[0] != 200:
            await asyncio.sleep(0.05)


def troubles(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, PreviewTroubled)]


async def test_what_goes_wrong_in_the_server_is_told_once(stage: Stage) -> None:
    raising = (
        b"""print('{"level": "error", "message": "no mail here"}', flush=True)"""
        + MAIN
        + b"""
@app.get("/api/bad")
def bad(): raise RuntimeError("no such luck")
"""
    )
    shown = await stage.show(change(backend__app__main_dot_py=raising), A)
    for _ in range(3):
        assert (await ask(shown.endpoint, "/api/bad"))[0] == 500
    async with asyncio.timeout(60):
        while len(troubles(stage.announcer.events)) < 2:
            await asyncio.sleep(0.02)
    assert (await ask(shown.endpoint, "/api/bad"))[0] == 500
    begun, found = [event for event in stage.announcer.events if isinstance(event, PreviewTroubled)]
    assert (begun.text, begun.commit) == ("no mail here", A), "also what goes wrong while it starts is of this commit"
    assert (found.source, found.text, found.commit) == ("server", "RuntimeError: no such luck", A)
    assert 'raise RuntimeError("no such luck")' in found.detail


async def test_a_page_of_a_preview_is_watched(stage: Stage) -> None:
    shown = await stage.show(APP, A)
    assert b'<script src="/.barnraise/watch.js"></script>' in (await ask(shown.endpoint, "/"))[1]


async def test_a_new_life_of_the_service_brings_previews_back(driver: Driver, tmp_path: Path, records: MemoryPreviews) -> None:
    first = Stage(driver, tmp_path / "data", records)
    shown = await first.show(APP, A)
    await count(shown.endpoint, "POST")
    await first.close()
    second = Stage(driver, tmp_path / "data", records)
    second.code.put("p1", A, APP)
    told = await second.host.get("p1")
    assert (told.status, told.host) == ("stopped", shown.host)
    woken = await second.host.resolve(shown.host)
    assert (await count(woken.endpoint)) == {"rows": 1, "version": 1}
    await second.close()


@pytest.mark.drivers("local", "docker")
async def test_a_waiting_sandbox_takes_a_project_and_what_it_has_stored(driver: Driver, tmp_path: Path, records: MemoryPreviews) -> None:
    stage = Stage(driver, tmp_path / "data", records, spare=1)
    stage.pool.fill()
    shown = await stage.show(APP, A)
    assert (await count(shown.endpoint, "POST"))["rows"] == 1
    for rows in (2, 3):
        stage.pool.fill()
        await asyncio.gather(*stage.pool._starting)  # beside the running one, so as somebody else
        await stage.host.stop("p1")
        waiting = stage.folders.of("p1")
        assert waiting
        before = waiting.stat().st_ino
        back = await stage.show(APP, A)
        assert waiting.stat().st_ino != before, "its sandbox did not wait"
        assert (await count(back.endpoint, "POST"))["rows"] == rows
    await stage.close()


async def test_nothing_is_left_of_the_page_that_nobody_sees(driver: Driver, tmp_path: Path, records: MemoryPreviews) -> None:
    stage = Stage(driver, tmp_path / "data", records, spare=1)
    stage.pool.fill()
    await asyncio.gather(*stage.pool._starting)
    await asyncio.sleep(0.5)  # it has begun with that page by now; the files must wait for its end
    shown = await stage.show({**APP, "frontend/vite.config.ts": (INSIDE / "stand_in/vite.config.ts").read_bytes()}, A)
    for path in ("/src/index.css", "/src/App.tsx"):
        assert b'<div id="root">' in (await ask(shown.endpoint, path))[1], path
    cached = await ask(shown.endpoint, "/node_modules/.vite/deps/react-dom_client.js")
    assert cached[0] == 200
    assert b"createRoot" in cached[1], "its packages are not bundled"
    await stage.close()


async def test_only_so_many_run_at_once(driver: Driver, tmp_path: Path, records: MemoryPreviews) -> None:
    stage = Stage(driver, tmp_path / "data", records, Rules(room=1))
    first = await stage.show(APP, A, "p1")
    await stage.show(APP, A, "p2")
    assert stops(stage.announcer.events) == ["replaced"]
    assert (await stage.host.get("p1")).status == "stopped"
    assert (await stage.host.resolve(first.host)).status in ("starting", "running")
    await stage.close()


async def test_nobody_looks_or_too_much_is_stored(driver: Driver, tmp_path: Path, records: MemoryPreviews) -> None:
    stage = Stage(driver, tmp_path / "data", records, Rules(data=2 << 20))
    shown = await stage.show(APP, A)
    await stage.host.tend()
    assert (await stage.host.get("p1")).status == "running"
    await ask(shown.endpoint, "/api/fill", "POST")
    async with asyncio.timeout(60):
        while not stops(stage.announcer.events):
            await asyncio.sleep(0.02)
    assert stops(stage.announcer.events) == ["disk"]
    told = await stage.host.resolve(shown.host)
    assert told.status == "failed", "whoever looks does not start it again"
    assert "stored more than 2 MiB" in (told.detail or "")
    await stage.close()
    impatient = Stage(driver, tmp_path / "data2", MemoryPreviews(), Rules(idle=0.0))
    await impatient.show(APP, A)
    await asyncio.sleep(0.001)
    await impatient.host.tend()
    assert stops(impatient.announcer.events) == ["idle"]
    await impatient.close()

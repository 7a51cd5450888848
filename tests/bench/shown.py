"""Previews by driver, from files on the host to what a browser shows: the first start, an edit of the page, a change of the API."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from figures import Row, limited
from grounds import Ground, on_every
from page_double import FLAGS, chromium
from platform_client import Platform
from playwright.async_api import Browser, Page, async_playwright
from sandbox_drivers import AnyDriver
from sandboxes import TASKS, ready

from barnraise.chassis.clock import new_id
from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.sandbox.adapters.folders import DataFolders
from barnraise.sandbox.adapters.memory import MemoryAnnouncer, MemoryCode, MemoryPreviews
from barnraise.sandbox.adapters.visitor import HttpVisitor
from barnraise.sandbox.domain.limits import LIMITS, Capability
from barnraise.sandbox.domain.previews import label
from barnraise.sandbox.ports import Box, Spec
from barnraise.sandbox.service.logs import Cause
from barnraise.sandbox.service.pool import Pool
from barnraise.sandbox.service.previewing import PreviewHost, Rules

SITE = {
    "index.html": b'<!doctype html><link rel="stylesheet" href="assets/style.css"><title>Lamps</title><h1>Lamps</h1>',
    "assets/style.css": b"h1 { color: red }",
}
APP = compile_manifest(TASKS)
HOST = "p.localhost"
SHELL = "frontend/src/components/Shell.tsx"
MAIN = "backend/app/main.py"
PATIENCE = 30.0
REST_SECONDS, NEXT_TO_NOTHING = 0.5, 0.01
"""For so long a sandbox is seen to take no more of a processor than this before it counts as one that only waits."""


class Stage:
    """One preview on a pool that keeps its sandbox ready, as the service has it."""

    def __init__(self, driver: AnyDriver, root: Path) -> None:
        self._code = MemoryCode()
        self._folders = DataFolders(root)
        self._pool = Pool(driver, lambda: Spec("preview", LIMITS["preview"], self._folders.spare(), listens=True))
        capability = Capability(driver.name, ())
        self.announcer = MemoryAnnouncer()
        self.host = PreviewHost(
            driver, self._pool, self._code, MemoryPreviews(), self._folders, HttpVisitor(), self.announcer,
            lambda: label(os.urandom(16)), Rules(), capability,
        )  # fmt: skip
        self.project = new_id()
        self._commits = 0

    async def prepare(self, *, rested: bool) -> None:
        """With a sandbox that waits; ``rested``: that has done what it does while it waits, as one has that began some seconds ago."""
        await ready(self._pool)
        if rested:
            box, _ = self._pool._starting[0].result()
            await _at_rest(box)

    def commit(self, files: Mapping[str, bytes]) -> str:
        self._commits += 1
        commit = f"{self._commits:040x}"
        self._code.put(self.project, commit, files)
        return commit

    async def show(self, files: Mapping[str, bytes]) -> str:
        """Bring the preview to the files, as a job's step does; its endpoint."""
        state = await self.host.show(self.project, self.commit(files), Cause(f"{new_id()}:preview", self.project, "j"))
        assert state.endpoint
        return state.endpoint

    async def close(self) -> None:
        await self.host.close()
        await self._pool.close()


async def _at_rest(box: Box) -> None:
    """Until it has taken next to no processor for longer than it lets pass before it begins to warm up."""
    since, taken = time.monotonic(), 0.0
    until = since + PATIENCE
    while time.monotonic() < min(until, since + REST_SECONDS):
        await asyncio.sleep(0.05)
        if (cpu := (await box.usage()).cpu or 0.0) > taken + NEXT_TO_NOTHING:
            since, taken = time.monotonic(), cpu


@asynccontextmanager
async def staged(driver: AnyDriver, data: Path, *, rested: bool = True) -> AsyncIterator[Stage]:
    stage = Stage(driver, data / new_id())
    try:
        await stage.prepare(rested=rested)
        yield stage
    finally:
        await stage.close()


async def fetch(endpoint: str, path: str) -> tuple[int, bytes]:
    """Status and body of a GET on a connection of its own; it waits until somebody answers. 0: the other side hung up."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_unix_connection(endpoint)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept: */*\r\nConnection: close\r\n\r\n".encode())
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
            return (int(head.split()[1]), body) if head else (0, b"")
        finally:
            writer.close()


async def answered(endpoint: str, path: str, wanted: Callable[[int, bytes], bool] = lambda status, _: status == 200) -> float:
    """When it had answered as it should; asked again at once while it does not."""
    until = time.perf_counter() + PATIENCE
    while time.perf_counter() < until:
        with suppress(ConnectionError):
            if wanted(*await fetch(endpoint, path)):
                return time.perf_counter()
        await asyncio.sleep(0.002)
    raise RuntimeError(f"{path} was not answered as it should within {PATIENCE} s")


@asynccontextmanager
async def reachable(endpoint: str) -> AsyncIterator[str]:
    """The preview at an address for a browser; nothing is done to what passes."""

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(endpoint)
        await asyncio.gather(pump(reader, back), pump(there, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def starts(_: Platform, rounds: int) -> Iterator[Row]:
    """From the files to answers, in a sandbox that waits for them: plain pages, the API, the page's first module, both; then the rendered
    page, in a browser that runs already. Beside it the first module where the sandbox has only just begun to wait."""

    async def measure(ground: Ground) -> list[Row]:
        times: dict[str, list[float]] = {}
        async with ground.open() as (driver, data), _browser() as browser:
            for _ in range(2 * rounds + 1):
                for name, seconds in (await _started(driver, data, browser)).items():
                    times.setdefault(name, []).append(seconds)
        bars = _START_BARS if ground.name == "local" else {}
        return [limited(f"files -> {name}, {ground.name}", seconds[1:], bars.get(name)) for name, seconds in times.items()]

    yield from on_every("files -> preview answers", measure)


_STATIC, _API, _MODULE, _RENDER = "static page", "FastAPI answers", "React + Vite, first module", "React + Vite, first render in Chromium"
_UNRESTED = "first module, the sandbox has only just begun to wait"
_START_BARS = {_STATIC: 0.05, _API: 0.35, _MODULE: 0.4, _RENDER: 1.0}


async def _started(driver: AnyDriver, data: Path, browser: Browser) -> dict[str, float]:
    """Seconds until each answer; static pages and each measurement of the application have a preview of their own."""
    times: dict[str, float] = {}
    async with staged(driver, data) as stage:
        times[_STATIC] = await _until(stage, SITE, "/")
    async with staged(driver, data) as stage:
        times[_API] = await _until(stage, APP, "/api/health")
    async with staged(driver, data) as stage:
        times[_MODULE] = await _until(stage, APP, "/src/main.tsx")
    async with staged(driver, data, rested=False) as stage:
        times[_UNRESTED] = await _until(stage, APP, "/src/main.tsx")
    async with staged(driver, data) as stage:
        page = await browser.new_page()
        await page.add_init_script(_FIRST)
        start = time.time()
        endpoint = await stage.show(APP)
        times["page and API, as a job's step waits for them"] = time.time() - start
        async with reachable(endpoint) as address:
            await page.goto(address, wait_until="commit")
            times[_RENDER] = await _drawn(page, "first") - start
            await page.close()
    return times


async def _until(stage: Stage, files: Mapping[str, bytes], path: str) -> float:
    start = time.perf_counter()
    begun = await stage.host.start(stage.project, stage.commit(files))
    assert begun.endpoint
    return await answered(begun.endpoint, path) - start


def edits(_: Platform, rounds: int) -> Iterator[Row]:
    """From a changed file until the browser shows it, its state kept; and until the API, started anew, answers with what has changed."""

    async def measure(ground: Ground) -> list[Row]:
        async with ground.open() as (driver, data), _browser() as browser, staged(driver, data) as stage:
            endpoint = await stage.show(APP)
            async with reachable(endpoint) as address:
                seen = await _edit_pages(stage, browser, address, 5 * rounds)
            restarted = [await _edit_api(stage, endpoint, number) for number in range(3 * rounds + 1)][1:]
        local = ground.name == "local"
        return [
            limited(f"edit -> the browser shows it, {ground.name}", seen, 0.1 if local else None),
            limited(f"edit -> API restarted, {ground.name}", restarted, 0.7 if local else None),
        ]

    yield from on_every("edit -> shown", measure)


async def _edit_pages(stage: Stage, browser: Browser, address: str, times: int) -> list[float]:
    """The same tab sees every edit: a reload of the page would take its mark away."""
    page = await browser.new_page()
    await page.goto(address)
    await page.wait_for_selector("#root main h1")
    await page.evaluate(_EDITS)
    found = []
    for number in range(times + 1):
        marked = APP[SHELL].replace(b"<main", f'<main data-edit="{number}"'.encode())
        assert marked != APP[SHELL]
        start = time.time()
        await stage.show({**APP, SHELL: marked})
        found.append(await _drawn(page, str(number)) - start)
    assert await page.evaluate("window.drawn['0']"), "the page was loaded anew"
    await page.close()
    return found[1:]


async def _drawn(page: Page, name: str) -> float:
    """When it was drawn, by the browser's clock, which is this machine's: without the time until Playwright has asked and heard."""
    await page.wait_for_function(f"window.drawn?.['{name}']")
    return await page.evaluate(f"window.drawn['{name}']") / 1000


def _watching(name: str) -> str:
    """A script that notes when the frame is drawn in which there is something new of the name that the expression gives."""
    return f"""(() => {{
        window.drawn = {{}}
        const look = () => {{
            const name = {name}
            if (name && !(name in drawn)) requestAnimationFrame(() => drawn[name] ??= performance.timeOrigin + performance.now())
        }}
        new MutationObserver(look).observe(document, {{ subtree: true, childList: true, attributes: true }})
    }})()"""


_EDITS = _watching("document.querySelector('main[data-edit]')?.dataset.edit")
_FIRST = _watching("document.querySelector('#root h1')?.checkVisibility() && 'first'")


async def _edit_api(stage: Stage, endpoint: str, number: int) -> float:
    changed = APP[MAIN].replace(b'{"status": "ok"}', f'{{"status": "ok{number}"}}'.encode())
    assert changed != APP[MAIN]
    start = time.perf_counter()
    showing = asyncio.create_task(stage.show({**APP, MAIN: changed}))
    seconds = await answered(endpoint, "/api/health", lambda status, body: f"ok{number}".encode() in body) - start
    await showing
    return seconds


@asynccontextmanager
async def _browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        await (await browser.new_page()).goto("data:text/html,<p>")
        yield browser
        await browser.close()

"""Doubles for the sandbox service's use cases: a driver whose boxes answer from scripts (slow, never ready, broken, half dead), and a
preview host around it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from barnraise.sandbox.adapters.folders import DataFolders
from barnraise.sandbox.adapters.memory import MemoryAnnouncer, MemoryCode, MemoryPeers, MemoryPreviews, MemoryReplicas
from barnraise.sandbox.domain.limits import LIMITS, Capability, Chunk, Exit, Stop, Usage
from barnraise.sandbox.ports import Spec
from barnraise.sandbox.service.documents import DocumentReader
from barnraise.sandbox.service.fairness import Idle
from barnraise.sandbox.service.placing import PlacedPreviews
from barnraise.sandbox.service.pool import Pool, spec_for
from barnraise.sandbox.service.previewing import PreviewHost, Rules
from barnraise.sandbox.service.provisioning import Provision, Provisioner
from barnraise.sandbox.service.sandbox import Sandbox
from barnraise.sandbox.service.shooting import Photographer
from barnraise.sandbox.service.testing import TestRuns

A, B, C = "a" * 40, "b" * 40, "c" * 40
AT = datetime(2026, 1, 1, tzinfo=UTC)
UP = {"api": "up", "page": "up"}
READY = {"ready": True}


class FakeBox:
    """Answers from a script: a message, None for the end, or a number of seconds to wait first."""

    def __init__(self, id: str, script: list[Any], end: Exit, output: list[Chunk], *, lives: bool) -> None:
        self.id = id
        self.user: int | None = None
        self.endpoint: Path | None = Path(f"/nowhere/{id}")
        self.sent: list[Mapping[str, Any]] = []
        self._script = script
        self._end = end
        self._output = output
        self._over = asyncio.Event()
        self._lives = lives

    async def send(self, message: Mapping[str, Any]) -> None:
        self.sent.append(message)

    async def receive(self, *, at_most: int = 0) -> Mapping[str, Any] | None:
        while self._script and isinstance(self._script[0], float):
            await asyncio.sleep(self._script.pop(0))
        said = self._script.pop(0) if self._script else None
        if said is None or not (self._script or self._lives):
            self._over.set()
        return said

    async def output(self) -> AsyncIterator[Chunk]:
        for chunk in self._output:
            yield chunk
        await self._over.wait()

    def gone(self) -> bool:
        return self._over.is_set()

    async def usage(self) -> Usage:
        return Usage() if self.gone() else Usage(40 << 20, 0.5, 3)

    async def ended(self) -> Exit:
        await self._over.wait()
        return self._end

    async def kill(self, why: Stop = "killed") -> None:
        if not self._over.is_set():
            self._end = Exit("timed_out" if why == "timed_out" else "killed", None, "It was stopped.")
        self._over.set()

    def finish(self) -> None:
        self._over.set()


CAPABILITY = Capability("fake", ("network",), ("memory",), accepted=("memory",))


class FakeDriver:
    """Each start takes the next script; an exception in its place is raised."""

    name = "fake"

    def __init__(self, *scripts: Any, end: Exit | None = None, output: tuple[Chunk, ...] = ()) -> None:
        self.boxes: list[FakeBox] = []
        self._scripts = list(scripts)
        self._end = end or Exit("exited", 0)
        self._output = output
        self.specs: list[Spec] = []

    async def start(self, spec: Spec) -> FakeBox:
        self.specs.append(spec)
        script = self._scripts.pop(0)
        if isinstance(script, Exception):
            raise script
        self.boxes.append(FakeBox(f"box{len(self.boxes)}", list(script), self._end, list(self._output), lives=spec.profile == "preview"))
        return self.boxes[-1]

    async def probe(self) -> Capability:
        return CAPABILITY

    async def sweep(self) -> int:
        return 0

    async def entrust(self, box: FakeBox, data: Path) -> None: ...

    async def discard(self, data: Path) -> None:
        data.rmdir()  # noqa: ASYNC240

    async def close(self) -> None: ...


class FakeVisitor:
    def __init__(self, *statuses: int | None) -> None:
        self.asked: list[str] = []
        self._statuses = list(statuses)

    async def get(self, endpoint: Path, path: str, host: str) -> int | None:
        self.asked.append(f"{host} {path}")
        return self._statuses.pop(0) if self._statuses else 200


def runs(driver: FakeDriver, announcer: MemoryAnnouncer | None = None, wall: float = 5.0, idle: Idle = lambda: None) -> TestRuns:
    code = MemoryCode()
    code.put("p1", A, {"backend/app/main.py": b"x", "backend/tests/test_app.py": b"x"})
    code.put("p1", B, {"README.md": b"x"})
    return TestRuns(Pool(driver, lambda: spec_for("test"), spare=0), code, announcer or MemoryAnnouncer(), wall, idle=idle)


def service(driver: FakeDriver, **more: Any) -> Sandbox:
    return Sandbox(CAPABILITY, runs(driver, **more), cast(PlacedPreviews, None), cast(DocumentReader, None), cast(Photographer, None))


def command(kind: type[Any], **more: Any) -> Any:
    return kind(id="j1:step:1", project_id="p1", job_id="j1", at=AT, **more)


class Own(Provisioner):
    """Gives one provision after the other."""

    def __init__(self, *provisions: Provision) -> None:
        super().__init__(None)
        self._provisions = list(provisions)

    async def provide(self, files: Mapping[str, bytes]) -> Provision:
        return self._provisions.pop(0)


class Previews:
    def __init__(
        self, root: Path, driver: FakeDriver, *statuses: int | None, rules: Rules | None = None, packages: Provisioner | None = None
    ) -> None:
        self.driver = driver
        self.announcer = MemoryAnnouncer()
        self.records = MemoryPreviews()
        self.visitor = FakeVisitor(*statuses)
        code = MemoryCode()
        for project in ("p1", "p2", "p3"):
            code.put(project, A, {"backend/app/main.py": b"1", "frontend/index.html": b"1"})
            code.put(project, B, {"backend/app/main.py": b"1", "frontend/index.html": b"2"})
            code.put(project, C, {"README.md": b"1"})
        folders = DataFolders(root)
        pool = Pool(driver, lambda: Spec("preview", LIMITS["preview"], folders.spare(), listens=True), spare=0)
        labels = iter("abcdefgh")
        self.host = PreviewHost(
            driver, pool, code, self.records, folders, self.visitor, self.announcer, lambda: next(labels) * 26,
            rules or Rules(), CAPABILITY, packages,
        )  # fmt: skip
        placed = PlacedPreviews(self.host, self.records, MemoryReplicas(), MemoryPeers(), "me", lambda: next(labels) * 26)
        self.service = Sandbox(CAPABILITY, runs(driver), placed, cast(DocumentReader, None), cast(Photographer, None))

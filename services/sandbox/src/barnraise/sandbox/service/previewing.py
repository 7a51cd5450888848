"""Previews: one for each project, brought to a commit, kept alive, found by its host label."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.failpoints import failpoint
from barnraise.contracts.events import PreviewStopped
from barnraise.contracts.requests import PreviewState
from barnraise.sandbox.domain import changes
from barnraise.sandbox.domain.limits import LIMITS, Capability
from barnraise.sandbox.domain.previews import Asking, Record, Seen, expired, gives_way, idle, restless
from barnraise.sandbox.ports import Announcer, Box, Code, Driver, Folders, Infrastructure, Previews, Spec, TooManyPreviews, Visitor
from barnraise.sandbox.service.live import Live, Reason
from barnraise.sandbox.service.logs import Cause, LogStream
from barnraise.sandbox.service.pool import Pool, be_ready
from barnraise.sandbox.service.provisioning import Provision, Provisioner
from barnraise.sandbox.service.storing import much_stored
from barnraise.sandbox.service.watching import TroubleWatch

_ENOUGH = 3
"""Crashes in a row after which a preview is left alone."""
_SHOWN = "A preview shows an application (frontend/index.html), a site (index.html) or what a program (main.py) leaves in results/."
_OVER = "It has stored more than {mib} MiB: have it store less, or raise BARNRAISE_SANDBOX_DATA_BYTES."
_FULL = "The disk on which previews store is full but for a reserve: make room on it. What the preview has stored is kept."


@dataclass(frozen=True)
class Rules:
    """``room``: how many previews may run at once; ``idle`` seconds without a look end one, and so do ``lifetime`` seconds in any case;
    ``data`` bytes are what one may store."""

    room: int = 8
    idle: float = 1800.0
    lifetime: float = 86400.0
    data: int = 256 << 20


class PreviewHost:
    """All previews of this machine."""

    def __init__(
        self, driver: Driver, pool: Pool, code: Code, records: Previews, folders: Folders, visitor: Visitor, announcer: Announcer,
        new_label: Callable[[], str], rules: Rules, capability: Capability, packages: Provisioner | None = None,
        address: Callable[[Path | None], str] = str,
    ) -> None:  # fmt: skip
        self._driver = driver
        self._pool = pool
        self._code = code
        self._records = records
        self._folders = folders
        self._visitor = visitor
        self._announcer = announcer
        self._new_label = new_label
        self._rules = rules
        self._capability = capability
        self._packages = packages or Provisioner(None)
        self._address = address
        self._live: dict[str, Live] = {}
        self._beginning: set[str] = set()
        self._locks: dict[str, asyncio.Lock] = {}
        self._failures: dict[str, str] = {}
        self._crashes: dict[str, deque[float]] = {}
        self._waking: dict[str, asyncio.Task[BarnraiseError | None]] = {}

    @property
    def room(self) -> int:
        return self._rules.room

    def running(self) -> list[str]:
        """The projects whose previews run or begin to, be it that their packages are still fetched."""
        return list(self._live.keys() | self._waking.keys() | {project_id for project_id, lock in self._locks.items() if lock.locked()})

    def resting(self) -> set[str]:
        """The projects whose previews run and are neither being brought to a commit nor ended."""
        return {project_id for project_id in self._live if not self._lock(project_id).locked()}

    # what is asked

    async def show(self, project_id: str, commit: str, cause: Cause | None, asking: Asking | None = None) -> PreviewState:
        """Bring the preview to the commit, starting it if need be. Returns when its page and its API have answered.

        Raises BarnraiseError ``preview_failed`` with the last lines that the application said: then the last commit that worked is shown
        as before. ``version_conflict`` when another commit was asked for later. TooManyPreviews when none can give way.
        """
        async with self._lock(project_id):
            return await self._reach(await self._want(project_id, commit, asking), commit, cause)

    async def start(self, project_id: str, commit: str) -> PreviewState:
        """Begin to show the commit, and say at once how far it is. TooManyPreviews when none can give way."""
        record = await self._want(project_id, commit)
        self._crashes.pop(project_id, None)
        live = self._live.get(project_id)
        if live is None or live.commit != commit:
            error = await self._wake(record, commit)
            if isinstance(error, TooManyPreviews):
                raise error
        return await self.get(project_id)

    async def get(self, project_id: str) -> PreviewState:
        record = await self._records.of_project(project_id)
        if record is None:
            return PreviewState(status="none", project_id=project_id)
        live = self._live.get(project_id)
        taken = (await live.box.usage()).memory if live else None
        return self._state(record).model_copy(update={"memory": taken})

    async def resolve(self, host: str) -> PreviewState:
        """The preview behind a label. Being asked for keeps a preview alive, and wakes one that nobody has stopped."""
        record = await self._records.of_host(host)
        if record is None:
            return PreviewState(status="none")
        live = self._live.get(record.project_id)
        if live:
            live.used = live.looked = time.monotonic()
        elif record.wanted == "running" and record.commit and not self._gave_up(record.project_id):
            await self._wake(record, record.commit)
        return self._state(record)

    async def stop(self, project_id: str, reason: Reason = "asked") -> PreviewState:
        """End the preview; asked for, it stays ended until somebody starts it again."""
        if reason == "asked" and await self._records.of_project(project_id):
            await self._records.set(project_id, "stopped")
        waking = self._waking.pop(project_id, None)
        if waking:
            waking.cancel()
        async with self._lock(project_id):
            await self._end(project_id, reason)
        return await self.get(project_id)

    async def drop(self, project_id: str) -> None:
        """Forget the preview and everything that its application has stored."""
        await self.stop(project_id, "deleted")
        folder = self._folders.of(project_id)
        if folder:
            await self._driver.discard(folder)
        await self._records.drop(project_id)
        self._failures.pop(project_id, None)
        self._crashes.pop(project_id, None)

    async def tend(self) -> None:
        """End previews that nobody looks at, and that have run for long enough. Called every few seconds."""
        for project_id in idle(self._at_rest(), time.monotonic(), self._rules.idle):
            await self.stop(project_id, "idle")
        for project_id in expired(self._at_rest(), time.monotonic(), self._rules.lifetime):
            await self.stop(project_id, "expired")

    async def close(self) -> None:
        """End everything; what was wanted stays wanted."""
        for task in self._waking.values():
            task.cancel()
        await asyncio.gather(*self._waking.values(), return_exceptions=True)
        for live in list(self._live.values()):
            live.leaving = "idle"
            await live.box.kill()
            self._unguard(live)
            await asyncio.gather(*live.tasks, return_exceptions=True)

    # starting and changing

    async def _want(self, project_id: str, commit: str, asking: Asking | None = None) -> Record:
        """The record of a preview that is wanted. Its commit is the last that worked; that one is come back to."""
        record = await self._records.claim(project_id, self._new_label())
        if asking and not await self._records.newest(project_id, asking):
            raise BarnraiseError("version_conflict", "Another version has been asked for since.", "Look at the preview, which shows it.")
        await self._records.set(project_id, "running", None if record.commit else commit)
        return replace(record, wanted="running")

    async def _reach(self, record: Record, commit: str, cause: Cause | None) -> PreviewState:
        """Bring it to the commit. Where that does not work and has ended what ran, the last commit that worked is brought back."""
        try:
            return await self._bring(record, commit, cause)
        except BarnraiseError as error:
            if error.problem.code == "preview_failed" and record.commit and record.commit != commit and record.project_id not in self._live:
                with suppress(BarnraiseError):
                    await self._bring(record, record.commit, None)
                self._failures[record.project_id] = error.problem.detail
            raise

    async def _bring(self, record: Record, commit: str, cause: Cause | None) -> PreviewState:
        files = await self._code.files(record.project_id, commit)
        if changes.kind_of(files) is None:
            await self._end(record.project_id, "replaced")
            raise BarnraiseError("nothing_to_show", "There is nothing to show here.", _SHOWN)
        own = await self._packages.provide(files)
        live = self._live.get(record.project_id)
        # Another kind of page needs another server, and other packages another sandbox.
        if live and live.files and (changes.kind_of(live.files) != changes.kind_of(files) or live.own.more != own.more):
            await self._end(record.project_id, "replaced")
            live = None
        fresh = live is None or live.box.gone()
        if live is None or fresh:
            live = await self._begin(record, own)
        live.log.attach(cause)
        if fresh or live.own != own:
            live.log.say(own.said)
        live.own = own
        if fresh:
            live.watch.turn(commit)
        try:
            if not live.ready:
                await be_ready(live.box)
                live.ready = True
            await live.apply(files, checked=record.commit not in (None, commit))
            await live.visit(self._visitor, files)
            failpoint("sandbox.preview_answered")
        except BaseException as error:
            await self._failed(live, error, fresh)
            raise
        finally:
            await live.log.flush()
            live.log.attach(None)
        live.files, live.torn, live.commit = files, False, commit
        live.used = time.monotonic()
        live.watch.turn(commit)
        self._failures.pop(record.project_id, None)
        await self._records.set(record.project_id, commit=commit)
        return self._state(record)

    async def _begin(self, record: Record, own: Provision) -> Live:
        self._beginning.add(record.project_id)
        try:
            await self._make_room()
            box, ready = await self._box(record.project_id, own.more)
            failpoint("sandbox.preview_started")
            watch = TroubleWatch(record, box, self._announcer)
            live = Live(record, box, LogStream("preview", box.id, self._announcer), watch, ready, own)
            self._live[record.project_id] = live
        finally:
            self._beginning.discard(record.project_id)
        live.tasks = [asyncio.create_task(live.log.pump(live.watch.output)), asyncio.create_task(self._mourn(live))]
        live.guard = asyncio.create_task(self._guard(live))
        return live

    async def _guard(self, live: Live) -> None:
        """End it as soon as it is seen to have stored more than it may; nobody but a person starts it again."""
        why = await much_stored(self._folders, live.record.project_id, self._rules.data, live.box.user)
        live.overfull = _FULL if why == "machine" else _OVER.format(mib=self._rules.data >> 20)
        await live.box.kill("disk")

    def _unguard(self, live: Live) -> None:
        if live.guard and not live.overfull:
            live.guard.cancel()

    async def _make_room(self) -> None:
        """Until there is a place for one that begins, the preview gives way that was used least lately."""
        while len(self._live.keys() | self._beginning) > self._rules.room:
            project_id = gives_way(self._at_rest(), time.monotonic())
            if project_id is None:
                raise TooManyPreviews(self._rules.room)
            async with self._lock(project_id):
                await self._end(project_id, "replaced")

    async def _box(self, project_id: str, more: Path | None) -> tuple[Box, bool]:
        """A waiting sandbox, into whose folder comes what the project has stored; else, and for a project with packages of its own, one
        with the project's folder, which is not ready yet, but has an endpoint."""
        folder = self._folders.of(project_id)
        if more and not folder:
            folder = self._folders.adopt(self._folders.spare(), project_id)
        if folder and (more or not await self._waits_for(project_id)):
            return await self._driver.start(Spec("preview", LIMITS["preview"], folder, listens=True, more=more)), False
        box, spec = await self._pool.take()
        try:
            assert spec.data
            data = await asyncio.to_thread(self._folders.adopt, spec.data, project_id)
            if folder:
                await self._driver.entrust(box, data)
        except BaseException:
            await asyncio.shield(box.kill())
            raise
        return box, True

    async def _waits_for(self, project_id: str) -> bool:
        """Whether there is a waiting sandbox for what the project has stored."""
        return self._pool.stocked and await asyncio.to_thread(self._folders.movable, project_id)

    async def _failed(self, live: Live, error: BaseException, fresh: bool) -> None:
        """A new sandbox that does not work is ended, and so is a torn one; any other goes on with what it had."""
        if isinstance(error, BarnraiseError) and not isinstance(error, Infrastructure):
            self._failures[live.record.project_id] = live.overfull or error.problem.detail
        if fresh or live.torn:
            await asyncio.shield(self._end(live.record.project_id, "crashed", tell=not fresh))

    # ending

    async def _end(self, project_id: str, reason: Reason, *, tell: bool = True) -> None:
        live = self._live.pop(project_id, None)
        if live is None:
            return
        live.leaving = reason
        self._unguard(live)
        await live.box.kill()
        await asyncio.gather(*live.tasks, return_exceptions=True)
        if tell:
            await self._tell_stopped(live, reason)

    async def _mourn(self, live: Live) -> None:
        """Notice a sandbox that ends by itself."""
        try:
            end = await live.box.ended()
            why = end.detail or f"It ended with code {end.code}."
            filled = why if end.verdict == "disk" else ""
        except Infrastructure as error:
            why, filled = error.problem.detail, ""
        self._unguard(live)
        live.overfull = live.overfull or filled
        project_id = live.record.project_id
        if live.leaving or self._live.get(project_id) is not live:
            return
        del self._live[project_id]
        if live.commit is None and not live.overfull:
            return  # it has never worked: whoever starts it tells so
        self._failures[project_id] = live.overfull or f"{why}\n{live.log.tail()[-1500:]}".strip()
        self._crashes.setdefault(project_id, deque(maxlen=8)).extend([time.monotonic()] * (_ENOUGH if live.overfull else 1))
        await self._tell_stopped(live, "disk" if live.overfull else "crashed")

    async def _tell_stopped(self, live: Live, reason: Reason) -> None:
        record = live.record
        event = PreviewStopped(
            id=f"preview:{live.box.id}:stopped", project_id=record.project_id, at=now(), preview_id=record.host, reason=reason
        )
        await self._announcer.publish(event)

    # waking

    async def _wake(self, record: Record, commit: str) -> BarnraiseError | None:
        """Start it in the background; wait no longer than until it has an endpoint, where requests may queue. What it failed with by
        then."""
        task = self._waking.get(record.project_id)
        if task is None or task.done():
            task = asyncio.create_task(self._rise(record, commit))
            self._waking[record.project_id] = task
        until = time.monotonic() + 5
        while record.project_id not in self._live and not task.done() and time.monotonic() < until:
            await asyncio.sleep(0.005)
        return task.result() if task.done() and not task.cancelled() else None

    async def _rise(self, record: Record, commit: str) -> BarnraiseError | None:
        try:
            async with self._lock(record.project_id):
                await self._reach(record, commit, None)
            return None
        except BarnraiseError as error:
            self._failures[record.project_id] = error.problem.detail
            if not isinstance(error, TooManyPreviews):
                self._crashes.setdefault(record.project_id, deque(maxlen=8)).append(time.monotonic())
            return error
        finally:
            self._waking.pop(record.project_id, None)

    def _gave_up(self, project_id: str) -> bool:
        return restless(self._crashes.get(project_id, ()), time.monotonic())

    # telling

    def _state(self, record: Record) -> PreviewState:
        live = self._live.get(record.project_id)
        told: dict[str, Any] = {"project_id": record.project_id, "preview_id": record.host, "host": record.host, "commit": record.commit}
        if live:
            status = "starting" if live.commit is None else "running"
            told |= {"enforced": self._capability.enforced, "accepted": self._capability.accepted}
            told |= {"endpoint": self._address(live.box.endpoint), "commit": live.commit or record.commit}
            return PreviewState(status=status, detail=self._failures.get(record.project_id), **told)
        if record.project_id in self._waking:
            return PreviewState(status="starting", **told)
        failure = self._failures.get(record.project_id)
        if failure and record.wanted == "running":
            return PreviewState(status="failed", detail=failure, **told)
        detail = "It starts again when somebody opens it." if record.wanted == "running" else None
        return PreviewState(status="stopped", detail=detail, **told)

    def _at_rest(self) -> list[Seen]:
        """Those that run, without those that are just being brought to a commit or ended."""
        resting = [(project_id, self._live[project_id]) for project_id in self.resting()]
        return [Seen(project_id, live.used, live.looked, live.begun) for project_id, live in resting]

    def _lock(self, project_id: str) -> asyncio.Lock:
        return self._locks.setdefault(project_id, asyncio.Lock())

"""Packages that a project asks for and the base layer has not: a derived layer, made once for each lock."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.failpoints import failpoint
from barnraise.contracts.problems import Problem
from barnraise.sandbox.domain.limits import LIMITS
from barnraise.sandbox.domain.locks import Lock, narrowed, needs_key
from barnraise.sandbox.domain.needs import Needs, needs_of
from barnraise.sandbox.domain.packages import Packages
from barnraise.sandbox.ports import Box, Draft, Driver, Indexes, Infrastructure, Layers, Spec, UnfitError
from barnraise.sandbox.service.pool import be_ready

PATIENCE_SECONDS = 60.0
"""How long a step waits; what is not there by then is made on, for the next one."""
LOOK_SECONDS = 0.5
AT_ONCE = 2
ALLOWANCE = (512 << 20, 3000)
"""Bytes and requests that one sandbox may take of the indexes."""
_SAID = 1500
_SETTINGS = {"python": "BARNRAISE_PACKAGE_INDEX", "node": "BARNRAISE_NODE_INDEX"}
_NAMES = {"python": "Python", "node": "Node"}
_HAVE = "Use what sandboxes have, or another driver; see docs/sandbox.md."
_TAKE_OUT = "Take them out of the project's files, ask for other versions, or look whether the index has them for this machine."


@dataclass(frozen=True)
class Provision:
    """``more``: the derived layer, None where the base layer is enough or there is no other. ``problem``: why something that the project
    asks for is missing. ``said``: a line for the log."""

    more: Path | None = None
    problem: Problem | None = None
    said: str = ""

    @property
    def trouble(self) -> str:
        """For a person, as one text; nothing when nothing is missing."""
        return f"{self.problem.detail} {self.problem.next}" if self.problem else ""


@dataclass(frozen=True)
class Workshop:
    """What derived layers are made with. ``base`` names the base layer, ``installers`` is the folder of uv and npm."""

    driver: Driver
    layers: Layers
    indexes: Indexes
    base: str
    installers: Path


class Provisioner:
    """``have``: what the base layer has, None where that is not known. Without a workshop nothing is made, for the reason ``why_not``."""

    def __init__(self, have: Packages | None, workshop: Workshop | None = None, why_not: str = "") -> None:
        self._have = have
        self._workshop = workshop
        self._why_not = why_not
        self._making: dict[str, asyncio.Task[Provision]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def provide(self, files: Mapping[str, bytes]) -> Provision:
        """What sandboxes of this tree get. Never fails for the packages' sake: what cannot be had is the provision's problem."""
        if self._have is None:
            return Provision()
        needs = needs_of(files)
        wanted = self._have.beyond(needs)
        if needs.refused:
            lines = "; ".join(map(str, needs.refused[:10]))
            return _without(_lacking(self._have, needs), "packages_refused", f"Not taken: {lines}.", _PLAIN)
        if not (wanted.python or wanted.node):
            return Provision()
        lacking = _lacking(self._have, needs)
        if self._workshop is None:
            return _without(lacking, "packages_unavailable", self._why_not, _HAVE)
        without = self._workshop.indexes.missing(python=bool(wanted.python), node=bool(wanted.node))
        if without:
            reason = f"No package index is configured for {' and '.join(_NAMES[one] for one in without)}."
            settings = " and ".join(_SETTINGS[one] for one in without)
            return _without(lacking, "packages_unavailable", reason, f"Whoever runs Barnraise may name one: {settings}.")
        return await self._shared(self._workshop, wanted, lacking)

    async def close(self) -> None:
        for task in self._making.values():
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    async def _shared(self, workshop: Workshop, wanted: Needs, lacking: str) -> Provision:
        """Everybody who wants the same at the same time waits for one making of it, and for no longer than a step may take."""
        key = needs_key(wanted, workshop.base, workshop.indexes.identity())
        task = self._making.get(key)
        if task is None:
            task = self._making[key] = asyncio.create_task(self._make(workshop, wanted, key, lacking))
            task.add_done_callback(lambda _: self._making.pop(key, None))
        done, _ = await asyncio.wait([task], timeout=PATIENCE_SECONDS)
        if not done:
            reason = f"After {PATIENCE_SECONDS:.0f} seconds they are still being fetched."
            return _without(lacking, "packages_unavailable", reason, "Try again in a moment: it goes on meanwhile.")
        return task.result()

    async def _make(self, workshop: Workshop, wanted: Needs, key: str, lacking: str) -> Provision:
        try:
            async with self._turns, asyncio.timeout(LIMITS["build"].wall):
                lock = workshop.layers.locked(key) or await self._lock(workshop, wanted, key)
                more = await self._layer(workshop, lock) if lock.python or lock.node else None
        except _FailedError as failure:
            return _without(lacking, "packages_unavailable", str(failure), _TAKE_OUT)
        except TimeoutError:
            return _without(lacking, "packages_unavailable", "Fetching them took too long.", _TAKE_OUT)
        except OSError as error:
            reason = f"This machine could not keep them: {error.strerror or error}."
            return _without(lacking, "packages_unavailable", reason, "Look whether its disk is full.")
        except Infrastructure as error:
            return _without(lacking, "packages_unavailable", error.problem.detail, error.problem.next)
        return Provision(more, said=f"The project has packages of its own: {lock.words()}." if more else "")

    async def _lock(self, workshop: Workshop, wanted: Needs, key: str) -> Lock:
        assert self._have
        installed = {name: one.version for name, one in self._have.python.items()}
        orders = {"do": "lock", "python": wanted.python, "node": wanted.node, "installed": installed}
        answer = await self._ask(workshop, orders, None, None)
        try:
            lock = narrowed(Lock.model_validate(answer.get("lock")), wanted)
        except ValidationError as error:
            raise _FailedError(f"They are too many, or not as an index has them: {error.errors()[0]['msg']}.") from error
        if lock is None:
            raise _FailedError("The index has other files than those whose hashes the project takes.")
        workshop.layers.note(key, lock)
        failpoint("sandbox.packages_locked")
        return lock

    async def _layer(self, workshop: Workshop, lock: Lock) -> Path:
        key = lock.key(workshop.base)
        if found := workshop.layers.find(key):
            return found
        names = {pin.name for pin in (*lock.python, *lock.node)}
        async with workshop.layers.draft(key) as draft:
            if found := workshop.layers.find(key):  # by another process, meanwhile
                return found
            await self._ask(workshop, {"do": "install", **lock.model_dump(mode="json")}, draft, names)
            try:
                made = await asyncio.to_thread(workshop.layers.keep, draft, key)
            except UnfitError as error:
                raise _FailedError(str(error)) from error
        await asyncio.to_thread(workshop.layers.sweep)
        return made

    async def _ask(
        self, workshop: Workshop, orders: Mapping[str, Any], draft: Draft | None, names: Collection[str] | None
    ) -> Mapping[str, Any]:
        """What a build sandbox answers. _FailedError with the index's, the installer's or the sandbox's own reason."""
        spec = Spec("build", LIMITS["build"], draft.content if draft else None, listens=True, more=workshop.installers)
        box = await workshop.driver.start(spec)
        try:
            await be_ready(box)
            assert box.endpoint
            async with workshop.indexes.serve(box.endpoint, ALLOWANCE, names) as gate, _read(box), _weighed(workshop, box, draft) as excess:
                await box.send(orders)
                answer = await box.receive()
        finally:
            await asyncio.shield(box.kill())
        if excess:
            raise _FailedError(excess[0])
        if answer is None:
            raise _FailedError(f"The sandbox that fetched them failed. {(await box.ended()).detail}".strip())
        if problem := answer.get("problem"):
            raise _FailedError(f"{gate.trouble} {problem}".strip()[:_SAID])
        return answer


class _FailedError(Exception):
    """Why packages cannot be had."""


_PLAIN = "Name packages of an index with their versions there: addresses, paths, repositories and options are not followed."


def _lacking(have: Packages, needs: Needs) -> str:
    return ", ".join(have.lacking(needs))[:500]


def _without(lacking: str, code: Any, reason: str, help: str) -> Provision:
    asked = f"The project asks for packages that sandboxes do not have: {lacking}." if lacking else "The project's packages are not taken."
    error = BarnraiseError(code, f"{asked} {reason}".strip(), help)
    return Provision(problem=error.problem, said=f"{error.problem.detail} {help}")


@asynccontextmanager
async def _read(box: Box) -> AsyncIterator[None]:
    """What it prints is of no interest, but must be read for it to go on."""

    async def drain() -> None:
        async for _ in box.output():
            pass

    task = asyncio.create_task(drain())
    try:
        yield
    finally:
        await asyncio.shield(box.kill())
        await task


@asynccontextmanager
async def _weighed(workshop: Workshop, box: Box, draft: Draft | None) -> AsyncIterator[list[str]]:
    """Ends the sandbox when it has written too much; then the list has the reason."""
    excess: list[str] = []

    async def look(draft: Draft) -> None:
        while not excess:
            await asyncio.sleep(LOOK_SECONDS)
            if problem := await asyncio.to_thread(workshop.layers.weight, draft):
                excess.append(problem)
                await box.kill()

    task = asyncio.create_task(look(draft)) if draft else None
    try:
        yield excess
    finally:
        if task:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

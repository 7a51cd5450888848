"""What a driver can enforce on this machine, found out by children that must hit each limit: the same children for every driver."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from barnraise.sandbox.adapters.programs import RUNNER
from barnraise.sandbox.domain.limits import (
    ENFORCEABLE,
    MIB,
    WATCHED_DATA,
    WATCHED_MEMORY,
    WHOLE_PROCESSORS,
    Capability,
    Exit,
    Facts,
    Limits,
    judge,
    lacking,
)
from barnraise.sandbox.ports import Box, Killed, Spec

_ALWAYS = ("time", "output")
_LIMITS = Limits(cpus=1.0, memory=160 * MIB, pids=16, wall=10, disk=8 * MIB, scratch=8 * MIB, output=MIB)
_PATIENCE = 20.0
_TRIES = 3
_KILLED = (judge(Facts(None)), judge(Facts(128 + 9)))


class Runner(Protocol):
    """A driver that can run any program of the platform's own."""

    name: str

    @property
    def python(self) -> str: ...

    async def run(self, spec: Spec, argv: Sequence[str], environment: Mapping[str, str]) -> Box: ...


async def judge_machine(driver: Runner, groups: Sequence[str]) -> Capability:
    """``groups``: what control groups hold, in the words of ENFORCEABLE. Infrastructure when no sandbox can be started."""
    walls, memory, processes = await _walls(driver), *await asyncio.gather(_memory(driver), _processes(driver))
    held = {word for word, holds in walls.items() if holds is True} | set(_ALWAYS)
    held |= {"memory"} if memory and "memory" in groups else set()
    held |= {"processes"} if processes else set()
    held |= {"cpu"} if "cpu" in groups else set()
    coarse = [WATCHED_MEMORY] if memory and "memory" not in groups else []
    coarse += [WHOLE_PROCESSORS] if "cpu" not in groups and walls.get("processors") == _LIMITS.cpus else []
    enforced = (*(word for word in ENFORCEABLE if word in held), *coarse, WATCHED_DATA)
    return Capability(driver.name, enforced, lacking(enforced))


async def _walls(driver: Runner) -> Mapping[str, Any]:
    answer, _ = await _child(driver, "walls")
    return answer or {}


async def _memory(driver: Runner) -> bool:
    _, end = await _child(driver, "memory")
    return end.verdict == "out_of_memory"


async def _processes(driver: Runner) -> bool:
    answer, _ = await _child(driver, "processes")
    return answer is not None and isinstance(answer.get("children"), int) and answer["children"] < 64


async def _child(driver: Runner, what: str) -> tuple[Mapping[str, Any] | None, Exit]:
    """What it answered and how it ended. One that somebody else has killed, or that was too slow on a busy machine, tells nothing of the
    machine, and is started again."""
    for _ in range(_TRIES - 1):
        with suppress(Killed):
            answer, end = await _once(driver, what)
            if answer is not None or (end not in _KILLED and end.verdict != "timed_out"):
                return answer, end
    return await _once(driver, what)


async def _once(driver: Runner, what: str) -> tuple[Mapping[str, Any] | None, Exit]:
    box = await driver.run(Spec("test", _LIMITS), [driver.python, f"{RUNNER}/probe.py", what], {})
    try:
        async with asyncio.timeout(_PATIENCE):
            answer = await box.receive()
            if answer is None:
                return None, await box.ended()
    except TimeoutError:
        await box.kill("timed_out")
        answer = None
    finally:
        await box.kill()
    return answer, await box.ended()

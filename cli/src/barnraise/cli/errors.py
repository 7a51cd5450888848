"""What can go wrong for a user of the command line, each with its exit code (documented in docs/cli.md)."""

from enum import IntEnum


class Exit(IntEnum):
    OK = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    NOT_FOUND = 4
    CONFLICT = 5
    NEEDS_INPUT = 6
    REFUSED = 7
    INVALID = 8
    CANCELLED = 9


class CliError(Exception):
    """An error for the user: one sentence, what to do next, and the exit code."""

    def __init__(self, exit: Exit, detail: str, next: str = "", problem: dict | None = None) -> None:
        super().__init__(detail)
        self.exit = exit
        self.detail = detail
        self.next = next
        self.problem = problem or {"code": exit.name.lower(), "detail": detail, "next": next}


_BY_STATUS = {401: Exit.REFUSED, 403: Exit.REFUSED, 404: Exit.NOT_FOUND, 410: Exit.NOT_FOUND, 409: Exit.CONFLICT, 503: Exit.UNREACHABLE}


def from_problem(status: int, problem: dict) -> CliError:
    """The error for an HTTP answer that is a problem."""
    exit = _BY_STATUS.get(status, Exit.INVALID if status < 500 else Exit.FAILED)
    return CliError(exit, str(problem.get("detail") or problem.get("title") or status), str(problem.get("next", "")), problem)


def job_exit(status: str) -> Exit:
    """The exit code for how a job ended."""
    return {"succeeded": Exit.OK, "needs_input": Exit.NEEDS_INPUT, "cancelled": Exit.CANCELLED}.get(status, Exit.FAILED)

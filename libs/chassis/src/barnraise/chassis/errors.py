"""Expected errors: they carry a Problem, so that every edge can render them."""

from barnraise.contracts.problems import ErrorCode, Problem


class BarnraiseError(Exception):
    """An error that knows its way out: a stable code, what happened, what to do next."""

    def __init__(self, code: ErrorCode, detail: str, next: str, *, retryable: bool = False) -> None:
        super().__init__(f"{code}: {detail}")
        self.problem = Problem(code=code, detail=detail[:2000], next=next, retryable=retryable)


class NobodyListensError(BarnraiseError):
    """There is no one on the bus who could answer, as against one who does not answer in time."""

    def __init__(self, detail: str) -> None:
        super().__init__("unavailable", detail, "Try again in a moment.", retryable=True)

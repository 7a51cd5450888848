"""Input that is refused: a Problem, where it is, and how it is to be rendered when the code alone does not say it."""

from barnraise.contracts.problems import ErrorCode, Problem


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """``pointer`` is a JSON pointer into the body, or the name of a parameter; ``status`` overrides the code's own HTTP status."""

    def __init__(self, code: ErrorCode, detail: str, next: str, *, pointer: str | None = None, status: int | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.problem = Problem(code=code, detail=detail[:2000], next=next)
        self.pointer = pointer
        self.status = status


def not_found(what: str, next: str = "Look at the list for what there is.") -> Refusal:
    return Refusal("not_found", f"There is no such {what}.", next)

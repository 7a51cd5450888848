"""What a project remembers of its jobs: what was decided in them, and what was said."""

from collections.abc import Sequence
from datetime import datetime

from barnraise.contracts.memory import Exchange, Memory
from barnraise.planner.domain import words
from barnraise.planner.domain.job import Job

_LONGEST = 500


def decided(before: Job, after: Job, now: datetime) -> tuple[Memory, ...]:
    """The decision that a model's change of the code is, once it has landed."""
    if not (before.edit and after.edit and before.edit.stage == "tested" and after.edit.stage == "landed"):
        return ()
    wanted = " ".join((after.edit.task or after.text).split())
    text = f"{after.edit.said.strip() or 'The code was changed.'} (asked for: {wanted})"
    number = len(after.done) + 1
    return (Memory(id=f"{after.id}-d{number}", kind="decision", text=_short(text, _LONGEST), at=now, job_id=after.id),)


def told_before(jobs: Sequence[Job]) -> tuple[Exchange, ...]:
    """The conversation, from jobs that have ended, oldest first."""
    return tuple(Exchange(said=_short(job.text, 1500), answered=_short(words.summary(job), 600)) for job in jobs if job.text.strip())


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"

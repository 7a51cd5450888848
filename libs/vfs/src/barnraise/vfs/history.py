"""Commits: how their messages are written and read, and the way back through them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

import pygit2

from barnraise.vfs.odb import commit_of

_ORIGIN, _STEP, _JOB = "Barnraise-Origin", "Barnraise-Step", "Barnraise-Job"
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Commit:
    """One commit. ``job_id``, ``step_id`` and ``origin`` come from its trailers; ``at`` is UTC."""

    id: str
    parents: tuple[str, ...]
    tree: str
    summary: str
    author: str
    at: datetime
    origin: str | None
    job_id: str | None
    step_id: str | None


def write_message(summary: str, *, origin: str, step_id: str, job_id: str | None) -> str:
    """Summary and trailers. The summary becomes one line: text from outside cannot add trailers of its own."""
    subject = " ".join(_UNPRINTABLE.sub(" ", summary).split()) or origin.capitalize()
    trailers = [(_JOB, job_id), (_STEP, step_id), (_ORIGIN, origin)]
    return f"{subject}\n\n" + "".join(f"{name}: {value}\n" for name, value in trailers if value)


def read_commit(commit: pygit2.Commit) -> Commit:
    trailers = commit.message_trailers
    return Commit(
        id=str(commit.id),
        parents=tuple(str(parent) for parent in commit.parent_ids),
        tree=str(commit.tree_id),
        summary=commit.message.split("\n", 1)[0],
        author=commit.author.name,
        at=datetime.fromtimestamp(commit.commit_time, UTC),
        origin=trailers.get(_ORIGIN),
        job_id=trailers.get(_JOB),
        step_id=trailers.get(_STEP),
    )


def walk_back(git: pygit2.Repository, start: str, limit: int) -> tuple[list[Commit], str | None]:
    """At most ``limit`` commits from ``start`` back along first parents, and the commit that the next page starts at."""
    page: list[Commit] = []
    following: str | None = start
    while following is not None and len(page) < limit:
        page.append(read_commit(commit_of(git, following)))
        following = page[-1].parents[0] if page[-1].parents else None
    return page, following

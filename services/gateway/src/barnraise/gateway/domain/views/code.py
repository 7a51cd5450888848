"""Files, commits and names of them, as the HTTP API shows them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from barnraise.contracts.base import Contract


class FileEntry(Contract):
    path: str
    size: int
    blob: str


class Tree(Contract):
    """``commit`` is null, and there are no items, before the first code."""

    commit: str | None
    items: tuple[FileEntry, ...]


class File(Contract):
    path: str
    commit: str
    blob: str
    size: int
    encoding: Literal["utf-8", "base64"]
    content: str


class Commit(Contract):
    """``tags`` are the names that people have given to it."""

    commit: str
    parents: tuple[str, ...]
    summary: str
    origin: str | None
    job_id: str | None
    step_id: str | None
    at: datetime
    author: str
    tags: tuple[str, ...] = ()


class Lines(Contract):
    """``count`` lines from ``line`` (from 1) on, and the step that brought them."""

    line: int
    count: int
    commit: str
    summary: str
    origin: str | None
    job_id: str | None
    step_id: str | None
    at: datetime
    author: str


class Blame(Contract):
    """Which step each line of a file comes from, in order."""

    path: str
    commit: str
    items: tuple[Lines, ...]


class Tag(Contract):
    name: str
    commit: Commit


class Tags(Contract):
    items: tuple[Tag, ...]


class Branch(Contract):
    """``commit`` is the newest; ``base`` is where the branch left ``main``, null where it never did."""

    name: str
    commit: Commit
    base: str | None = None


class Branches(Contract):
    items: tuple[Branch, ...]


class FileDiff(Contract):
    """``patch`` is unified diff text, null for a binary file and for one that is too long."""

    path: str
    change: Literal["added", "modified", "deleted"]
    added: int
    removed: int
    binary: bool
    patch: str | None


class Diff(Contract):
    """``from`` is null when ``to`` is the first commit."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    from_: Annotated[str | None, Field(alias="from")]
    to: str
    files: tuple[FileDiff, ...]

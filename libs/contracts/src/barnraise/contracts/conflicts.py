"""What a change and a person's edit both touched, place by place, and the choices that settle it."""

from typing import Annotated, Literal

from pydantic import Field

from barnraise.contracts.base import Contract

MAX_SHOWN = 2_000
"""How many characters of each side are told; the choice is about all of them."""

HunkId = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Side = Literal["mine", "theirs", "both"]


class Hunk(Contract):
    """A place. ``mine`` is what the project has, ``theirs`` what the change brings; None: the side has no such file.
    ``line`` is where it begins in mine, counted from 1."""

    id: HunkId
    line: Annotated[int, Field(ge=1)]
    base: str | None
    mine: str | None
    theirs: str | None


class FileConflict(Contract):
    """A file with places to choose in. One without hunks is a file on one side and a folder on the other: no choice settles that."""

    path: str
    binary: bool = False
    hunks: tuple[Hunk, ...]


class Choice(Contract):
    """``both`` is mine, then theirs."""

    hunk: HunkId
    take: Side


Choices = Annotated[tuple[Choice, ...], Field(max_length=5_000)]

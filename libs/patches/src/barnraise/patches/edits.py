"""What a reply asks for: edits, in the order in which they stand in it, and what of it could not be read."""

from dataclasses import dataclass
from typing import Literal

Action = Literal["replace", "delete", "before", "after", "inside"]
"""What to do with a symbol; ``inside`` puts the text at the end of a class's body."""

RefusalCode = Literal[
    "ambiguous", "breaks_syntax", "conflict", "contradiction", "cut", "elided", "file_exists", "indentation", "malformed", "no_such_file",
    "no_such_symbol", "not_found", "not_readable", "not_text", "overlapping", "path_invalid", "too_large",
]  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """Why something is not done, in a sentence that its author can act on. ``block`` counts from 1 in its file; None: not about one."""

    code: RefusalCode
    path: str
    detail: str
    block: int | None = None


@dataclass(frozen=True)
class Block:
    """Lines (without their ends) to find, and the lines that shall stand there.

    ``scope`` names the symbol that they are in, ``near`` the line (from 1) that they are near: hints, used only where the text stands
    more than once. ``ends`` says whether the file shall end with a newline, where the block reaches its end; None: as it did.
    """

    search: tuple[str, ...]
    replace: tuple[str, ...]
    scope: str | None = None
    near: int | None = None
    ends: bool | None = None


@dataclass(frozen=True)
class Replacement:
    """Blocks of one file, in the order of the file."""

    path: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class SymbolEdit:
    """``name`` is qualified with dots (``Cart.total``); ``text`` has lines without ends, indented in whatever way."""

    path: str
    name: str
    action: Action
    text: tuple[str, ...]
    near: int | None = None


@dataclass(frozen=True)
class WholeFile:
    """The file's whole text, new or instead of what was there."""

    path: str
    text: str


@dataclass(frozen=True)
class Deletion:
    path: str


@dataclass(frozen=True)
class Rename:
    path: str
    to: str


Edit = Replacement | SymbolEdit | WholeFile | Deletion | Rename


@dataclass(frozen=True)
class Cut:
    """The reply stops inside something: what (``<file path="a.py">``), and the line (from 1) where that begins."""

    what: str
    line: int


@dataclass(frozen=True)
class ChangeSet:
    """The whole edits of a reply. ``end``: the characters up to which the reply holds nothing but whole edits and prose between them,
    so that ``reply[:end]`` and a continuation are one reply. ``refusals`` tell what is there and cannot be read."""

    edits: tuple[Edit, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    cut: Cut | None = None
    end: int = 0

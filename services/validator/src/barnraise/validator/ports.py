"""What the validator needs from outside, in its own words."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from barnraise.validator.domain.findings import Reader
from barnraise.validator.domain.runs import Run


@dataclass(frozen=True)
class Checkout:
    """A commit's files in a directory of their own, with room beside it for what a tool needs; ``tree`` is the git id of this content."""

    directory: Path
    tree: str
    files: tuple[str, ...]


class Checkouts(Protocol):
    def open(self, project_id: str, commit: str) -> AbstractAsyncContextManager[Checkout]:
        """The commit's files, until the block ends. Raises BarnraiseError ``not_found``."""
        ...


class Tool(Protocol):
    """Something that looks at files and says what it found. It runs none of the project's code."""

    @property
    def name(self) -> str: ...

    def reader(self, directory: Path) -> Reader:
        """Reads its output about the files in that directory."""
        ...

    def applies(self, files: Sequence[str]) -> bool:
        """Is there anything for it to look at?"""
        ...

    async def run(self, directory: Path) -> Run: ...

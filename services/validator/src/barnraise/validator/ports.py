"""What the validator needs from outside, in its own words."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from barnraise.validator.domain.findings import Reader
from barnraise.validator.domain.runs import Run


@dataclass(frozen=True)
class Checkout:
    """A commit's files in a directory of their own, with room beside it for what a tool needs; ``tree`` is the git id of this content,
    ``files`` maps each path to the git id of that file's."""

    directory: Path
    tree: str
    files: Mapping[str, str]


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

    @property
    def by_file(self) -> bool:
        """Whether what it says of a file depends on that file alone."""
        ...

    def depends_on(self, files: Iterable[str]) -> Sequence[str]:
        """Those of the files whose contents its findings depend on."""
        ...

    def among(self, files: Iterable[str]) -> Sequence[str]:
        """Those of the files that it looks at."""
        ...

    async def run(self, directory: Path, files: Sequence[str]) -> Run: ...

"""What the validator needs from outside, in its own words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from barnraise.validator.domain.findings import Reader
from barnraise.validator.domain.runs import Run


@dataclass(frozen=True)
class Checkout:
    """A commit's files in a directory of their own, with room beside it for what a tool needs; ``tree`` is the git id of this content,
    ``files`` maps each path to the git id of that file's. All folders are there, and the files that were brought."""

    directory: Path
    tree: str
    files: Mapping[str, str]
    bring: "Bring"


class Bring(Protocol):
    async def __call__(self, files: Collection[str]) -> None:
        """Writes those of the commit's files that are not there yet."""
        ...


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
        """Whether it looks at each file by itself."""
        ...

    def context(self, files: Mapping[str, str]) -> str:
        """What its findings depend on, as a text that is the same where that is; where it looks at each file by itself, besides that
        file. ``files``: path -> git id of the content, of the whole commit."""
        ...

    def needs(self, files: Collection[str], shown: Sequence[str]) -> Collection[str]:
        """Those of the commit's files that have to be there when it is shown some of them."""
        ...

    def among(self, files: Iterable[str]) -> Sequence[str]:
        """Those of the files that it looks at."""
        ...

    @property
    def crew(self) -> "Crew | None":
        """What runs it together with others of the same, where there is little to look at."""
        ...

    async def run(self, directory: Path, files: Sequence[str]) -> Run: ...


class Crew(Protocol):
    async def run(self, directory: Path, shown: Mapping[str, Sequence[str]]) -> Mapping[str, Run] | None:
        """One run for several tools (name -> files); nothing where one of them broke or hung: each has to be run by itself then."""
        ...

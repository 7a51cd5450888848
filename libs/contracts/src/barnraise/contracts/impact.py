"""What a change touches, beyond the lines that differ."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from barnraise.contracts.base import Contract, Oid
from barnraise.contracts.request import Request

Path = Annotated[str, Field(max_length=400)]
MOST_SYMBOLS, MOST_FILES = 100, 50


class TouchedSymbol(Contract):
    """A function, class, method or type, by its qualified name (``Cart.total``)."""

    path: Path
    name: Annotated[str, Field(max_length=300)]
    change: Literal["added", "changed", "removed"]


class Impact(Contract):
    """``text`` says it in words. ``importers``: files that take something from a changed file that changed there or is gone. ``tests``:
    test files that are changed, or reach a changed file by imports. Each list has the first ones; ``text`` counts all."""

    text: Annotated[str, Field(max_length=2000)] = ""
    symbols: Annotated[tuple[TouchedSymbol, ...], Field(max_length=MOST_SYMBOLS)] = ()
    importers: Annotated[tuple[Path, ...], Field(max_length=MOST_FILES)] = ()
    tests: Annotated[tuple[Path, ...], Field(max_length=MOST_FILES)] = ()


class GetImpact(Request):
    """What does the difference of two commits touch? ``base`` None: everything is new. ``not_found`` where one is not there."""

    owner: ClassVar[str] = "codegen"
    type: Literal["impact.get.v1"] = "impact.get.v1"
    base: Oid | None
    commit: Oid

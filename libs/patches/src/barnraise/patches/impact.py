"""What a change touches: symbols, the files that import them, the tests that reach them."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from barnraise.patches.imports import Import, imports_of
from barnraise.patches.symbols import Symbol, symbols_of

Files = Mapping[str, bytes]
_TEST = re.compile(r"(^|/)(test_[^/]*\.py|[^/]*_test\.py|[^/]*\.(test|spec)\.[cm]?[jt]sx?|conftest\.py)$")


@dataclass(frozen=True)
class SymbolChange:
    """``name`` is qualified (``Cart.total``); one inside another is told and the outer one is not, unless it changed besides."""

    path: str
    name: str
    change: Literal["added", "changed", "removed"]


@dataclass(frozen=True)
class Impact:
    """``importers``: the files that take something from a changed file that changed there or is gone.

    ``tests``: the test files that are changed or reach a changed file by imports, over however many files. All by path.
    """

    symbols: tuple[SymbolChange, ...]
    importers: tuple[str, ...]
    tests: tuple[str, ...]


def impact(before: Files, changes: Mapping[str, bytes | None]) -> Impact:
    """``before``: the tree; ``changes``: what is written to it, None for a deletion (see ``Placement.changes``)."""
    after = {path: data for path, data in {**before, **changes}.items() if data is not None}
    symbols = [change for path in sorted(changes) for change in _symbols(path, before.get(path), changes[path])]
    imports = [*imports_of(before), *imports_of(after)]
    touched: dict[str, set[str]] = defaultdict(set)
    for symbol in symbols:
        touched[symbol.path].add(symbol.name.split(".", 1)[0])
    importers = {one.path for one in imports if one.target in changes and _takes(one, touched.get(one.target))}
    tests = [path for path in _reaching(changes.keys(), imports) if _TEST.search(path) and path in after]
    return Impact(tuple(symbols), tuple(sorted(importers - changes.keys())), tuple(sorted(tests)))


def _takes(one: Import, touched: set[str] | None) -> bool:
    """A file without symbols of its own, or all of whose change is outside of them, counts as a whole."""
    return not one.names or not touched or bool(one.names & touched)


def _symbols(path: str, old: bytes | None, new: bytes | None) -> list[SymbolChange]:
    mine, yours = _texts(path, old), _texts(path, new)
    changed = {name for name in mine.keys() & yours.keys() if mine[name] != yours[name]}
    told = [SymbolChange(path, name, "removed") for name in mine.keys() - yours.keys()]
    told += [SymbolChange(path, name, "added") for name in yours.keys() - mine.keys()]
    told += [SymbolChange(path, name, "changed") for name in changed]
    return sorted(told, key=lambda change: change.name)


def _texts(path: str, data: bytes | None) -> dict[str, list[bytes]]:
    """Each symbol's own text: a class's without that of what is in it. A name may be there more than once."""
    found: dict[str, list[bytes]] = defaultdict(list)
    symbols = (symbols_of(path, data) if data is not None else None) or []
    inside: dict[str, list[Symbol]] = defaultdict(list)
    for symbol in symbols:
        inside[symbol.name.rpartition(".")[0]].append(symbol)
    for symbol in symbols:
        inner = [other.text for other in inside[symbol.name] if symbol.start <= other.start < symbol.end]
        own = symbol.text
        for text in inner:
            own = own.replace(text, b"", 1)
        found[symbol.name].append(b"\n".join(line.strip() for line in own.split(b"\n") if line.strip()))
    return found


def _reaching(paths: Collection[str], imports: list[Import]) -> set[str]:
    """The files, and all that import one of them, directly or not."""
    by_target: dict[str, set[str]] = defaultdict(set)
    for one in imports:
        by_target[one.target].add(one.path)
    found = set(paths)
    waiting = list(paths)
    while waiting:
        fresh = by_target[waiting.pop()] - found
        found |= fresh
        waiting = list(chain(waiting, fresh))
    return found

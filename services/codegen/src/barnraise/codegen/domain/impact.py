"""What a change touches, in words and bounded: it is told beside the change, and never holds one up."""

from collections.abc import Iterable, Mapping, Sequence

from barnraise.contracts.impact import MOST_FILES, MOST_SYMBOLS, Impact, TouchedSymbol
from barnraise.patches.grammars import language_of
from barnraise.patches.impact import SymbolChange, impact

MOST_LOOKED_AT, MOST_BYTES = 1_500, 8 << 20
"""Files, and bytes of them: beyond it, looking takes longer than a person waits."""
_NAMED, _LONG = 4, 90
_VERBS = {"changed": "changes", "added": "adds", "removed": "removes"}
TOO_LARGE = "The project is too large to say what this touches."


def impact_of(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Impact:
    """Of one tree that became another."""
    if _is_large(before) or _is_large(after):
        return Impact(text=TOO_LARGE)
    changes = {path: after.get(path) for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    found = impact(before, changes)
    kept = [one for one in found.symbols if len(one.path) <= 400 and len(one.name) <= 300]
    return Impact(
        text=_words(found.symbols, found.importers, found.tests),
        symbols=tuple(TouchedSymbol(path=one.path, name=one.name, change=one.change) for one in kept[:MOST_SYMBOLS]),
        importers=_first(found.importers),
        tests=_first(found.tests),
    )


def _is_large(files: Mapping[str, bytes]) -> bool:
    sizes = [len(data) for path, data in files.items() if language_of(path)]
    return len(sizes) > MOST_LOOKED_AT or sum(sizes) > MOST_BYTES


def _first(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if len(path) <= 400)[:MOST_FILES]


def _words(symbols: Sequence[SymbolChange], importers: Sequence[str], tests: Sequence[str]) -> str:
    """Such as: Changes `total_of`; used by 3 files. Tests: backend/tests/test_cart.py."""
    outer = _outermost(symbols)
    parts = [f"{verb} {_list([f'`{one.name[:_LONG]}`' for one in outer if one.change == kind])}" for kind, verb in _VERBS.items()
             if any(one.change == kind for one in outer)]  # fmt: skip
    if importers:
        parts.append(f"{'used' if parts else 'is used'} by {_count(importers, 'file')}")
    if not parts and not tests:
        return ""
    said = "; ".join(parts) or "changes no function or class"
    told = f"Tests: {_list([path[-_LONG:] for path in tests])}." if tests else "No test reaches it."
    return f"{said[0].upper()}{said[1:]}. {told}"


def _outermost(symbols: Sequence[SymbolChange]) -> list[SymbolChange]:
    """Without what came or went with what it is in."""
    whole = {(one.path, one.name) for one in symbols if one.change != "changed"}
    return [one for one in symbols if not any((one.path, outer) in whole for outer in _around(one.name))]


def _around(name: str) -> Iterable[str]:
    parts = name.split(".")
    return (".".join(parts[:depth]) for depth in range(1, len(parts)))


def _list(names: Sequence[str]) -> str:
    names = list(dict.fromkeys(names))
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _count(things: Sequence[str], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"

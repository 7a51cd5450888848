"""One step's change of a manifest taken back while later changes stay: a three-way merge of what the manifests say, not of their text."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from barnraise.codegen.domain.manifest_file import write_manifest
from barnraise.contracts.manifest import Manifest
from barnraise.vfs import Choices, Hunk

_GONE = object()
_NAMES = (("source", "target", "field"), ("name",), ("id",), ("title",), ("kind",))


def take_back(before: Manifest, after: Manifest, now: Manifest, choices: Choices) -> Manifest | tuple[Hunk, ...]:
    """The manifest ``now`` without what changed from ``before`` to ``after``.

    Where a later change touched the same value, the later one stays. What the step brought and a later change has altered is a place to
    choose in: mine keeps it, theirs takes it away. Raises pydantic's ValidationError when what remains is no manifest.
    """
    if now == after:
        return before
    merging = _Merging(write_manifest(now).decode(), choices)
    merged = merging.value((), *(manifest.model_dump(mode="json") for manifest in (after, now, before)))
    return tuple(merging.open) or Manifest.model_validate(merged)


class _Merging:
    def __init__(self, text: str, choices: Choices) -> None:
        self._text = text
        self._choices = choices
        self.open: list[Hunk] = []

    def value(self, path: tuple[str, ...], base: Any, mine: Any, theirs: Any) -> Any:
        if base in (mine, theirs):
            return theirs if mine == base else mine
        if all(isinstance(side, dict) for side in (base, mine, theirs)):
            return self._members(path, base, mine, theirs)
        if all(isinstance(side, list) for side in (base, mine, theirs)):
            return self._items(path, base, mine, theirs)
        if theirs is _GONE and mine is not _GONE:
            return self._choice(path, base, mine)
        return mine

    def _members(self, path: tuple[str, ...], base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Any:
        names = [*mine, *(name for name in theirs if name not in mine)]
        merged = {name: self.value((*path, name), *(side.get(name, _GONE) for side in (base, mine, theirs))) for name in names}
        return {name: value for name, value in merged.items() if value is not _GONE}

    def _items(self, path: tuple[str, ...], base: Sequence[Any], mine: Sequence[Any], theirs: Sequence[Any]) -> list[Any]:
        """Items are the same by their name. What comes back stands behind what it stood behind."""
        sides = [_named(side) for side in (base, mine, theirs)]
        names = dict.fromkeys((*sides[1], *sides[2]))
        merged = {name: self.value((*path, name), *(side.get(name, _GONE) for side in sides)) for name in names}
        order = [name for name in sides[1] if merged[name] is not _GONE]
        known = list(sides[2])
        for at, name in enumerate(known):
            if merged[name] is not _GONE and name not in order:
                ahead = next((other for other in reversed(known[:at]) if other in order), None)
                order.insert(order.index(ahead) + 1 if ahead is not None else 0, name)
        return [merged[name] for name in order]

    def _choice(self, path: tuple[str, ...], base: Any, mine: Any) -> Any:
        texts = [_lines(side) for side in (base, mine)]
        identity = hashlib.sha256(repr((path, *texts)).encode()).hexdigest()[:16]
        if identity in self._choices:
            return _GONE if self._choices[identity] == "theirs" else mine
        line = self._text[: max(0, self._text.find(json.dumps(path[-1], ensure_ascii=False)))].count("\n") + 1
        self.open.append(Hunk(identity, line, texts[0], texts[1], b""))
        return mine


def _named(items: Sequence[Any]) -> dict[str, Any]:
    """The items by name; equal names are told apart by their number."""
    seen: Counter[str] = Counter()
    named: dict[str, Any] = {}
    for item in items:
        name = _name(item)
        named[f"{name} {seen[name]}" if seen[name] else name] = item
        seen[name] += 1
    return named


def _name(item: Any) -> str:
    if isinstance(item, dict):
        for keys in _NAMES:
            if all(key in item for key in keys):
                return " ".join(str(item[key]) for key in keys)
    return json.dumps(item, sort_keys=True)


def _lines(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()

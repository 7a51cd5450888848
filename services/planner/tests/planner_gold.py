"""Prompts with the manifests that a sensible person expects of them, and how near a manifest comes to that.

A line of ``gold.jsonl`` has the prompt and what is wanted: ``entities`` with the type of each field, ``relations`` as "Child>Parent"
or "One<>Other", ``enums``, ``charts`` and ``access``. ``a|b`` are names, types or relations of which each will do, ``a?`` may be
there or not, ``*`` says that more may be there. What is ``held_out`` was never looked at while rules were written. The prompts of
``development.jsonl``, in the same form, are harder: their failures are what rules are written from.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.planning import plan

AT = datetime(2026, 1, 1, tzinfo=UTC)
DATA = Path(__file__).parent / "data"
Facts = Counter[tuple[str, ...]]


def made(prompt: str) -> Manifest | None:
    return getattr(plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=prompt), AT), "manifest", None)


@dataclass(frozen=True)
class Case:
    """A prompt with what is wanted of it, and what was made of it."""

    wanted: dict[str, Any]

    @property
    def prompt(self) -> str:
        return str(self.wanted["prompt"])

    @property
    def held_out(self) -> bool:
        return bool(self.wanted.get("held_out"))

    @cached_property
    def manifest(self) -> Manifest | None:
        return made(self.prompt)

    def entities(self) -> tuple[Facts, Facts]:
        """Found and wanted, as are all of the following."""
        wanted = Counter((key.split("|")[0],) for key in self._named if not key.endswith("?"))
        named = (key for entity in self._entities if not (key := self._known(entity.name)).endswith("?"))
        found = Counter((key,) for key in named)
        return (found & wanted if "*" in self.wanted["entities"] else found), wanted

    def fields(self) -> tuple[Facts, Facts]:
        """With their types."""
        wanted = Counter(
            (key.split("|")[0], name.split("|")[0])
            for key, fields in self._named.items()
            for name in fields
            if name != "*" and not name.endswith("?")
        )
        found: Facts = Counter()
        for entity in self._entities:
            key = next((key for key in self._named if entity.name in key.rstrip("?").split("|")), None)
            if key or "*" not in self.wanted["entities"]:
                fields = self._named[key] if key else {}
                own = [_field(fields, field.name, field.type) for field in entity.fields]
                found.update((self._known(entity.name), name) for name in own if name)
        return found, wanted

    def relations(self) -> tuple[Facts, Facts]:
        found = Counter(
            _pair(f"{self._known(r.target)}{'>' if r.kind == 'one_to_many' else '<>'}{self._known(r.source)}".replace("?", ""))
            for r in (self.manifest.relations if self.manifest else ())
        )
        told = [_chosen(pair, found) for pair in self.wanted.get("relations", ())]
        maybe = Counter(_pair(pair.rstrip("?")) for pair in told if pair.endswith("?"))
        wanted = Counter(_pair(pair) for pair in told if pair[-1] not in "*?")
        return (found & wanted if "*" in told else found - (maybe - wanted)), wanted

    def charts(self) -> tuple[Facts, Facts]:
        wanted = [tuple(chart.split()) for chart in self.wanted.get("charts", ())]
        found: Facts = Counter()
        for chart in self.manifest.charts if self.manifest else ():
            told = (self._known(chart.entity), chart.measure, *([chart.of] if chart.of else []), "by", chart.by)
            found[next((one for one in wanted if len(one) == len(told) and all(map(_fits, one, told))), told)] += 1
        return found, Counter(wanted)

    def enums(self) -> dict[str, list[str]]:
        """The values of every enumeration that was found, under its wanted name."""
        found: dict[str, list[str]] = {}
        for entity in self._entities:
            fields = next((fields for key, fields in self._named.items() if entity.name in key.split("|")), {})
            for field in entity.fields:
                name = next((name for name in fields if field.name in name.rstrip("?").split("|")), field.name)
                if field.type == "enum" and not name.endswith("?") and (name in fields or "*" not in fields):
                    found[f"{self._known(entity.name)}.{name.split('|')[0]}"] = list(field.values)
        return found

    @property
    def _entities(self) -> tuple[Any, ...]:
        return self.manifest.entities if self.manifest else ()

    @property
    def _named(self) -> dict[str, dict[str, str]]:
        return {key: fields for key, fields in self.wanted["entities"].items() if key != "*"}

    def _known(self, name: str) -> str:
        """The name that is wanted for what has this one, with a mark if it may be there or not."""
        told = next((key for key in self._named if name in key.rstrip("?").split("|")), name)
        return told.rstrip("?").split("|")[0] + ("?" if told.endswith("?") else "")


LOOKS: tuple[Callable[[Case], tuple[Facts, Facts]], ...] = (Case.entities, Case.fields, Case.relations)


def cases(*, held_out: bool | None = None) -> list[Case]:
    """All of them, or only those of one part."""
    known = [Case(json.loads(line)) for line in (DATA / "gold.jsonl").read_text().splitlines()]
    return [case for case in known if held_out is None or case.held_out == held_out]


def development() -> list[Case]:
    """The prompts on which the reader still fails often, in many voices."""
    return [Case(json.loads(line)) for line in (DATA / "development.jsonl").read_text().splitlines()]


def f1(pairs: Iterable[tuple[Facts, Facts]]) -> float:
    """The harmonic mean of precision and recall, over all cases together."""
    known = list(pairs)
    hits = sum((found & wanted).total() for found, wanted in known)
    return 2 * hits / (sum(found.total() for found, _ in known) + sum(wanted.total() for _, wanted in known))


def _field(fields: dict[str, str], name: str, kind: str) -> str | None:
    """What a found field counts as; None when it may be there or not."""
    for known, kinds in fields.items():
        if name in known.rstrip("?").split("|"):
            return None if known.endswith("?") else known.split("|")[0] if kind in kinds.split("|") else f"{name}: {kind}"
    return None if "*" in fields else f"{name}: {kind}"


def _pair(told: str) -> tuple[str, ...]:
    one, joint, other = told.partition("<>")
    return (*sorted((one, other)), "<>") if joint else tuple(told.split(">"))


def _chosen(pair: str, found: Facts) -> str:
    """Of several relations of which each will do, the one that was found."""
    ways = pair.rstrip("?").split("|")
    return next((way for way in ways if found[_pair(way)]), ways[0]) + ("?" if pair.endswith("?") else "")


def _fits(wanted: str, found: str) -> bool:
    return found in wanted.split("|")

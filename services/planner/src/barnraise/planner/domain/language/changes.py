"""Refinements: what a message wants to change in a manifest, as typed operations."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from barnraise.contracts.manifest import Entity, Manifest
from barnraise.planner.domain.language import additions, alterations
from barnraise.planner.domain.operations import Operation, OperationError, apply

MAX_PART = 600
_VERBS = "add|remove|delete|drop|rename|make|change|set|turn|call|give|link|connect|include|create|use|convert|get rid of|allow|let|replace|introduce"
_SPLIT = re.compile(
    rf"(?<=[.!?])\s+|[;\n]+|,?\s+(?:and\s+)?then\s+|,?\s+and\s+(?:also\s+)?(?=(?:{_VERBS})\s)|,\s+(?=(?:{_VERBS})\s)", re.IGNORECASE
)
_LEAD = re.compile(
    r"^(?:(?:please|now|also|next|then|ok(?:ay)?|hey|so|just|and|can|could|would|will|you|i|we|i'd|want|need|like|to|you to|let's|kindly)\b[\s,]*)*"
    r"(?=\w)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+")


class NotUnderstood(ValueError):  # noqa: N818 - it is an answer
    """The message is a change, but not one that can be made here; the text says why, for people."""


@dataclass
class Changed:
    """``said``: each change in words. ``missed``: parts of the message that no rule understood."""

    manifest: Manifest
    said: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def change(manifest: Manifest, text: str) -> Changed | None:
    """The changed manifest; None when no part of the text is understood. Raises NotUnderstood when a part does not fit."""
    changed = Changed(manifest)
    about: Entity | None = None
    for part in _parts(text):
        try:
            found = _operations(changed, part, about)
            for operation in found:
                changed.manifest, told = apply(changed.manifest, operation)
                changed.said.append(told)
                about = _subject(changed.manifest, operation) or about
        except OperationError as error:
            raise NotUnderstood(str(error)) from error
        if not found:
            changed.missed.append(part)
    return changed if changed.said else None


def _parts(text: str) -> list[str]:
    """The commands of a message, one each."""
    parts = [_BULLET.sub("", part).strip(" .!,") for part in _SPLIT.split(text)]
    return [part[:MAX_PART] for part in parts if any(char.isalpha() for char in part)][:40]


def _operations(changed: Changed, part: str, about: Entity | None) -> list[Operation]:
    said = part[match.end() :] if (match := _LEAD.match(part)) and match.end() < len(part) else part
    for rule in _RULES:
        if found := rule(changed.manifest, said, about):
            return found
    found, assumed = additions.additions(changed.manifest, said, about)
    changed.assumed += assumed
    return found


def _subject(manifest: Manifest, operation: Operation) -> Entity | None:
    """What "it" may mean next: the entity that was changed last."""
    name = getattr(operation, "entity", None)
    name = name.name if isinstance(name, Entity) else name
    return next((entity for entity in manifest.entities if entity.name == name), None)


_RULES: tuple[Callable[[Manifest, str, Entity | None], list[Operation]], ...] = (
    alterations.theme,
    alterations.title,
    alterations.rename,
    alterations.enumerate_,
    alterations.remove,
    alterations.rules,
    alterations.retype,
)

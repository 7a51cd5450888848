"""Refinements: what a message wants to change in a manifest, as typed operations."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from barnraise.contracts.manifest import Entity, Manifest
from barnraise.contracts.names import snake
from barnraise.planner.domain.language import adjustments, alterations, currencies, latest, outfits, sharing, values
from barnraise.planner.domain.language.additions import additions
from barnraise.planner.domain.language.anyway import is_had_anyway
from barnraise.planner.domain.language.behaviours import is_behaviour
from barnraise.planner.domain.language.plainly import aimed, plainly
from barnraise.planner.domain.language.text import tokens
from barnraise.planner.domain.operations import AddField, ChangeField, Operation, OperationError, apply

MAX_PART, MAX_PARTS = 600, 40
_VERBS = (
    "add|remove|delete|drop|rename|make|change|set|turn|call|give|link|connect|assign|include|create|use|convert|get rid of|allow|let"
    "|replace|introduce|split|move|unlink|limit"
)
_VERB = rf"(?=(?:{_VERBS}) (?!(?:to|of|for|on|in|and) ))"
_RUNS = r"(?=(?:log|cache|encrypt|hash|compress|throttle|monitor|retry|trace) (?!(?:to|of|for|on|in|and) ))"
_SPLIT = re.compile(rf"(?<=[.!?]) |[;\n]+|,? (?:and )?then |,? and (?:also )?{_VERB}|, {_VERB}|,? and {_RUNS}", re.IGNORECASE)
_POLITE = "please|now|also|next|then|ok(?:ay)?|hey|so|just|and|can|could|would|will|you|i|we|i'd|want|need|like|to|let's|kindly"
_LEAD = re.compile(rf"^(?:(?:{_POLITE})\b[ ,]*)*(?=\w)", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:[ ,]+(?:please|thanks|thank you|for me|too|as well|also|(?:which|that|both|all)(?: (?:both|all))? (?:are|is|can be) optional))+$",
    re.IGNORECASE,
)
_IT = re.compile(r"^(rename|make|remove|delete|drop|move|split|limit) it\b", re.IGNORECASE)
_THERE = re.compile(
    r"^(?:(?:there|it|the app) )?(?:should|must|has to|needs to|shall) (?:also )?(?:be|have) (?=an? |the |some )", re.IGNORECASE
)
_BULLET = re.compile(r"^ ?(?:[-*+]|\d{1,3}[.)]) ")
_RULES: tuple[Callable[[Manifest, str, Entity | None], list[Operation]], ...] = (
    outfits.charts,
    outfits.federation,
    outfits.access,
    outfits.payments,
    outfits.mails,
    outfits.supabase,
    alterations.theme,
    alterations.title,
    latest.drop_last,
    currencies.measured_in,
    sharing.share,
    adjustments.rename_value,
    adjustments.split,
    adjustments.move,
    adjustments.place,
    adjustments.unlink,
    adjustments.default,
    adjustments.limit,
    adjustments.tie,
    alterations.rename,
    values.set_values,
    values.add_values_to,
    values.add_value,
    alterations.remove,
    alterations.rules,
    alterations.retype,
    alterations.bound,
)
"""The first that knows what to do with a message does it, so what is more special stands before what is more general."""


class UnclearError(ValueError):
    """The message is a change, but not one that can be made here; the text says why, for people."""


@dataclass
class Changed:
    """``said``: each change in words. ``missed``: parts of the message that no rule understood."""

    manifest: Manifest
    said: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def change(manifest: Manifest, text: str) -> Changed | None:
    """The changed manifest; None when no part of the text is understood. Raises UnclearError when a part does not fit."""
    changed = Changed(manifest)
    about: Entity | None = None
    last: Operation | None = None
    parts = _parts(aimed(manifest, text))
    for part in parts[:MAX_PARTS]:
        try:
            found = _operations(changed, _named(part, last), about)
            for operation in found:
                changed.manifest, told = apply(changed.manifest, operation)
                changed.said.append(told)
                about = _subject(changed.manifest, operation) or about
                last = operation
        except OperationError as error:
            raise UnclearError(str(error)) from error
        if not found:
            changed.missed.append(part)
    changed.missed += parts[MAX_PARTS:]
    return changed if changed.said else None


def _parts(text: str) -> list[str]:
    """The commands of a message, one each."""
    parts = [_BULLET.sub("", part).strip(" .!?,") for part in _SPLIT.split(text)]
    return [part[:MAX_PART] for part in parts if any(char.isalpha() for char in part)]


def _named(part: str, last: Operation | None) -> str:
    """``rename it to paid on``, behind a change of a field, with that field's name."""
    if not isinstance(last, (AddField, ChangeField)) or not _IT.search(part):
        return part
    field = last.field if isinstance(last, AddField) else last.changed
    return _IT.sub(lambda match: f"{match[1]} {field.name.replace('_', ' ')} of {last.entity}", part, count=1)


def _operations(changed: Changed, part: str, about: Entity | None) -> list[Operation]:
    if is_behaviour(tokens(part), {snake(entity.name).rsplit("_", 1)[-1] for entity in changed.manifest.entities}):
        return []
    said = _TAIL.sub("", part)
    said = _THERE.sub("add ", said)
    if is_had_anyway(_LEAD.sub("", said)):
        return []
    said = plainly(changed.manifest, _LEAD.sub("", said) or said)
    for rule in _RULES:
        if found := rule(changed.manifest, said, about):
            return found
    found, assumed = additions(changed.manifest, said, about)
    changed.assumed += assumed
    return found


def _subject(manifest: Manifest, operation: Operation) -> Entity | None:
    """What "it" may mean next: the entity that was changed last."""
    name = getattr(operation, "entity", None)
    name = name.name if isinstance(name, Entity) else name
    return next((entity for entity in manifest.entities if entity.name == name), None)

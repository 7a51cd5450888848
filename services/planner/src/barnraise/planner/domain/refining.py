"""Refining what has no entities, a site or a script: each part of a message goes to the first rule that knows what to do with it."""

import re
from collections.abc import Callable, Sequence

from pydantic import ValidationError

from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.language import alterations
from barnraise.planner.domain.language.changes import Changed, UnclearError
from barnraise.planner.domain.operations import OperationError, apply

Rule = Callable[[Manifest, str], tuple[Manifest, str] | None]
"""The changed manifest and what changed, in words; None when the message is not of the rule's kind. Raises OperationError when it is, but
does not fit."""

_VERBS = (
    "add|remove|delete|drop|rename|make|change|set|turn|call|use|draw|show|plot|sort|put|insert|replace|move|update|write|include|hide"
    "|stack|title"
)
_SPLIT = re.compile(
    rf"(?<=[.!])\s+(?=[A-Z\"“])|(?<=\?)\s+(?=(?:and|also|please|then|{_VERBS})\b)|[;\n]+|,? (?:and )?then "
    rf"|,? and (?:also )?(?=(?:{_VERBS}) )|, (?=(?:{_VERBS}) )",
    re.IGNORECASE,
)
_POLITE = "please|now|also|next|then|ok(?:ay)?|just|and|can|could|would|will|you|i|we|want|need|like|to|let's"
_LEAD = re.compile(rf"^(?:(?:{_POLITE})\b[ ,]*)*(?=\w)", re.IGNORECASE)
_TAIL = re.compile(r"(?:[ ,]+(?:please|thanks|thank you|for me|too|as well|also|instead))+$", re.I)
_MOST_PARTS = 40
_LONGEST = 3_000


def refine(manifest: Manifest, text: str, rules: Sequence[Rule], *, whole: bool = False) -> Changed | None:
    """The changed manifest; None when no part of the text is understood. ``whole``: the text is one part. Raises UnclearError when a
    part does not fit."""
    changed = Changed(manifest)
    for part in [text.strip()[:_LONGEST]] if whole else _parts(text)[:_MOST_PARTS]:
        try:
            done = _refined(changed.manifest, part, rules)
        except (OperationError, ValidationError) as error:
            raise UnclearError(_said(error)) from error
        if done is None:
            changed.missed.append(part)
            continue
        changed.manifest = Manifest.model_validate(done[0].model_dump())
        changed.said.append(done[1])
    return changed if changed.said else None


def _refined(manifest: Manifest, part: str, rules: Sequence[Rule]) -> tuple[Manifest, str] | None:
    for rule in rules:
        if done := rule(manifest, part):
            return done
    for outfit in (alterations.theme, alterations.title):
        if operations := outfit(manifest, part, None):
            return apply(manifest, operations[0])
    return None


def _parts(text: str) -> list[str]:
    parts = [_TAIL.sub("", _LEAD.sub("", part.strip(" !?,").rstrip("."))) for part in _SPLIT.split(text)]
    return [part[:_LONGEST] for part in parts if any(char.isalnum() for char in part)]


def _said(error: OperationError | ValidationError) -> str:
    if isinstance(error, ValidationError):
        return f"That would not fit: {str(error.errors()[0]['msg']).removeprefix('Value error, ')}."
    return str(error)

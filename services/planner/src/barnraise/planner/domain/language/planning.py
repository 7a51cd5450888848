"""The plan: what a sentence means, and what follows from it."""

import re
from datetime import datetime

from pydantic import ValidationError

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.events import Decision, PlanAnswered, PlanMade
from barnraise.contracts.jobs import Intent
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.language import changes, reading
from barnraise.planner.domain.language.catalogue import CATALOGUE

ABILITY = (
    "I build data-centred web applications: say what they keep and what each thing has. For example: “Track books: books have a title, an author and a "
    "rating from 1 to 5, and belong to a shelf.”"
)
_UNDO = re.compile(
    r"^(?:please\s+)?(?:undo|revert|take (?:that|it) back)(?:\s+(?:that|it|this|the last (?:step|change)|please))*[.!]?$", re.IGNORECASE
)
_REDO = re.compile(r"^(?:please\s+)?redo(?:\s+(?:that|it|this|please))*[.!]?$", re.IGNORECASE)
_TEST = re.compile(r"^(?:please\s+)?(?:run|re-?run|execute)\s+(?:the\s+|all\s+)?tests?(?:\s+again)?[.!]?$", re.IGNORECASE)
_QUESTION = re.compile(r"^(?:what|which|how|who|why|where|when|is|are|does|do|can|could|will|tell me)\b.*", re.IGNORECASE | re.DOTALL)
_SITE = re.compile(r"\b(?:one-page|single-page|landing page|static|portfolio|homepage|web ?site|brochure)\b", re.IGNORECASE)
_SCRIPT = re.compile(r"\b(?:draw|plot|bar chart|pie chart|line chart|histogram|compute|calculate|script)\b", re.IGNORECASE)


def plan(command: MakePlan, now: datetime) -> PlanMade | PlanAnswered:
    """What to build, change or answer. Any text is read; none is an error."""
    text = command.text.strip()
    if command.manifest is None:
        return _new(command, text, now)
    return _refine(command, command.manifest, text, now)


def _new(command: MakePlan, text: str, now: datetime) -> PlanMade | PlanAnswered:
    if _QUESTION.match(text) and text.endswith("?"):
        return _answer(
            command, "question", ["It is a question, and there is nothing built yet."], f"{ABILITY} What shall I build?", now, asks=True
        )
    if _UNDO.match(text) or _REDO.match(text) or _TEST.match(text):
        return _answer(command, "unclear", ["There is nothing built yet."], f"There is nothing here yet. {ABILITY}", now, asks=True)
    sheet, source = reading.read(text), "the sentences name things and what they have"
    drafted = [draft for draft in sheet.drafts.values() if draft.fields] or (len(sheet.drafts) > 1 and sheet.links)
    if not drafted and (known := _known(text)):
        title, description = known
        sheet, source = reading.read(description), f"“{text[:60]}” is a well-known kind of application"
        sheet.assumed.insert(0, f"The usual things of such an application: {title}.")
    elif not sheet.drafts or (not drafted and not _lists_things(text, sheet)):
        return _back(command, text, now)
    if (_SCRIPT.search(text) and not drafted) or (_SITE.search(text) and not re.search(r"\b(?:have|has)\b", text)):
        return _back(command, text, now)
    title = command.name or (known_title if (known_title := _title(text, sheet)) else "Application")
    try:
        manifest = reading.manifest_of(sheet, title[:120], text, reading.theme_of(text))
    except ValidationError as error:
        return _answer(
            command,
            "unclear",
            [f"The plan contradicts itself: {error.errors()[0]['msg']}"],
            f"I could not make one plan of that. {ABILITY}",
            now,
            asks=True,
        )
    return _made(command, manifest, Decision(
        intent="create", reasons=(f"There is no application yet, and {source}.",), understood=tuple(_understood(manifest)),
        assumed=tuple(sheet.assumed), open_points=tuple(reading.open_points(text)),
    ), f"{manifest.title}: {', '.join(entity.plural_label.lower() for entity in manifest.entities)}.", now)  # fmt: skip


def _refine(command: MakePlan, manifest: Manifest, text: str, now: datetime) -> PlanMade | PlanAnswered:
    for pattern, intent in ((_UNDO, "undo"), (_REDO, "redo"), (_TEST, "test")):
        if pattern.match(text):
            decision = Decision(intent=intent, reasons=(f"The message says {intent}.",))
            return PlanMade(
                id=f"{command.id}:plan",
                project_id=command.project_id,
                job_id=command.job_id,
                at=now,
                decision=decision,
                summary=intent.capitalize(),
                manifest=None,
            )
    if _QUESTION.match(text) and (text.endswith("?") and not re.match(r"^(?:can|could) you\b", text, re.IGNORECASE)):
        return _answer(command, "question", ["It is a question about what is there."], _describe(manifest), now, asks=False)
    try:
        changed = changes.change(manifest, text)
        if changed:
            checked = Manifest.model_validate(changed[0].model_dump())
    except changes.NotUnderstood as error:
        return _answer(command, "unclear", [str(error)], f"{error} {_examples(manifest)}", now, asks=True)
    except ValidationError as error:
        reason = error.errors()[0]["msg"]
        return _answer(command, "unclear", [reason], f"That would not fit: {reason}. Nothing was changed.", now, asks=True)
    if changed is None:
        points = reading.open_points(text)
        said = " ".join(points) if points else "I did not understand what to change."
        return _answer(command, "unclear", ["No rule fits the sentence."], f"{said} {_examples(manifest)}", now, asks=True)
    words = "; ".join(changed[1])
    return _made(
        command,
        checked,
        Decision(intent="refine", reasons=("The message changes what is there.",), understood=tuple(changed[1])),
        words[0].upper() + words[1:] + ".",
        now,
    )


def _back(command: MakePlan, text: str, now: datetime) -> PlanAnswered:
    if _SCRIPT.search(text):
        said = f"Scripts and drawings are not built yet. {ABILITY}"
    elif _SITE.search(text):
        said = f"Static sites are not built yet. {ABILITY}"
    else:
        said = f"I see nothing in that to build: which things does it keep, and what does each have? {ABILITY}"
    return _answer(command, "unclear", ["The sentence names no things with something to keep."], said, now, asks=True)


def _known(text: str) -> tuple[str, str] | None:
    lowered = text.lower()
    if len(lowered) > 200:
        return None
    for keys, title, description in CATALOGUE:
        if any(re.search(rf"\b{re.escape(key)}\b", lowered) for key in keys):
            return title, description
    return None


def _lists_things(text: str, sheet: reading.Sheet) -> bool:
    """Whether a bare list of nouns is enough: two or more things, or one that is asked to be tracked."""
    asked = re.search(r"\b(?:track|manage|organi[sz]e|list of|keep track|record|app|application|api|database|crud)\b", text, re.IGNORECASE)
    return len(sheet.drafts) > 1 or bool(asked)


def _title(text: str, sheet: reading.Sheet) -> str:
    known = _known(text) if len(text) < 60 else None
    return known[0] if known else reading.title_of(text, sheet)


def _understood(manifest: Manifest) -> list[str]:
    said = [
        f"{entity.plural_label} have {', '.join(f'{f.label.lower()} ({f.type})' for f in entity.fields) or 'no fields of their own'}."
        for entity in manifest.entities
    ]
    return said + [
        f"Each {manifest.entity(r.target).label.lower()} belongs to a {manifest.entity(r.source).label.lower()}."
        if r.kind == "one_to_many"
        else f"{manifest.entity(r.source).plural_label} and {manifest.entity(r.target).plural_label.lower()} are linked many to many."
        for r in manifest.relations
    ]


def _describe(manifest: Manifest) -> str:
    return f"{manifest.title} keeps this:\n" + "\n".join(f"- {line}" for line in _understood(manifest))


def _examples(manifest: Manifest) -> str:
    thing = manifest.entities[0].plural_label.lower()
    return f"You can say, for example: “add a due date to {thing}”, “make name of {thing} unique”, “rename {thing} to items”, “undo”."


def _made(command: MakePlan, manifest: Manifest, decision: Decision, summary: str, now: datetime) -> PlanMade:
    head = {"id": f"{command.id}:plan", "project_id": command.project_id, "job_id": command.job_id, "at": now}
    return PlanMade(decision=decision, summary=summary[:2000], manifest=manifest, **head)


def _answer(command: MakePlan, intent: Intent, reasons: list[str], text: str, now: datetime, *, asks: bool) -> PlanAnswered:
    head = {"id": f"{command.id}:plan", "project_id": command.project_id, "job_id": command.job_id, "at": now}
    return PlanAnswered(decision=Decision(intent=intent, reasons=tuple(r[:500] for r in reasons)), asks=asks, text=text[:4000], **head)

"""The plan: what a message means, and what follows from it."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.events import Decision, PlanAnswered, PlanMade
from barnraise.contracts.jobs import Intent
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.documents import resume_in, with_documents
from barnraise.planner.domain.language import answers, wishes
from barnraise.planner.domain.language.anyway import had_anyway
from barnraise.planner.domain.language.building import build, slug
from barnraise.planner.domain.language.changes import Changed, UnclearError, change
from barnraise.planner.domain.language.dating import with_dates
from barnraise.planner.domain.language.dressing import Heard, dressed, hear
from barnraise.planner.domain.language.infull import in_full
from barnraise.planner.domain.language.intents import destroys, kind_of
from barnraise.planner.domain.language.noting import is_noted
from barnraise.planner.domain.language.nouns import listed
from barnraise.planner.domain.language.passages import passages
from barnraise.planner.domain.language.phrases import head_words, implied
from barnraise.planner.domain.language.questioning import asked as told_by_questions
from barnraise.planner.domain.language.reading import read
from barnraise.planner.domain.language.renowned import names_only, well_known, with_usual
from barnraise.planner.domain.language.schemas import Imported, read_schema
from barnraise.planner.domain.language.sheet import Sheet
from barnraise.planner.domain.language.text import MAX_READ, clean
from barnraise.planner.domain.language.titles import given_title, title_of
from barnraise.planner.domain.language.translation import Translation, language_of, native_of, relabelled, translated
from barnraise.planner.domain.language.unsaid import unsaid
from barnraise.planner.domain.looking import pictures_of, with_pictures, without_pictures
from barnraise.planner.domain.remembering import of_the_work, wishes_in
from barnraise.planner.domain.resumes.portfolio import portfolio
from barnraise.planner.domain.resumes.resume import Read
from barnraise.planner.domain.scripts import (
    ReadScript,
    answer_script,
    asks_for_script,
    beyond,
    change_script,
    describe_script,
    read_script,
    script_examples,
)
from barnraise.planner.domain.sites import (
    ReadSite,
    answer_site,
    appended,
    asks_for_site,
    change_site,
    describe_site,
    points_of,
    read_site,
    site_examples,
)
from barnraise.planner.domain.words import WITHOUT_PLAN

Plan = PlanMade | PlanAnswered
_ANSWERS: dict[str, Callable[[Manifest, str], str]] = {"app": answers.answer, "script": answer_script, "site": answer_site}
_EXAMPLES: dict[str, Callable[[Manifest], str]] = {"script": script_examples, "site": site_examples}
_CHANGES: dict[str, Callable[[Manifest, str], Changed | None]] = {"app": change, "script": change_script, "site": change_site}
_FINITE = re.compile(r"\b(?:have|has|contains?|belongs?|managing|manage)\b", re.IGNORECASE)
_OF_CODE = re.compile(
    r"\b(?:code|files?|functions?|class(?:es)?|modules?|endpoints?|routes?|implement\w*|librar(?:y|ies)|queries|what happens"
    r"|where (?:is|are|in)|why (?:is|are|do|does)"
    r"|how (?:does|do|is|are)\b.*\b(?:work|get|comput|calculat|know|decid|stor|sen[dt]|handl|check|test|secur)\w*)\b",
    re.IGNORECASE | re.DOTALL,
)
"""A question that no plan can answer."""
_VAGUE = frozenset("something anything business app application website system tool software program thing stuff idea".split())


def plan(command: MakePlan, now: datetime, *, models: bool = False, sees: bool = False) -> Plan:
    """What to build, change, do or answer. Any text and any document is read; none is an error. With ``models``, what the plan of a
    project cannot say is a change of its code, and what cannot be read, or not all of it, is marked to be designed by one; so is whatever
    comes with a picture, if one ``sees``."""
    if not pictures_of(command.attachments):
        return _told(command, now, models=models)
    words = without_pictures(command)
    if words.text.strip() or words.attachments:
        return with_pictures(_told(words, now, models=models), command, sees=sees)
    said = "Nobody has looked at it yet." if sees else ""
    alone = PlanAnswered.model_validate(
        {
            **_Speaker(command, now).head,
            "decision": Decision(intent="unclear", reasons=("It is a picture alone.",)),
            "asks": True,
            "text": said,
        }
    )
    return with_pictures(alone, command, sees=sees)


def _told(command: MakePlan, now: datetime, *, models: bool) -> Plan:
    wishes, rest = wishes_in(command.text)
    if wishes and command.manifest and not any(map(of_the_work, wishes)):
        whole = _planned(command, now, models=models)
        if whole.decision.intent == "refine":  # "projects are called engagements from now on" is a change, and done with
            return whole
    if wishes and not rest and not command.attachments:
        return _Speaker(command, now).heard(wishes)
    made = _planned(command.model_copy(update={"text": rest}), now, models=models)
    return made.model_copy(update={"remember": wishes}) if wishes else made


def _planned(command: MakePlan, now: datetime, *, models: bool) -> Plan:
    if found := resume_in(command):
        return _portrayed(_Speaker(command, now), *found)
    return _understood(with_documents(command), now, models=models)


def _understood(command: MakePlan, now: datetime, *, models: bool) -> Plan:
    speaker = _Speaker(command, now, models=models)
    blank = command.manifest is None and not command.imported
    if blank and (found := read_schema(command.text)):
        return _imported(speaker, found)
    text = clean(command.text)
    kind, native = kind_of(text), native_of(text)
    if kind == "foreign" or (kind == "other" and native):
        kind, speaker.language = "foreign", language_of(text) or native
        speaker.translation = translated(text, speaker.language) if speaker.language else None
        text, kind = (speaker.translation.text, "other") if speaker.translation else (text, kind)
    if command.manifest is None:
        return _begun(speaker, text, "other" if kind == "fix" else kind) if blank else _without_plan(speaker, kind)
    if kind == "script":
        kind = _besides_charts(text)
    if kind in ("undo", "redo", "test"):
        return speaker.act(kind)
    if kind == "fix":
        return speaker.unable("The message asks for a repair.", answers.REPAIR)
    if kind == "question" and not (command.manifest.kind == "app" and is_noted(command.manifest, text)):
        told = _ANSWERS[command.manifest.kind](command.manifest, text)
        return speaker.answer("question", "It is a question about what is there.", told, design=_OF_CODE.search(text) is not None)
    return _refine(speaker, command.manifest, text, kind)


def needs_model(made: Plan) -> bool:
    """Whether the plan rests on there being a model."""
    return made.design or made.decision.intent == "edit"


class _Speaker:
    """Answers to one command."""

    def __init__(self, command: MakePlan, now: datetime, *, models: bool = False) -> None:
        self.command = command
        self.models = models
        self.language: str | None = None
        self.translation: Translation | None = None
        self.head: dict[str, Any] = {"id": f"{command.id}:plan", "project_id": command.project_id, "job_id": command.job_id, "at": now}

    def made(self, decision: Decision, summary: str, manifest: Manifest, *, unmade: Sequence[str] = ()) -> PlanMade:
        """``unmade``: what the text asks for and the plan does not say."""
        design = self.models and bool(unmade)
        return PlanMade(decision=decision, summary=summary[:2000], manifest=manifest, design=design, **self.head)

    def heard(self, wishes: Sequence[str]) -> PlanAnswered:
        """There is nothing but standing wishes in the message."""
        text = "I keep that in mind:\n" + "\n".join(f"- {wish}" for wish in wishes)
        answer = self.answer("remember", "The message says what is wanted from now on.", text)
        return answer.model_copy(update={"remember": tuple(wishes)})

    def act(self, intent: Intent) -> PlanMade:
        decision = Decision(intent=intent, reasons=(f"The message asks to {'run the tests' if intent == 'test' else intent}.",))
        return PlanMade(decision=decision, summary=intent.capitalize(), **self.head)

    def unread(self) -> tuple[str, ...]:
        """Says so, if the text was too long to be read to its end."""
        return (f"I read only the first {MAX_READ:,} characters.",) if len(self.command.text) > MAX_READ else ()

    def answer(
        self, intent: Intent, reason: str, text: str, *, asks: bool = False, points: Sequence[str] = (), design: bool = False
    ) -> PlanAnswered:
        """``design``: a model may have more to say to it."""
        decision = Decision(intent=intent, reasons=(reason,), open_points=tuple(points))
        return PlanAnswered(decision=decision, asks=asks, text=text[:4000], design=design and self.models, **self.head)

    def unable(self, reason: str, text: str, *, points: Sequence[str] = ()) -> Plan:
        """The plan cannot be changed so: a model changes the code, or the text asks back."""
        if not self.models:
            return self.answer("unclear", reason, text, asks=True, points=points)
        decision = Decision(intent="edit", reasons=(reason[:1000], "A model changes the code itself."))
        return PlanMade(decision=decision, summary="A change of the code", **self.head)


def _without_plan(speaker: _Speaker, kind: str) -> Plan:
    """The code came from elsewhere: no manifest stands for it, and compiling one would not be a change of it."""
    if kind in ("undo", "redo", "test"):
        return speaker.act(kind)
    said = answers.REPAIR if kind == "fix" else f"This project was imported. {WITHOUT_PLAN}"
    if kind == "question" and speaker.models:
        return speaker.answer("question", "It is a question about what is there.", said, design=True)
    return speaker.unable("The project was imported without a plan.", said)


def _begun(speaker: _Speaker, text: str, kind: str) -> Plan:
    """A script, a site or an application."""
    command = speaker.command
    if asks_for_script(text, kind) and (script := read_script(command.text, command.attachments)):
        return _scripted(speaker, script)
    if kind != "question" and asks_for_site(command.text[:MAX_READ]):
        if site := read_site(command.text[:MAX_READ], command.name):
            return _sited(speaker, site)
        return speaker.answer("unclear", answers.NOT_BUILT["site"], answers.ask_back("site", speaker.language), asks=True, design=True)
    return _create(speaker, text, _besides_charts(text) if kind == "script" else kind)


def _besides_charts(text: str) -> str:
    """What a text that asks for a chart is, when a chart is wished for besides what it is drawn from."""
    heard = hear(text)
    return kind_of(heard.rest) if heard.charts and len(heard.rest.split()) > 2 else "script"


def _create(speaker: _Speaker, text: str, kind: str) -> Plan:
    if kind == "question" and ("?" in text or told_by_questions(text) == text):
        return speaker.answer(
            "question", "It is a question, and nothing is built yet.", f"{answers.ABILITY} {answers.EXAMPLE} What shall it be?", asks=True
        )
    if kind in ("undo", "redo", "test") or (destroys(text) and not _FINITE.search(text)):
        return speaker.answer("unclear", "Nothing is built yet.", f"There is nothing here yet. {answers.ask_back('other')}", asks=True)
    if kind not in ("other", "question"):
        readable = kind not in ("greeting", "nothing")
        return speaker.answer("unclear", answers.NOT_BUILT[kind], answers.ask_back(kind, speaker.language), asks=True, design=readable)
    heard = hear(in_full(text))
    told = wishes.without_granted(heard.rest)
    sheet, reason = read(told), "The text names things and what they have."
    told_more = any(draft.items for draft in sheet.drafts.values()) or sheet.bonds or len(sheet.drafts) > 1
    known = well_known(told if told.strip() else text)
    known = known if known and (not told_more or names_only(told, known)) else None
    if known:
        sheet, reason = with_usual(sheet, known), f"It asks for a well-known application: {known.title}."
    elif not told_more:
        sheet = _implied(sheet, told)
    if not sheet.drafts:
        asked = answers.ask_back("other", speaker.language)
        return speaker.answer("unclear", "The text names nothing to keep.", asked, asks=True, design=True)
    with_dates(sheet, heard.charts)
    title = speaker.command.name or given_title(text) or (known.title if known else title_of(passages(told), sheet))
    return _built(speaker, text, heard, sheet, title.strip() or "Application", reason)


def _scripted(speaker: _Speaker, found: ReadScript) -> PlanMade:
    title = speaker.command.name or given_title(speaker.command.text) or found.title
    said = " ".join(speaker.command.text.split())[:2000]
    manifest = Manifest(
        kind="script", name=slug(title), title=title[:120], description=said, theme=wishes.theme_of(said), script=found.script
    )
    decision = Decision(
        intent="create",
        reasons=("The message brings data, and asks to draw or compute something from them.",),
        understood=describe_script(found.script),
        assumed=tuple(found.assumed),
        open_points=tuple(dict.fromkeys((*found.open_points, *speaker.unread()))),
    )
    return speaker.made(decision, f"{manifest.title}: a script that {_results(found)}.", manifest, unmade=found.open_points)


def _sited(speaker: _Speaker, found: ReadSite) -> PlanMade:
    said = " ".join(speaker.command.text.split())[:2000]
    manifest = Manifest(kind="site", name=slug(found.title), title=found.title, description=said, theme=found.theme, site=found.site)
    manifest, lost = appended(manifest, speaker.command.text[:MAX_READ])
    assert manifest.site
    left = (*found.open_points, *wishes.quoted(lost))
    decision = Decision(
        intent="create",
        reasons=("The message asks for pages to look at, not for an application that keeps records.",),
        understood=describe_site(manifest.site),
        assumed=tuple(found.assumed),
        open_points=tuple(dict.fromkeys((*left, *speaker.unread()))),
    )
    sections = listed([section.title for section in manifest.site.sections])
    return speaker.made(decision, f"{found.title}: a site with {sections}.", manifest, unmade=left)


def _results(found: ReadScript) -> str:
    count = len(found.script.figures)
    drawn = [f"draws {'a figure' if count == 1 else f'{count} figures'}"] if count else []
    return listed([*drawn, *(["computes statistics"] if found.script.summaries else [])])


def _imported(speaker: _Speaker, found: Imported) -> PlanMade:
    title = speaker.command.name or given_title(found.manifest.description) or found.manifest.title
    manifest = found.manifest.model_copy(update={"title": title[:120], "name": slug(title)})
    points = tuple(f"Not taken from the schema: {what}" for what in found.left[:20])
    reasons = ("There is no application yet.", "The message brings a schema.")
    decision = Decision(intent="create", reasons=reasons, understood=answers.understood(manifest), open_points=points)
    things = listed([entity.plural_label.lower() for entity in manifest.entities])
    return speaker.made(decision, f"{manifest.title} is made from the schema: an application for {things}.", manifest)


def _portrayed(speaker: _Speaker, found: Read, words: str) -> Plan:
    """A CV becomes its person's site, or takes the place of what one says so far."""
    before = speaker.command.manifest
    if speaker.command.imported or (before is not None and not (before.site and before.site.person)):
        text = "A CV becomes a site of its own, and this project is something else. Nothing was changed. Start a new project with the CV."
        return speaker.answer("unclear", "The message brings a CV.", text, asks=True)
    made = portfolio(found, words, speaker.command.name, wishes.theme_of(words), before)
    reasons = ("The message brings a CV.", "It takes the place of what the site says." if before else "There is nothing yet.")
    decision = Decision(
        intent="refine" if before else "create", reasons=reasons, understood=made.understood, assumed=made.assumed, open_points=made.left
    )
    assert made.manifest.site
    shown = listed([section.title.lower() for section in made.manifest.site.sections])
    return speaker.made(decision, f"{made.manifest.title}: a portfolio from the CV, with {shown}.", made.manifest)


def _built(speaker: _Speaker, text: str, heard: Heard, sheet: Sheet, title: str, reason: str) -> PlanMade:
    manifest = build(sheet, title[:120], " ".join(text.split()), wishes.theme_of(text))
    manifest, assumed, unmade = dressed(manifest, heard)
    if speaker.translation:
        manifest = relabelled(manifest, speaker.translation.said)
        assumed.insert(0, f"I read it as: “{speaker.translation.text[:400]}”")
    told = (*wishes.open_points(heard.rest, sheet.missed), *unmade, *sheet.assumed, *assumed)
    lost = [part for part in unsaid(text, manifest, told) if not wishes.is_wish(part)]
    behaviours = (*wishes.open_points(heard.rest, (*sheet.missed, *lost)), *unmade)
    points = dict.fromkeys((*behaviours, *speaker.unread()))
    decision = Decision(
        intent="create",
        reasons=("There is no application yet.", reason),
        understood=answers.understood(manifest),
        assumed=tuple(dict.fromkeys((*sheet.assumed, *assumed))),
        open_points=tuple(points),
    )
    things = listed([entity.plural_label.lower() for entity in manifest.entities])
    return speaker.made(decision, f"{manifest.title} is made: an application for {things}.", manifest, unmade=behaviours)


def _refine(speaker: _Speaker, manifest: Manifest, text: str, kind: str) -> Plan:
    said = text if manifest.kind == "app" else speaker.command.text[:MAX_READ]  # what is shown keeps every sign
    try:
        changed = _CHANGES[manifest.kind](manifest, said)
    except UnclearError as error:
        return _unchanged(speaker, manifest, str(error))
    if changed is None:
        points = {"site": points_of, "script": beyond}.get(manifest.kind, wishes.open_points)(text)
        there = had_anyway(text) if manifest.kind == "app" and not points else None
        reason = there or " ".join(points) or answers.NOT_BUILT.get(kind, "I did not understand what to change.")
        return _unchanged(speaker, manifest, reason, points)
    behaviours = wishes.open_points(" ".join(changed.missed), changed.missed)
    decision = Decision(
        intent="refine",
        reasons=("The message changes what is there.",),
        understood=tuple(changed.said),
        assumed=tuple(changed.assumed),
        open_points=(*behaviours, *speaker.unread()),
    )
    words = "; ".join(changed.said)
    return speaker.made(decision, f"{words[:1].upper()}{words[1:]}.", changed.manifest, unmade=behaviours)


def _unchanged(speaker: _Speaker, manifest: Manifest, reason: str, points: Sequence[str] = ()) -> Plan:
    said = answers.examples(manifest, speaker.command.text) if manifest.kind == "app" else _EXAMPLES[manifest.kind](manifest)
    return speaker.unable(reason, f"{reason} Nothing was changed. {said}", points=points)


def _implied(sheet: Sheet, text: str) -> Sheet:
    """One kind of thing, when the text names no more: ``stamp collection`` keeps stamps."""
    if sheet.drafts:
        return sheet
    first = next(iter(passages(text)), None)
    tokens = (first.head or (first.body[0][0] if first.body else ())) if first else ()
    words = implied(head_words(tokens)) or next(iter(sheet.mentioned), None)
    if words and not set(words) & _VAGUE:
        sheet.entity(words)
    return sheet

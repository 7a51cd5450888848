"""What came with a message: a CV becomes a portfolio, a schema is read as one, and what is told in words is read with the words."""

import re
from collections.abc import Iterator

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.documents import Attachment
from barnraise.planner.domain.language.schemas import read_schema
from barnraise.planner.domain.resumes.json_resume import read_json
from barnraise.planner.domain.resumes.reading import is_resume, read
from barnraise.planner.domain.resumes.resume import Read

TABLES = frozenset({"text/csv", "text/tab-separated-values"})
_MOST = 200_000
_OF_A_PERSON = re.compile(
    r"\b(?:portfolio|cv|c\.v\.|curriculum vitae|r[ée]sum[ée]|lebenslauf|personal (?:site|website|page)|bewerbung\w*)\b", re.IGNORECASE
)
_OF_AN_APPLICATION = re.compile(r"\b(?:app|application|database|tracker|api|system|software|tool|crm|backend)\b", re.IGNORECASE)
_PASTED_LINES = 6


def resume_in(command: MakePlan) -> tuple[Read, str] | None:
    """The CV that came with a message or stands in it, and the words beside it. None when there is none, or when the words want an
    application."""
    words = command.text
    if _OF_AN_APPLICATION.search(words) and not _OF_A_PERSON.search(words):
        return None
    for attachment in command.attachments:
        if found := _read(attachment.text, attachment.media_type):
            cut = (f"I read only the beginning of {attachment.name}: it is very long.",) if attachment.cut else ()
            return found.model_copy(update={"doubts": (*found.doubts, *cut, *_unused(command, attachment))}), words
    return _pasted(words)


def with_documents(command: MakePlan) -> MakePlan:
    """The message with the documents' words behind its own; tables stay with it as they are. A schema is read alone."""
    told = [attachment.text for attachment in command.attachments if attachment.media_type not in TABLES]
    if command.manifest is None and (schema := next((text for text in told if read_schema(text)), None)):
        return command.model_copy(update={"text": schema})
    return command.model_copy(update={"text": "\n\n".join([command.text, *told]).strip()[:_MOST]}) if told else command


def _read(text: str, media_type: str) -> Read | None:
    if media_type in TABLES:
        return None
    return read_json(text) or (read(text) if is_resume(text) else None)


def _unused(command: MakePlan, used: Attachment) -> Iterator[str]:
    for attachment in command.attachments:
        if attachment is not used:
            yield f"I made the site from {used.name} alone; {attachment.name} is not used."


def _pasted(text: str) -> tuple[Read, str] | None:
    """``Make a portfolio from my CV:`` and then the CV."""
    lines = text.split("\n")
    intro = next((place for place, line in enumerate(lines[:4]) if _OF_A_PERSON.search(line)), None)
    if intro is None or len(lines) < _PASTED_LINES:
        return None
    words, rest = "\n".join(lines[: intro + 1]), "\n".join(lines[intro + 1 :])
    if found := _read(rest, "text/plain"):
        return found, words
    return None

"""What an application is called."""

import re

from barnraise.planner.domain.language.lexicon import ACRONYMS, DETERMINERS, MODIFIERS, NOT_THINGS, PLACES, PREPOSITIONS
from barnraise.planner.domain.language.nouns import plural_label
from barnraise.planner.domain.language.phrases import head_words
from barnraise.planner.domain.language.reading import Passage
from barnraise.planner.domain.language.sheet import Sheet

_CALLED = re.compile(
    r"(?<!field )(?<!column )(?<!attribute )(?<!entity )\b(?:called|named|titled)\s+(?:\"([^\"\n]{1,60})\"|'([^'\n]{1,60})'"
    r"|([A-Z][\w&'-]{0,30}(?:\s[A-Z][\w&'-]{0,30}){0,3}))"
)
_LONGEST = 5


def given_title(text: str) -> str | None:
    """The name that a text gives: ``called Lifeline``."""
    match = _CALLED.search(text)
    return next((part.strip() for part in match.groups() if part), None) if match else None


def title_of(made: list[Passage], sheet: Sheet) -> str:
    """A title from the words that ask for the application, else from its first entity."""
    first = next((passage for passage in made[:1]), None)
    if first:
        opening = (
            first.head
            or (first.body[0][1][0].subject if first.body and first.body[0][1] else None)
            or (first.body[0][0] if first.body else ())
        )
        words = [word for word in head_words(opening or ()) if word not in DETERMINERS]
        while words and (words[0] in MODIFIERS - PLACES or words[0] in NOT_THINGS) and words[0] != "home":
            words.pop(0)
        telling = [word for word in words if word not in MODIFIERS | NOT_THINGS | {"app", "application", "system", "tool", "site", "and"}]
        listed = "," in (opening or ()) and not first.head
        if telling and len(words) <= _LONGEST and not listed and not set(words) & PREPOSITIONS and len(" ".join(words)) <= 50:
            return _titled([word for word in words if word not in ("app", "application")] or words)
        if listed and telling and telling[0] in PLACES:
            return _titled(telling[:1])
    names = list(sheet.drafts)
    return _titled(plural_label(sheet.drafts[names[0]].words).split()) if names else "Application"


def _titled(words: list[str]) -> str:
    return " ".join(word.upper() if word.lower() in ACRONYMS else word[:1].upper() + word[1:] for word in words)

"""Nouns: number, names and labels.

A library knows more words, but the one there is instruments itself at import for seconds; the prompts' nouns are few kinds.
"""

from collections.abc import Sequence
from barnraise.contracts.names import plural as plural_name
from barnraise.contracts.names import safe_entity_name
from barnraise.planner.domain.language.lexicon import ACRONYMS

Words = tuple[str, ...]

_IRREGULAR = dict(
    pair.split(":")
    for pair in (
        "people:person children:child men:man women:woman feet:foot teeth:tooth mice:mouse geese:goose oxen:ox lives:life wives:wife "
        "knives:knife leaves:leave shelves:shelf wolves:wolf halves:half calves:calf loaves:loaf thieves:thief scarves:scarf "
        "indices:index matrices:matrix vertices:vertex appendices:appendix criteria:criterion phenomena:phenomenon analyses:analysis "
        "theses:thesis crises:crisis diagnoses:diagnosis hypotheses:hypothesis axes:axis quizzes:quiz caches:cache headaches:headache "
        "toothaches:toothache shoes:shoe toes:toe canoes:canoe movies:movie cookies:cookie ties:tie pies:pie zombies:zombie "
        "calories:calorie selfies:selfie rookies:rookie brownies:brownie hoodies:hoodie smoothies:smoothie genies:genie "
        "prairies:prairie buses:bus gases:gas menus:menu skus:sku gurus:guru statuses:status addresses:address caves:cave lenses:lens"
            " species:species series:series"
    ).split()
)
_SAME = frozenset(
    "series species news equipment information sheep fish staff feedback data media status address gas bus canvas tennis analysis "
    "basis thesis crisis diagnosis hypothesis axis iris lens atlas bonus campus virus corpus focus radius census chaos kudos "
    "mathematics physics athletics gymnastics logistics politics statistics analytics always perhaps its his this bass yes has was is as us plus "
    "gps css sms dns besides economics physics diabetes ibis oasis paris texas atlas cactus chorus".split()
)
_HISSING = ("sses", "xes", "shes", "zzes", "oes")
_PARTICLES = {"ins": "in", "ups": "up", "ons": "on", "offs": "off", "outs": "out", "bys": "by"}
"""Behind a hyphen these are nouns: check-ins, sign-ups, add-ons."""

_KEEP_E_BEFORE_US = frozenset("houses causes uses spouses clauses warehouses excuses blouses pauses nurses courses".split())


def singular(word: str) -> str:
    """The singular of a lower-case noun, in its last part if it has hyphens; the noun itself when it is one."""
    first, dash, last = word.rpartition("-")
    if dash:
        return f"{first}-{_PARTICLES.get(last) or singular(last)}"
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _SAME or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(_HISSING) or word.endswith("ches"):
        return word[:-2]
    if word.endswith("uses") and word not in _KEEP_E_BEFORE_US:
        return word[:-2]
    return word[:-1]



def is_plural(word: str) -> bool:
    return singular(word) != word


def one(words: Sequence[str]) -> Words:
    """The words with their noun in the singular."""
    return (*words[:-1], singular(words[-1]))


def entity_name(words: Sequence[str]) -> str:
    """``("order", "lines")`` -> ``OrderLine``. ValueError when there is no letter in them."""
    return safe_entity_name(" ".join(one(words)))


def label(words: Sequence[str]) -> str:
    """``("isbn", "number")`` -> ``ISBN number``."""
    shown = [word.upper() if word in ACRONYMS else word for word in words]
    text = " ".join(shown)[:120]
    return text[:1].upper() + text[1:]


def plural_label(words: Sequence[str]) -> str:
    return label((*words[:-1], plural_name(words[-1])))


def listed(parts: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))

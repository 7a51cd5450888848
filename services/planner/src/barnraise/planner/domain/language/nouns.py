"""Nouns: number, names and labels.

A library knows more words, but takes seconds to import; the nouns of such descriptions are of few kinds.
"""

import re
from collections.abc import Sequence

from barnraise.contracts.names import plural as plural_name
from barnraise.contracts.names import safe_entity_name
from barnraise.planner.domain.language.lexicon import ACRONYMS

Words = tuple[str, ...]

_IRREGULAR: dict[str, str] = {
    many: one
    for one, _, many in (
        pair.partition(":")
        for pair in (
            "person:people child:children man:men woman:women foot:feet tooth:teeth mouse:mice goose:geese ox:oxen life:lives wife:wives "
            "knife:knives leave:leaves shelf:shelves wolf:wolves half:halves calf:calves loaf:loaves thief:thieves scarf:scarves "
            "index:indices matrix:matrices vertex:vertices appendix:appendices criterion:criteria phenomenon:phenomena "
            "analysis:analyses thesis:theses crisis:crises diagnosis:diagnoses hypothesis:hypotheses axis:axes quiz:quizzes "
            "cache:caches headache:headaches toothache:toothaches shoe:shoes toe:toes canoe:canoes movie:movies cookie:cookies tie:ties "
            "pie:pies zombie:zombies calorie:calories selfie:selfies rookie:rookies brownie:brownies hoodie:hoodies smoothie:smoothies "
            "genie:genies prairie:prairies bus:buses gas:gases menu:menus sku:skus guru:gurus status:statuses address:addresses "
            "cave:caves lens:lenses species:species series:series"
        ).split()
    )
}
_SAME = frozenset(
    "series species news equipment information sheep fish staff feedback data media status address gas bus canvas tennis analysis "
    "basis thesis crisis diagnosis hypothesis axis iris lens atlas bonus campus virus corpus focus radius census chaos kudos "
    "mathematics physics athletics gymnastics logistics politics statistics analytics always perhaps its his this bass yes has was "
    "is as us plus gps css sms dns besides economics diabetes ibis oasis paris texas cactus chorus".split()
)
ANIMALS_ALIKE = frozenset("fish sheep deer cattle poultry livestock".split())
"""One and many are the same word: alone in a list they are as many as the others."""
_PARTICLES = {"ins": "in", "ups": "up", "ons": "on", "offs": "off", "outs": "out", "bys": "by"}
"""Behind a hyphen these are nouns: check-ins, sign-ups, add-ons."""

_KEEP_E_BEFORE_S = frozenset("causes uses spouses clauses excuses blouses pauses".split())
_ES = re.compile(r"(?:ss|x|sh|ch|zz|o|us)es$")


def singular(word: str) -> str:
    """The singular of a lower-case noun, in its last part if it has hyphens; the noun itself when it is one."""
    first, dash, last = word.rpartition("-")
    return f"{first}-{_PARTICLES.get(last) or _singular(last)}" if dash else _singular(word)


def _singular(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("men") and len(word) > 5 and word not in ("specimen", "regimen", "acumen", "abdomen"):
        return f"{word[:-2]}an"
    if word in _SAME or len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-2] if _ES.search(word) and word not in _KEEP_E_BEFORE_S and not word.endswith("houses") else word[:-1]


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

"""What is said besides of the same thing, without naming it again: ``each well is in a village, funded by donors, built by a contractor``,
``each repair is done by a mechanic, uses parts``, ``an inspector approves or rejects them``."""

import re

from barnraise.planner.domain.language.grammar.bounds import NOUNISH
from barnraise.planner.domain.language.grammar.forms import participle, participle_of, third_person
from barnraise.planner.domain.language.lexicon import DETERMINERS, QUANTIFIERS
from barnraise.planner.domain.language.nouns import is_plural, singular

_I = re.IGNORECASE
_WORD = r"[a-z][a-z-]{1,24}"
_BEGINS = rf"(?:^|(?<=[.;:\n] )|(?<=[\n])|(?<=^- ))(?:each|every|an?|one) {_WORD}(?: {_WORD})?"
_DONE = re.compile(
    rf"(?P<said>{_BEGINS} (?:is|was|are|belongs|has been|gets) [^.;:()\n,]{{2,80}}), (?:and )?(?P<verb>{_WORD}) "
    r"(?P<joint>by|to|in|at|from|on|for|with) "
    r"(?=(?:an? |one |two |three |the |several |many |some |[a-z]+s\b)(?![^.;:\n]{0,200} (?:has|have)\b))",
    _I,
)
_DOES = re.compile(
    rf"(?P<said>(?:{_BEGINS}|(?<=\. )It) [^.;:()\n]{{2,120}}?),(?P<joint> and| then| or)? "
    rf"(?P<verb>{_WORD}s) (?P<next>{_WORD})",
    _I,
)
_ALWAYS = frozenset("uses needs requires takes costs contains includes gets".split())
_COMES_TO = frozenset("ends concludes results leads finishes closes".split())
_PREPOSITIONS = frozenset("with by from to in at on for".split())
_MOST = 6
"""How often a sentence may go on so."""

_YES = "approve|accept|confirm|grant|authorise|authorize|sign off"
_NO = "reject|decline|deny|refuse|dismiss"
_JUDGED = re.compile(
    rf"(?P<who>(?:(?:an?|the|our|one|their) )?{_WORD}(?: {_WORD})?) (?:can |may |must |then |has to |have to |will |should )?"
    rf"(?P<yes>{_YES})(?:s|es)?(?: or |/| and )(?P<no>{_NO})(?:s|es)? "
    rf"(?P<what>it|them|(?:(?:the|each|every|all|an?|their|these|those) )?{_WORD}(?: {_WORD})?)(?= ?(?:[.,;\n]|$)| and\b| with\b)",
    _I,
)
_IS_JUDGED = re.compile(
    rf"\b(?P<be>is|are|gets?|be|being) (?:then )?(?P<yes>approved|accepted|confirmed|granted)(?: or |/)"
    r"(?P<no>rejected|declined|denied|refused)"
    rf"(?P<by> by (?:an?|the|their|our|one|his|her) {_WORD}(?: {_WORD})?)?(?= ?(?:[.;\n]|$))",
    _I,
)


def carried_on(text: str) -> str:
    """The text with such things said in full."""
    for pattern, tell in ((_DONE, _is_done), (_DOES, _does)):
        for _ in range(_MOST):
            text, changed = pattern.sub(tell, text), text
            if text == changed:
                break
    return _IS_JUDGED.sub(_is_judged, _JUDGED.sub(_judged, text))


def _is_done(match: re.Match[str]) -> str:
    verb = match["verb"].lower()
    return f"{match['said']} and is {verb} {match['joint']} " if participle(verb) and not verb.endswith("s") else match[0]


def _does(match: re.Match[str]) -> str:
    verb, then = match["verb"].lower(), match["next"].lower()
    base = third_person(verb)
    led = then in DETERMINERS | QUANTIFIERS
    sure = verb in _ALWAYS and (led or then in _PREPOSITIONS or then.endswith("s"))
    if verb in _COMES_TO and then in ("with", "in", "to"):
        return f"{match['said']}. It has"
    if not base or then in ("is", "are") or not (sure or (led and base not in NOUNISH)):
        return match[0]
    return f"{match['said']}. It {verb} {match['next']}"


def _done(verb: str) -> str:
    return {"sign off": "signed off", "deny": "denied"}.get(verb, participle_of(verb))


def _judged(match: re.Match[str]) -> str:
    """``an inspector approves or rejects them``"""
    what, who = match["what"], match["who"]
    if what.lower() == "it" or who.lower().split()[-1] in ("who", "that", "to", "i", "we", "which", "can", "and", "staff"):
        return match[0]
    pronoun = what.lower() == "them"
    several = [word for word in re.findall(r"[\w-]+", match.string[: match.start()].lower()) if pronoun and is_plural(word)]
    thing = several[-1].capitalize() if several else "They" if pronoun else what
    be, have = ("are", "have") if pronoun or is_plural(what.lower().split()[-1]) else ("is", "has")
    *before, last = re.sub(r"^(?:an?|one|the|our|their) ", "", who, flags=_I).lower().split()
    somebody = " ".join(("a", *before, singular(last)))
    yes, no = _done(match["yes"].lower()), _done(match["no"].lower())
    return f"{thing} {be} {yes} by {somebody}. {thing} {have} a status (pending, {yes}, {no})"


def _is_judged(match: re.Match[str]) -> str:
    """``requests are approved or rejected by a manager``"""
    by = f"{match['be']} {match['yes']}{match['by']} and " if match["by"] else ""
    have = "have" if match["be"].lower() in ("are", "be", "get", "being") else "has"
    return f"{by}{have} a status (pending, {match['yes'].lower()}, {match['no'].lower()})"

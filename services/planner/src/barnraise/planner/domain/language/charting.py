"""Wishes for charts, taken out of a text: ``a pie chart of orders by status``, ``average rating by course``, ``sales per month``."""

import re
from dataclasses import dataclass

from barnraise.planner.domain.language.nouns import is_plural

_I = re.IGNORECASE
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]?")
_CHART = (
    r"(?:bar |pie |line |column |donut |area )?(?:charts?|graphs?|plots?(?= (?:of (?!land)|showing|per|by|that shows?)\b)"
    r"|diagrams?|histograms?)"
)
"""Plots that say of what they are; others are plots of land."""

_CUE = re.compile(
    rf"\b(?P<chart>{_CHART})\b|\b(?P<board>dashboard|overview|statistics|stats|analytics|reports?)\b"
    r"|\b(?P<show>show|see|display|compare|plot|visuali[sz]e|know|tell me)\b",
    _I,
)
_MEASURES = r"(?:the )?(?:average|avg|mean|total|sum of|number of|count of|how many|how much|monthly|weekly|yearly)\b"
_MEASURED = re.compile(rf"^ ?(?:(?:add|include|and|also|then) )?(?P<rest>{_MEASURES}.+)$", _I)
_JOINT = r"(?:by|per|over|for each|in each|for every|across|grouped by|each|every)"
_GROUPED = re.compile(
    rf"^(?P<what>(?:[\w'-]+ ){{0,7}}?)(?P<joint>{_JOINT}) (?:the |their |its |each |every )?(?P<by>[\w'-]+(?: [\w'-]+){{0,2}})$", _I
)
_OPENING = re.compile(
    rf"^(?:and |also |then |an? |the |one |another )*(?P<kind>{_CHART})? ?(?:of|for|showing|with|that shows?|about|on|:)? ?", _I
)
_LINK = re.compile(r"^\s*(?:(?:that|which) (?:shows?|compares?)|of|for|showing|with|about|on|:|-|to (?:see|show))?\s*(?:me )?", _I)
_PIECES = re.compile(r",\s*(?:and\s+)?|\s+and\s+|\s+as well as\s+|\s+plus\s+", _I)
_LEADS = frozenset(
    "a an the and also plus with , i we i'd we'd would like want need love please can could you should there be it must have has show "
    "shows include add draw give me make display to see some nice simple little get on my our us as well then including including: that "
    "which - create want: dashboard page".split()
)
_PERIODS = frozenset("daily weekly monthly yearly annual quarterly".split())
_TIME = frozenset("month week day year quarter time date months weeks days years".split())
_PLEASE = re.compile(r"(?:,? (?:please|thanks|thank you)| on the (?:dashboard|start page|home ?page|first page|overview))+$", _I)
_SHORT = 4


@dataclass(frozen=True)
class Wished:
    """``what`` is counted or added up, ``by`` what it is grouped; empty when that was not said, as in "a chart per category"."""

    said: str
    what: str
    joint: str = ""
    by: str = ""
    line: bool = False
    pie: bool = False


def take_charts(text: str) -> tuple[str, list[Wished]]:
    """The text without its wishes for charts, and these."""
    left: list[str] = []
    wished: list[Wished] = []
    for match in _SENTENCE.finditer(text):
        rest, found = _of_sentence(match[0])
        wished += found
        left.append(rest)
    return ("".join(left) if wished else text), wished


def _of_sentence(said: str) -> tuple[str, list[Wished]]:
    body = _PLEASE.sub("", said.rstrip(".!?;\n "))
    end = said[len(said.rstrip(".!?;\n ")) :]
    if (alone := _MEASURED.match(body.strip())) and (found := _pieces(alone["rest"], strict=False))[0] and not found[1]:
        return end, found[0]
    for cue in _CUE.finditer(body):
        before, tail = body[: cue.start()], body[cue.end() :]
        tail = _LINK.sub("", tail, count=1)
        found, rest = _pieces(tail, strict=not cue["chart"], said=cue[0])
        if not found and cue["chart"]:
            found, rest, before = _named_before(before, tail, cue[0])
        if found:
            return _joined(_without_lead(before), rest) + end, found
    return said, []


def _pieces(tail: str, *, strict: bool, said: str = "") -> tuple[list[Wished], str]:
    """The wishes at the beginning of a list of them, and what follows them. ``strict``: without a word for a chart, only what can
    hardly be anything else is one."""
    found: list[Wished] = []
    at, kind = 0, said
    cuts = [*((cut.start(), cut.end()) for cut in _PIECES.finditer(tail)), (len(tail), len(tail))]
    for start, end in cuts[:12]:
        piece = tail[at:start].strip()
        opening = _OPENING.match(piece)
        kind = opening["kind"] if opening and opening["kind"] else kind if not found else ""
        plain = piece[opening.end() :] if opening else piece
        wish = _grouped(plain, kind, found, strict=strict and not (opening and opening["kind"]))
        if wish is None and not found and not strict and plain and len(plain.split()) <= _SHORT and re.fullmatch(r"[\w' -]+", plain):
            wish = Wished(plain, plain, line=_is(kind, "line"), pie=_is(kind, "pie"))
        if wish is None:
            return found, tail[at:]
        found.append(wish)
        at = end
    return found, tail[at:]


def _grouped(plain: str, kind: str, before: list[Wished], *, strict: bool) -> Wished | None:
    match = _GROUPED.match(plain)
    if not match:
        return None
    what = match["what"].strip()
    what = before[-1].what if before and what.lower() in ("", "one", "another") else what
    by = match["by"].lower()
    if (not what and (strict or not kind)) or (is_plural(by.split()[-1]) and by not in _TIME):
        return None
    sure = match["joint"].lower() != "by" or by in _TIME or re.match(_MEASURES, what, _I) or len(before) > 0
    counted = re.match(_MEASURES, what, _I) or by in _TIME or before
    if _is(kind, "know") and not counted:
        return None  # "to know the attendance per rehearsal" is to keep it
    if strict and not sure and not _is(kind, "dashboard", "statistic", "report", "overview", "analytics", "stats"):
        return None
    return Wished(f"{what} {match['joint']} {match['by']}".strip(), what, match["joint"].lower(), by, _is(kind, "line"), _is(kind, "pie"))


def _named_before(before: str, tail: str, kind: str) -> tuple[list[Wished], str, str]:
    """``a monthly revenue chart``, ``a spending chart by category``: what stands before the word for a chart."""
    words = before.split()
    named: list[str] = []
    while words and len(named) < 3 and words[-1].lower() not in _LEADS and words[-1].isalpha():
        named.insert(0, words.pop())
    if not named:
        return [], tail, before
    match = _GROUPED.match(f"{' '.join(named)} {tail.strip()}")
    if match or not tail.strip():
        by = match["by"].lower() if match else ""
        wish = Wished(
            f"{' '.join(named)} {tail}".strip(), " ".join(named), match["joint"] if match else "", by, _is(kind, "line"), _is(kind, "pie")
        )
        return [wish], "", " ".join(words)
    return [], tail, before


def _without_lead(before: str) -> str:
    """What stands before a wish without the words that lead to it: ``deals, and I'd like a`` -> ``deals``."""
    words = before.replace(",", " , ").split()
    while words and words[-1].lower() in _LEADS | _PERIODS:
        words.pop()
    return " ".join(words).replace(" ,", ",")


def _joined(before: str, rest: str) -> str:
    return f"{before}, {rest}" if before and rest else before or rest


def _is(kind: str, *words: str) -> bool:
    return any(word in kind.lower() for word in words)

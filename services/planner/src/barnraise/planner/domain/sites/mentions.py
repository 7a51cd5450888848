"""Which sections a text names, and what it says of each."""

import re
from dataclasses import dataclass

from barnraise.contracts.manifest import Theme
from barnraise.planner.domain.language.looks import design_of, theme_of
from barnraise.planner.domain.sites.entries import entries_in, hours_in
from barnraise.planner.domain.sites.lexicon import ALWAYS_THERE, NOT_YET, TERMS, Term
from barnraise.planner.domain.sites.trades import trade_of

_I = re.IGNORECASE
_EXTRA = re.compile(
    r"\b(?:an?|one|another|the)\s+(?:section|page|part|paragraph)s?\s+(?:about|on|for"
    r"|with|called|named|titled)\s+(?:an?\s+|the\s+|our\s+)?(?P<what>[^,.;:\n()]{3,60}?)(?=\s*(?:,"
    r"|\.|;|:|\n|\(|\band\b|$))",
    _I,
)
_LISTED = re.compile(
    r"(?:\b(?:with|including|sections?|featuring|contains?|has|mit|avec)\b|\bpages(?=:))\s*(?::\s*)?(?P<list>[^.\n]{3,600})", _I
)
_ARTICLE = re.compile(
    r"^(?:an?|the|our|my|some|its|their|his|her|one|brief|short|nice|simple|small|big"
    r"|large|few|links? to|and|ein(?:e[nr]?)?|die|der|das|unsere?|une?|le|la|les|notre"
    r"|nos)\s+",
    _I,
)
_BEFORE = re.compile(r"(?:[,;(:\n]|\band|&)\s*(?:-\s*)?(?:(?:an?|the|our|my|some)\s+)?$", _I)
_AFTER = re.compile(r"\s*(?:[,.;):\n(]|$|and\b|with\b)", _I)
_JOINT = re.compile(r"[,;]?\s*\b(?:and\s+|plus\s+|und\s+|et\s+)?(?:an?|the|our|my|some|eine?|une?)?\s*$", _I)


@dataclass
class Mention:
    """A section that is asked for, where that stands, and what follows."""

    term: Term | None
    title: str
    start: int
    end: int
    said: str = ""


_ASKED = re.compile(r"(?<=:)[^\n:]*\?[^.!\n]*[.!]?")
"""Questions behind a colon, up to the answer of the last: what they speak of is no section."""


def mentions_in(text: str) -> list[Mention]:
    """The sections that a text names, in its order, each with the words up to the next."""
    found = [Mention(term, match[0], match.start(), match.end()) for term in TERMS for match in term.words.finditer(text)]
    found += [Mention(None, match["what"].strip(), match.start("what"), match.end("what")) for match in _EXTRA.finditer(text)]
    found += _unknown(text, found)
    chosen: list[Mention] = []
    asked = [match.span() for match in _ASKED.finditer(text)]
    for mention in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        if chosen and mention.start < chosen[-1].end:
            continue
        if any(start <= mention.start < end for start, end in asked):
            continue
        if _is_about_the_site(text, mention) or (_inside_known(chosen, mention.start, text) and not _stands_alone(text, mention)):
            continue
        chosen.append(mention)
    for at, mention in enumerate(chosen):
        said = text[mention.end : chosen[at + 1].start if at + 1 < len(chosen) else len(text)]
        mention.said = _JOINT.sub("", said)
    unique: dict[str, Mention] = {}
    for mention in chosen:
        key = mention.term.name if mention.term else mention.title.lower()
        known = unique.setdefault(key, mention)
        if (
            known is not mention
            and len(mention.said) > len(known.said)
            and entries_in(mention.said, mention.term.kind if mention.term else "text")
        ):
            known.said = mention.said
    return list(unique.values())


def without(text: str, mentions: list[Mention]) -> str:
    """The text up to the first section that it names, or, when nothing stands there, without their names."""
    before = text[: mentions[0].start] if mentions else text
    for mention in reversed(mentions):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return before if trade_of(before) else text


def points_of(text: str) -> list[str]:
    """What a text wishes for that a static site does not have."""
    return [point for words, point in NOT_YET if words.search(text)]


def is_wish(words: str) -> bool:
    return any(point.search(words) for point, _ in NOT_YET)


def _stands_alone(text: str, mention: Mention) -> bool:
    """Whether it is a whole item of an enumeration: ``, a gallery,``, but not the service of ``full service £60``."""
    return bool(_BEFORE.search(text[: mention.start]) and _AFTER.match(text[mention.end :]))


def _is_about_the_site(text: str, mention: Mention) -> bool:
    """``portfolio of our projects`` has projects; ``website for our gallery`` is about one: no section."""
    before = text[max(0, mention.start - 40) : mention.start]
    return bool(
        re.search(r"\b(?:site|page|website|homepage|portfolio|one-pager)\s+(?:for|of)\s+(?:an?|my|our|the)?\s*(?:\w+\s+){0,2}$", before, _I)
    ) and not re.match(r"\s*(?:,|:|\()", text[mention.end :])


def _unknown(text: str, known: list[Mention]) -> list[Mention]:
    """What an enumeration asks for besides sections that have a name of their own: ``with our story, a menu and the sheep``."""
    mentions = []
    for match in _LISTED.finditer(text):
        if re.search(r"(?:colou?rs?|theme|style|design|look)\W*$", match["list"][:30], _I):
            continue
        at = match.start("list")
        parts = re.split(r"(,\s*(?:and\s+|und\s+|et\s+)?|;\s*|\s+(?:and|und|et|plus)\s+)", match["list"])
        items = parts[::2]
        for item, joint in zip(items, [*parts[1::2], ""], strict=True):
            start, end = at, at + len(item)
            at = end + len(joint)
            if any(mention.start < end and start < mention.end for mention in known) or len(items) < 2:
                continue
            bare = _ARTICLE.sub("", _ARTICLE.sub("", item.strip()))
            if (
                2 < len(bare) <= 50
                and not re.search(r"\d|@|:", bare)
                and not _is_no_section(bare)
                and _inside_known(known, start, text) is None
            ):
                mentions.append(Mention(None, bare, start, end))
    return mentions


def _inside_known(known: list[Mention], start: int, text: str) -> Mention | None:
    """The mention whose own enumeration an item belongs to: behind its colon, or in its parentheses."""
    before = [mention for mention in known if mention.end <= start]
    if not before:
        return None
    last = max(before, key=lambda mention: mention.end)
    between = text[last.end : start]
    opened = re.match(r"\s*(?::|\(|,? (?:such as|like|including|namely)\b|=)", between)
    closed = ")" in between if "(" in (opened[0] if opened else "") else re.search(r"[;.]", between)
    return last if opened and not closed else None


def _is_no_section(words: str) -> bool:
    return bool(
        ALWAYS_THERE.search(words)
        or is_wish(words)
        or hours_in(words)
        or design_of(words)
        or theme_of(f"{words} theme") != Theme()
        or re.search(
            r"\b(?:dark mode|responsive|seo|fast|mobile|look|feel|style|theme|colou?rs?|design"
            r"|fonts?|people|users?|us|me|it|english|german|french)\b",
            words,
            _I,
        )
    )

"""Sentences behind what a site is asked for: ``Also greet every visitor with "Hello"`` is done, or told as not understood."""

import re

from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.language.changes import UnclearError
from barnraise.planner.domain.language.looks import changed_theme
from barnraise.planner.domain.language.nouns import singular
from barnraise.planner.domain.sites.changing import change_site
from barnraise.planner.domain.sites.contact import contact_of
from barnraise.planner.domain.sites.entries import hours_in
from barnraise.planner.domain.sites.mentions import is_wish, mentions_in

_SENTENCE = re.compile(r"(?<=[.!?\"”])\s+(?=[A-Z\"“])|\n+")
_ASKS = re.compile(
    r"^(?:(?:and|also|plus|then|additionally|besides|moreover|please|finally|furthermore|oh)\b[ ,]*)+(?P<so>.+)$"
    r"|^(?P<do>(?:add|make|show|greet|play|put|let|turn|give|include|use|display|ask|tell|write|welcome|say|hide|animate|change|count)\b.+"
    r"|(?:it|the (?:site|page|website)|visitors?|every visitor|everyone) (?:should|must|has to|can|shall|needs to) .+"
    r"|(?:when|whenever|if) .+)$",
    re.I | re.S,
)
_SMALL = frozenset(
    "also please make sure that this with from have should must every each visitor visitors site page pages website section sections they "
    "them their there when whenever then will would like want need show shown some more very and the for our your".split()
)
_MOST = 10


def appended(manifest: Manifest, text: str) -> tuple[Manifest, list[str]]:
    """The site with what such sentences ask for, and those that ask for what was not understood."""
    lost: list[str] = []
    for sentence in [part.strip() for part in _SENTENCE.split(text)][1 : _MOST + 1]:
        match = _ASKS.match(sentence)
        if not match or _is_there(manifest, sentence):
            continue
        try:
            changed = change_site(manifest, (match["so"] or match["do"]).strip())
        except UnclearError:
            changed = None
        if changed and not changed.missed:
            manifest = changed.manifest
        elif not is_wish(sentence):
            lost.append(sentence[:200])
    return manifest, lost


def _is_there(manifest: Manifest, sentence: str) -> bool:
    """Whether what a sentence speaks of has been read with the rest."""
    contact, tagline = contact_of(sentence), manifest.site.tagline if manifest.site else ""
    if contact.email or contact.phone or contact.links or (tagline and tagline in sentence):
        return True
    if mentions_in(sentence) or hours_in(sentence) or changed_theme(manifest.theme, sentence):
        return True
    shown = {singular(word)[:6] for word in re.findall(r"[^\W\d_]+", manifest.model_dump_json(exclude={"description"}).lower())}
    words = {word for word in re.findall(r"[^\W\d_]{4,}", sentence.lower()) if word not in _SMALL}
    known = {word for word in words if singular(word)[:6] in shown}
    return len(known) * 2 > len(words)

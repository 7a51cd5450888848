"""The sections of a site, from what is said and what is usual."""

import re

from barnraise.contracts.sites import Entry, Section
from barnraise.planner.domain.sites.entries import capital, entries_in, hours_in
from barnraise.planner.domain.sites.lexicon import TERMS, Term
from barnraise.planner.domain.sites.mentions import Mention, is_wish
from barnraise.planner.domain.sites.samples import HOURS, PLAIN, examples, filler, numbered
from barnraise.planner.domain.sites.trades import Trade

_I = re.IGNORECASE
_OWN_WORDS = frozenset("projects schedule plans news products classes rooms partners gallery services team".split())
_OWN = {"About us": "About me", "Über uns": "Über mich", "À propos de nous": "À propos de moi", "What we do": "What I do"}


def sections_of(text: str, mentions: list[Mention], trade: Trade | None, language: str, title: str, *, person: bool) -> list[Section]:
    sections = [_section(mention, trade, language, title) for mention in mentions]
    kinds = [section.kind for section in sections]
    if not [kind for kind in kinds if kind != "contact"]:
        sections = [*_usual(trade, language, title), *sections]
    elif "text" not in kinds and len(kinds) < 3 and not any(mention.term is None for mention in mentions):
        sections.insert(0, _about(trade, language, title))
    if (found := hours_in(text)) and not any(section.kind == "hours" for section in sections):
        sections.append(
            Section(name="hours", title=_term("hours").titles.get(language, "Opening hours"), kind="hours", entries=tuple(found))
        )
    if not any(section.kind == "contact" for section in sections):
        sections.append(Section(name="contact", title=_term("contact").titles.get(language, "Contact"), kind="contact"))
    if person:
        sections = [section.model_copy(update={"title": _OWN.get(section.title, section.title)}) for section in sections]
    last = [section for section in sections if section.kind == "contact"]
    return _named([*(section for section in sections if section.kind != "contact"), *last])


def new_section(term: Term | None, title: str, said: str, language: str) -> Section:
    """A section that is added later: of a known kind, or one of text; ``said`` is what follows its name."""
    return _named([_section(Mention(term, title, 0, 0, said), None, language, title)])[0]


def is_example(section: Section, text: str) -> bool:
    if section.kind == "contact":
        return False
    return not section.entries or not any(
        entry.title.lower().replace("–", "-")[:12] in text.lower().replace("–", "-") for entry in section.entries
    )


def _section(mention: Mention, trade: Trade | None, language: str, title: str) -> Section:
    if mention.term is None:
        words = capital(mention.title)
        return Section(name="section", title=words[:120], kind="text", text=filler(words, language))
    term = mention.term
    heading = _heading(mention, trade, language)
    entries = [entry for entry in entries_in(mention.said, term.kind) if term.kind == "questions" or not is_wish(entry.title)]
    if term.kind == "text":
        return _about(trade, language, title, heading)
    if heading == "Prices" and not entries and not (trade and any(note for _, note in trade.offer)):
        return Section(name=term.name, title=heading, kind="cards", entries=PLAIN["plans"])
    return Section(name=term.name, title=heading, kind=term.kind, entries=tuple(entries or examples(term, trade, language)))


def _heading(mention: Mention, trade: Trade | None, language: str) -> str:
    """The text's own words where they make a heading, else the usual one."""
    assert mention.term
    term, said = mention.term, mention.title.strip()
    if language == "en" and re.match(r"(?:our|my|what|who|why|how|where)\b", said, _I) and len(said) < 40:
        return capital(re.sub(r"^(?:your|its|the)\b", "our", said, flags=_I))
    if language == "en" and term.name in _OWN_WORDS and said.lower() not in ("team", "people", "staff", "members"):
        return capital(re.sub(r"\s+(?:section|page|list)$", "", said, flags=_I))[:60]
    if language == "en" and term.name == "menu":
        return "Prices" if re.search(r"pric|rate|tariff", said, _I) else capital(said)
    return term.titles.get(language, term.titles["en"])


def _about(trade: Trade | None, language: str, title: str, heading: str | None = None) -> Section:
    heading = heading or _term("about").titles.get(language, "About us")
    return Section(name="about", title=heading, kind="text", text=filler(title if title != "Welcome" else heading, language, trade))


def _usual(trade: Trade | None, language: str, title: str) -> list[Section]:
    """What such a site has when nothing is said of it."""
    sections = [_about(trade, language, title)]
    if trade and language == "en":
        sections.append(
            Section(
                name="offer", title=trade.title, kind=trade.kind, entries=tuple(Entry(title=name, note=note) for name, note in trade.offer)
            )
        )
        if trade.hours:
            sections.append(Section(name="hours", title="Opening hours", kind="hours", entries=HOURS["en"]))
    else:
        term = _term("services")
        sections.append(Section(name="services", title=term.titles.get(language, "Services"), kind="cards", entries=numbered(language)))
    return sections


def _named(sections: list[Section]) -> list[Section]:
    """Each section under a name of its own, made of its title."""
    names: list[str] = []
    for section in sections:
        base = re.sub(r"[^a-z0-9]+", "-", section.title.lower()).strip("-")[:40].strip("-") or section.name
        base = base if base[0].isalpha() and base not in ("main", "index", "your-name", "your-email", "your-message") else f"s-{base}"
        name, number = base, 2
        while name in names:
            name, number = f"{base}-{number}", number + 1
        names.append(name)
    return [section.model_copy(update={"name": name}) for section, name in zip(sections, names, strict=True)]


def _term(name: str) -> Term:
    return next(term for term in TERMS if term.name == name)

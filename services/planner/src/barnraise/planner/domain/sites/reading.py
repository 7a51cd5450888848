"""A site from a message."""

import re
from dataclasses import dataclass, field

from barnraise.contracts.manifest import Theme
from barnraise.contracts.sites import Contact, Entry, Section, Site, SitePage
from barnraise.planner.domain.language.looks import COLOURS, theme_of
from barnraise.planner.domain.language.nouns import listed
from barnraise.planner.domain.language.translation import language_of
from barnraise.planner.domain.sites.contact import contact_of, place_of
from barnraise.planner.domain.sites.entries import entries_in, hours_in
from barnraise.planner.domain.sites.lexicon import ALWAYS_THERE, NOT_YET, TERMS, Term, design_of
from barnraise.planner.domain.sites.trades import Trade, trade_of

_I = re.IGNORECASE
_SITE = re.compile(
    r"\b(?:one|single)[- ]page(?:r)?\b|\blanding page\b|\bstatic (?:web ?)?(?:site"
    r"|page)\b|(?<!stock )(?<!investment )(?<!crypto )(?<!patent )\bportfolio\b(?! (?:tracker|manager"
    r"|of (?:stocks|shares|funds)))|\bhome ?page for\b|\bbrochure\b"
    r"|\b(?:web ?site|site|web ?page|web presence|internet presence)\b(?! (?:visits?"
    r"|inspections?|management|diary|diaries|reports?|safety|engineers?|workers?|managers?))"
    r"|\bmarketing (?:site|page)\b|\b(?:webseite|webauftritt|internetseite|homepage|site (?:web|internet|vitrine))\b",
    _I,
)
_KEEPS = re.compile(
    r"\b(?:crud|rest api|admin panel|back ?office|keep track|track(?:s|ing|er)?|manage(?:s|r|ment)?|managing|belongs? to|each \w+ has"
    r"|(?:where )?(?:users|people|members|customers|visitors|sellers|anyone) (?:can"
    r"|may) (?:add|create|post|upload|edit|manage|register|list|sell|rate)"
    r"|[a-z]{3,}s (?:have|has) (?:an?|the) (?:\w+ ){0,2}(?:name|title|date|price|e-?mail|status|description|type|number|code)|fields)\b"
    r"|\b(?:construction|building|archaeological|excavation|dig|camp|work|job|nesting"
    r"|test|auction|dating|booking|review|recipe|shopping|rental"
    r"|crowdfunding|marketplace|social|membership|ordering|bidding|trading|e-?commerce) (?:web)?site\b|\b(?:web)?site where\b",
    _I,
)
_WANTED = re.compile(
    r"\b(?:need|want|like|build|make|create|design|generate|brauche|möchte|erstelle|baue|veux|voudrais|crée)\b(?:\W+\w+){0,5}\W*$", _I
)
_HAS = re.compile(r"\b(?:have|has|with|contains?|includes?|fields?|columns?)\b|[:(]", _I)
_OPENING = 8
_APP = re.compile(r"\b(?:app|application|api|database|dashboard)\b", _I)
_NAMED = re.compile(r"\b(?:called|named|titled|genannt|namens|appelée?|nommée?)\s+[\"“'‘«]?\s?(?P<name>[^\"”'’»\n,.;:()]{2,60})", _I)
_QUOTED = re.compile(r"\bfor\s+[\"“](?P<name>[^\"”]{2,60})[\"”]")
_FOR = re.compile(
    r"\b(?:for|of|f\u00fcr|pour)\s+(?P<art>an?|my|our|the|mein(?:e[nrm]?)?|unser(?:e[nrm]?)?"
    r"|ein(?:e[nrm]?)?|die|den|das|mon|ma|notre|une?|la|le|les)?\s*"
    r"(?P<what>(?:[^\W\d_](?:[\w&'’-]|\.(?=\w))*\s?){1,6}?)(?=\s*(?:$|[,.;:()\n!-]"
    r"|\b(?:with|that|which|who|including|in|at|from|near|on|called|named|to|and|mit"
    r"|in|avec|à|selling|offering|based|is|has|have|using|where|having)\b))",
    _I,
)
_PERSON = re.compile(r"\b(?i:my name is|i am|i'm|ich bin|ich heiße|je suis|je m'appelle)\s+(?P<name>[A-Z][\w'-]+(?: [A-Z][\w'-]+){1,3})")
_TAGLINE = re.compile(
    r"\b(?:tag ?line|slogan|motto|claim|headline|strapline|subtitle)\b(?: is| says"
    r"| saying| reads|:)?\s*[\"“'‘](?P<words>[^\"”’\n]{3,140})[\"”'’]",
    _I,
)
_PAGES = re.compile(
    r"\b(?:pages|seiten)\s*(?::|\(|-|called|named|are|namely|such as)|\bmulti-?page\b|\bseveral pages\b"
    r"|\b(?:two|three|four|five|six|[2-9]) pages\b",
    _I,
)
_ONE_PAGE = re.compile(r"\b(?:one|single)[- ]page(?:r)?\b", _I)
_EXTRA = re.compile(
    r"\b(?:an?|one|another|the)\s+(?:section|page|part|paragraph)s?\s+(?:about|on|for"
    r"|with|called|named|titled)\s+(?:an?\s+|the\s+|our\s+)?(?P<what>[^,.;:\n()]{3,60}?)(?=\s*(?:,"
    r"|\.|;|:|\n|\(|\band\b|$))",
    _I,
)
_LISTED = re.compile(
    r"(?:\b(?:with|including|sections?|featuring|contains?|has|mit|avec)\b|\bpages(?=:))\s*(?::\s*)?(?P<list>[^.\n]{3,600})", _I
)
_APPOSED = re.compile(r"\s*,\s*(?P<name>[A-Z][\w'-]+(?: [A-Z][\w'-]+){1,2})(?=\s*(?:,|\.|$|with|who|that))")
_TERMS_ONLY = re.compile("|".join(f"(?:{term.words.pattern})" for term in TERMS), _I)
_COLOUR = re.compile(rf"(?:^|[.,;:(]|\bin|\band)\s+({'|'.join(sorted(COLOURS, key=len, reverse=True))})(?=\s*(?:[.,;)]|$|and\b))", _I)
_ARTICLE = re.compile(
    r"^(?:an?|the|our|my|some|its|their|his|her|one|brief|short|nice|simple|small|big"
    r"|large|few|links? to|and|ein(?:e[nr]?)?|die|der|das|unsere?|une?|le|la|les|notre"
    r"|nos)\s+",
    _I,
)
_BEFORE = re.compile(r"(?:[,;(:\n]|\band|&)\s*(?:-\s*)?(?:(?:an?|the|our|my|some)\s+)?$", _I)
_AFTER = re.compile(r"\s*(?:[,.;):\n(]|$|and\b|with\b)", _I)
_JOINT = re.compile(r"[,;]?\s*\b(?:and\s+|plus\s+|und\s+|et\s+)?(?:an?|the|our|my|some|eine?|une?)?\s*$", _I)


@dataclass(frozen=True)
class ReadSite:
    """A site that a message asks for, its title and looks, and what was assumed and left open."""

    title: str
    site: Site
    theme: Theme
    assumed: list[str] = field(default_factory=list)
    open_points: list[str] = field(default_factory=list)


@dataclass
class _Mention:
    """A section that is asked for, where that stands, and what follows."""

    term: Term | None
    title: str
    start: int
    end: int
    said: str = ""


def asks_for_site(text: str) -> bool:
    """Whether a text wants pages to look at, rather than an application that keeps things."""
    match, app = _SITE.search(text), _APP.search(text)
    if match is None or _KEEPS.search(text) or (app and app.start() < match.start()):
        return False
    before = text[: match.start()]
    return bool(_WANTED.search(before)) or not (_HAS.search(before) or len(before.split()) > _OPENING)


def read_site(text: str, name: str | None = None) -> ReadSite | None:
    """The site that a text asks for; None when it says nothing of what the site is about."""
    subject, person = _subject(text)
    mentions = _mentions(text)
    found = trade_of(_without(text, mentions))
    if not (found or subject or mentions):
        return None
    language = language_of(text) or "en"
    trade = found[1] if found else None
    person = person or bool(trade and trade.person and re.search(r"\bportfolio|\bpersonal|\bmy\b|\bi(?:'m| am)\b", text, _I))
    title = name or subject or (found[0].capitalize() if found else "Welcome")
    assumed: list[str] = []
    contact = contact_of(text)
    sections = _sections(text, mentions, trade, language, title, person=person)
    examples = [section.title for section in sections if _is_example(section, text)]
    contact = _reachable(contact, sections, text, assumed)
    site = Site(
        tagline=_tagline(text, trade, language),
        language=language if language in ("en", "de", "fr") else "en",
        design=design_of(text) or (trade.design if trade else "modern"),
        person=person,
        contact=contact,
        pages=_pages(text, sections),
    )
    if examples:
        assumed.append(
            f"What stands in {listed([f'“{title}”' for title in examples[:8]])} is an example:"
            f" tell me your own words, or change them in the files."
        )
    return ReadSite(title[:120], site, _theme(text, trade), assumed, _open_points(text, mentions))


def new_section(term: Term | None, title: str, said: str, language: str) -> Section:
    """A section that is added later: of a known kind, or one of text; ``said`` is what follows its name."""
    return _named([_section(_Mention(term, title, 0, 0, said), None, language, title)])[0]


def _subject(text: str) -> tuple[str, bool]:
    """What or whom the site is about, in a title's words, and whether it is somebody."""
    if match := _NAMED.search(text) or _QUOTED.search(text):
        return " ".join(re.split(r"\s+(?:with|that|which|in|and|mit|avec)\s+", match["name"])[0].split()), False
    if match := _PERSON.search(text):
        return match["name"], True
    return next((subject for match in _FOR.finditer(text) if (subject := _named_after(text, match))), ("", False))


def _named_after(text: str, match: re.Match[str]) -> tuple[str, bool] | None:
    """Whom a ``for ...`` names: somebody in apposition, a name, a name behind a trade, or a thing; None: no name at all."""
    words = match["what"].strip(" .'").split()
    if name := _APPOSED.match(text[match.end() :]):
        return name["name"], True
    if words:
        proper = [word for word in words if word[0].isupper() or word in ("&", "and", "of", "the", "von", "de")]
        if len(proper) == len(words) and words[0][0].isupper():
            return " ".join(words), len(words) == 2 and not match["art"] and not trade_of(match["what"])
        capital = next((at for at, word in enumerate(words) if word[0].isupper()), None)
        if capital and all(word[0].isupper() for word in words[capital:]):
            return " ".join(words[capital:]), len(words) - capital >= 2 and _of_a_person(" ".join(words[:capital]))
        if match["art"] and not _TERMS_ONLY.fullmatch(match["what"].strip()):
            return " ".join(word[:1].upper() + word[1:] for word in words), False
    return None


def _of_a_person(words: str) -> bool:
    found = trade_of(words)
    return bool(found and found[1].person)


def _mentions(text: str) -> list[_Mention]:
    """The sections that a text names, in its order, each with the words up to the next."""
    found = [_Mention(term, match[0], match.start(), match.end()) for term in TERMS for match in term.words.finditer(text)]
    found += [_Mention(None, match["what"].strip(), match.start("what"), match.end("what")) for match in _EXTRA.finditer(text)]
    found += _unknown(text, found)
    chosen: list[_Mention] = []
    for mention in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        if chosen and mention.start < chosen[-1].end:
            continue
        if _is_about_the_site(text, mention) or (_inside_known(chosen, mention.start, text) and not _stands_alone(text, mention)):
            continue
        chosen.append(mention)
    for at, mention in enumerate(chosen):
        said = text[mention.end : chosen[at + 1].start if at + 1 < len(chosen) else len(text)]
        mention.said = _JOINT.sub("", said)
    unique: dict[str, _Mention] = {}
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


def _stands_alone(text: str, mention: _Mention) -> bool:
    """Whether it is a whole item of an enumeration: ``, a gallery,``, but not the service of ``full service £60``."""
    return bool(_BEFORE.search(text[: mention.start]) and _AFTER.match(text[mention.end :]))


def _without(text: str, mentions: list[_Mention]) -> str:
    """The text up to the first section that it names, or, when nothing stands there, without their names."""
    before = text[: mentions[0].start] if mentions else text
    for mention in reversed(mentions):
        text = f"{text[: mention.start]} {text[mention.end :]}"
    return before if trade_of(before) else text


def _is_about_the_site(text: str, mention: _Mention) -> bool:
    """``portfolio of our projects`` has projects; ``website for our gallery`` is about one: no section."""
    before = text[max(0, mention.start - 40) : mention.start]
    return bool(
        re.search(r"\b(?:site|page|website|homepage|portfolio|one-pager)\s+(?:for|of)\s+(?:an?|my|our|the)?\s*(?:\w+\s+){0,2}$", before, _I)
    ) and not re.match(r"\s*(?:,|:|\()", text[mention.end :])


def _unknown(text: str, known: list[_Mention]) -> list[_Mention]:
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
                mentions.append(_Mention(None, bare, start, end))
    return mentions


def _inside_known(known: list[_Mention], start: int, text: str) -> _Mention | None:
    """The mention whose own enumeration an item belongs to: behind its colon, or in its parentheses."""
    before = [mention for mention in known if mention.end <= start]
    if not before:
        return None
    last = max(before, key=lambda mention: mention.end)
    between = text[last.end : start]
    opened = re.match(r"\s*(?::|\(|,? (?:such as|like|including|namely)\b|=)", between)
    closed = ")" in between if "(" in (opened[0] if opened else "") else re.search(r"[;.]", between)
    return last if opened and not closed else None


def _is_wish(words: str) -> bool:
    return any(point.search(words) for point, _ in NOT_YET)


def _is_no_section(words: str) -> bool:
    return bool(
        ALWAYS_THERE.search(words)
        or _is_wish(words)
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


def _sections(text: str, mentions: list[_Mention], trade: Trade | None, language: str, title: str, *, person: bool) -> list[Section]:
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


def _section(mention: _Mention, trade: Trade | None, language: str, title: str) -> Section:
    if mention.term is None:
        words = _capital(mention.title)
        return Section(name="section", title=words[:120], kind="text", text=_filler(words, language))
    term = mention.term
    heading = _heading(mention, trade, language)
    entries = [entry for entry in entries_in(mention.said, term.kind) if not _is_wish(entry.title)]
    if term.kind == "text":
        return _about(trade, language, title, heading)
    if heading == "Prices" and not entries and not (trade and any(note for _, note in trade.offer)):
        return Section(name=term.name, title=heading, kind="cards", entries=_PLAIN["plans"])
    return Section(name=term.name, title=heading, kind=term.kind, entries=tuple(entries or _examples(term, trade, language)))


def _heading(mention: _Mention, trade: Trade | None, language: str) -> str:
    """The text's own words where they make a heading, else the usual one."""
    assert mention.term
    term, said = mention.term, mention.title.strip()
    if language == "en" and re.match(r"(?:our|my|what|who|why|how|where)\b", said, _I) and len(said) < 40:
        return _capital(re.sub(r"^(?:your|its|the)\b", "our", said, flags=_I))
    if language == "en" and term.name in _OWN_WORDS and said.lower() not in ("team", "people", "staff", "members"):
        return _capital(re.sub(r"\s+(?:section|page|list)$", "", said, flags=_I))[:60]
    if language == "en" and term.name == "menu":
        return "Prices" if re.search(r"pric|rate|tariff", said, _I) else _capital(said)
    return term.titles.get(language, term.titles["en"])


def _about(trade: Trade | None, language: str, title: str, heading: str | None = None) -> Section:
    heading = heading or _term("about").titles.get(language, "About us")
    return Section(name="about", title=heading, kind="text", text=_filler(title if title != "Welcome" else heading, language, trade))


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
            sections.append(Section(name="hours", title="Opening hours", kind="hours", entries=_HOURS["en"]))
    else:
        term = _term("services")
        sections.append(Section(name="services", title=term.titles.get(language, "Services"), kind="cards", entries=_numbered(language)))
    return sections


def _examples(term: Term, trade: Trade | None, language: str) -> tuple[Entry, ...]:
    """Entries to begin with: of the trade, where the section is what it offers, else plain ones."""
    if term.kind == "contact":
        return ()
    if language != "en":
        return _HOURS.get(language, _HOURS["en"]) if term.kind == "hours" else _numbered(language)
    if (
        trade
        and (term.kind == trade.kind or (term.kind in ("menu", "cards") and trade.kind in ("menu", "cards")))
        and term.name not in ("features", "plans", "news")
    ):
        return tuple(Entry(title=name, note=note) for name, note in trade.offer)
    return _PLAIN.get(term.name) or _PLAIN_KINDS.get(term.kind) or _numbered(language)


def _pages(text: str, sections: list[Section]) -> tuple[SitePage, ...]:
    """One page, or, when pages are spoken of, one for each section."""
    wanted = _PAGES.search(text)
    if _ONE_PAGE.search(text) or not wanted or len(sections) < 2:
        return (SitePage(name="index", title="Home", sections=tuple(sections)),)
    first, rest = sections[0], sections[1:]
    others = [
        SitePage(name=section.name if section.name != "index" else "page", title=section.title, sections=(section,))
        for section in rest[:19]
    ]
    return (SitePage(name="index", title="Home", sections=(first,)), *others)


def _reachable(contact: Contact, sections: list[Section], text: str, assumed: list[str]) -> Contact:
    """The contact as the section shows it: with a form and a map where they are wished for."""
    form = bool(re.search(r"\bcontact form\b|\bform\b|\bkontaktformular\b|\bformulaire\b|\bmessage us\b", text, _I)) or not re.search(
        r"\bno form\b", text, _I
    )
    wants_map = bool(re.search(r"\bmap\b|\bdirections\b|\bfind us\b|\banfahrt\b|\bplan d'accès\b|\bkarte\b", text, _I))
    if not contact.email:
        contact = contact.model_copy(update={"email": "hello@example.org"})
        assumed.append("The e-mail address is hello@example.org until you tell me yours.")
    if wants_map and not contact.address:
        contact = contact.model_copy(update={"address": place_of(text) or "1 Example Street"})
        assumed.append(f"The map link leads to “{contact.address}” until you tell me the address.")
    return contact.model_copy(update={"form": form, "map": wants_map or bool(re.search(r"\d", contact.address))})


def _tagline(text: str, trade: Trade | None, language: str) -> str:
    if match := _TAGLINE.search(text):
        return match["words"].strip()
    return trade.tagline if trade and language == "en" else ""


def _theme(text: str, trade: Trade | None) -> Theme:
    theme = theme_of(text)
    if theme.accent == Theme().accent and (colour := _COLOUR.search(text)):
        theme = theme.model_copy(update={"accent": COLOURS[colour[1].lower()]})
    return theme.model_copy(update={"accent": trade.accent}) if trade and theme.accent == Theme().accent else theme


def _open_points(text: str, mentions: list[_Mention]) -> list[str]:
    for mention in mentions:
        if mention.term and mention.term.name in ("contact", "news", "testimonials"):
            text = re.sub(rf"\b{re.escape(mention.title)}\b", " ", text)
    return points_of(text)


def points_of(text: str) -> list[str]:
    """What a text wishes for that a static site does not have."""
    return [point for words, point in NOT_YET if words.search(text)]


def _is_example(section: Section, text: str) -> bool:
    if section.kind == "contact":
        return False
    return not section.entries or not any(
        entry.title.lower().replace("–", "-")[:12] in text.lower().replace("–", "-") for entry in section.entries
    )


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


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _filler(about: str, language: str, trade: Trade | None = None) -> str:
    if language == "de":
        return f"Hier steht bald mehr über {about}.\nErzählen Sie in ein paar Sätzen, was Besucher wissen sollen."
    if language == "fr":
        return f"Bientôt ici : {about}.\nDites en quelques phrases ce que vos visiteurs doivent savoir."
    first = (
        f"{trade.tagline}: that is what we work for every day."
        if trade and not trade.person
        else f"A few words about {about[:1].lower() + about[1:] if about.istitle() is False else about} belong here."
    )
    return f"{first}\nSay in a few sentences what visitors should know: how it began, what matters to you, and why they should come."


def _numbered(language: str) -> tuple[Entry, ...]:
    word = {"de": "Beispiel", "fr": "Exemple"}.get(language, "Example")
    return tuple(Entry(title=f"{word} {number}") for number in (1, 2, 3))


_OWN_WORDS = frozenset("projects schedule plans news products classes rooms partners gallery services team".split())
_OWN = {"About us": "About me", "Über uns": "Über mich", "À propos de nous": "À propos de moi", "What we do": "What I do"}
_HOURS = {
    language: (Entry(title=days, note="8:00–18:00"), Entry(title=saturday, note="9:00–14:00"), Entry(title=sunday, note=closed))
    for language, days, saturday, sunday, closed in (
        ("en", "Monday–Friday", "Saturday", "Sunday", "closed"),
        ("de", "Montag–Freitag", "Samstag", "Sonntag", "geschlossen"),
        ("fr", "Lundi–vendredi", "Samedi", "Dimanche", "fermé"),
    )
}
_PLAIN: dict[str, tuple[Entry, ...]] = {
    "features": (
        Entry(title="Quick to start", text="Ready in a few minutes, without a manual."),
        Entry(title="Made to last", text="Simple parts that you can rely on."),
        Entry(title="Here to help", text="People answer, not machines."),
    ),
    "plans": (
        Entry(title="Starter", note="9 a month", points=("Everything to begin with",)),
        Entry(title="Team", note="29 a month", points=("Up to ten people", "Help by e-mail")),
        Entry(title="Company", note="on request", points=("As many people as you like", "Help by telephone")),
    ),
    "news": (Entry(title="We are online", note="Today", text="This is our new site. Have a look around."),),
    "skills": (Entry(title="Tools", points=("First", "Second", "Third")), Entry(title="Languages", points=("English",))),
    "partners": (Entry(title="With the help of", points=("First partner", "Second partner")),),
    "experience": (
        Entry(title="Position, organisation", note="2022 – today", text="What you do there."),
        Entry(title="Position, organisation", note="2018 – 2022", text="What you did there."),
    ),
    "education": (Entry(title="Degree, school", note="2014 – 2018"),),
    "schedule": (
        Entry(title="First event", note="12 March"),
        Entry(title="Second event", note="3 May"),
        Entry(title="Third event", note="21 June"),
    ),
}
_PLAIN_KINDS: dict[str, tuple[Entry, ...]] = {
    "hours": _HOURS["en"],
    "menu": (Entry(title="First", note="10"), Entry(title="Second", note="20"), Entry(title="Third", note="30")),
    "people": (
        Entry(title="Alex Example", note="Founder", text="Has been here from the first day."),
        Entry(title="Sam Sample", note="Everything else", text="Knows where things are."),
    ),
    "quotes": (
        Entry(title="A happy customer", text="I would come back at any time."),
        Entry(title="Another one", text="Friendly, quick and honest."),
    ),
    "questions": (
        Entry(title="How can I reach you?", text="Write to us; the address is below."),
        Entry(title="How soon do you answer?", text="Within two working days."),
    ),
    "gallery": tuple(Entry(title=f"Picture {number}") for number in range(1, 7)),
}

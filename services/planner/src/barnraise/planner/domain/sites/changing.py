"""Refinements of a site: other sections and entries, other words, another look."""

import re
from collections.abc import Callable

from barnraise.contracts.manifest import Manifest
from barnraise.contracts.sites import Contact, Entry, Section, Site, SitePage
from barnraise.planner.domain.language.changes import Changed
from barnraise.planner.domain.language.looks import design_of
from barnraise.planner.domain.operations import OperationError
from barnraise.planner.domain.refining import Rule, refine
from barnraise.planner.domain.sites.contact import BARE_ADDRESS, contact_of, links_of
from barnraise.planner.domain.sites.entries import capital, entries_in, entry_of, hours_in
from barnraise.planner.domain.sites.lexicon import TERMS
from barnraise.planner.domain.sites.sections import new_section

_I = re.IGNORECASE
_QUOTES = "\"'“”‘’«»"
_REMOVE = re.compile(
    r"^(?:remove|delete|drop|get rid of|hide|take out|no)\s+(?:the\s+|our\s+|my\s+)?(?P<what>.+?)(?:\s+(?:secti"
    r"on|page|part))?(?:\s+from\s+(?:the\s+)?(?P<of>.+?))?$",
    _I,
)
_ADD_TO = re.compile(
    r"^(?:add|put|include|insert|list)\s+(?P<what>.+?)\s+(?:to|in|into|on|under)\s+(?:the\s+"
    r"|our\s+|my\s+)?(?P<of>[^,]+?)(?:\s+(?:section|page|list))?$",
    _I,
)
_ADD = re.compile(
    r"^(?:add|include|insert|create|put in|i (?:also )?need|we (?:also )?need)\s+(?:(?:an?|the|some|another)\s+)?(?P<what>.+)$", _I
)
_ABOUT = re.compile(
    r"^(?:section|page|part|paragraph)s?\s+(?:about|on|for|with|called|named)?\s*(?P<what>[^:]+?)(?:\s*:\s*(?P<text>.+))?$", _I | re.S
)
_RENAME = re.compile(
    r"^(?:rename|change the (?:title|heading|name) of|retitle|call)\s+(?:the\s+)?(?P<old>.+?)(?:\s+(?:section"
    r"|page))?\s+(?:to|as|into)\s+(?P<new>.+)$",
    _I,
)
_TEXT = re.compile(
    rf"^(?:(?:change|set|replace|write|make|update)\s+)?(?:the\s+)?(?:text|words?|content"
    rf"|copy)\s+(?:of|in|for|under)\s+(?:the\s+)?(?P<of>.+?)(?:\s+section)?\s*(?:to"
    rf"|:|as|with|is|should (?:say|be|read))\s*[:{_QUOTES}\s]*(?P<text>.+?)[{_QUOTES}]*$",
    _I | re.S,
)
_SAYS = re.compile(
    rf"^(?:(?:in|under|for)\s+)?(?:the\s+|our\s+)?(?P<of>.+?)(?:\s+section)?,?\s+(?:should (?:say"
    rf"|read)|says?|write)\s*[:{_QUOTES}\s]*(?P<text>.+?)[{_QUOTES}]*$",
    _I | re.S,
)
_TAGLINE = re.compile(
    r"^(?:(?:change|set|make|update|use)\s+)?(?:the\s+)?(?:tag ?line|slogan|subtitle|motto|claim|headline"
    r"|intro(?:duction)?|(?:opening|welcome|introductory|introduction|intro|hero) (?:text|line|words|sentence|message))"
    rf"\s*(?:to|is|as|:|should be|should (?:say|read))?\s*[{_QUOTES}\s]*(?P<text>.+?)[{_QUOTES}]*$",
    _I,
)
_GREETS = re.compile(
    r"^(?:greet|welcome|meet)s?\s+(?:(?:every|each|all|the|our|my)\s+)*(?:visitors?|guests?|everyone|everybody|people|readers?|customers?)\s+"
    rf"(?:with|by saying|saying)(?:\s+the\s+words?)?\s*[:,]?\s*[{_QUOTES}]+(?P<text>[^{_QUOTES}]{{1,280}})[{_QUOTES}]+$",
    _I,
)
_CONTACT = re.compile(
    r"^(?:(?:change|set|update|make|add|use|put)\s+)?(?:the\s+|our\s+|my\s+|an?\s+)?(?P<what>e-?mail(?: address"
    r")?|phone(?: number)?|telephone(?: number)?|address|street address)\s*(?:to|is"
    r"|as|:|should be|=)?\s+(?P<value>.+)$",
    _I,
)
_PRICE = re.compile(
    r"^(?:(?:change|set|update|make)\s+)?(?:the\s+)?(?:(?:price|note|time|date)\s+of\s+)?(?:the\s+)?(?P<what>.+"
    r"?)\s+(?:to|cost|costs|is now|at|for|=)\s+(?P<note>[^\s].{0,60})$",
    _I,
)
_MOVE = re.compile(
    r"^(?:move|put|place|show)\s+(?:the\s+)?(?P<what>.+?)(?:\s+section)?\s+(?P<where>above"
    r"|before|below|after|under|to the (?:top|end|bottom))\s*(?:the\s+)?(?P<of>.+?)?(?:\s+section)?$",
    _I,
)
_LINK = re.compile(
    r"^(?:add|put|include)\s+(?:a\s+|the\s+|our\s+|my\s+)?(?:links?\s+(?:to\s+)?)?"
    rf"(?P<what>.*(?:{BARE_ADDRESS}|https?://\S+|\bwww\.\S+))$",
    _I,
)
_QUOTED = re.compile(
    r"^(?:add|put|include)\s+(?:an?\s+|the\s+|another\s+|this\s+)?(?:(?:customer|client|guest)\s+)?"
    rf"(?:testimonial|review|quote|recommendation|reference)\s+(?:from|by|of)\s+(?P<who>[^:{_QUOTES}]{{2,80}}?)"
    rf"(?:\s*[:,–-]\s*|\s+(?:saying|who says?|that says?|says?)[\s:,]+|\s+(?=[{_QUOTES}]))[{_QUOTES}\s]*(?P<text>.+?)[{_QUOTES}.\s]*$",
    _I | re.S,
)
_LISTED = re.compile(
    r"^(?:(?:write|say|put|set|change|update|use)\s+)?(?:(?:something|this|the following|a few words|our|my|the|these)\s+)*"
    r"(?P<of>[^:]{2,40}?)(?:\s+(?:to|is|are))?\s*:\s*(?P<what>.+)$",
    _I | re.S,
)
_ASKED = re.compile(r"^\s*(?:add\s+(?:an?\s+)?)?(?:our\s+|the\s+)?(?:faqs?|questions?)\b[^:?]{0,40}:[^?]+\?", _I)
"""Questions with answers, which have sentences of their own."""


def change_site(manifest: Manifest, text: str) -> Changed | None:
    """The changed manifest; None when no part of the text is understood. Raises UnclearError when a part does not fit."""
    return refine(manifest, text, _RULES, whole=_ASKED.match(text) is not None)


def _design(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``use the bold design``, ``make it more playful``."""
    if not re.match(r"^(?:make|use|change|switch|set|give|turn|more|try)\b", said, _I) or not re.search(
        r"\b(?:it|design|look|style|site|page|more|layout)\b", said, _I
    ):
        return None
    design = design_of(said)
    return (_with(manifest, design=design), f"uses the {design} design") if design else None


def _tagline(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    match = _TAGLINE.match(said) or _GREETS.match(said)
    return (_with(manifest, tagline=match["text"][:300]), f"says “{match['text'][:80]}” below the title") if match else None


def _contact(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``change the phone number to 020 1234``."""
    if match := _LINK.match(said):
        links = links_of(match["what"])
        kept = tuple(link for link in _site(manifest).contact.links if link.label not in {new.label for new in links})
        return _reach(manifest, links=(*kept, *links)), f"links to {links[0].label}"
    match = _CONTACT.match(said)
    if not match:
        return None
    value = match["value"].strip(f" {_QUOTES}")
    if match["what"].lower().startswith("e"):
        email = contact_of(value).email
        if not email:
            raise OperationError(f"“{value[:60]}” is no e-mail address.")
        return _reach(manifest, email=email), f"changes the e-mail address to {email}"
    name = "phone" if "phone" in match["what"].lower() else "address"
    return _reach(manifest, **{name: value[:300]}), f"changes the {name} to {value[:80]}"


def _hours(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``we open Mon-Fri 9-17``: all opening hours anew; ``Sunday closed``: that day."""
    found = hours_in(said)
    if not found:
        return None
    site = _site(manifest)
    section = next((section for section in site.sections if section.kind == "hours"), None)
    if section is None:
        added = Section(name="opening-hours", title="Opening hours", kind="hours", entries=tuple(found))
        return _append(manifest, added), "adds the opening hours"
    if re.match(r"^(?:on\s+)?\w+s?\b.{0,20}(?:we(?:'re| are)|closed|open)", said, _I) and len(found) == 1:
        kept = [entry for entry in section.entries if entry.title.lower()[:3] != found[0].title.lower()[:3]]
        found = [*kept, *found]
    return _section_with(manifest, section, entries=tuple(found)), "changes the opening hours"


def _removed(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``remove the gallery``, ``remove the bun from the menu``."""
    match = _REMOVE.match(said)
    if not match:
        return None
    site, what = _site(manifest), match["what"]
    if re.fullmatch(r"(?:contact )?form", what, _I):
        return _reach(manifest, form=False), "removes the contact form"
    if re.fullmatch(r"(?:phone|telephone)(?: number)?|address|map(?: link)?", what, _I):
        name = "map" if "map" in what.lower() else "address" if "addr" in what.lower() else "phone"
        return _reach(manifest, **{name: False if name == "map" else ""}), f"removes the {name}"
    section = None if match["of"] else _found(site, what)
    if section:
        if len(site.sections) == 1:
            raise OperationError("That is the only section; a site needs something to show.")
        return _without(manifest, section), f"removes “{section.title}”"
    place = _entry_place(site, what, match["of"])
    if place is None:
        raise OperationError(f"There is nothing called “{what[:60]}” here.")
    owner, at = place
    entries = (*owner.entries[:at], *owner.entries[at + 1 :])
    return _section_with(manifest, owner, entries=entries), f"removes “{owner.entries[at].title}” from “{owner.title}”"


def _renamed(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    match = _RENAME.match(said)
    section = _found(_site(manifest), match["old"]) if match else None
    if not match or not section:
        return None
    title = match["new"].strip(f" {_QUOTES}")[:300]
    return _section_with(manifest, section, title=title), f"calls “{section.title}” “{title}”"


def _worded(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``the text of our story should say ...``."""
    for pattern in (_TEXT, _SAYS):
        match = pattern.match(said)
        if match and (section := _found(_site(manifest), match["of"])):
            return _section_with(manifest, section, text=_sentence(match["text"])), f"changes the words of “{section.title}”"
    return None


def _moved(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``move the menu above our story``."""
    match = _MOVE.match(said)
    site = _site(manifest)
    section = _found(site, match["what"]) if match else None
    if not match or not section:
        return None
    page = next(page for page in site.pages if section in page.sections)
    others = [other for other in page.sections if other != section]
    where, target = match["where"].lower(), _found(site, match["of"]) if match["of"] else None
    if where.startswith("to the"):
        at = 0 if where.endswith("top") else len(others)
    elif target in others:
        at = others.index(target) + (where not in ("above", "before"))
    else:
        raise OperationError(f"There is no section “{(match['of'] or '')[:60]}” to move it to.")
    changed = page.model_copy(update={"sections": (*others[:at], section, *others[at:])})
    return _with(manifest, pages=tuple(changed if other == page else other for other in site.pages)), f"moves “{section.title}”"


def _added_to(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``add Carrot cake at 3.50 to the menu``."""
    match = _ADD_TO.match(said)
    section = _found(_site(manifest), match["of"]) if match else None
    if not match or not section or section.kind in ("contact",):
        return None
    if section.kind == "text":
        return _section_with(manifest, section, text=f"{section.text}\n{match['what']}".strip()), f"adds to “{section.title}”"
    several = entries_in(f": {match['what']}", section.kind)
    entries = several or [entry for entry in (entry_of(match["what"], section.kind),) if entry]
    if not entries:
        raise OperationError(f"“{match['what'][:60]}” names nothing to add.")
    added = [entry for entry in entries if entry.title.lower() not in {known.title.lower() for known in section.entries}]
    if not added:
        raise OperationError(f"“{entries[0].title}” stands in “{section.title}” already.")
    titles = ", ".join(f"“{entry.title}”" for entry in added[:5])
    return _section_with(manifest, section, entries=(*section.entries, *added)), f"adds {titles} to “{section.title}”"


def _added(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``add a gallery``, ``add a section about parking: ...``, ``add a page for our team``."""
    match = _ADD.match(said)
    if not match:
        return None
    what = match["what"]
    about = _ABOUT.match(what)
    words = about["what"].strip() if about else what
    term = next((term for term in TERMS if term.words.match(words)), None)
    if not about and not term:
        return None
    title = re.split(r"\s*[:(]\s*", words, maxsplit=1)[0]
    section = new_section(term, title, what[what.find(title) + len(title) :], _site(manifest).language)
    if about and about["text"] and section.kind == "text":
        section = section.model_copy(update={"text": _sentence(about["text"])})
    if _exact(_site(manifest), section.title):
        raise OperationError(f"There is a section “{section.title}” already.")
    if about and what.lower().startswith("page"):
        return _with(manifest, pages=(*_site(manifest).pages, _page(_site(manifest), section))), f"adds the page “{section.title}”"
    return _append(manifest, section), f"adds the section “{section.title}”"


def _quoted(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``add a testimonial from Anna: “Best bread in town”``"""
    match = _QUOTED.match(said)
    if not match:
        return None
    who = capital(match["who"].strip())
    entry = Entry(title=who[:300], text=_sentence(match["text"]))
    section = next((section for section in _site(manifest).sections if section.kind == "quotes"), None)
    if section:
        kept = [known for known in section.entries if known.title.lower() != entry.title.lower()]
        return _section_with(manifest, section, entries=(*kept, entry)), f"adds what {who} says to “{section.title}”"
    term = next(term for term in TERMS if term.kind == "quotes")
    made = new_section(term, term.titles.get(_site(manifest).language, term.titles["en"]), "", _site(manifest).language)
    return _append(manifest, made.model_copy(update={"entries": (entry,)})), f"adds “{made.title}” with what {who} says"


def _listed(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``prices: half day 900 €, full day 1600 €``, ``about me: I take pictures``: what stands in a section from now on."""
    match = _LISTED.match(said)
    section = _found(_site(manifest), match["of"]) if match else None
    if not match or not section or section.kind == "contact" or len(match["of"].split()) > len(section.title.split()) + 1:
        return None
    if section.kind == "text":
        return _section_with(
            manifest, section, text=_sentence(match["what"].strip(f" {_QUOTES}"))
        ), f"changes the words of “{section.title}”"
    entries = entries_in(f": {match['what']}", section.kind)
    return (_section_with(manifest, section, entries=tuple(entries)), f"changes what stands in “{section.title}”") if entries else None


def _noted(manifest: Manifest, said: str) -> tuple[Manifest, str] | None:
    """``change the price of the bun to 1.20``."""
    match = _PRICE.match(said)
    place = _entry_place(_site(manifest), match["what"], None) if match else None
    if not match or not place:
        return None
    section, at = place
    entry = section.entries[at].model_copy(update={"note": match["note"].strip(f" {_QUOTES}")})
    entries = (*section.entries[:at], entry, *section.entries[at + 1 :])
    return _section_with(manifest, section, entries=entries), f"changes “{entry.title}” to {entry.note}"


def _sentence(words: str) -> str:
    """What people say ends as they would have written it."""
    words = words.strip()[:4999]
    return f"{words}." if words[-1:].isalnum() and " " in words else words


def _page(site: Site, section: Section) -> SitePage:
    names = {page.name for page in site.pages}
    name = next(name for name in (section.name, *(f"{section.name}-{n}" for n in range(2, 40))) if name not in names)
    return SitePage(name=name, title=section.title, sections=(section,))


def _append(manifest: Manifest, section: Section) -> Manifest:
    """On the first page, before the contact."""
    first, *others = _site(manifest).pages
    names = {known.name for known in first.sections}
    name = next(name for name in (section.name, *(f"{section.name}-{n}" for n in range(2, 60))) if name not in names)
    section = section.model_copy(update={"name": name})
    at = next((at for at, known in enumerate(first.sections) if known.kind == "contact"), len(first.sections))
    changed = first.model_copy(update={"sections": (*first.sections[:at], section, *first.sections[at:])})
    return _with(manifest, pages=(changed, *others))


def _without(manifest: Manifest, section: Section) -> Manifest:
    pages = [
        page.model_copy(update={"sections": tuple(known for known in page.sections if known != section)}) for page in _site(manifest).pages
    ]
    return _with(manifest, pages=tuple(page for at, page in enumerate(pages) if page.sections or not at))


def _found(site: Site, said: str) -> Section | None:
    """The section that is meant: by its title, by the word for its kind, or by a word of its title."""
    wanted = re.sub(r"^(?:the|our|my|your|a|an)\s+|\s+(?:section|page|list|text)$", "", said.strip(f" {_QUOTES}.").lower())
    by_title = _exact(site, wanted)
    if by_title:
        return by_title
    kinds = [term.kind for term in TERMS if term.words.fullmatch(wanted)]
    by_kind = [section for section in site.sections if section.kind in kinds]
    by_word = [
        section for section in site.sections if wanted and (wanted in section.title.lower() or wanted.rstrip("s") in section.title.lower())
    ]
    return next(iter([section for section in by_word if section in by_kind] or by_word or by_kind), None)


def _exact(site: Site, title: str) -> Section | None:
    bare: Callable[[str], str] = lambda words: re.sub(r"^(?:the|our|my|your)\s+", "", words.lower())  # noqa: E731
    return next((section for section in site.sections if bare(section.title) == bare(title)), None)


def _entry_place(site: Site, said: str, of: str | None) -> tuple[Section, int] | None:
    """Where an entry stands."""
    wanted = re.sub(r"^(?:the|our|my|a|an)\s+", "", said.strip(f" {_QUOTES}.").lower())
    owner = _found(site, of) if of else None
    for section in [owner] if owner else site.sections:
        for at, entry in enumerate(section.entries):
            if entry.title.lower() == wanted or (len(wanted) > 3 and wanted.rstrip("s") == entry.title.lower().rstrip("s")):
                return section, at
    return None


def _site(manifest: Manifest) -> Site:
    assert manifest.site
    return manifest.site


def _with(manifest: Manifest, **changes: object) -> Manifest:
    return manifest.model_copy(update={"site": _site(manifest).model_copy(update=changes)})


def _reach(manifest: Manifest, **changes: object) -> Manifest:
    return _with(manifest, contact=Contact.model_validate(_site(manifest).contact.model_dump() | changes))


def _section_with(manifest: Manifest, section: Section, **changes: object) -> Manifest:
    changed = section.model_copy(update=changes)
    pages = [
        page.model_copy(update={"sections": tuple(changed if known == section else known for known in page.sections)})
        for page in _site(manifest).pages
    ]
    return _with(manifest, pages=tuple(pages))


_RULES: tuple[Rule, ...] = (
    _tagline, _contact, _design, _renamed, _moved, _worded, _quoted, _added_to, _hours, _removed, _added, _listed, _noted,
)  # fmt: skip

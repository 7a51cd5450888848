"""A site from a message."""

import re
from dataclasses import dataclass, field

from barnraise.contracts.manifest import Theme
from barnraise.contracts.sites import Contact, Section, Site, SitePage
from barnraise.planner.domain.language.looks import COLOURS, design_of, theme_of
from barnraise.planner.domain.language.nouns import listed
from barnraise.planner.domain.language.translation import language_of
from barnraise.planner.domain.sites.contact import contact_of, place_of
from barnraise.planner.domain.sites.mentions import Mention, mentions_in, points_of, without
from barnraise.planner.domain.sites.sections import is_example, sections_of
from barnraise.planner.domain.sites.subjects import subject_of
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
    r"|\b[a-z]{3,}s(?: with| w/|:| [(-]) ?(?:an? )?(?:name|title|date|price|code|number),"
    r"|\b(?:adoption|construction|building|archaeological|excavation|dig|camp|work|job|nesting"
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
_COLOUR = re.compile(rf"(?:^|[.,;:(]|\bin|\band)\s+({'|'.join(sorted(COLOURS, key=len, reverse=True))})(?=\s*(?:[.,;)]|$|and\b))", _I)


@dataclass(frozen=True)
class ReadSite:
    """A site that a message asks for, its title and looks, and what was assumed and left open."""

    title: str
    site: Site
    theme: Theme
    assumed: list[str] = field(default_factory=list)
    open_points: list[str] = field(default_factory=list)


def asks_for_site(text: str) -> bool:
    """Whether a text wants pages to look at, rather than an application that keeps things."""
    match, app = _SITE.search(text), _APP.search(text)
    if match is None or _KEEPS.search(text) or (app and app.start() < match.start()):
        return False
    before = text[: match.start()]
    return bool(_WANTED.search(before)) or not (_HAS.search(before) or len(before.split()) > _OPENING)


def read_site(text: str, name: str | None = None) -> ReadSite | None:
    """The site that a text asks for; None when it says nothing of what the site is about."""
    subject, person = subject_of(text)
    mentions = mentions_in(text)
    found = trade_of(without(text, mentions))
    if not (found or subject or mentions):
        return None
    language = language_of(text) or "en"
    trade = found[1] if found else None
    person = person or bool(trade and trade.person and re.search(r"\bportfolio|\bpersonal|\bmy\b|\bi(?:'m| am)\b", text, _I))
    title = (name or subject or (found[0].capitalize() if found else "Welcome"))[:120]
    assumed: list[str] = []
    contact = contact_of(text)
    sections = sections_of(text, mentions, trade, language, title, person=person)
    examples = [section.title for section in sections if is_example(section, text)]
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
    return ReadSite(title, site, _theme(text, trade), assumed, _open_points(text, mentions))


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


def _open_points(text: str, mentions: list[Mention]) -> list[str]:
    for mention in mentions:
        if mention.term and mention.term.name in ("contact", "news", "testimonials"):
            text = re.sub(rf"\b{re.escape(mention.title)}\b", " ", text)
    return points_of(text)

"""The blueprint of sites: plain pages, one style sheet, and pictures that need no network."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

from barnraise.codegen.domain import compiler_color
from barnraise.codegen.domain import compiler_text as text
from barnraise.codegen.domain.compiler_pictures import card, favicon, placeholder
from barnraise.codegen.domain.compiler_sbom import bill
from barnraise.codegen.domain.compiler_templates import templates
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.sites import Entry, Section, Site, SitePage

_MOST_LINKS = 7
_WORDS = {
    "en": {
        "skip": "Skip to the content", "navigation": "Main", "your_name": "Your name", "your_email": "Your e-mail address",
        "message": "Message", "send": "Write the message", "mail_opens": "Your mail program opens with the message in it.",
        "email": "E-mail", "phone": "Telephone", "address": "Address", "map": "Show on a map",
    },
    "de": {
        "skip": "Zum Inhalt", "navigation": "Hauptmenü", "your_name": "Ihr Name", "your_email": "Ihre E-Mail-Adresse",
        "message": "Nachricht", "send": "Nachricht schreiben", "mail_opens": "Ihr E-Mail-Programm öffnet sich mit der Nachricht.",
        "email": "E-Mail", "phone": "Telefon", "address": "Adresse", "map": "Auf der Karte zeigen",
    },
    "fr": {
        "skip": "Aller au contenu", "navigation": "Menu principal", "your_name": "Votre nom", "your_email": "Votre adresse e-mail",
        "message": "Message", "send": "Écrire le message", "mail_opens": "Votre messagerie s’ouvre avec le message.",
        "email": "E-mail", "phone": "Téléphone", "address": "Adresse", "map": "Voir sur la carte",
    },
}  # fmt: skip


def compile_site(manifest: Manifest) -> dict[str, bytes]:
    """The files of the site, by path. ``manifest.site`` is there."""
    assert manifest.site
    view = SiteView(manifest, manifest.site)
    tree = dict(templates("site").plain)
    for path, template in templates("site").rendered.items():
        if path == "page.html":
            tree |= {page.file: template.render(site=view, page=page).encode() for page in view.pages}
        elif rendered := template.render(site=view).strip():
            tree[path] = f"{rendered}\n".encode()
    if not view.form:
        del tree["assets/contact.js"]
    tree["assets/favicon.svg"] = favicon(view.title, view.colors["accent"], view.colors["on_accent"])
    tree["assets/card.png"] = card(view.title, view.tagline, view.colors["accent"], view.colors["on_accent"])
    tree |= {path: placeholder(number, view.colors["accent"]) for number, path in enumerate(view.pictures)}
    tree["sbom.cdx.json"] = bill(manifest.name, "0.1.0")
    return tree


@dataclass(frozen=True)
class LinkView:
    label: str
    href: str
    text: str = ""
    current: bool = False


@dataclass(frozen=True)
class EntryView:
    """``picture``: where its picture is, if it has one."""

    title: str
    note: str
    text: str
    points: tuple[str, ...]
    link: str | None
    paragraphs: tuple[str, ...]
    initials: str
    picture: str


@dataclass(frozen=True)
class SectionView:
    name: str
    title: str
    kind: str
    paragraphs: tuple[str, ...]
    entries: tuple[EntryView, ...]

    @property
    def bare(self) -> bool:
        """Whether its entries are names and nothing more."""
        return not any(entry.points or entry.note or entry.text for entry in self.entries)


@dataclass(frozen=True)
class PageView:
    """``address`` is its place below the site's, ``heading`` what stands large on it."""

    file: str
    address: str
    first: bool
    head_title: str
    heading: str
    lead: str
    description: str
    sections: tuple[SectionView, ...]
    links: tuple[LinkView, ...]
    actions: tuple[LinkView, ...]


class SiteView:
    """The site as the templates want to see it."""

    def __init__(self, manifest: Manifest, site: Site) -> None:
        self._site = site
        self._pictures = count(1)
        self.slug = manifest.name
        self.title = text.one_line(manifest.title)
        self.tagline = text.one_line(site.tagline)
        self.language = site.language
        self.words = _WORDS.get(site.language, _WORDS["en"])
        self.design = site.design
        self.scheme = manifest.theme.scheme
        self.color_scheme = {"auto": "light dark", "light": "light", "dark": "dark"}[self.scheme]
        self.person = site.person
        self.url = site.url
        self.contact = site.contact
        self.form = site.contact.form and bool(site.contact.email) and any(section.kind == "contact" for section in site.sections)
        accent = manifest.theme.accent
        self.colors = {
            "accent": accent,
            "on_accent": compiler_color.on(accent),
            "ink": compiler_color.ink(accent, dark=False),
            "ink_dark": compiler_color.ink(accent, dark=True),
        }
        self.pages = [self._page(page, first=not at) for at, page in enumerate(site.pages)]

    @cached_property
    def pictures(self) -> list[str]:
        """Where the placeholders of the galleries are."""
        return [entry.picture for page in self.pages for section in page.sections for entry in section.entries if entry.picture]

    @cached_property
    def contact_lines(self) -> list[LinkView]:
        """The ways to reach whom the site is about."""
        contact, lines = self.contact, []
        if contact.email:
            lines.append(LinkView(self.words["email"], f"mailto:{contact.email}", contact.email))
        if contact.phone:
            digits = re.sub(r"[^\d+]", "", contact.phone)
            lines.append(LinkView(self.words["phone"], f"tel:{digits}" if digits else "", contact.phone))
        if contact.address:
            lines.append(LinkView(self.words["address"], "", contact.address))
        if contact.map and contact.address:
            place = "+".join(re.findall(r"\w+", contact.address))
            lines.append(LinkView("", f"https://www.openstreetmap.org/search?query={place}", self.words["map"]))
        return lines

    @cached_property
    def structured(self) -> str:
        """What the site is about, for machines (schema.org); safe between script tags."""
        contact = self.contact
        said: dict[str, Any] = {"@context": "https://schema.org", "@type": "Person" if self.person else "Organization", "name": self.title}
        said |= {"description": self.tagline} if self.tagline else {}
        said |= {"url": self.url} if self.url else {}
        said |= {"email": contact.email} if contact.email else {}
        said |= {"telephone": contact.phone} if contact.phone else {}
        said |= {"address": contact.address} if contact.address else {}
        said |= {"sameAs": [link.address for link in contact.links]} if contact.links else {}
        return json.dumps(said, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

    def _page(self, page: SitePage, *, first: bool) -> PageView:
        title = text.one_line(page.title)
        lead = self.tagline if first else ""
        told = next((line for section in page.sections for line in _lines(section.text)), "")
        return PageView(
            file=f"{page.name}.html",
            address="" if first else f"{page.name}.html",
            first=first,
            head_title=self._head_title(page, first=first),
            heading=self.title if first else title,
            lead=lead,
            description=(lead or told or f"{title}, {self.title}")[:300],
            sections=tuple(self._section(section) for section in page.sections),
            links=tuple(self._links(page)),
            actions=tuple(self._actions(page)),
        )

    def _head_title(self, page: SitePage, *, first: bool) -> str:
        """What stands in the browser's tab: short, and another for each page."""
        if first:
            return f"{self.title} – {self.tagline}" if self.tagline and len(self.title) + len(self.tagline) < 70 else self.title[:110]
        number = self._site.pages.index(page) + 1
        titles = [text.one_line(other.title) for other in self._site.pages]
        title = text.one_line(page.title)
        told = f"{title[:50]} ({number})" if titles.count(title) > 1 or title == self.title else title[:60]
        return f"{told} – {self.title[:50]}"

    def _section(self, section: Section) -> SectionView:
        title = text.one_line(section.title)
        entries = tuple(self._entry(section, entry) for entry in section.entries)
        return SectionView(section.name, title, section.kind, _lines(section.text), entries)

    def _entry(self, section: Section, entry: Entry) -> EntryView:
        picture = f"assets/gallery/{next(self._pictures)}.svg" if section.kind == "gallery" else ""
        initials = "".join(word[0] for word in entry.title.split()[:2] if word).upper()
        return EntryView(entry.title, entry.note, entry.text, entry.points, entry.link, _lines(entry.text), initials, picture)

    def _links(self, page: SitePage) -> list[LinkView]:
        """From a site of several pages to each, within a single page to its sections."""
        if len(self._site.pages) > 1:
            return [LinkView(_home(other), _address(other), current=other == page) for other in self._site.pages]
        shown = [*page.sections[: _MOST_LINKS - 1], *(section for section in page.sections[_MOST_LINKS - 1 :] if section.kind == "contact")]
        return [LinkView(section.title, f"#{section.name}") for section in shown]

    def _actions(self, page: SitePage) -> list[LinkView]:
        """What to do first: reach them, and see what there is."""
        found = [(section, other) for other in self._site.pages for section in other.sections]
        chosen = [place for place in found if place[0].kind == "contact"][:1]
        chosen += [place for place in found if place[0].kind in ("menu", "cards", "timeline", "gallery")][:1]
        return [
            LinkView(section.title, f"#{section.name}" if other == page else f"{_address(other)}#{section.name}")
            for section, other in chosen
        ]


def _home(page: SitePage) -> str:
    return text.one_line(page.title)


def _address(page: SitePage) -> str:
    return "./" if page.name == "index" else f"{page.name}.html"


def _lines(words: str) -> tuple[str, ...]:
    """Paragraphs: the lines that hold something."""
    return tuple(line for line in (text.one_line(line) for line in words.splitlines()) if line)

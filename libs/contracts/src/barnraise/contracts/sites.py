"""What a static site consists of: pages of sections, each a title, a text and entries, shown in the way of its kind."""

from collections import Counter
from typing import Annotated, Literal, Self

from pydantic import Field as Spec
from pydantic import StringConstraints, model_validator

from barnraise.contracts.base import Contract

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(max_length=5000, strip_whitespace=True)]
Address = Annotated[str, StringConstraints(pattern=r"^(https?://|mailto:|tel:)[^\s\"'<>\\]{1,500}$")]
Design = Literal["classic", "modern", "bold", "minimal", "playful"]
SectionKind = Literal[
    "text", "cards", "menu", "timeline", "hours", "tags", "quotes", "questions", "gallery", "people", "contact"
]  # fmt: skip


class Entry(Contract):
    """A thing in a section: a dish, a job, a person, a question. ``note`` stands beside the title: a price, hours, a period."""

    title: Annotated[Line, Spec(min_length=1)]
    note: Line = ""
    text: Words = ""
    points: Annotated[tuple[Line, ...], Spec(max_length=30)] = ()
    link: Address | None = None


class Section(Contract):
    """``name`` is its anchor; ``text`` has a paragraph a line."""

    name: Slug
    title: Annotated[Line, Spec(min_length=1)]
    kind: SectionKind
    text: Words = ""
    entries: Annotated[tuple[Entry, ...], Spec(max_length=200)] = ()


class SitePage(Contract):
    """A page of its own: ``index`` is the first, the others are reached from the navigation."""

    name: Slug
    title: Annotated[Line, Spec(min_length=1)]
    sections: Annotated[tuple[Section, ...], Spec(max_length=40)]

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        _refuse_twice("section", [section.name for section in self.sections])
        return self


class Link(Contract):
    label: Annotated[Line, Spec(min_length=1)]
    address: Address


class Contact(Contract):
    """How to reach whom the site is about. What is empty is not shown."""

    email: Annotated[str, StringConstraints(pattern=r"^([^\s@<>\"'&?]{1,64}@[^\s@<>\"'&?]{1,190})?$")] = ""
    phone: Line = ""
    address: Line = ""
    form: bool = False
    map: bool = False
    links: Annotated[tuple[Link, ...], Spec(max_length=20)] = ()


class Site(Contract):
    """A static site, of an organisation or (``person``) of somebody. ``url`` is where it will live, if that is known."""

    tagline: Line = ""
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "en"
    design: Design = "modern"
    person: bool = False
    url: Annotated[str, StringConstraints(pattern=r"^(https://[a-z0-9.-]{3,200})?$")] = ""
    contact: Contact = Contact()
    pages: Annotated[tuple[SitePage, ...], Spec(min_length=1, max_length=20)]

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        _refuse_twice("page", [page.name for page in self.pages])
        if self.pages[0].name != "index":
            raise ValueError("the first page of a site is called 'index'")
        return self

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in the order of the pages."""
        return tuple(section for page in self.pages for section in page.sections)


def _refuse_twice(what: str, names: list[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{what} {twice[0]!r} stands twice")

"""What every page of the site must keep: links that lead somewhere, words for pictures, one heading above all, nothing from strangers."""

import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted(path.name for path in ROOT.glob("*.html"))


class Page(HTMLParser):
    """The elements of a page, with their attributes, and the text of its title and scripts."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.setdefault(self._open[-1], []).append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.elements if "id" in attributes]


@cache
def page(name: str) -> Page:
    return Page((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture(params=PAGES)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def test_there_is_a_first_page() -> None:
    assert "index.html" in PAGES


def test_search_engines_and_readers_are_told_what_it_is(name: str) -> None:
    shown = page(name)
    assert shown.all("html")[0]["lang"]
    assert 0 < len("".join(shown.texts["title"])) <= 120
    described = {meta.get("name") or meta.get("property"): meta.get("content", "") for meta in shown.all("meta")}
    assert described["description"]
    assert described["viewport"].startswith("width=device-width")
    assert described["og:title"]
    assert described["og:image"]


def test_titles_differ() -> None:
    titles = ["".join(page(name).texts["title"]) for name in PAGES]
    assert len(set(titles)) == len(titles)


def test_every_link_and_file_of_its_own_is_there(name: str) -> None:
    shown = page(name)
    used = [attributes.get("href") or attributes.get("src") or "" for _, attributes in shown.elements]
    for address in filter(None, used):
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (parts.path or name).removeprefix("./") or "index.html"
        assert (ROOT / target).is_file(), address
        if parts.fragment:
            assert parts.fragment in page(target).ids, address


def test_nothing_is_loaded_from_elsewhere(name: str) -> None:
    shown = page(name)
    loaded = [attributes["src"] for _, attributes in shown.elements if "src" in attributes]
    loaded += [link["href"] for link in shown.all("link") if link.get("rel") != "canonical"]
    assert not [address for address in loaded if urlsplit(address).scheme or address.startswith("//")]


def test_no_script_stands_in_the_page(name: str) -> None:
    shown = page(name)
    assert all("src" in script or script.get("type") == "application/ld+json" for script in shown.all("script"))
    assert not [key for _, attributes in shown.elements for key in attributes if key.startswith("on")]


def test_headings_go_down_step_by_step(name: str) -> None:
    levels = [int(tag[1]) for tag, _ in page(name).elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    for above, below in zip(levels, levels[1:], strict=False):
        assert below <= above + 1


def test_ids_stand_once(name: str) -> None:
    ids = page(name).ids
    assert len(set(ids)) == len(ids)


def test_pictures_and_fields_have_words(name: str) -> None:
    shown = page(name)
    assert all(image.get("alt") and image.get("width") and image.get("height") for image in shown.all("img"))
    labelled = {label.get("for") for label in shown.all("label")}
    assert all(field.get("id") in labelled for tag in ("input", "textarea", "select") for field in shown.all(tag))


def test_what_machines_read_is_sound() -> None:
    scripts = [text for text in page("index.html").texts.get("script", []) if text.strip()]
    assert json.loads(scripts[0])["@context"] == "https://schema.org"


def test_the_style_prints_and_has_a_dark_side() -> None:
    style = (ROOT / "assets/style.css").read_text(encoding="utf-8")
    assert "@media print" in style
    assert "light-dark(" in style
    assert style.count("{") == style.count("}")

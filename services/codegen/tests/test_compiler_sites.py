"""The blueprint of sites: every kind of section in every design, clean, whole, and safe with any text."""

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from ruff import find_ruff_bin

from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.codegen.domain.manifest_merge import take_back
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.sites import Design, SectionKind

HOSTILE = '""" {{ x }} {% y %} </script><b onclick="x()">\\ \' "q" & é 漢字 \u202e\u2028 -->'
KINDS = get_args(SectionKind)
CONTACT = {
    "email": "hi@example.org", "phone": "+44 20 7946 0000", "address": "1 High Street, Bath", "form": True, "map": True,
    "links": [{"label": "Code", "address": "https://code.example/x?a=1&b=2"}],
}  # fmt: skip


def site(said: str = "Some words", design: str = "modern", *, several: bool = False, **more: Any) -> Manifest:
    entries = [
        {"title": f"{said} {number}"[:300], "note": said, "text": f"{said}\n{said}", "points": [said, "two"], "link": "https://x.example/"}
        for number in range(3)
    ]
    sections = [{"name": f"part-{kind}", "title": said, "kind": kind, "text": said, "entries": entries} for kind in KINDS]
    pages = [{"name": "index", "title": "Home", "sections": sections}]
    pages += [{"name": "about", "title": said, "sections": sections[:3]}] if several else []
    found = {"tagline": said, "design": design, "contact": CONTACT, "pages": pages, **more}
    return Manifest.model_validate({"name": "site", "title": said, "kind": "site", "site": found})


MANIFESTS = {
    **{design: site(design=design) for design in get_args(Design)},
    "hostile": site(HOSTILE[:90], several=True),
    "german": site("Ein paar Wörter", several=True, language="de", url="https://example.org", person=True),
}


def write(tree: dict[str, bytes], folder: Path) -> Path:
    for path, content in tree.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


@pytest.mark.parametrize("name", MANIFESTS)
def test_it_is_clean_and_its_own_tests_pass(name: str, tmp_path: Path) -> None:
    folder = write(compile_manifest(MANIFESTS[name]), tmp_path)
    for command in (["check", "--no-cache", "."], ["format", "--check", "--no-cache", "."]):
        done = subprocess.run([find_ruff_bin(), *command], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    done = subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]


class Elements(HTMLParser):
    """Which elements a page has, and whether each is closed where it was opened."""

    VOID = frozenset(("meta", "link", "img", "input", "br"))

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        self.open += [] if tag in self.VOID else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_text_stays_text() -> None:
    tree = {
        path: content.decode("latin-1" if path.endswith(".png") else "utf-8")
        for path, content in compile_manifest(MANIFESTS["hostile"]).items()
    }
    for path in ("index.html", "about.html"):
        page = Elements(tree[path])
        assert page.open == []
        assert not [attributes for _, attributes in page.seen if any(name.startswith("on") for name in attributes)]
        assert "b" not in {tag for tag, _ in page.seen}
        assert "{{ x }}" in tree[path]
        assert "\u202e" not in tree[path]
    structured = re.search(r'<script type="application/ld\+json">(.*?)</script>', tree["index.html"], re.DOTALL)
    assert structured
    assert json.loads(structured[1])["@type"] == "Organization"


def test_the_form_and_its_script_go_together() -> None:
    bare = compile_manifest(site(contact={**CONTACT, "form": False}))
    assert "assets/contact.js" not in bare
    assert b"contact.js" not in bare["index.html"]
    assert "assets/contact.js" in compile_manifest(site())


def test_an_address_of_its_own_makes_a_map_for_search_engines() -> None:
    tree = compile_manifest(MANIFESTS["german"])
    assert tree["sitemap.xml"].count(b"<loc>https://example.org/") == 2
    assert b"https://example.org/assets/card.png" in tree["index.html"]
    assert b"sitemap.xml" in tree["robots.txt"]
    assert "sitemap.xml" not in compile_manifest(site())


def test_a_page_speaks_the_language_of_the_site() -> None:
    page = compile_manifest(MANIFESTS["german"])["index.html"].decode()
    assert '<html lang="de"' in page
    assert "Ihre E-Mail-Adresse" in page
    assert "Skip to" not in page


def test_the_card_is_a_picture() -> None:
    card = compile_manifest(site())["assets/card.png"]
    assert card.startswith(b"\x89PNG")
    assert card[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")
    assert len(card) < 60_000


def test_equal_manifests_give_equal_trees() -> None:
    assert compile_manifest(site()) == compile_manifest(site())


def test_an_entry_more_changes_only_the_pages_that_show_it() -> None:
    manifest = site(several=True)
    assert manifest.site
    index, about = manifest.site.pages
    menu = next(section for section in index.sections if section.kind == "menu")
    longer = menu.model_copy(update={"entries": (*menu.entries, menu.entries[0].model_copy(update={"title": "One more"}))})
    changed = index.model_copy(update={"sections": tuple(longer if known == menu else known for known in index.sections)})
    after = manifest.model_copy(update={"site": manifest.site.model_copy(update={"pages": (changed, about)})})
    before, after_tree = compile_manifest(manifest), compile_manifest(after)
    assert {path for path in after_tree if after_tree[path] != before.get(path)} == {"index.html"}


def test_its_workflow_and_compose_file_are_sound() -> None:
    tree = compile_manifest(site())
    assert "pytest" in str(yaml.safe_load(tree[".github/workflows/ci.yml"]))
    assert yaml.safe_load(tree["docker-compose.yml"])["services"]["site"]["read_only"] is True


def test_a_change_of_an_entry_is_taken_back_and_later_ones_stay() -> None:
    def priced(note: str, later: str) -> Manifest:
        entries = [{"title": "Bun", "note": note, "text": later}, {"title": "Loaf", "note": "4"}]
        pages = [{"name": "index", "title": "Home", "sections": [{"name": "menu", "title": "Menu", "kind": "menu", "entries": entries}]}]
        return Manifest.model_validate({"name": "s", "title": "S", "kind": "site", "site": {"tagline": later, "pages": pages}})

    taken = take_back(priced("1", ""), priced("2", ""), priced("2", "Later words"), ())
    assert taken == priced("1", "Later words")

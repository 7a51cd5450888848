"""Seeded defects: small edits of clean projects, each with the tools that may be the one to find it. All of it is data, and made the same
each time: rules are applied to the files that they fit, at most ``times`` each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from compiled_manifests import tasks

from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.contracts.manifest import Manifest

FOLDER = Path(__file__).resolve().parents[1] / "data/critic"
_FIXED = [{"introduced": "0"}, {"fixed": "1.4.0"}]
ADVISORY = {
    "id": "GHSA-lamp-wire-0001",
    "summary": "Wires of lamps get hot",
    "database_specific": {"severity": "HIGH"},
    "affected": [{"package": {"ecosystem": "PyPI", "name": "lamp_wires"}, "ranges": [{"type": "ECOSYSTEM", "events": _FIXED}]}],
}


@dataclass(frozen=True)
class Rule:
    """In files of ``project`` like ``files``, the first match of ``pattern`` becomes ``text``. ``tools``: any of them may find it."""

    tools: str
    project: str
    files: str
    pattern: str
    text: str
    times: int = 1


@dataclass(frozen=True)
class Defect:
    name: str
    project: str
    path: str
    content: str
    tools: frozenset[str]


SITE = Manifest.model_validate(
    {
        "name": "bakery", "title": "Bakery", "kind": "site",
        "site": {
            "tagline": "Bread every morning", "design": "modern",
            "contact": {"email": "hi@example.org", "form": True},
            "pages": [
                {"name": "index", "title": "Home", "sections": [{"name": "hero", "title": "Bread", "kind": "text", "text": "Fresh."}]},
                {"name": "about", "title": "About", "sections": [{"name": "text", "title": "Us", "kind": "text", "text": "We bake."}]},
            ],
        },
    }
)  # fmt: skip
SCRIPT = Manifest.model_validate(
    {
        "name": "rain", "title": "Rain", "kind": "script", "description": "Rain by month",
        "script": {
            "tables": [
                {
                    "name": "rain",
                    "columns": [{"name": "month", "label": "Month"}, {"name": "amount", "label": "Amount", "type": "number"}],
                    "rows": [["Jan", "12"], ["Feb", "30"]],
                }
            ],
            "figures": [{"name": "bars", "title": "Rain", "kind": "bar", "table": "rain", "x": "month", "y": ["amount"]}],
        },
    }
)  # fmt: skip


def projects() -> dict[str, dict[str, str]]:
    """The clean projects, by name: three compiled ones, a small service by hand, and one file in each of many languages."""
    compiled = {"app": tasks(), "site": SITE, "script": SCRIPT}
    made = {name: _texts(compile_manifest(manifest)) for name, manifest in compiled.items()}
    return made | {name: _read(FOLDER / name) for name in ("plain", "polyglot")}


def defects(clean: Mapping[str, Mapping[str, str]]) -> list[Defect]:
    return [*_by_rule(clean), *_by_language(clean["polyglot"])]


def _by_rule(clean: Mapping[str, Mapping[str, str]]) -> Iterator[Defect]:
    rules = [Rule(**json.loads(line)) for line in (FOLDER / "rules.jsonl").read_text().splitlines()]
    for number, rule in enumerate(rules):
        made = 0
        for path, content in sorted(clean[rule.project].items()):
            if made < rule.times and fnmatch(path, rule.files) and (match := re.search(rule.pattern, content, re.MULTILINE)):
                changed = content[: match.start()] + match.expand(rule.text) + content[match.end() :]
                made += 1
                yield Defect(f"{number}:{rule.text[:30]!r}", rule.project, path, changed, frozenset(rule.tools.split()))
        if not made:
            raise LookupError(f"no file of {rule.project} fits {rule}")


def _by_language(files: Mapping[str, str]) -> Iterator[Defect]:
    """Of every language: a bracket that is not ended, one that is there twice, and characters that are in no language."""
    for path, text in sorted(files.items()):
        last = max(text.rfind(bracket) for bracket in ")}]")
        edits = {
            "unended": text[:last] + text[last + 1 :],
            "doubled": re.sub(r"[({\[]", lambda match: match[0] * 2, text, count=1),
            "stray": text[: len(text) // 2] + " @@ )) " + text[len(text) // 2 :],
        }
        for name, changed in edits.items():
            if last >= 0 and not (path.endswith(".xml")):
                yield Defect(name, "polyglot", path, changed, frozenset({"grammar"}))
        if path.endswith(".xml"):
            yield Defect("unended", "polyglot", path, text.replace("</row>", "", 1), frozenset({"grammar"}))
            yield Defect("entity", "polyglot", path, text.replace("&amp;", "&", 1), frozenset({"grammar"}))


def _texts(tree: Mapping[str, bytes]) -> dict[str, str]:
    texts = {}
    for path, content in tree.items():
        try:
            texts[path] = content.decode()
        except UnicodeDecodeError:  # a picture: nothing to seed a defect in
            continue
    return texts


def _read(folder: Path) -> dict[str, str]:
    return {file.relative_to(folder).as_posix(): file.read_text() for file in sorted(folder.rglob("*")) if file.is_file()}

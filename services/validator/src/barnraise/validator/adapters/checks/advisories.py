"""Known flaws of the packages that a project pins, from a local copy of OSV advisories: a folder of JSON files, one an advisory, in any
arrangement. ``sys.argv``: that folder and one for its index, or nothing. Nothing is asked over the network."""

import hashlib
import json
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.version import InvalidVersion, Version

from barnraise.validator.adapters.checks.files import Found, asked, place, read, tell

LISTS = ("package-lock.json", "poetry.lock", "uv.lock", "pyproject.toml")
_PINNED = re.compile(r"^\s*(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*==\s*(?P<version>[^\s;#,\\]+)", re.MULTILINE)
_CRITICAL = ("CRITICAL", "HIGH")


@dataclass(frozen=True)
class Package:
    ecosystem: str
    name: str
    version: str
    line: int | None


def is_list(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name in LISTS or bool(re.fullmatch(r"requirements[\w.-]*\.txt", name))


def main() -> None:
    packages = [(path, package) for path in asked() if (text := read(path)) is not None for package in _packages(path, text)]
    folder, indexes = map(Path, sys.argv[1:]) if sys.argv[1:] else (None, None)
    index = _index(folder, indexes) if packages and folder and indexes and folder.is_dir() else {}
    if index and folder:
        tell((path, found) for path, package in packages for found in _flaws(package, folder, index))
    else:
        tell([(None, _not_audited(len(packages)))] if packages else [])


def _not_audited(count: int) -> Found:
    told = f"{count} pinned packages were not audited for known flaws: there is no copy of advisories here (BARNRAISE_ADVISORIES)."
    return Found("not-audited", "info", told)


def _packages(path: str, text: str) -> Iterator[Package]:
    """What is pinned to one version; a range says nothing about what will be there."""
    name = PurePosixPath(path).name
    try:
        if name == "package-lock.json":
            yield from _node(json.loads(text), text)
        elif name in ("poetry.lock", "uv.lock"):
            for one in _dicts(tomllib.loads(text).get("package")):
                yield Package("PyPI", _normal(str(one.get("name"))), str(one.get("version")), None)
        else:
            for match in _PINNED.finditer(text.replace('"', " ").replace("'", " ") if name == "pyproject.toml" else text):
                yield Package("PyPI", _normal(match["name"]), match["version"], place(text, match.start("name"))[0])
    except (ValueError, RecursionError, AttributeError):
        return  # for the check of syntax to say


def _node(document: dict[str, Any], text: str) -> Iterator[Package]:
    for where, one in document.get("packages", {}).items():
        name = where.rpartition("node_modules/")[2]
        if name and isinstance(one, dict) and isinstance(one.get("version"), str):
            at = text.find(json.dumps(where))
            yield Package("npm", name, one["version"], place(text, at)[0] if at >= 0 else None)


def _flaws(package: Package, folder: Path, index: dict[str, list[str]]) -> Iterator[Found]:
    for file in index.get(f"{package.ecosystem}/{package.name}", ()):
        advisory = json.loads((folder / file).read_text())
        if any(_is_affected(package, affected) for affected in advisory.get("affected", ())):
            level = str(advisory.get("database_specific", {}).get("severity", "")).upper()
            said = advisory.get("summary") or advisory.get("details") or "a known flaw"
            message = f"{package.name} {package.version}: {said}"[:600]
            yield Found(str(advisory["id"])[:80], "error" if level in _CRITICAL else "warning", message, package.line)


def _is_affected(package: Package, affected: dict[str, Any]) -> bool:
    about = affected.get("package", {})
    if about.get("ecosystem") != package.ecosystem or _normal(about.get("name", "")) != _normal(package.name):
        return False
    if package.version in affected.get("versions", ()):
        return True
    here = _version(package.version)
    ranges = [one for one in affected.get("ranges", ()) if one.get("type") in ("ECOSYSTEM", "SEMVER")]
    return here is not None and any(_is_within(here, one.get("events", ())) for one in ranges)


def _is_within(here: Version, events: list[dict[str, str]]) -> bool:
    """OSV's rule: the events in the order of their versions, the last one that is not after ours decides."""
    known = [(version, kind) for event in events for kind, text in event.items() if (version := _version(text)) is not None]
    is_in = False
    for version, kind in sorted(known, key=lambda item: item[0]):
        if kind == "introduced" and version <= here:
            is_in = True
        elif (kind == "fixed" and version <= here) or (kind == "last_affected" and version < here):
            is_in = False
    return is_in


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


def _index(folder: Path, indexes: Path) -> dict[str, list[str]]:
    """Package -> its advisories; made anew when the copy has changed, and put in its place whole."""
    state = f"{folder} {sorted((str(one), one.stat().st_mtime_ns) for one in (folder, *folder.iterdir()) if one.is_dir())}"
    at = indexes / f"advisories-{hashlib.sha256(state.encode()).hexdigest()[:16]}.json"
    if at.exists():
        return json.loads(at.read_text())
    index: dict[str, list[str]] = {}
    for file in sorted(folder.rglob("*.json")):
        for affected in _dicts(json.loads(file.read_text()).get("affected")):
            about = affected.get("package", {})
            key = f"{about.get('ecosystem')}/{_normal(about.get('name', '')) if about.get('ecosystem') == 'PyPI' else about.get('name')}"
            files = index.setdefault(key, [])
            if (name := file.relative_to(folder).as_posix()) not in files:
                files.append(name)
    with tempfile.NamedTemporaryFile("w", dir=indexes, delete=False) as draft:
        json.dump(index, draft)
    Path(draft.name).replace(at)
    return index


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

"""What a project's files ask for of package indexes. The files are a stranger's: only names with versions are taken, never an address,
a path, a repository or an option, and what is refused is named with its line."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from packaging.requirements import InvalidRequirement, Requirement

_REQUIREMENTS = re.compile(r"(backend/)?requirements[\w.-]*\.txt")
_PROJECTS = ("backend/pyproject.toml", "pyproject.toml")
_NODE = "frontend/package.json"
_LONGEST = 300
_MOST = 150
_HASH = re.compile(r"\s--hash[= ](\w+:[0-9a-f]+)")
_INCLUDED = re.compile(r"(?:-r|-c|--requirement|--constraint)[= ]?\s*(\S+)")
_NPM_NAME = re.compile(r"(@[a-z0-9~][\w.~-]*/)?[a-z0-9~][\w.~-]*")
_NPM_RANGE = re.compile(r"[\w.*^~<>=|+\- ]*")


@dataclass(frozen=True)
class Refusal:
    """``where`` is ``path:line``, or the path and the name in it; ``asked`` is what stands there."""

    where: str
    asked: str

    def __str__(self) -> str:
        return f"{self.where}: {self.asked}"


@dataclass(frozen=True)
class Needs:
    """``python``: requirements (PEP 508) for this Python; ``hashes``: the only ones that the project takes for a name, where it says so.
    ``node``: npm names with their ranges."""

    python: tuple[str, ...] = ()
    node: tuple[tuple[str, str], ...] = ()
    hashes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    refused: tuple[Refusal, ...] = ()


def needs_of(files: Mapping[str, bytes]) -> Needs:
    """From requirements files, pyproject.toml and package.json, where a tree has them; for what only other systems need nobody asks."""
    python: dict[str, Requirement] = {}
    hashes: dict[str, set[str]] = {}
    refused: list[Refusal] = []
    for where, asked in _asked(files):
        line, own = _HASH.sub("", asked).strip(), _HASH.findall(asked)
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            refused.append(Refusal(where, asked[:_LONGEST]))
            continue
        if wanted.url or len(line) > _LONGEST:
            refused.append(Refusal(where, asked[:_LONGEST]))
        elif wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            wanted.marker = None
            python[str(wanted)] = wanted
            hashes.setdefault(normal(wanted.name), set()).update(own)
    node = list(_node(files.get(_NODE, b""), refused))
    if len(python) + len(node) > _MOST:
        refused.append(Refusal("all together", f"{len(python) + len(node)} packages, of {_MOST} at most"))
    pinned = tuple((name, tuple(sorted(own))) for name, own in sorted(hashes.items()) if own)
    return Needs(tuple(sorted(python)), tuple(sorted(node)), pinned, tuple(refused))


def normal(name: str) -> str:
    """A distribution's name as indexes have it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _asked(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    lists = sorted(path for path in files if _REQUIREMENTS.fullmatch(path))
    for path in lists:
        for number, line in _lines(files[path].decode(errors="replace")):
            included = _INCLUDED.fullmatch(line)
            if not (included and str(PurePosixPath(path).parent / included[1]) in lists):  # that one is read anyway
                yield f"{path}:{number}", line
    for path in _PROJECTS:
        for number, line in enumerate(_declared(files.get(path, b"")), 1):
            yield f"{path}: dependency {number}", line


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Logical lines with the number of their first."""
    whole, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        first = first if whole else number
        whole += re.sub(r"(^|\s)#.*$", "", line)
        if whole.endswith("\\"):
            whole = whole[:-1] + " "
            continue
        if whole.strip():
            yield first, whole.strip()
        whole = ""
    if whole.strip():
        yield first, whole.strip()


def _declared(content: bytes) -> list[str]:
    try:
        project = tomllib.loads(content.decode(errors="replace")).get("project")
    except (tomllib.TOMLDecodeError, RecursionError):
        return []
    said = project.get("dependencies") if isinstance(project, dict) else None
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else []


def _node(content: bytes, refused: list[Refusal]) -> Iterator[tuple[str, str]]:
    try:
        said = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return
    for kind in ("dependencies", "devDependencies"):
        asked = said.get(kind) if isinstance(said, dict) else None
        for name, wanted in asked.items() if isinstance(asked, dict) else ():
            if isinstance(wanted, str) and len(name + wanted) < _LONGEST and _NPM_NAME.fullmatch(name) and _NPM_RANGE.fullmatch(wanted):
                yield name, wanted.strip() or "*"
            else:
                refused.append(Refusal(f"{_NODE}: {kind}", f"{name}: {wanted}"[:_LONGEST]))

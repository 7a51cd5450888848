"""The packages that sandboxes have, and which of those that a project asks for are not among them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_REQUIREMENT = re.compile(r"^\s*(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*(?:[=<>!~@][^;]*)?$")
_LONGEST = 300
_REQUIREMENTS = ("backend/requirements.txt", "requirements.txt")
_NODE = "frontend/package.json"


@dataclass(frozen=True)
class Packages:
    """Distribution names of Python in their normal form (PEP 503), and names of npm packages."""

    python: frozenset[str] = frozenset()
    node: frozenset[str] = frozenset()

    def lacking(self, files: Mapping[str, bytes]) -> list[str]:
        """The names, in order, that a tree's requirements and package.json ask for in vain; for what only some systems need nobody asks."""
        python = (name for path in _REQUIREMENTS if path in files for name in _required(files[path].decode(errors="replace")))
        missing = {name for name in python if normal(name) not in self.python}
        return sorted(missing | {name for name in _depended(files.get(_NODE, b"")) if name not in self.node})


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _required(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if found := _REQUIREMENT.match(line[:_LONGEST].partition("#")[0].rstrip()):
            yield found["name"]


def _depended(content: bytes) -> Iterator[str]:
    try:
        said = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return
    for kind in ("dependencies", "devDependencies"):
        asked = said.get(kind) if isinstance(said, dict) else None
        yield from asked if isinstance(asked, dict) else ()

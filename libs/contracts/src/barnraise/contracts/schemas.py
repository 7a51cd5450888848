"""The committed JSON Schemas: `python -m barnraise.contracts.schemas DIRECTORY` writes them; `breaks` says what a change would break."""

import json
import sys
from pathlib import Path
from typing import Any

from barnraise.contracts.base import Contract, Message
from barnraise.contracts.commands import COMMANDS
from barnraise.contracts.events import EVENTS
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.problems import Problem
from barnraise.contracts.requests import REQUESTS

DOCUMENTS: tuple[type[Contract], ...] = (Manifest, Problem, *COMMANDS, *EVENTS, *REQUESTS, *dict.fromkeys(REQUESTS.values()))


def file_name(kind: type[Contract]) -> str:
    return f"{kind.tag() if issubclass(kind, Message) else kind.__name__}.json"


def text(kind: type[Contract]) -> str:
    return json.dumps(kind.model_json_schema(), indent=2, sort_keys=True) + "\n"


def breaks(old: dict[str, Any], new: dict[str, Any], path: str = "") -> list[str]:
    """What a message that was valid before would run into now, or a reader would miss. Empty when the change only adds."""
    found = _changed(old, new, path)
    before, after = old.get("properties", {}), new.get("properties", {})
    found += [f"{path}/{name}: removed" for name in before.keys() - after.keys()]
    found += [f"{path}/{name}: required now" for name in set(new.get("required", ())) - set(old.get("required", ()))]
    found += [problem for name in sorted(before.keys() & after.keys()) for problem in breaks(before[name], after[name], f"{path}/{name}")]
    definitions, later = old.get("$defs", {}), new.get("$defs", {})
    found += [
        problem
        for name in sorted(definitions.keys() & later.keys())
        for problem in breaks(definitions[name], later[name], f"{path}#{name}")
    ]
    if "items" in old and "items" in new:
        found += breaks(old["items"], new["items"], f"{path}[]")
    return found


def _changed(old: dict[str, Any], new: dict[str, Any], path: str) -> list[str]:
    """Another type, a value of an enumeration that is gone, a narrower bound."""
    found = [
        f"{path}: {key} is {new.get(key)!r}, was {old[key]!r}"
        for key in ("type", "const", "$ref")
        if key in old and new.get(key) != old[key]
    ]
    found += [f"{path}: no longer {value!r}" for value in old.get("enum", ()) if value not in new.get("enum", [value])]
    for key, narrower in (("maxLength", -1), ("maximum", -1), ("minLength", 1), ("minimum", 1)):
        if key in new and (key not in old or (new[key] - old[key]) * narrower > 0):
            found.append(f"{path}: {key} is {new[key]}, was {old.get(key)}")
    if "pattern" in new and new["pattern"] != old.get("pattern"):
        found.append(f"{path}: pattern is {new['pattern']!r}, was {old.get('pattern')!r}")
    missing = [option for option in old.get("anyOf", ()) if option not in new.get("anyOf", [option])]
    return found + [f"{path}: no longer {option}" for option in missing]


def write(directory: Path) -> None:
    for kind in DOCUMENTS:
        (directory / file_name(kind)).write_text(text(kind))


if __name__ == "__main__":
    write(Path(sys.argv[1]))

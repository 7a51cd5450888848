"""The committed JSON Schemas: `python -m barnraise.contracts.schemas DIRECTORY` writes them; `breaks` says what a change would break."""

import json
import sys
from pathlib import Path
from typing import Any

from barnraise.contracts.base import Contract, Message
from barnraise.contracts.commands import COMMANDS
from barnraise.contracts.events import EVENTS
from barnraise.contracts.live import ModelProgress
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.problems import Problem
from barnraise.contracts.requests import REQUESTS

Schema = dict[str, Any]

_BOUNDS = {
    **dict.fromkeys(("maxLength", "maximum", "exclusiveMaximum", "maxItems"), -1),
    **dict.fromkeys(("minLength", "minimum", "exclusiveMinimum", "minItems"), 1),
}

DOCUMENTS: tuple[type[Contract], ...] = (Manifest, Problem, ModelProgress, *COMMANDS, *EVENTS, *REQUESTS, *dict.fromkeys(REQUESTS.values()))


def file_name(kind: type[Contract]) -> str:
    return f"{kind.tag() if issubclass(kind, Message) else kind.__name__}.json"


def text(kind: type[Contract]) -> str:
    return json.dumps(kind.model_json_schema(), indent=2, sort_keys=True) + "\n"


def breaks(old: Schema, new: Schema, path: str = "") -> list[str]:
    """What a message that was valid before would run into now, or a reader would miss. Empty when the change only adds."""
    if "anyOf" in old or "anyOf" in new:
        kept = _options(new)
        return [f"{path}: no longer {option}" for option in _options(old) if all(breaks(option, other, path) for other in kept)]
    return _narrowed(old, new, path) + _properties(old, new, path) + _inside(old, new, path)


def _options(schema: Schema) -> list[Schema]:
    return schema.get("anyOf") or [{key: value for key, value in schema.items() if key not in ("default", "description", "title")}]


def _properties(old: Schema, new: Schema, path: str) -> list[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    found = [f"{path}/{name}: removed" for name in sorted(before.keys() - after.keys())]
    found += [f"{path}/{name}: required now" for name in sorted(set(new.get("required", ())) - set(old.get("required", ())))]
    shared = sorted(before.keys() & after.keys())
    return found + [problem for name in shared for problem in breaks(before[name], after[name], f"{path}/{name}")]


def _inside(old: Schema, new: Schema, path: str) -> list[str]:
    """Definitions, items of lists, values of mappings."""
    definitions, later = old.get("$defs", {}), new.get("$defs", {})
    pairs = [(definitions[name], later[name], f"{path}#{name}") for name in sorted(definitions.keys() & later.keys())]
    pairs += [(old[key], new[key], f"{path}[]") for key in ("items", "additionalProperties") if old.get(key) and new.get(key)]
    return [problem for before, after, place in pairs for problem in breaks(before, after, place)]


def _narrowed(old: Schema, new: Schema, path: str) -> list[str]:
    """Another type or form, a value of an enumeration that is gone, a narrower bound."""
    forms = [key for key in ("type", "$ref", "format", "pattern", "prefixItems") if key in new and new[key] != old.get(key)]
    found = [f"{path}: {key} is {new[key]!r}, was {old.get(key)!r}" for key in forms]
    found += [f"{path}: {key} is gone" for key in ("type", "$ref") if key in old and key not in new]
    if (allowed := _values(new)) is not None:
        before = _values(old)
        found += [f"{path}: no longer {value!r}" for value in (["any value"] if before is None else before) if value not in allowed]
    for key, narrower in _BOUNDS.items():
        if key in new and (key not in old or (new[key] - old[key]) * narrower > 0):
            found.append(f"{path}: {key} is {new[key]}, was {old.get(key)}")
    return found


def _values(schema: Schema) -> list[Any] | None:
    """The values that an enumeration allows; None when it is none."""
    return schema.get("enum") or ([schema["const"]] if "const" in schema else None)


def write(directory: Path) -> None:
    for kind in DOCUMENTS:
        (directory / file_name(kind)).write_text(text(kind))


if __name__ == "__main__":
    write(Path(sys.argv[1]))

"""Files whose shape a published schema says: Compose, GitHub workflows and actions, Dependabot. The schemas are in check-jsonschema."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jsonschema.exceptions import ValidationError, best_match
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

from barnraise.validator.adapters.checks.files import Found, by_file

KINDS: dict[str, re.Pattern[str]] = {
    "compose-spec": re.compile(r"(^|/)(docker-)?compose(\.[\w.-]+)?\.ya?ml$"),
    "github-workflows": re.compile(r"^\.github/workflows/[^/]+\.ya?ml$"),
    "github-actions": re.compile(r"(^|/)action\.ya?ml$"),
    "dependabot": re.compile(r"^\.github/dependabot\.ya?ml$"),
}
_MAX_NODES = 100_000
"""Of a document with its aliases written out; one that is larger is not walked."""


def kind_of(path: str) -> str | None:
    return next((kind for kind, names in KINDS.items() if names.search(path)), None)


def warm() -> None:
    """What is worked out about a schema when it is used first."""
    for kind in KINDS:
        list(_errors(kind, {}))


def main() -> None:
    by_file(look)


def look(path: str, text: str) -> Iterator[Found]:
    kind = kind_of(path)
    if kind is None:
        return
    try:
        node = yaml.compose(text, Loader=_Loader)
        if node is None or _size(node, {}) > _MAX_NODES:
            yield Found("not-checked", "warning", "The document is empty or too large to be checked.")
            return
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader that knows fewer types
    except yaml.YAMLError:
        return  # for the check of syntax to say
    for error in _errors(kind, document):
        line, column = _place(node, list(error.absolute_path))
        where = "/".join(str(part) for part in error.absolute_path) or "the document"
        yield Found(f"invalid-{kind}", "error", f"{where}: {error.message}"[:500], line, column)


def _errors(kind: str, document: Any) -> Iterator[ValidationError]:
    """Of each place that is wrong, the reason that says the most."""
    for error in sorted(_validator(kind).iter_errors(document), key=lambda error: list(map(str, error.absolute_path))):
        yield best_match([error]) or error


@cache
def _validator(kind: str) -> Validator:
    schema = json.loads((files("check_jsonschema") / f"builtin_schemas/vendor/{kind}.json").read_text())
    return validator_for(schema)(schema)


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """How many nodes there are when every alias is written out; an alias of itself is endless."""
    if id(node) not in known:
        known[id(node)] = _MAX_NODES + 1  # until it is known
        inner = node.value if isinstance(node, yaml.SequenceNode | yaml.MappingNode) else ()
        parts = [part for item in inner for part in (item if isinstance(item, tuple) else (item,))]
        known[id(node)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(node)]


def _place(node: yaml.Node, path: list[Any]) -> tuple[int, int]:
    for part in path:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == str(part)), node)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
    return node.start_mark.line + 1, node.start_mark.column + 1


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain types: ``on`` is a word and no truth, a date is a text; of unknown tags only the content counts."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def _content(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    return loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode) else loader.construct_scalar(node)


_Loader.add_multi_constructor("!", _content)

"""Which files of a project import which, and what they take from them: Python's packages and TypeScript's relative and ``@/`` paths."""

import posixpath
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from tree_sitter import Node

from barnraise.patches.grammars import Language, captures, language_of, tree

_QUERIES: dict[Language, str] = {
    "python": "[(import_statement) (import_from_statement)] @import",
    "typescript": "[(import_statement) (export_statement source: (string)) (call_expression function: (import))] @import",
}
_QUERIES["tsx"] = _QUERIES["javascript"] = _QUERIES["typescript"]
_ENDINGS = ("", ".ts", ".tsx", ".js", ".jsx", ".mjs", "/index.ts", "/index.tsx", "/index.js")
_SUFFIXED = (".js", ".jsx", ".mjs")


@dataclass(frozen=True)
class Import:
    """``target``: the imported file. ``names``: what is taken from it; empty: all of it."""

    path: str
    target: str
    names: frozenset[str]


def imports_of(files: Mapping[str, bytes]) -> list[Import]:
    """Every import of one of the files by another, in order of the importers."""
    modules = _modules(files)
    return [one for path in sorted(files) for one in _of_file(path, files, modules)]


def _of_file(path: str, files: Mapping[str, bytes], modules: Mapping[str, list[str]]) -> Iterator[Import]:
    language = language_of(path)
    parsed = tree(files[path], language) if language in _QUERIES else None
    if language is None or parsed is None:
        return
    for node in captures(language, _QUERIES[language], parsed.root_node).get("import", ()):
        found = _python(path, node, modules) if language == "python" else _script(path, node, files)
        yield from (Import(path, target, names) for target, names in found if target != path)


# Python


def _modules(files: Collection[str]) -> dict[str, list[str]]:
    """Every dotted name that a file may be imported by, since where its source root is is not known."""
    found: dict[str, list[str]] = {}
    for path in files:
        if path.endswith((".py", ".pyi")):
            parts = path.rsplit(".", 1)[0].removesuffix("/__init__").split("/")
            for first in range(len(parts)):
                found.setdefault(".".join(parts[first:]), []).append(path)
    return found


def _python(path: str, node: Node, modules: Mapping[str, list[str]]) -> Iterator[tuple[str, frozenset[str]]]:
    names = [_dotted(child) for child in node.children_by_field_name("name")]
    if node.type == "import_statement":
        for name in names:
            yield from ((target, frozenset()) for target in _resolved(path, name, modules))
        return
    module = node.child_by_field_name("module_name")
    base = _absolute(path, _text(module)) if module is not None else ""
    own = []
    for name in names:
        inner = _resolved(path, f"{base}.{name}".strip("."), modules)
        yield from ((target, frozenset()) for target in inner)
        own += [] if inner else [name]
    if own or not names:
        yield from ((target, frozenset(own)) for target in _resolved(path, base, modules))


def _dotted(node: Node) -> str:
    name = node.child_by_field_name("name") if node.type == "aliased_import" else node
    return _text(name)


def _absolute(path: str, module: str) -> str:
    depth = len(module) - len(module.lstrip("."))
    if not depth:
        return module
    folders = path.split("/")[:-depth]
    return ".".join([*folders, *([module.lstrip(".")] if module.lstrip(".") else [])])


def _resolved(path: str, name: str, modules: Mapping[str, list[str]]) -> list[str]:
    """The file of that name; of several the one with the longest way in common with the importer."""
    found = modules.get(name, [])
    return [max(found, key=lambda other: (len(posixpath.commonprefix([path, other])), other))] if found else []


# TypeScript and JavaScript


def _script(path: str, node: Node, files: Mapping[str, bytes]) -> Iterator[tuple[str, frozenset[str]]]:
    source = node.child_by_field_name("source") or _argument(node)
    if source is None:
        return
    target = _file(path, _text(source).strip("\"'`"), files)
    if target is not None:
        yield target, frozenset(_taken(node))


def _argument(node: Node) -> Node | None:
    arguments = node.child_by_field_name("arguments")
    return arguments.named_children[0] if arguments is not None and arguments.named_children else None


def _file(path: str, specifier: str, files: Mapping[str, bytes]) -> str | None:
    if specifier.startswith("."):
        stems = [posixpath.normpath(posixpath.join(posixpath.dirname(path), specifier))]
    elif specifier.startswith(("@/", "~/")):
        folders = path.split("/")[:-1]
        stems = ["/".join([*folders[: depth + 1], specifier[2:]]) for depth in range(len(folders) - 1, -1, -1)] + [specifier[2:]]
    else:
        return None
    stems += [stem.rsplit(".", 1)[0] for stem in stems if stem.endswith(_SUFFIXED)]
    return next((stem + ending for stem in stems for ending in _ENDINGS if stem + ending in files), None)


def _taken(node: Node) -> Iterator[str]:
    """The named ones; whoever takes a default or the whole module takes everything."""
    waiting = list(node.named_children)
    while waiting:
        child = waiting.pop()
        if child.type in ("import_specifier", "export_specifier"):
            yield _text(child.child_by_field_name("name"))
        elif child.type in ("import_clause", "named_imports", "export_clause"):
            waiting += child.named_children


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""

"""Syntax of the languages that no better tool here judges, by their grammars. Parsing is in memory; the grammars are in the package."""

import time
from collections.abc import Iterator
from pathlib import PurePosixPath

from tree_sitter import Node, Parser
from tree_sitter_language_pack import SupportedLanguage, get_language

from barnraise.contracts.diagnostics import Severity
from barnraise.validator.adapters.checks.files import Found, by_file

LANGUAGES: dict[str, SupportedLanguage] = {
    ".c": "c", ".h": "cpp", ".cc": "cpp", ".cpp": "cpp", ".cxx": "cpp", ".hpp": "cpp", ".cs": "csharp", ".go": "go", ".java": "java",
    ".kt": "kotlin", ".kts": "kotlin", ".rs": "rust", ".rb": "ruby", ".php": "php", ".swift": "swift", ".scala": "scala",
    ".lua": "lua", ".dart": "dart", ".ex": "elixir", ".exs": "elixir", ".erl": "erlang", ".hs": "haskell", ".ml": "ocaml",
    ".r": "r", ".jl": "julia", ".zig": "zig", ".clj": "clojure", ".scss": "scss", ".graphql": "graphql", ".gql": "graphql",
    ".proto": "proto", ".tf": "hcl", ".hcl": "hcl", ".xml": "xml", ".svg": "xml", ".sol": "solidity",
    ".ps1": "powershell", ".nix": "nix", ".mk": "make", ".cmake": "cmake", ".prisma": "prisma",
}  # fmt: skip
NAMES: dict[str, SupportedLanguage] = {"Makefile": "make", "CMakeLists.txt": "cmake", "Gemfile": "ruby", "Rakefile": "ruby"}
_MACROS = ("c", "cpp")
"""Languages whose files a preprocessor may make whole: what the grammar says of them is less sure."""
MAX_SECONDS = 2.0
"""Of processor time for one file: trees of text that is made to be hard grow with its square."""
_PIECE = 1 << 16


def language_of(path: str) -> SupportedLanguage | None:
    name = PurePosixPath(path)
    return NAMES.get(name.name) or LANGUAGES.get(name.suffix.lower())


def main() -> None:
    by_file(look)


def look(path: str, text: str) -> Iterator[Found]:
    """The first place where the file stops being of its language."""
    language = language_of(path)
    if language is None:
        return
    data = text.encode()
    end = time.thread_time() + MAX_SECONDS
    try:
        tree = Parser(get_language(language)).parse(
            lambda offset, _: data[offset : offset + _PIECE], progress_callback=lambda *_: time.thread_time() > end
        )
    except ValueError:  # the parser's way to say that it was stopped
        yield Found("not-checked", "warning", f"The file takes too long to be read as {language}.")
        return
    if (node := _first_error(tree.root_node)) is not None:
        what = f"{node.type!r} is missing" if node.is_missing else "this does not belong here"
        row = node.start_point.row
        severity: Severity = "warning" if language in _MACROS else "error"
        yield Found(f"invalid-{language}", severity, f"The file is not {language}: {what}.", row + 1, node.start_point.column + 1)


def _first_error(root: Node) -> Node | None:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            return node
        if node.has_error:
            waiting += reversed(node.children)
    return None

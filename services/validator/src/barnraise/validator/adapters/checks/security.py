"""Dangers in code that the other tools do not look for, and comments that keep them from looking at a whole file.

JavaScript and TypeScript are read by their grammar, so that texts and comments that speak of a danger are none."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import PurePosixPath

from tree_sitter import Node, Parser, Query, QueryCursor
from tree_sitter_language_pack import SupportedLanguage, get_language

from barnraise.contracts.diagnostics import Severity
from barnraise.validator.adapters.checks.files import Found, by_file, matches

SCRIPTS: dict[str, SupportedLanguage] = {
    ".js": "javascript", ".jsx": "javascript", ".mjs": "javascript", ".cjs": "javascript",
    ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "tsx",
}  # fmt: skip
PAGES = (".html", ".htm")
_HTML = frozenset("innerHTML outerHTML srcdoc".split())
_WRITERS = frozenset("insertAdjacentHTML write writeln".split())
_QUERIES = frozenset("query execute raw all get run prepare exec $queryRawUnsafe $executeRawUnsafe".split())
_QUERY = """
(assignment_expression left: (member_expression property: (property_identifier) @to) right: (_) @value) @assigned
(augmented_assignment_expression left: (member_expression property: (property_identifier) @to) right: (_) @value) @assigned
(call_expression function: (_) @function arguments: (arguments) @arguments) @called
(new_expression constructor: (identifier) @class arguments: (arguments) @given) @made
(pair key: (_) @key value: (_) @set) @pair
"""
_JSX = "(jsx_attribute (property_identifier) @attribute) @jsx"
_SQL = re.compile(r"^[`\"']\s*(select|insert\s+into|update|delete\s+from|drop|alter|create)\b", re.IGNORECASE)
_PYTHON: dict[str, tuple[Severity, re.Pattern[str], str]] = {
    "unverified-token": (
        "error",
        re.compile(r"[\"']verify_signature[\"']\s*:\s*False|\balgorithms\s*=\s*\[\s*[\"']none[\"']", re.IGNORECASE),
        "A token is believed without its signature.",
    ),
    "unescaped-page": (
        "error",
        re.compile(r"\b(?:HTMLResponse|Markup|mark_safe|render_template_string)\(\s*(?:content\s*=\s*)?(?:[rR]?[fF][rR]?[\"']|[^()\n]*[\"']\s*(?:%|\+)\s*\w)"),
        "Text is put into a page without being escaped.",
    ),
    "open-to-all-origins": (
        "warning",
        re.compile(r"allow_origins\s*=\s*\[\s*[\"']\*[\"']\s*\][^)]*allow_credentials\s*=\s*True", re.DOTALL),
        "Every site may ask with the user's credentials.",
    ),
}  # fmt: skip
_SILENCERS: dict[str, re.Pattern[str]] = {
    "ruff": re.compile(r"^#\s*(?:ruff|flake8):\s*noqa\s*(?:$|#)", re.MULTILINE),
    "types": re.compile(r"\A(?:\s*#[^\n]*\n)*\s*#\s*(?:type:\s*ignore|mypy:\s*ignore-errors|ty:\s*ignore|pyright:\s*basic)\s*(?:\n|$)"),
    "tsc": re.compile(r"^\s*(?://|/\*)\s*@ts-nocheck\b", re.MULTILINE),
    "oxlint": re.compile(r"/\*\s*(?:eslint|oxlint)-disable\s*\*/"),
    "shellcheck": re.compile(r"\A(?:\s*#[^\n]*\n)*\s*#\s*shellcheck\s+disable=all\b"),
}


def warm() -> None:
    for language in SCRIPTS.values():
        list(_script("f(1)", language))


def main() -> None:
    by_file(look)


def look(path: str, text: str) -> Iterator[Found]:
    kind = PurePosixPath(path).suffix
    for tool, rule in _SILENCERS.items():
        for _, line, column in matches(rule, text):
            yield Found("silenced-check", "warning", f"A comment keeps {tool} from looking at this file.", line, column)
    if language := SCRIPTS.get(kind):
        yield from _script(text, language)
    elif kind == ".py":
        for code, (severity, rule, message) in _PYTHON.items():
            for _, line, column in matches(rule, text):
                yield Found(code, severity, message, line, column)
    elif kind in PAGES:
        for match, line, column in matches(
            re.compile(r"<(?:script|iframe|link)\b[^>]*\b(?:src|href)=[\"']?http://(?!localhost|127\.)", re.I), text
        ):
            if "<link" not in match[0].lower() or "stylesheet" in match[0].lower():
                yield Found("insecure-source", "error", "Code is fetched over a connection that anybody may change.", line, column)
        for _, line, column in matches(re.compile(r"\b(?:href|src|action)=[\"']?\s*javascript:(?!void)", re.IGNORECASE), text):
            yield Found("script-address", "error", "An address that is a script runs in the page.", line, column)


def _script(text: str, language: SupportedLanguage) -> Iterator[Found]:
    root = Parser(get_language(language)).parse(text.encode()).root_node
    for _, captured in QueryCursor(_query(language)).matches(root):
        nodes = {name: found[0] for name, found in captured.items()}
        for name, judge in _JUDGES.items():
            if name in nodes and (told := judge(nodes)) is not None:
                code, severity, message = told
                place = nodes[name].start_point
                yield Found(code, severity, message, place.row + 1, place.column + 1)


Told = tuple[str, Severity, str]


def _assigned(nodes: dict[str, Node]) -> Told | None:
    to = _text(nodes["to"])
    if to in _HTML and not _is_fixed(nodes["value"]):
        return "unescaped-page", "error", f"Text is put into the page as HTML, by {to}."
    if to == "NODE_TLS_REJECT_UNAUTHORIZED" and _text(nodes["value"]).strip("\"'") == "0":
        return "unverified-server", "error", "Nobody checks who the other side is."
    return None


def _called(nodes: dict[str, Node]) -> Told | None:
    function, arguments = _text(nodes["function"]), nodes["arguments"].named_children
    owner, _, name = function.rpartition(".")
    last = arguments[-1] if arguments else None
    if name in _WRITERS and (name == "insertAdjacentHTML" or owner.endswith("document")) and last and not _is_fixed(last):
        return "unescaped-page", "error", f"Text is put into the page as HTML, by {name}."
    if name in ("setTimeout", "setInterval") and arguments and arguments[0].type in ("string", "template_string"):
        return "text-as-code", "error", f"{name} runs a text as code."
    if name in ("exec", "execSync") and (not owner or "child" in owner or owner == "cp") and arguments and _is_put_together(arguments[0]):
        return "shell-from-text", "error", "A command line is put together from text: use execFile with a list."
    if name in _QUERIES and arguments and _is_put_together(arguments[0]) and _SQL.match(_text(arguments[0])):
        return "sql-from-text", "error", "A query is put together from text: pass the values as parameters."
    if name == "postMessage" and owner and len(arguments) > 1 and _text(arguments[1]) in ('"*"', "'*'"):
        return "message-to-anybody", "warning", "The message goes to whatever page is there."
    return None


def _made(nodes: dict[str, Node]) -> Told | None:
    if _text(nodes["class"]) == "Function" and nodes["given"].named_children:
        return "text-as-code", "error", "new Function runs a text as code."
    return None


def _pair(nodes: dict[str, Node]) -> Told | None:
    if _text(nodes["key"]).strip("\"'") == "rejectUnauthorized" and _text(nodes["set"]) == "false":
        return "unverified-server", "error", "Nobody checks who the other side is."
    return None


def _jsx(nodes: dict[str, Node]) -> Told | None:
    name = _text(nodes["attribute"])
    value = _text(nodes["jsx"]).partition("=")[2].strip("{}\"'` ")
    if name == "dangerouslySetInnerHTML":
        return "unescaped-page", "error", "Text is put into the page as HTML, by dangerouslySetInnerHTML."
    if name in ("href", "src", "action") and value.lower().startswith("javascript:"):
        return "script-address", "error", "An address that is a script runs in the page."
    return None


_JUDGES: dict[str, Callable[[dict[str, Node]], Told | None]] = {
    "assigned": _assigned, "called": _called, "made": _made, "pair": _pair, "jsx": _jsx,
}  # fmt: skip


def _is_fixed(node: Node) -> bool:
    return node.type in ("string", "number") or (node.type == "template_string" and not _is_put_together(node))


def _is_put_together(node: Node) -> bool:
    """Text with something else in it."""
    if node.type == "template_string":
        return any(child.type == "template_substitution" for child in node.named_children)
    return node.type == "binary_expression" and any(child.type != "string" for child in node.named_children)


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")


@cache
def _query(language: SupportedLanguage) -> Query:
    return Query(get_language(language), _QUERY + ("" if language == "typescript" else _JSX))

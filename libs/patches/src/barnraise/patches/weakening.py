"""What a change takes from a project's tests: tests that are gone, are skipped, or assert less than they did.

Python's ``test_*`` functions, and ``it`` and ``test`` of TypeScript and JavaScript. Only what stands in the text is seen: how many tests
are really collected, their run tells.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tree_sitter import Node

from barnraise.patches.grammars import language_of, tree

TEST_FILE = re.compile(r"(^|/)(test_[^/]*\.py|[^/]*_test\.py|tests\.py|[^/]*\.(test|spec)\.[cm]?[jt]sx?)$")
_SKIPS = re.compile(rb"\b(?:skip|skipif|skipIf|skipUnless|skipTest|importorskip|xfail|expectedFailure)\b")
_PYTHON_ASSERTS = re.compile(rb"(?:^|\.)(?:raises|warns|fail|assert\w+)$")
_TRIVIAL = frozenset({"true", "integer", "string", "float"})
_SCRIPT_TEST = re.compile(rb"^(?:it|test|xit|xtest|fit)\b")
_SCRIPT_GROUP = re.compile(rb"^x?describe\b")
_SCRIPT_SKIPS = re.compile(rb"^x(?:it|test|describe)\b|\.(?:skip|skipIf|runIf|todo|fails)\b")


@dataclass(frozen=True)
class Test:
    """``name``: with its classes' or groups'. ``asserts``: how many; none where it is skipped. ``body``: its text without spaces."""

    __test__ = False

    path: str
    name: str
    asserts: int
    skipped: bool
    body: bytes

    @property
    def bare(self) -> str:
        return self.name.rpartition(".")[2]


def weakened(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[str, ...]:
    """One line for each test of ``before`` that is gone, skipped or asserts less in ``after``; all files of both trees, or those that
    differ. A test that was moved, or was given another name and nothing else, is still there."""
    old = {(test.path, test.name): test for path in before if before[path] != after.get(path) for test in _tests(path, before[path])}
    new = {(test.path, test.name): test for path in after if after[path] != before.get(path) for test in _tests(path, after[path])}
    added = [test for key, test in new.items() if key not in old]
    told = []
    for key, test in sorted(old.items()):
        now = new.get(key) or _moved(test, added)
        if now is None:
            told.append(f"{test.path}: {test.name} is gone")
        elif now.skipped and not test.skipped:
            told.append(f"{test.path}: {test.name} is skipped")
        elif now.asserts < test.asserts:
            told.append(f"{test.path}: {test.name} asserts less ({test.asserts} before, {now.asserts} now)")
    return tuple(told)


def _moved(test: Test, added: list[Test]) -> Test | None:
    """The new test that stands for it, which then stands for no other."""
    found = next((one for one in added if one.bare == test.bare), None) or next((one for one in added if one.body == test.body), None)
    if found:
        added.remove(found)
    return found


def _tests(path: str, data: bytes) -> list[Test]:
    language = language_of(path)
    parsed = tree(data, language) if language and TEST_FILE.search(path) else None
    if parsed is None:
        return []
    if language == "python":
        return list(_python(path, parsed.root_node))
    return list(_script(path, parsed.root_node)) if language in ("typescript", "tsx", "javascript") else []


def _python(path: str, root: Node) -> Iterator[Test]:
    marked = any(_is_mark(node) for node in root.named_children)
    waiting = [(node, "", marked) for node in reversed(root.named_children)]
    while waiting:
        node, prefix, skipped = waiting.pop()
        if node.type == "decorated_definition":
            decorators = [child for child in node.named_children if child.type == "decorator"]
            skipped = skipped or any(_SKIPS.search(one.text or b"") for one in decorators)
            inner = node.child_by_field_name("definition")
            waiting += [(inner, prefix, skipped)] if inner else []
            continue
        name = _text(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        if node.type == "class_definition" and body and name.lower().startswith("test"):
            waiting += [(child, f"{prefix}{name}.", skipped or any(map(_is_mark, body.named_children))) for child in body.named_children]
        elif node.type == "function_definition" and body and name.startswith("test"):
            calls = [_text(one.child_by_field_name("function")).encode() for one in _all(body, "call")]
            skipped = skipped or any(_SKIPS.search(call) for call in calls)
            count = sum(not _is_trivial(one) for one in _all(body, "assert_statement")) + sum(map(bool, map(_PYTHON_ASSERTS.search, calls)))
            yield _test(path, f"{prefix}{name}", count, skipped, body)
        elif node.type in ("if_statement", "else_clause", "try_statement", "with_statement", "block"):
            waiting += [(child, prefix, skipped) for child in node.named_children]


def _is_mark(node: Node) -> bool:
    """Whether a whole module, or class, is skipped by it: ``pytestmark = ...skip...``, ``pytest.skip(...)``, ``__test__ = False``."""
    text = node.text or b""
    if node.type not in ("expression_statement", "assignment", "call"):
        return False
    return bool(
        re.match(rb"(?:pytestmark\b.*\b(?:skip|skipif|xfail)\b|(?:pytest\.)?(?:skip|importorskip)\(|__test__\s*=\s*False)", text, re.S)
    )


def _is_trivial(node: Node) -> bool:
    """Whether the assertion is of a constant."""
    return bool(node.named_children) and node.named_children[0].type in _TRIVIAL


def _script(path: str, root: Node) -> Iterator[Test]:
    found = list(_script_tests(path, root))
    alone = any(only for _, only in found)
    for test, only in found:
        yield Test(test.path, test.name, 0, True, test.body) if alone and not only else test


def _script_tests(path: str, root: Node) -> Iterator[tuple[Test, bool]]:
    """Each with whether it, or its group, is the only one to be run."""
    waiting = [(root, "", False, False)]
    while waiting:
        node, prefix, skipped, only = waiting.pop()
        if node.type == "call_expression":
            callee, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
            called = (callee.text or b"") if callee else b""
            title = given.named_children[0] if given and given.named_children else None
            if title is not None and title.type in ("string", "template_string"):
                name = _text(title)[1:-1].replace(".", " ")
                is_skipped, is_only = skipped or bool(_SCRIPT_SKIPS.search(called)), only or b".only" in called or called.startswith(b"fit")
                if _SCRIPT_TEST.match(called):
                    asserts = sum(
                        (one.child_by_field_name("function") or one).text in (b"expect", b"assert") for one in _all(node, "call_expression")
                    )
                    yield _test(path, f"{prefix}{name}", asserts, is_skipped, node), is_only
                    continue
                if _SCRIPT_GROUP.match(called):
                    waiting += [(child, f"{prefix}{name}.", is_skipped, is_only) for child in reversed(node.named_children)]
                    continue
        waiting += [(child, prefix, skipped, only) for child in reversed(node.named_children)]


def _test(path: str, name: str, asserts: int, skipped: bool, body: Node) -> Test:
    return Test(path, name[:300], 0 if skipped else asserts, skipped, b"".join((body.text or b"").split()))


def _all(node: Node, kind: str) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type == kind:
            yield one
        waiting += one.named_children


def _text(node: Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""

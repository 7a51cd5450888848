"""Replies and files that are made to cost much cost little."""

import time

import pytest

from barnraise.patches import first_break, grammars, impact, parse, place
from barnraise.patches.grammars import tree

BLANKS = " " * 200_000
ALIKE = "".join(f"value_{number % 7} = alpha_beta_gamma({number % 5})\n" for number in range(40_000))
SECONDS = 20.0
"""Of a processor, with coverage counting; without a bound each of them takes minutes."""


def block(search: str, replace: str = "x\n", path: str = "a.txt") -> str:
    return f'<patch path="{path}">\n<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n</patch>\n'


@pytest.mark.parametrize(
    ("reply", "files"),
    [
        (block("x = 1\n" * 400), {"a.txt": b"x = 1\n" * 100_000}),
        (block(ALIKE[:12_000].replace("alpha", "alhpa")), {"a.txt": ALIKE.encode()}),
        ("".join(block(f"nothing_{number} = alpha_beta_gamma(1)\n") for number in range(300)), {"a.txt": ALIKE[:100_000].encode()}),
        (block(" x = 1\n" * 3_000, " x = 2\n" * 3_000), {"a.txt": b"x = 1\n" * 3_000}),
        (f'<file path="a.py">\n#{BLANKS}...\n</file>', {}),
        (f'<file path{BLANKS}\n<file {BLANKS}>\n<file path="{BLANKS}\n' * 3, {}),
        ('<file path="a.py">\n' + "(" * 100_000 + "\n</file>", {}),
        ("".join(f'<file path="{number}.txt">\n</file>\n' for number in range(5_000)), {}),
    ],
    ids=["same", "alike", "many", "long", "ellipsis", "tags", "brackets", "files"],
)
def test_a_reply_costs_seconds_at_most(reply: str, files: dict[str, bytes]) -> None:
    start = time.process_time()
    made = place(parse(reply), files)
    assert time.process_time() - start < SECONDS
    assert not (made.changes and made.refusals)


def test_text_that_is_made_to_be_parsed_slowly_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = "".join(f"$a{number}$ /* " for number in range(800)).encode()
    assert tree(slow, "sql") is not None
    monkeypatch.setattr(grammars, "MAX_SECONDS", 0.01)
    assert tree(slow, "sql") is None


def test_deep_nesting_overflows_nothing() -> None:
    deep = "".join(f"{' ' * depth}class A{depth}:\n" for depth in range(300)) + " " * 300 + "x = 1\n"
    files = {"a.py": deep.encode(), "b.ts": b"class A { x = " + b"{ a: [" * 20_000}
    assert impact(files, {"a.py": deep.replace("x = 1", "x = 2").encode()}).symbols
    assert place(parse('<symbol path="a.py" name="A0.A1">\nclass A1: ...\n</symbol>'), files).refusals == ()
    assert first_break("a.py", files["a.py"]) is None

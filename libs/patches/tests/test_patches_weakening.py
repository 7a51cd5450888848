"""What is taken from tests is seen, in Python and TypeScript; what is only moved, renamed or added to is not."""

import pytest

from barnraise.patches.weakening import weakened

PYTHON = """import pytest

def test_total():
    assert total([1]) == 1
    with pytest.raises(ValueError):
        total(None)

class TestCart:
    def test_empty(self):
        assert not Cart().items
"""
SCRIPT = """import { describe, expect, it } from "vitest";
describe("a cart", () => {
  it("is empty", () => { expect(cart()).toEqual([]); expect(count()).toBe(0); });
  it.each([1, 2])("takes %s", (n) => expect(add(n)).toBe(n));
});
"""


def taken(path: str, old: str, new: str | None, **others: str) -> list[str]:
    after = {name: text.encode() for name, text in others.items()} | ({} if new is None else {path: new.encode()})
    return [one.removeprefix(f"{path}: ") for one in weakened({path: old.encode()}, after)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("def test_total", "def total", "test_total is gone"),
        ("    assert total([1]) == 1\n", "", "test_total asserts less (2 before, 1 now)"),
        ("assert total([1]) == 1", "assert True", "test_total asserts less (2 before, 1 now)"),
        ("assert not Cart().items", "pass", "TestCart.test_empty asserts less (1 before, 0 now)"),
        ("def test_total", "@pytest.mark.skip(reason='later')\ndef test_total", "test_total is skipped"),
        ("def test_total", "@pytest.mark.xfail\ndef test_total", "test_total is skipped"),
        ("    assert total", "    pytest.skip('later')\n    assert total", "test_total is skipped"),
        ("    def test_empty", "    __test__ = False\n    def test_empty", "TestCart.test_empty is skipped"),
        ("class TestCart", "class Cart", "TestCart.test_empty is gone"),
    ],
)
def test_less_in_python_is_told(old: str, new: str, said: str) -> None:
    assert taken("tests/test_cart.py", PYTHON, PYTHON.replace(old, new)) == [said]


def test_a_whole_module_may_be_gone_skipped_or_broken() -> None:
    path = "tests/test_cart.py"
    assert taken(path, PYTHON, None) == ["TestCart.test_empty is gone", "test_total is gone"]
    assert len(taken(path, PYTHON, PYTHON.replace("import pytest\n", "import pytest\npytestmark = pytest.mark.skip\n"))) == 2
    assert len(taken(path, PYTHON, PYTHON.replace("import pytest\n", "import pytest\npytest.skip('no', allow_module_level=True)\n"))) == 2
    assert len(taken(path, PYTHON, "\x00\xff(((")) == 2
    assert len(taken(path, PYTHON, "x = [" * 50_000)) == 2, "what cannot be read has no tests"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('it("is empty"', 'it.skip("is empty"', ["a cart.is empty is skipped"]),
        ('describe("a cart"', 'describe.skip("a cart"', ["a cart.is empty is skipped", "a cart.takes %s is skipped"]),
        ('it("is empty"', 'it.only("is empty"', ["a cart.takes %s is skipped"]),
        (" expect(count()).toBe(0);", "", ["a cart.is empty asserts less (2 before, 1 now)"]),
        ('it.each([1, 2])("takes %s", (n) => expect(add(n)).toBe(n));', "", ["a cart.takes %s is gone"]),
    ],
)
def test_less_in_typescript_is_told(old: str, new: str, said: list[str]) -> None:
    assert old in SCRIPT and taken("src/cart.test.ts", SCRIPT, SCRIPT.replace(old, new)) == said


def test_what_is_moved_renamed_or_more_is_nothing_less() -> None:
    path = "tests/test_cart.py"
    assert taken(path, PYTHON, PYTHON.replace("== 1", "== 2") + "\ndef test_more():\n    assert True\n") == []
    assert taken(path, PYTHON, None, **{"tests/test_moved.py": PYTHON}) == []
    assert taken(path, PYTHON, PYTHON.replace("test_total", "test_sum")) == []
    assert taken("app/cart.py", PYTHON, None) == [], "no test file"
    two = PYTHON + "\ndef test_other():\n    assert total([1]) == 1\n    with pytest.raises(ValueError):\n        total(None)\n"
    one = PYTHON.replace("test_total", "test_sum")
    assert len(taken(path, two, one)) == 1, "one new test does not stand for two"

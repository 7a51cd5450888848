"""Each edit has one place or none; what is written is what was meant, or nothing is."""

import pytest

from barnraise.patches import ChangeSet, Placement, parse, place

CART = b'''"""Carts."""

import os


class Cart:
    name = "cart"

    def total(self) -> int:
        # sums up
        rate = "one"
        return sum(self.items) + 1

    @property
    def size(self) -> int:
        return len(self.items)

    def clear(self) -> None:
        self.items = []


class Shelf:
    def clear(self) -> None:
        self.items = []


def main() -> None:
    print(Cart().total())
'''
FILES = {"app/cart.py": CART, "web/src/App.tsx": b"export const App = () => {\r\n\treturn <p>one</p>;\r\n};\r\n", "logo.png": b"\x89PNG\0"}


def blocks(search: str, replace: str, *, path: str = "app/cart.py", hints: str = "") -> str:
    return f'<patch path="{path}" {hints}>\n<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n</patch>\n'


def placed(reply: str, head: dict[str, bytes] | None = None, snapshot: dict[str, bytes] | None = None) -> Placement:
    made = place(parse(reply), FILES if snapshot is None else snapshot, head)
    assert bool(made.changes) != bool(made.refusals) or not reply
    return made


def cart(reply: str) -> str:
    made = placed(reply)
    assert made.refusals == ()
    return (made.changes["app/cart.py"] or b"").decode()


def refused(reply: str, head: dict[str, bytes] | None = None) -> tuple[str, str]:
    made = placed(reply, head)
    return made.refusals[0].code, made.refusals[0].detail


# healing

TOTAL = "def total(self) -> int:\n"


@pytest.mark.parametrize(
    ("search", "replace", "level"),
    [
        ('        # sums up\n        rate = "one"', "        # sums up\n        rate = two()", "exact"),
        ('        # sums up   \n        rate = "one"', "        # sums up   \n        rate = two()", "trailing"),
        ('# sums up\nrate = "one"', "# sums up\nrate = two()", "indent"),
        ('\t# sums up\n\trate = "one"', "\t# sums up\n\trate = two()", "indent"),
        (f'{TOTAL}    # sums up\n\n    rate = "one"', f"{TOTAL}    # sums up\n\n    rate = two()", "indent"),
        ("        # sums up\n        rate = 'one'", "        # sums up\n        rate = two()", "loose"),
        ("        # sums up\n        rate=\u201cone\u201d;", "        # sums up\n        rate = two()", "loose"),
        (f"{TOTAL}    # sum up all\n    rate = 'one'", f"{TOTAL}    # sum up all\n    rate = two()", "fuzzy"),
    ],
)
def test_what_is_quoted_wrongly_is_found_and_stays_as_the_file_has_it(search: str, replace: str, level: str) -> None:
    made = placed(blocks(search, replace))
    assert made.refusals == ()
    assert made.changes["app/cart.py"] == CART.replace(b'rate = "one"', b"rate = two()")
    assert [one.level for one in made.placed] == [level]


def test_new_lines_are_indented_as_the_file_is() -> None:
    changed = cart(blocks("# sums up\nreturn_ = 1\nrate = 'one'".replace("return_ = 1\n", ""), "# sums up\nif os:\n    pass\nrate = 'two'"))
    assert "        # sums up\n        if os:\n            pass\n        rate = 'two'\n" in changed
    made = placed(blocks("    return <p>one</p>;", "    if (x) {\n        return <p>two</p>;\n    }", path="web/src/App.tsx"))
    assert made.changes["web/src/App.tsx"] == b"export const App = () => {\r\n\tif (x) {\r\n\t\treturn <p>two</p>;\r\n\t}\r\n};\r\n"


def test_flattened_code_is_refused_rather_than_guessed() -> None:
    code, detail = refused(
        blocks('def total(self) -> int:\n# sums up\nrate = "one"', "def total(self) -> int:\n# sums up\nreturn 1\nrate = 1")
    )
    assert (code, "quote the lines as they stand there" in detail) == ("indentation", True)


# one place or none


def test_text_that_stands_nowhere_is_refused_with_what_stands_nearest() -> None:
    code, detail = refused(
        blocks("    def total(self):\n        # sums everything\n        total = something(else)\n        return sum(self.items) + 1", "x")
    )
    assert code == "not_found"
    assert detail.startswith("Edit 1 of app/cart.py has a search text that stands nowhere in it; the nearest is lines 9-12 (")
    assert '    def total(self) -> int:\n        # sums up\n        rate = "one"' in detail
    assert refused(blocks("nothing like it stands here at all", "x"))[1].endswith("nothing in it is like it.")
    assert refused(blocks("", "x"))[0] == "not_found"


CLEAR = "    def clear(self) -> None:\n        self.items = []"
EMPTIED = "    def clear(self) -> None:\n        self.items.clear()"


def test_text_that_stands_twice_is_placed_by_scope_order_or_line_and_else_refused() -> None:
    code, detail = refused(blocks(CLEAR, EMPTIED))
    assert (code, "lines 18, 23" in detail) == ("ambiguous", True)
    first, second = CART.decode().split("class Shelf")
    by_scope = cart(blocks(CLEAR, EMPTIED, hints='in="Shelf.clear"'))
    assert by_scope == first + "class Shelf" + second.replace("items = []", "items.clear()")
    assert cart(blocks(CLEAR, EMPTIED, hints='near="25"')) == by_scope
    assert cart(blocks("class Shelf:", "class Shelf:  # low") + blocks(CLEAR, EMPTIED)).count("items.clear()\n\n\ndef main") == 1
    assert cart(blocks(CLEAR, EMPTIED) + blocks("class Shelf:", "class Shelf:  # low")).count("items.clear()\n\n\nclass Shelf") == 1
    assert cart(blocks(CLEAR, EMPTIED) + blocks(CLEAR, "    pass")).count("items.clear()\n\n\nclass Shelf:\n    pass") == 1
    # A line between both, or a scope that is not there, says nothing.
    assert refused(blocks(CLEAR, EMPTIED, hints='near="21"'))[0] == "ambiguous"
    assert refused(blocks(CLEAR, EMPTIED, hints='in="Box"'))[0] == "ambiguous"


def test_a_place_that_is_only_a_little_likelier_than_another_is_no_place() -> None:
    one = "def {}():\n    value = alpha_beta({})\n    return value\n"
    twins = {"a.py": (one.format("one", 1) + one.format("two", 2)).encode()}
    made = place(parse(blocks("    value = alpha_beta(3)\n    return value", "    return 4", path="a.py")), twins)
    assert [refusal.code for refusal in made.refusals] == ["ambiguous"]
    nearer = {"a.py": (one.format("one", 33) + one.format("two", 2)).encode()}
    made = place(parse(blocks("    value = alpha_beta(3)\n    return value", "    return 4", path="a.py")), nearer)
    assert [refusal.code for refusal in made.refusals] == ["ambiguous"]


def test_edits_of_the_same_lines_are_refused_and_of_neighbouring_ones_are_not() -> None:
    one = blocks('        rate = "one"\n        return sum(self.items) + 1', '        rate = "one"\n        return 1')
    assert refused(one + blocks("        return sum(self.items) + 1", "        return 2"))[0] == "overlapping"
    assert "rate = 2\n        return 1\n" in cart(
        one + blocks('        # sums up\n        rate = "one"', "        # sums up\n        rate = 2")
    )


# symbols


def test_symbols_are_replaced_deleted_and_added_with_the_files_indentation() -> None:
    changed = cart("""<symbol path="app/cart.py" name="Cart::size()">
@property
def size(self) -> int:
    return 0
</symbol>
<symbol path="app/cart.py" name="Cart.clear" action="delete">
</symbol>
<symbol path="app/cart.py" name="Shelf" action="inside">
  def more(self) -> None:
      pass
</symbol>
<symbol path="app/cart.py" name="main" action="before">
def helper() -> int:
    return 1
</symbol>""")
    assert changed == CART.decode().replace("len(self.items)", "0").replace(f"\n{CLEAR}\n\n\nclass", "\n\nclass").replace(
        "\n\ndef main", "\n    def more(self) -> None:\n        pass\n\n\ndef helper() -> int:\n    return 1\n\n\ndef main"
    )


def test_symbols_of_typescript_have_their_export_and_keep_line_ends() -> None:
    reply = '<symbol path="web/src/App.tsx" name="App">\nexport const App = () => <b>two</b>;\n</symbol>'
    assert placed(reply).changes == {"web/src/App.tsx": b"export const App = () => <b>two</b>;\r\n"}


def test_a_symbol_that_is_not_there_or_there_twice_is_refused() -> None:
    code, detail = refused('<symbol path="app/cart.py" name="Cart.totals">\nx\n</symbol>')
    assert (code, "Cart.total, Cart.size, Cart.clear" in detail) == ("no_such_symbol", True)
    code, detail = refused('<symbol path="app/cart.py" name="clear">\nx\n</symbol>')
    assert (code, "Cart.clear in lines 18-19, Shelf.clear in lines 23-24" in detail) == ("ambiguous", True)
    assert refused('<symbol path="logo.png" name="f">\nx\n</symbol>')[0] == "not_text"


# what has changed meanwhile


def test_edits_are_merged_with_what_has_changed_meanwhile() -> None:
    head = {**FILES, "app/cart.py": b"# licence\n" + CART.replace(b"print(", b"log("), "new.md": b"new\n"}
    made = placed(blocks('rate = "one"', "rate = 2", hints='in="Cart.total"'), head)
    assert made.changes == {"app/cart.py": head["app/cart.py"].replace(b'"one"', b"2")}
    both = {**FILES, "app/cart.py": CART.replace(b'"one"', b"2")}
    assert place(parse(blocks('rate = "one"', "rate = 2")), FILES, both) == Placement({}, placed=made.placed)


def test_a_conflict_is_told_with_its_places_and_nothing_is_changed() -> None:
    head = {**FILES, "app/cart.py": CART.replace(b'"one"', b"three()")}
    made = placed(blocks('        rate = "one"', "        rate = 2") + '<file path="new.py">\nx = 1\n</file>', head)
    assert made.changes == {}
    assert [(refusal.code, refusal.path) for refusal in made.refusals] == [("conflict", "app/cart.py")]
    hunk = made.conflicts[0].hunks[0]
    assert (hunk.line, hunk.base, hunk.mine, hunk.theirs) == (
        11,
        b'        rate = "one"\n',
        b"        rate = three()\n",
        b"        rate = 2\n",
    )
    gone = {path: data for path, data in FILES.items() if path != "app/cart.py"}
    for reply, now in [
        (blocks("class Shelf:", "class Box:"), gone),
        ('<rename path="app/cart.py" to="b.py"/>', gone),
        ('<delete path="app/cart.py"/>', head),
        ('<file path="new.py">\nx = 1\n</file>', {**FILES, "new.py": b"y = 2\n"}),
    ]:
        assert refused(reply, now)[0] == "conflict"
    assert place(parse('<delete path="app/cart.py"/>'), FILES, gone).refusals == ()


# all files of a change set, or none


def test_files_are_made_renamed_edited_and_deleted_together() -> None:
    reply = (
        '<file path="web/src/New.tsx">\nexport const New = 1;\n</file>\n<rename path="app/cart.py" to="app/trolley.py"/>\n'
        + blocks("class Shelf:", "class Rack:")
        + '<delete path="logo.png"/>\n<file path="web/src/App.tsx">\nexport const App = 1;\n</file>'
    )
    head = {**FILES, "app/cart.py": CART.replace(b"print(", b"log(")}
    assert placed(reply, head).changes == {
        "web/src/New.tsx": b"export const New = 1;\n",
        "app/trolley.py": head["app/cart.py"].replace(b"Shelf", b"Rack"),
        "app/cart.py": None,
        "logo.png": None,
        "web/src/App.tsx": b"export const App = 1;\r\n",
    }


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (blocks("class Nowhere:", "x"), "not_found"),
        (blocks("x", "y", path="app/none.py"), "no_such_file"),
        (blocks("x", "y", path="logo.png"), "not_text"),
        ('<delete path="app/none.py"/>', "no_such_file"),
        ('<delete path="app/cart.py"/>' + "\n" + blocks("class Shelf:", "class Box:"), "contradiction"),
        ('<file path="a.py">\nx = 1\n</file>\n<file path="a.py">\nx = 2\n</file>', "contradiction"),
        ('<rename path="app/cart.py" to="logo.png"/>', "file_exists"),
        ('<rename path="app/cart.py" to="b.py"/>\n<file path="b.py">\nx = 1\n</file>', "file_exists"),
        (blocks('        rate = "one"', "        rate = (1"), "breaks_syntax"),
        (blocks('        rate = "one"', '      rate = "one"'), "breaks_syntax"),
        (blocks("\t\treturn", "return", path="web/src/App.tsx"), "not_found"),
        ('<file path="app/cart.py">\nclass Cart:\n    # ... rest of the class ...\n    x = 1\n</file>', "elided"),
        ('<file path="web/src/App.tsx">\nexport const App = () => {\n  // ... existing code ...\n};\n</file>', "elided"),
        ('<file path="a.json">\n{"a": 1,}\n</file>', "breaks_syntax"),
        ('<patch path="app/cart.py">\n</patch>', "malformed"),
        ("<changes>\n" + blocks("class Shelf:", "class Box:"), "cut"),
    ],
)
def test_one_refusal_holds_back_the_whole_change_set(reply: str, code: str) -> None:
    good = '<file path="good.py">\ngood = 1\n</file>\n'
    assert placed(good).changes == {"good.py": b"good = 1\n"}
    made = placed(good + reply)
    assert [refusal.code for refusal in made.refusals] == [code]
    assert made.refusals[0].detail.endswith(".")


@pytest.mark.parametrize(
    ("path", "broken", "whole"),
    [
        ("a.py", "def f():\nx = 1", "def f():\n    x = 1"),
        ("a.ts", "const x: number = {;", "export type * from './x'; const x: Array<number> = [];"),
        ("a.tsx", "const x = <div><p></div>;", "const x = <div><p/></div>;"),
        ("a.js", "function f( { }", "function f({ a }) { }"),
        ("a.json", '{"a": 1,}', '{"a": 1}'),
        ("a.css", "a { color: red", "@theme { --x: 1px; }"),
        ("a.html", "<div", "<!doctype html><p>one"),
        ("a.yaml", "a: [1, 2", "a: [1, 2]"),
        ("a.toml", "[a", "[a]"),
        ("a.sql", "create table a (id int,;", "create table a (id int); create policy p on a for select using (true);"),
    ],
)  # fmt: skip
def test_what_was_whole_stays_whole_and_what_was_broken_may_be_mended(path: str, broken: str, whole: str) -> None:
    def written(text: str, before: str | None) -> tuple[str, ...]:
        files = {} if before is None else {path: f"{before}\n".encode()}
        return tuple(refusal.code for refusal in place(parse(f'<file path="{path}">\n{text}\n</file>'), files).refusals)

    assert written(whole, None) == written(whole, broken) == written(f"{broken} ", broken) == ()
    assert written(broken, None) == written(broken, whole) == ("breaks_syntax",)


@pytest.mark.parametrize(
    "path",
    [
        "../x.py", "/etc/passwd", "a/../../x", ".git/config", "app/.GIT/hooks/x", "a\\..\\b", "C:/x.py", "x.py:stream", "web/nul",
        "COM1.txt", "a\x00b.py", ".gitmodules", "APP/cart.py", "app/Cart.py", "logo.png/x.py", "app", "x" * 401, "a\u202eb.py",
    ],
)  # fmt: skip
def test_hostile_paths_are_refused_wherever_they_stand(path: str) -> None:
    good = '<file path="good.py">\ngood = 1\n</file>\n'
    for reply in (f'<file path="{path}">\nx = 1\n</file>', f'<rename path="web/src/App.tsx" to="{path}"/>'):
        assert [refusal.code for refusal in placed(good + reply).refusals] == ["path_invalid"]
    for reply in (f'<delete path="{path}"/>', blocks("x", "y", path=path), f"<diff>\n--- a/{path}\n+++ b/{path}\n@@ @@\n-x\n+y\n</diff>"):
        assert {refusal.code for refusal in placed(good + reply).refusals} <= {"path_invalid", "no_such_file"}


def test_nothing_to_do_is_nothing() -> None:
    assert place(ChangeSet(), FILES) == Placement({})
    assert place(parse('<file path="web/src/App.tsx">\n' + FILES["web/src/App.tsx"].decode() + "</file>"), FILES) == Placement({})


def test_files_can_change_places() -> None:
    files = {"a.py": b"a = 1\n", "b.py": b"b = 1\n"}
    made = placed('<rename path="a.py" to="b.py"/>\n<rename path="b.py" to="a.py"/>', snapshot=files)
    assert made.changes == {"a.py": b"b = 1\n", "b.py": b"a = 1\n"}

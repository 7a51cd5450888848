"""A reply is read wholly or not at all."""

import pytest

from barnraise.patches import Block, Deletion, Rename, Replacement, SymbolEdit, WholeFile, parse

REPLY = """I will change three files.
<changes>
<patch path="app/cart.py" in="Cart">
<<<<<<< SEARCH
    return 1
=======
    return 2
>>>>>>> REPLACE
and the second place:
<<<<<<<< SEARCH in="Cart.total" near="40"
Title
=======
========
Heading
=======
>>>>>>>> REPLACE
</patch>
<diff path="app/shelf.py">
```diff
--- a/app/shelf.py
+++ b/app/shelf.py
@@ -900,7 +1,99 @@ def old():
 def f():
-    return 1
+    return 2

 def g():
@@ ... @@
-x = 1
```
</diff>
<symbol path='app/cart.py' name="Cart.clear" action="delete">
</symbol>
<symbol path="app/cart.py" name="Cart">

class Cart:
    pass

</symbol>
<file path="./web/src/New.tsx">
```tsx
export const New = () => <p>it</p>;
```
</file>
<file path="docs/patches.md" end="END-1">
<file path="x">
</file>
</changes>
END-1
<delete path="old.py"/>
<rename path="a.py" to="b.py" />
</changes>
That is all.
"""


def test_every_format_is_read_in_order_and_prose_is_passed_over() -> None:
    known = parse(REPLY)
    assert known.refusals == ()
    assert known.cut is None
    assert known.end == len(REPLY)
    assert known.edits == (
        Replacement(
            "app/cart.py",
            (
                Block(("    return 1",), ("    return 2",), "Cart"),
                Block(("Title", "======="), ("Heading", "======="), "Cart.total", 40),
            ),
        ),
        Replacement(
            "app/shelf.py",
            (Block(("def f():", "    return 1", "", "def g():"), ("def f():", "    return 2", "", "def g():")), Block(("x = 1",), ())),
        ),
        SymbolEdit("app/cart.py", "Cart.clear", "delete", ()),
        SymbolEdit("app/cart.py", "Cart", "replace", ("class Cart:", "    pass")),
        WholeFile("web/src/New.tsx", "export const New = () => <p>it</p>;\n"),
        WholeFile("docs/patches.md", '<file path="x">\n</file>\n</changes>\n'),
        Deletion("old.py"),
        Rename("a.py", "b.py"),
    )


def test_a_reply_cut_anywhere_has_only_whole_edits_and_says_what_is_cut() -> None:
    whole = parse(REPLY).edits
    ends = set()
    for length in range(len(REPLY)):
        part = parse(REPLY[:length], complete=False)
        assert part.edits == whole[: len(part.edits)]
        assert part.refusals == ()
        inside = REPLY.index("<changes>\n") + 10 <= length <= REPLY.rindex("</changes>")
        assert part.cut is not None or not inside
        # What was whole stays whole, and the rest can be read behind it.
        if part.end not in ends:
            ends.add(part.end)
            assert parse(REPLY[: part.end], complete=False).edits == part.edits
        assert part.end <= length
    assert parse(REPLY[: REPLY.index("```diff")], complete=False).cut.what == '<diff path="app/shelf.py">'  # ty: ignore[unresolved-attribute]


def test_headers_of_diffs_make_delete_and_rename_files() -> None:
    known = parse("""<diff>
diff --git a/new.py b/new.py
new file mode 100644
--- /dev/null
+++ b/new.py
@@ -0,0 +1,2 @@
+x = 1
+y = 2
\\ No newline at end of file
diff --git a/old.py b/old.py
deleted file mode 100644
--- a/old.py
+++ /dev/null
@@ -1 +0,0 @@
-x = 1
diff --git a/a.py b/b.py
similarity index 90%
rename from a.py
rename to b.py
--- a/a.py
+++ b/b.py
@@ -1 +1 @@
--- a comment of SQL
+++ another
</diff>""")
    assert known.refusals == ()
    assert known.edits == (
        WholeFile("new.py", "x = 1\ny = 2"),
        Deletion("old.py"),
        Rename("a.py", "b.py"),
        Replacement("a.py", (Block(("-- a comment of SQL",), ("++ another",)),)),
    )


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ('<patch path="a.py">\n<<<<<<< SEARCH\nx\n>>>>>>> REPLACE\n</patch>', "no line of 7 equals signs"),
        ('<patch path="a.py">\n<<<<<<< SEARCH\nx\n=======\n=======\n>>>>>>> REPLACE\n</patch>', "another length"),
        ('<patch path="a.py">\n<<<<<<< SEARCH\nx\n=======\ny\n</patch>', "has no >>>>>>> REPLACE"),
        ('<patch path="a.py">\nx = 1\n</patch>', "has no block"),
        ('<file path="a.py">\nx\n<file path="b.py">\ny\n</file>', "is not closed before line 3"),
        ('<file path="a.html">\n<p>\n</file>\n</file>\n', "where nothing is open"),
        ('<symbol path="a.py" name="f" action="burn">\nx\n</symbol>', "action is none of"),
        ('<symbol path="a.py">\nx\n</symbol>', "names no symbol"),
        ('<diff path="a.py">\nnothing\n</diff>', "changes nothing"),
        ("<diff>\n@@ @@\n-x\n+y\n</diff>", "which file"),
        ('<diff path="a">\nnew file mode 120000\n--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+/etc/passwd\n</diff>', "a link or a device"),
        ('<rename path="a.py"/>', "where to"),
        ("<delete path=a.py/>", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_no_edit_and_is_told(reply: str, said: str) -> None:
    known = parse(reply)
    assert not any(edit.path == "a.py" for edit in known.edits)
    assert [refusal.code for refusal in known.refusals][:1] == ["malformed"]
    assert said in known.refusals[0].detail


def test_markup_that_is_no_edit_is_prose() -> None:
    known = parse('Use <file> and <symbol id="x"> in SVG:\n<symbol id="a">\n<patch>\n<p class="x">\n')
    assert (known.edits, known.refusals, known.cut) == ((), (), None)

"""What holds for every text: edits come out as they went in, cut replies corrupt nothing, other files stay as they are."""

import random
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from patch_rendering import FORMATS, drifted, hunks, misquoted, render

import barnraise.patches.edits as edits_module
from barnraise.patches import ChangeSet, parse, place

# Few lines that come often: twins, markers, tags, blanks, and whatever else.
KNOWN = [
    "", " ", "x = 1", "    x = 1", "\tx = 1", "def f():", "    return x", "}", "=======", "<<<<<<< SEARCH", ">>>>>>> REPLACE",
    "+++ b/a", "--- a/a", "@@ -1 +1 @@", "</file>", '<file path="b.txt">', "</changes>", "```", "\\ No newline at end of file",
    "# ... kept", "\ufeffx", "a\u2028b", "a\fb",
]  # fmt: skip
LINE = st.one_of(
    st.sampled_from(KNOWN),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\0"), max_size=12),
)
SOURCES = sorted(Path(edits_module.__file__).parent.glob("*.py"))
BESIDE = {"beside.py": b"x = 1\n", "\u00e4/b.md": b"\xff\xfe"}


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, str]:
    """A text and another one that has much of it."""
    before = draw(st.lists(LINE, min_size=1, max_size=12))
    after = list(before)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(after)))
        after[at : at + draw(st.integers(0, 2))] = draw(st.lists(LINE, max_size=2))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    old, new = ("".join(f"{line}{newline}" for line in lines) for lines in (before, after))
    assume(old != new and not old.startswith("\ufeff") and not new.startswith("\ufeff"))
    return old, new


def reply_for(kind: str, before: str, after: str, fault: str = "clean") -> str | None:
    assume("~~~end" not in before + after)
    return render(kind, "a.txt", before.replace("\r\n", "\n"), after.replace("\r\n", "\n"), fault, random.Random(1))


@settings(max_examples=100, deadline=None)
@given(edit=edits(), kind=st.sampled_from(FORMATS))
def test_an_edit_in_any_format_gives_its_result_or_is_refused_as_ambiguous(edit: tuple[str, str], kind: str) -> None:
    before, after = edit
    reply = reply_for(kind, before, after)
    if reply is None:
        return
    made = place(parse(reply), {**BESIDE, "a.txt": before.encode()})
    if kind == "file" and after.strip() == "":
        return
    told = {refusal.code for refusal in made.refusals}
    assert told <= {"ambiguous", "not_found", "elided"}
    # Only what has nothing but empty lines around it stands nowhere.
    if told == {"not_found"}:
        assert any(not "".join(hunk.side("+")).strip() for hunk in hunks(before.replace("\r\n", "\n"), after.replace("\r\n", "\n")))
    if not told:
        assert made.changes == {"a.txt": after.encode()}


@settings(max_examples=50, deadline=None)
@given(edit=edits(), kind=st.sampled_from(FORMATS), data=st.data())
def test_a_reply_cut_at_any_byte_changes_nothing(edit: tuple[str, str], kind: str, data: st.DataObject) -> None:
    reply = reply_for(kind, *edit)
    if reply is None:
        return
    files = {**BESIDE, "a.txt": edit[0].encode()}
    whole = parse(reply)
    cut = data.draw(st.integers(0, len(reply.encode()) - 2))
    text = reply.encode()[:cut].decode("utf-8", "ignore")
    for complete in (True, False):
        part = parse(text, complete=complete)
        assert part.edits == whole.edits[: len(part.edits)]
        assert not place(part, files).changes
        # Going on from the last whole edit is as if nothing had been cut.
        if part.end:
            again = parse(text[: part.end] + reply[part.end :])
            assert (again.edits, again.cut) == (whole.edits, None)


@settings(max_examples=50, deadline=None)
@given(text=st.lists(LINE, max_size=30).map("\n".join), before=st.lists(LINE, max_size=8).map("\n".join))
def test_no_reply_raises_or_touches_a_file_that_it_does_not_name(text: str, before: str) -> None:
    for reply in (
        text,
        f'<patch path="a.txt">\n{text}\n</patch>',
        f"<diff>\n{text}\n</diff>",
        f'<symbol path="a.py" name="f">\n{text}\n</symbol>',
    ):
        known = parse(reply)
        assert isinstance(known, ChangeSet)
        made = place(known, {**BESIDE, "a.txt": before.encode(), "a.py": b"def f(): ...\n"})
        assert not (made.changes and made.refusals)
        assert made.changes.keys() <= {edit.path for edit in known.edits} | {getattr(edit, "to", "") for edit in known.edits}


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), kind=st.sampled_from(FORMATS), fault=st.sampled_from(["clean", "dedented", "misquoted"]))
def test_real_code_is_edited_exactly_while_it_drifts(seed: int, kind: str, fault: str) -> None:
    """This module's own neighbours, with edits that are made up: exact, or refused."""
    chance = random.Random(seed)
    before = chance.choice(SOURCES).read_text(encoding="utf-8")
    assume(before.count("\n") > 10)
    lines = before.split("\n")
    at = chance.randrange(3, len(lines) - 3)
    changed = [misquoted(lines[at], chance) or "pass"] + [
        f"{lines[at][: len(lines[at]) - len(lines[at].lstrip())]}# more"
    ] * chance.randrange(3)
    after = "\n".join([*lines[:at], *changed, *lines[at + 1 :]])
    there = drifted("a.py", before, after, chance.choice(["near", "far"]), chance)
    reply = render(kind, "a.py", before, after, fault, chance)
    assume(before != after and reply is not None and there is not None)
    if reply is None or there is None:
        return
    made = place(parse(reply), {"a.py": before.encode()}, {"a.py": there[0].encode()})
    assert {refusal.code for refusal in made.refusals} <= {"conflict", "ambiguous", "not_found", "indentation", "breaks_syntax"}
    if not made.refusals:
        assert made.changes == {"a.py": there[1].encode()}

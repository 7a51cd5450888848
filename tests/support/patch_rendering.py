"""A known edit as a model would write it: in each of four formats, cleanly or with the faults that models make; and files that drift."""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from barnraise.patches.symbols import Symbol, symbols_of

FORMATS = ("blocks", "diff", "symbols", "file")
CONTEXT = 3


@dataclass(frozen=True)
class Hunk:
    """Each line with its sign: blank, ``-`` or ``+``."""

    lines: tuple[tuple[str, str], ...]

    def side(self, without: str) -> list[str]:
        return [text for sign, text in self.lines if sign != without]


def hunks(before: str, after: str) -> list[Hunk]:
    old, new = before.split("\n"), after.split("\n")
    old, new = (lines[:-1] if lines[-1] == "" else lines for lines in (old, new))
    found = []
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT):
        lines: list[tuple[str, str]] = []
        for tag, a, b, c, d in group:
            lines += (
                [(" ", line) for line in old[a:b]]
                if tag == "equal"
                else [("-", line) for line in old[a:b]] + [("+", line) for line in new[c:d]]
            )
        found.append(Hunk(tuple(lines)))
    return found


def render(kind: str, path: str, before: str, after: str, fault: str, chance: random.Random) -> str | None:
    """The reply; None where the edit cannot be said in that format, or not with that fault."""
    if kind == "file":
        ends, break_ = ("", "") if after.endswith("\n") else (' newline="none"', "\n")
        return None if fault != "clean" else f'<changes>\n<file path="{path}"{ends} end="~~~end">\n{after}{break_}~~~end\n</changes>\n'
    if kind == "symbols":
        return _symbols(path, before, after, fault, chance)
    faulty = [_with_fault(hunk, fault, chance) for hunk in hunks(before, after)]
    body = "\n".join(_block(hunk) if kind == "blocks" else _unified(hunk, chance) for hunk in faulty)
    tag = "patch" if kind == "blocks" else "diff"
    return f'Here is the change.\n<changes>\n<{tag} path="{path}" end="~~~end">\n{body}\n~~~end\n</changes>\n'


def _block(hunk: Hunk) -> str:
    mark = 11
    return "\n".join(["<" * mark + " SEARCH", *hunk.side("+"), "=" * mark, *hunk.side("-"), ">" * mark + " REPLACE"])


def _unified(hunk: Hunk, chance: random.Random) -> str:
    """With numbers and counts that are wrong, as they are where a model counts."""
    head = f"@@ -{chance.randrange(1, 400)},{chance.randrange(1, 30)} +{chance.randrange(1, 400)},{chance.randrange(1, 30)} @@"
    return "\n".join([head, *(sign + text for sign, text in hunk.lines)])


def _with_fault(hunk: Hunk, fault: str, chance: random.Random) -> Hunk:
    if fault == "dedented":
        texts = textwrap.dedent("\n".join(text for _, text in hunk.lines)).split("\n")
        return Hunk(tuple((sign, text) for (sign, _), text in zip(hunk.lines, texts, strict=True)))
    if fault == "misquoted":
        context = [number for number, (sign, text) in enumerate(hunk.lines) if sign == " " and len(text.strip()) > 2]
        if context:
            at = chance.choice(context)
            return Hunk(tuple((sign, misquoted(text, chance) if number == at else text) for number, (sign, text) in enumerate(hunk.lines)))
    return hunk


def misquoted(line: str, chance: random.Random) -> str:
    """The line as somebody writes it who does not remember it exactly: other quotes, a slip, a word or comma left out, other blanks."""
    words = re.findall(r"\w{3,}", line)
    ways = [lambda: line.translate(str.maketrans("\"'", "'\""))] if set(line) & {'"', "'"} else []
    if words:
        word = chance.choice(words)
        slip = chance.randrange(len(word) - 1)
        ways += [
            lambda: line.replace(word, word[:slip] + word[slip + 1] + word[slip] + word[slip + 2 :], 1),
            lambda: line.replace(word, word + "s", 1),
        ]
    if len(words) > 3:
        ways.append(lambda: re.sub(rf"\b{re.escape(chance.choice(words))}\b ?", "", line, count=1))
    if line.rstrip()[-1:] in ",;":
        ways.append(lambda: line.rstrip()[:-1])
    if " " in line.strip():
        ways.append(lambda: line[: len(line) - len(line.lstrip())] + line.strip().replace(" ", "  ", 1))
    return chance.choice(ways)() if ways else line


# symbols


def _symbols(path: str, before: str, after: str, fault: str, chance: random.Random) -> str | None:
    """Every symbol that changed, in the smallest pieces; None where more changed than symbols."""
    old, new = symbols_of(path, before.encode()), symbols_of(path, after.encode())
    if old is None or new is None:
        return None
    changed = _smallest(before.split("\n"), after.split("\n"), old, new)
    if not changed:
        return None
    edits = []
    for mine, yours in changed:
        text = "\n".join(after.split("\n")[yours.start : yours.end])
        text = textwrap.dedent(text) if fault == "dedented" else text
        name = _misnamed(mine.name, chance) if fault == "misquoted" else mine.name
        edits.append(f'<symbol path="{path}" name="{name}" action="replace" end="~~~end">\n{text}\n~~~end')
    return "<changes>\n" + "\n".join(edits) + "\n</changes>\n"


def _misnamed(name: str, chance: random.Random) -> str:
    return chance.choice([f"{name}()", name.replace(".", "#"), name.replace(".", "::"), f"def {name}(self)", name.rsplit(".", 1)[-1]])


def _smallest(before: list[str], after: list[str], old: list[Symbol], new: list[Symbol]) -> list[tuple[Symbol, Symbol]] | None:
    pairs = [(one, other) for one in old for other in new if one.name == other.name and one.alone and other.alone]
    names = [one.name for one, _ in pairs]
    pairs = [(one, other) for one, other in pairs if names.count(one.name) == 1]
    changed = [(one, other) for one, other in pairs if before[one.start : one.end] != after[other.start : other.end]]
    for chosen in (_leaves(changed), _roots(changed)):
        if _spliced(before, after, chosen) == after:
            return chosen
    return None


def _leaves(pairs: list[tuple[Symbol, Symbol]]) -> list[tuple[Symbol, Symbol]]:
    return [pair for pair in pairs if not any(other is not pair and other[0].name.startswith(f"{pair[0].name}.") for other in pairs)]


def _roots(pairs: list[tuple[Symbol, Symbol]]) -> list[tuple[Symbol, Symbol]]:
    return [pair for pair in pairs if not any(pair[0].name.startswith(f"{other[0].name}.") for other in pairs)]


def _spliced(before: list[str], after: list[str], pairs: list[tuple[Symbol, Symbol]]) -> list[str]:
    made: list[str] = []
    at = 0
    for one, other in sorted(pairs, key=lambda pair: pair[0].start):
        made += [*before[at : one.start], *after[other.start : other.end]]
        at = one.end
    return made + before[at:]


# drift


def drifted(path: str, before: str, after: str, kind: str, chance: random.Random) -> tuple[str, str] | None:
    """The file as others have changed it meanwhile, and what it has to be with the edit: exact by construction.

    ``far``: three insertions and two changed lines at least 8 lines from the edit; ``near``: a changed line 2 or 3 lines from it as well.
    None where the file has no room.
    """
    old, new = before.split("\n"), after.split("\n")
    same = [(a, c, b - a) for tag, a, b, c, _ in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if tag == "equal"]
    kept = {a + step: c + step for a, c, length in same for step in range(length)}
    touched = sorted(
        set(range(len(old))) - kept.keys() | {a for a, _, _ in same[1:]} | {a + n - 1 for a, _, n in same[:-1] if n} | _inserted(kept)
    )
    lines = [line for line in kept if old[line].strip() and line < len(old) - 1]
    far = [line for line in lines if all(abs(line - other) >= 8 for other in touched)]
    near = [line for line in lines if min(abs(line - other) for other in touched) in (2, 3)] if touched else []
    if len(far) < 5 or (kind == "near" and not near):
        return None
    mark = "#" if path.endswith(".py") else "//"
    edits: dict[int, list[str]] = {}
    picked = chance.sample(far, 5)
    for number, line in enumerate(picked):
        edits[line] = (
            [old[line], *[f"{mark} drift {step}" for step in range(chance.randrange(1, 13))]]
            if number < 3
            else [f"{old[line]}  {mark} drift"]
        )
    if kind == "near":
        line = chance.choice(near)
        edits[line] = [f"{old[line]}  {mark} drift"]
    return "\n".join(_with(old, edits)), "\n".join(_with(new, {kept[line]: text for line, text in edits.items()}))


def _inserted(kept: dict[int, int]) -> set[int]:
    """The lines on either side of a place where the edit only adds."""
    return {line for one, other in pairwise(sorted(kept)) if kept[other] - kept[one] != other - one for line in (one, other)}


def _with(lines: list[str], edits: dict[int, list[str]]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield from edits.get(number, [line])

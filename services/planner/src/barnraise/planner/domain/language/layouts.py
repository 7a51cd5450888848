"""Texts that are laid out rather than told: models in braces, tables, and headings with bullets. They are written as the sentences
that are read: ``Author (name: string, born: date)``."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from barnraise.planner.domain.language.lexicon import ENUM_NOUNS
from barnraise.planner.domain.language.nouns import is_plural, singular

_ENUM = re.compile(r"\benum (\w{1,40}) ?\{([^{}]{1,600})\}")
_MODEL = re.compile(
    r"\b(?:model|type|interface|class|entity|struct|table|record) "
    r"(\w{1,40})(?: (?:extends|implements) [\w, ]{1,60})? ?\{([^{}]{1,4000})\}",
    re.I,
)
_MEMBER = re.compile(r"^[-\s]*(?:(?:readonly|public|private|required) )*(\w{1,40})(\??) ?:? ?(\w{1,40})(\[\])?([?!]?)(.*)$")
_MEMBERS_END = re.compile(r"[\n;]")
_LITERAL = re.compile(r"[\"']?\b([A-Za-z][\w ]{0,30})[\"']? ?: ?\[((?: ?[\"'][\w -]{1,40}[\"'],?){1,40}) ?\]")
_ARROWS = re.compile(r"(?m)(?:^|(?<=[.;] ))[A-Za-z]{2,30} ?-> ?[A-Za-z]{2,30}(?:, ?[A-Za-z]{2,30} ?-> ?[A-Za-z]{2,30})*(?=[.;]|$)")
"""Rows of what belongs to what: ``trip -> car, trip -> driver``."""

_TITLES = frozenset("entity table thing object model resource kind class collection".split())
_CONTENTS = frozenset(
    "fields field columns column attributes attribute properties property data contents details information what we store has".split()
)
_FIELD = frozenset("field column attribute property name".split())
_TYPE = frozenset("type kind format datatype data-type".split())
_ROW = re.compile(r"^([A-Z][\w -]{1,40}?) ?\| ?(?=[^,|]{1,60},)")
_CHAIN = re.compile(r"\b[A-Za-z]{3,20}(?: [a-z]{3,20})?(?: ?[>→] ?[A-Za-z]{3,20}(?: [a-z]{3,20})?){1,5}(?=[.;,]|$)")
_RULE = re.compile(r"^[\s|:-]+$")
_GENERIC = frozenset(
    "entities entity tables table models model things objects data fields "
    "features feature requirements domain roles role permissions rights "
    "pages screens notes structure relations relationships users views dashboard overview scope goals goal wishes must should could "
    "stories types schema records charts reports".split()
)
_BULLET = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+")
_NESTED = re.compile(r"^([ \t]*)(?:[-*+]|\d{1,3}[.)])\s+")
_VALUES = re.compile(r"^([\w -]{2,40}?) ?(?::|=|->|-(?= )) ?((?:[\w+ -]{1,30}(?:,|/|\||\bor\b) ?)+[\w+ -]{1,30})$")
_STATED = re.compile(
    r"^(?:also )?(?:belongs?|is|are|has|have|can|may|must|assigned|linked|owned|created|written|made|made up|consists?|contains?|related|"
    r"attached|comes?|taught|given|held|managed|led|run|tied|connected|many|several|one or more)\b(?! ?(?:at|on|date|\?|$))",
    re.I,
)


_UNQUOTED = str.maketrans("", "", "\"'")


def nested(text: str) -> str:
    """Bullets that have bullets below them are their headings."""
    lines = text.split("\n")
    depths = [len(match[1].expandtabs(4)) if (match := _NESTED.match(line)) else -1 for line in lines]
    top = min((depth for depth in depths if depth >= 0), default=-1)
    if not any(depth > top for depth in depths) or not any(depth == top for depth in depths):
        return text
    out = []
    for at, (line, depth) in enumerate(zip(lines, depths, strict=True)):
        following = depths[at + 1] if at + 1 < len(lines) else -1
        heads = depth == top and following > top and len(line) < 60 and not set(line) & set("(.")
        out.append(f"{_BULLET.sub('', line).strip(' *_`:')}:" if heads else line)
    return "\n".join(out)


def laid_out(text: str) -> str:
    """The clean text with what is laid out told in sentences."""
    values = {match[1].lower(): match[2].split() for match in _ENUM.finditer(text)}
    text = _MODEL.sub(lambda match: _model(match[1], match[2], values), _ENUM.sub("", text))
    text = _LITERAL.sub(lambda match: f"\n{match[1]} ({match[2].translate(_UNQUOTED).strip()})\n", text)
    text = _ARROWS.sub(_pointed, text)
    rows = (_ROW.sub(r"\1: ", line) if line.count("|") == 1 else line for line in _tabled(text.split("\n")))
    return "\n".join(_headed([_CHAIN.sub(_nested, line) for line in rows]))


def _pointed(match: re.Match[str]) -> str:
    pairs = [pair.split("->") for pair in match[0].split(",")]
    return ". ".join(f"Each {one.strip()} belongs to a {other.strip()}" for one, other in pairs)


def _nested(match: re.Match[str]) -> str:
    """``Shows > Seasons > Episodes``: each has several of the next."""
    names = [name.strip() for name in re.split(r">|→", match[0])]
    if not all(is_plural(name.lower().split()[-1]) for name in names):
        return match[0]
    return ". ".join(f"Each {_one(above)} has many {below}" for above, below in pairwise(names))


def _one(name: str) -> str:
    first, _, last = name.lower().rpartition(" ")
    return f"{first} {singular(last)}".strip()


def _model(name: str, body: str, values: dict[str, list[str]]) -> str:
    """``model Book { title String }`` -> ``Book (title: String)``."""
    members = [match for line in _MEMBERS_END.split(body) if (match := _MEMBER.match(line.strip()))]
    plain = [match for match in members if not match[4] and "@id" not in match[6]]
    told = [_member(match[1], match[3], match[6], values) for match in plain if match[1] != "id"]
    several = [match[3] for match in members if match[4] and match[3][:1].isupper()]
    many = "".join(f"\nEach {name} has many {other}s" for other in several)
    return f"\n{name} ({', '.join(told)}){many}\n" if told else f"\n{name}{many}\n"


def _member(name: str, kind: str, rest: str, values: dict[str, list[str]]) -> str:
    if kind.lower() in values:
        return f"{name} ({', '.join(values[kind.lower()])})"
    kind = "datetime" if kind.lower() == "datetime" else kind
    return f"{name}: {kind}{' unique' if '@unique' in rest or 'unique' in rest.split() else ''}"


def _tabled(lines: Sequence[str]) -> Iterator[str]:
    """Lines, with the rows of tables told as lists of fields."""
    at = 0
    while at < len(lines):
        rows = list(takewhile(lambda line: line.count("|") > 1 or (line.strip().startswith("|")), lines[at:]))
        if len(rows) > 2 and _RULE.match(rows[1]):
            yield from _table([_cells(row) for row in (rows[0], *rows[2:])])
            at += len(rows)
        else:
            yield lines[at]
            at += 1


def _cells(row: str) -> list[str]:
    return [cell.strip(" *`") for cell in row.strip().strip("|").split("|")]


def _table(rows: list[list[str]]) -> Iterator[str]:
    """What a table says: things with their fields in a row each, a field in each row, or records under the names of their fields."""
    head = [cell.lower() for cell in rows[0]]
    thing = next((at for at, cell in enumerate(head) if cell in _TITLES), None)
    field = next((at for at, cell in enumerate(head) if cell in _FIELD and at != thing), None)
    kind = next((at for at, cell in enumerate(head) if cell in _TYPE and at not in (thing, field)), None)
    contents = next((at for at, cell in enumerate(head) if at and set(cell.split()) & _CONTENTS), None)
    full = [row for row in rows[1:] if len(row) == len(head)]
    if field is not None and kind is not None:
        yield from _by_field(full, thing, field, kind)
    elif contents is not None and len(head) <= 3:
        for row in full:
            yield f"{row[0]}: {row[contents]}"
            yield from (f"Each {row[0]} {cell}" for at, cell in enumerate(row) if at not in (0, contents) and _STATED.match(cell))
    else:
        yield f"- {', '.join(cell for cell in head if cell)}"


def _by_field(rows: list[list[str]], thing: int | None, field: int, kind: int) -> Iterator[str]:
    """A field in each row, with its type and what else is said of it."""
    if thing is None:
        yield from (f"- {row[field]}: {row[kind]}" for row in rows)
        return
    named = ""
    told: dict[str, list[str]] = {}
    for row in rows:
        named = row[thing] or named
        told.setdefault(named, []).append(f"{row[field]}: {row[kind]}")
    yield from (f"{name} ({', '.join(fields)})" for name, fields in told.items())


def _headed(lines: list[str]) -> Iterator[str]:
    """Bullets under a heading that names a thing are its fields, and what the thing does."""
    at = 0
    while at < len(lines):
        bullets = list(takewhile(_BULLET.match, lines[at + 1 :])) if not _BULLET.match(lines[at]) else []
        name = lines[at].strip(" *_`#:").removesuffix(" fields")
        if not bullets or not _names_thing(lines[at], name):
            yield lines[at]
            at += 1
            continue
        said = [_BULLET.sub("", bullet).strip(" *_`.;") for bullet in bullets]
        yield from _thing(name, said, lines[at], bullets)
        at += 1 + len(bullets)


def _names_thing(line: str, name: str) -> bool:
    words = name.lower().split()
    headed = line.lstrip().startswith(("#", "**")) or line.rstrip().endswith(":") or len(words) <= 2
    return (
        headed
        and 0 < len(words) <= 3
        and words[-1] not in _GENERIC
        and words[-1].isascii()
        and all(word.replace("-", "").isalpha() for word in words)
    )


def _thing(name: str, said: list[str], line: str, bullets: list[str]) -> Iterator[str]:
    """A thing under its heading; as it was when nothing in its bullets needs to be told otherwise."""
    stated = [told for told in said if _STATED.match(told)]
    fields = [_valued(told) for told in said if told not in stated]
    told = any(set(one) & set("(:") for one in fields)
    if (not stated and fields == said and not told) or not fields or any(_lists(told) for told in fields):
        yield from (line, *bullets)
        return
    typed = any(":" in one.partition("(")[0] for one in fields)
    yield (
        f"{name} ({', '.join(one.replace(',', ' ') if '(' not in one else one for one in fields)})"
        if typed
        else f"{name}: {', '.join(fields)}"
    )
    one = " ".join((*name.split()[:-1], singular(name.rsplit(maxsplit=1)[-1].lower())))
    for told in stated:
        yield f"Each {one} {told if not told.lower().startswith(('many', 'several', 'one or')) else f'has {told}'}"


def _valued(told: str) -> str:
    """``priority: low, normal, urgent`` -> ``priority (low, normal, urgent)``."""
    match = _VALUES.match(told)
    return f"{match[1]} ({match[2]})" if match and match[1].split()[-1].lower() in ENUM_NOUNS | {"condition", "urgency"} else told


def _lists(told: str) -> bool:
    """Whether a bullet lists the fields of another thing, or says more than a name."""
    head, colon, rest = told.partition(":")
    if "(" in told and is_plural(head.split("(")[0].split()[-1].lower()):
        return True
    return bool(colon) and "(" not in head and ("," in rest or len(rest.split()) > 3)

"""Who may do what, told again in the few ways that are known: ``managers can approve invoices, staff only see them`` is ``managers are
permitted to approve invoices`` and ``staff are permitted to see invoices``; so are the rows of a table of rights."""

import re
from collections.abc import Iterator, Sequence

_I = re.IGNORECASE
_VERB = (
    r"(?:see|view|read|browse|look at|do|list|create|add|write|submit|edit|"
    r"change|update|modify|delete|remove|manage|approve|reject|publish|access"
    r"|administer|close|cancel|confirm|archive)"
)
_VERBS = rf"{_VERB}(?:(?:, | and | or |, and | & |/){_VERB}){{0,4}}"
_DONE = (
    r"(?:seen|viewed|read|listed|created|added|written|submitted|edited|changed|updated|modified|deleted|removed|managed|approved|rejected"
    r"|published|accessed|closed|cancelled|confirmed|archived)"
)
_BASES = {
    "seen": "see", "read": "read", "written": "write", "submitted": "submit", "modified": "modify", "cancelled": "cancel", "added": "add",
    "viewed": "view", "listed": "list", "edited": "edit", "rejected": "reject", "published": "publish", "accessed": "access",
    "confirmed": "confirm",
}  # fmt: skip
_NAME = r"(?!(?:can|may|must|only|just|should|are|is|cannot)\b)[a-z-]+"
_WHO = rf"(?:the )?(?:{_NAME} )?{_NAME}(?:(?: and | or |, ){_NAME})?"
_WHAT = r"[a-z][a-z' -]{1,40}?"
_END = r"(?=[.,;!]|$| but\b| and\b| while\b)"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, _I), instead)
    for pattern, instead in (
        (r"\b(?:see|view|access) only (their|his|her) (?!own\b)(?=[a-z])", r"only see \1 own "),
        (
            rf"\b(?:nobody|no one|"
            rf"no-one|none) (?:but|"
            rf"except(?: for)?|other than|apart "
            rf"from|besides) ({_WHO}) (?:can|may|"
            rf"should|must|is "
            rf"allowed to) ({_VERBS})",
            r"only \1 may \2",
        ),
        (
            rf"\b({_WHO}) (?:have|has|get|" rf"gets) full (?:access|control|" rf"rights)(?: (?:to|over) " rf"(?:everything|all))?{_END}",
            r"\1 can do everything",
        ),
        (rf"\b({_WHO}) (?:have|has|get|gets) full (?:access|control|rights) (?:to|over) ({_WHAT}){_END}", r"\1 are permitted to manage \2"),
        (
            rf"\b({_WHO}) (?:have|has|get|" rf"gets)(?: only)? read(?:[- " rf"]only)? (?:access|rights) " rf"(?:to|on|for) ({_WHAT}){_END}",
            r"\1 are permitted to view \2",
        ),
        (
            rf"\b({_WHO}) (?:have|has) (?:the "
            rf")?(?:right|rights|permission|"
            rf"permissions|authority) to "
            rf"({_VERBS}) ({_WHAT}){_END}",
            r"\1 are permitted to \2 \3",
        ),
    )
)
_RESERVED = re.compile(
    rf"\b(?P<doing>[a-z]+ing) (?P<what>{_WHAT}) (?:is|should be) (?:reserved "
    rf"(?:for|to)|only (?:possible|allowed) for|limited to|restricted to) "
    rf"(?P<who>{_WHO}){_END}",
    _I,
)
_BY = re.compile(
    rf"\b({_WHAT}) (?:can|may|should|must) (?:only )?be ({_DONE}(?:(?: " rf"and | or |, ){_DONE}){{0,3}}) (only )?by ({_WHO}){_END}", _I
)
_PARTS = re.compile(
    r"\s*(?:;|,? but|,? while|,? whereas|, and|,| and) (?=(?:the |only |"
    r"all )?[a-z-]+(?: [a-z-]+)? (?:can|may|only|just|cannot|can't|are)\b)",
    _I,
)
_PART = re.compile(
    rf"^(?:the |all )?(?P<only>only )?(?P<who>{_WHO}) (?P<may>can(?: only| just)?|"
    rf"may(?: only| just)?|only|just|are (?:only )?allowed to|cannot|can't|may not)"
    rf" (?P<verbs>{_VERBS})(?: (?P<what>{_WHAT}))?$",
    _I,
)
_THEM = frozenset(("them", "these", "those", "it"))
_ROLES = frozenset("role roles who user-type usertype group".split())
_CAN = frozenset("can may rights permissions allowed access permission".split())
_CELL = {
    "read": "view", "r": "view", "view": "view", "see": "view", "read-only": "view", "read only": "view", "write": "create and edit",
    "edit": "edit", "create": "create", "delete": "delete", "all": "manage", "full": "manage", "crud": "manage", "everything": "manage",
    "rw": "view, create and edit", "yes": "view", "manage": "manage", "approve": "approve", "update": "edit", "full access": "manage",
}  # fmt: skip
_NONE = frozenset(("", "-", "no", "none", "x", "n/a"))


def clearly(text: str) -> str:
    """The text with what it says of rights in sentences that are known."""
    return "\n".join(_line(line) for line in _tabled(text.split("\n")))


def _line(line: str) -> str:
    return "".join(part if part in ".!?;" else _sentence(part) for part in re.split(r"(?<=[\w)])([.!?;])(?= |$)", line))


def _sentence(said: str) -> str:
    for pattern, instead in _RULES:
        said = pattern.sub(instead, said)
    said = _BY.sub(_by, _RESERVED.sub(_reserved, said))
    parts = [_PART.match(part.strip()) for part in _PARTS.split(said)]
    if len(parts) < 2 or not all(parts):
        return said
    return ". ".join(_told([part for part in parts if part]))


def _reserved(match: re.Match[str]) -> str:
    """``deleting notes is reserved for admins``"""
    base = match["doing"].lower().removesuffix("ing")
    verb = next((tried for tried in (base, f"{base}e", base[:-1]) if re.fullmatch(_VERB, tried)), "")
    return f"only {match['who']} may {verb} {match['what']}" if verb else match[0]


def _by(match: re.Match[str]) -> str:
    """``invoices can only be approved by managers``"""
    verbs = " and ".join(_base(word) for word in re.split(r" and | or |, ", match[2].lower()))
    return f"only {match[4]} may {verbs} {match[1]}" if "only" in match[0].lower() else match[0]


def _base(participle: str) -> str:
    return _BASES.get(participle) or participle.removesuffix("d")


def _told(parts: Sequence[re.Match[str]]) -> Iterator[str]:
    """Each who may do what, with the name of what "them" means."""
    named = next((part["what"] for part in parts if part["what"] and part["what"].lower() not in _THEM), "")
    who = ""
    for part in parts:
        who = who if part["who"].lower() == "they" else part["who"]
        what = named if not part["what"] or part["what"].lower() in _THEM else part["what"]
        if part["only"]:
            yield f"only {who} may {part['verbs']} {what}"
        elif part["may"].lower() in ("cannot", "can't", "may not"):
            yield f"{who} are not permitted to {part['verbs']} {what}"
        else:
            yield f"{who} are permitted to {part['verbs']} {what}"


def _tabled(lines: Sequence[str]) -> Iterator[str]:
    """Lines, with the rows of a table of rights as sentences."""
    head: list[str] = []
    for line in lines:
        cells = [cell.strip(" *`").lower() for cell in line.strip().strip("|").split("|")] if line.strip().startswith("|") else []
        if not cells:
            head = []
            yield line
        elif not head and cells[0] in _ROLES and len(cells) > 1:
            head = cells
        elif not head:
            yield line
        elif not all(set(cell) <= set("-: ") for cell in cells):
            yield from _row(head, cells)


def _row(head: Sequence[str], cells: Sequence[str]) -> Iterator[str]:
    """``| staff | read | read, write |`` under ``| role | invoices | orders |``"""
    for what, cell in zip(head[1:], cells[1:], strict=False):
        if cell in _NONE:
            continue
        if set(what.split()) & _CAN:
            yield f"{cells[0]} are permitted to {cell}."
            continue
        verbs = [_CELL[part] for part in re.split(r" ?[,/+&] ?| and ", cell) if part in _CELL]
        if verbs:
            yield f"{cells[0]} are permitted to {' and '.join(dict.fromkeys(verbs))} {what}."

"""From a reply to a change set."""

from collections.abc import Callable, Iterator
from typing import get_args

from barnraise.patches.blocks import UnreadableError, read_blocks, whole_number
from barnraise.patches.edits import Action, ChangeSet, Cut, Deletion, Edit, Refusal, Rename, Replacement, SymbolEdit, WholeFile
from barnraise.patches.tagged import Element, read_tagged
from barnraise.patches.unified import read_diff

MAX_REPLY = 4 << 20
_ACTIONS: dict[str, Action] = {action: action for action in get_args(Action)}


def parse(reply: str, *, complete: bool = True) -> ChangeSet:
    """The edits of a reply in tagged text (see ``tagged``); prose around them is passed over.

    ``complete``: whether the reply came to its end; while it streams, or where it broke off, say False: what is not wholly there is no
    edit, and ``cut`` tells about it. Never raises: what cannot be read is in ``refusals``.
    """
    if len(reply) > MAX_REPLY:
        return ChangeSet(refusals=(Refusal("too_large", "", f"The reply is longer than {MAX_REPLY >> 20} MiB of text."),))
    tagged = read_tagged(reply, complete=complete)
    edits: list[Edit] = []
    refusals: list[Refusal] = []
    for element in tagged.elements:
        try:
            edits += _edits(element)
        except UnreadableError as error:
            refusals.append(Refusal("malformed", element.path[:400], f"{element.shown} in line {element.line}: {error}."))
    cut = Cut(tagged.cut.shown, tagged.cut.line) if tagged.cut else None
    return ChangeSet(tuple(edits), tuple(refusals), cut, tagged.end)


def _edits(element: Element) -> list[Edit]:
    if element.fault:
        raise UnreadableError(element.fault)
    return list(_READERS[element.tag](element))


def _patch(element: Element) -> Iterator[Edit]:
    scope, near = element.attributes.get("in"), whole_number(element.attributes.get("near"))
    yield Replacement(_path(element), read_blocks(element.body, element.line + 1, scope, near))


def _diff(element: Element) -> Iterator[Edit]:
    yield from read_diff(element.body, element.path.removeprefix("./"))


def _symbol(element: Element) -> Iterator[Edit]:
    name, action = element.attributes.get("name", ""), element.attributes.get("action", "replace")
    if not name:
        raise UnreadableError('it names no symbol: name="Class.method"')
    if action not in _ACTIONS:
        raise UnreadableError(f"its action is none of {', '.join(_ACTIONS)}")
    text = _without_outer_blanks(element.body)
    if not text and action != "delete":
        raise UnreadableError('it has no text; to remove the symbol say action="delete"')
    yield SymbolEdit(_path(element), name, _ACTIONS[action], text, whole_number(element.attributes.get("near")))


def _file(element: Element) -> Iterator[Edit]:
    ending = "" if element.attributes.get("newline") == "none" or not element.body else "\n"
    yield WholeFile(_path(element), "\n".join(element.body) + ending)


def _delete(element: Element) -> Iterator[Edit]:
    yield Deletion(_path(element))


def _rename(element: Element) -> Iterator[Edit]:
    to = element.attributes.get("to", "")
    if not to:
        raise UnreadableError('it does not say where to: to="..."')
    yield Rename(_path(element), to.removeprefix("./"))


def _path(element: Element) -> str:
    return element.path.removeprefix("./")


def _without_outer_blanks(lines: tuple[str, ...]) -> tuple[str, ...]:
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else ()


_READERS: dict[str, Callable[[Element], Iterator[Edit]]] = {
    "patch": _patch, "diff": _diff, "symbol": _symbol, "file": _file, "delete": _delete, "rename": _rename,
}  # fmt: skip

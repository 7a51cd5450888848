"""A person's choices between two versions of a place."""

from collections.abc import Iterable

from barnraise.contracts.conflicts import Choice, FileConflict, Side
from barnraise.gateway.domain.refusals import Refusal


def complete(files: Iterable[FileConflict], choices: Iterable[Choice], rest: Side | None) -> tuple[Choice, ...]:
    """The choices, with ``rest`` for every place that has none. Refuses what is no place of the conflict, and no choice at all."""
    open_places = [hunk.id for file in files for hunk in file.hunks]
    taken = {choice.hunk: choice.take for choice in choices}
    for place in taken:
        if place not in open_places:
            raise Refusal("invalid_request", f"There is no place {place} in this conflict.", "Read the conflict again.", pointer="/choices")
    if rest:
        taken = dict.fromkeys(open_places, rest) | taken
    if not taken:
        raise Refusal("invalid_request", "Nothing is chosen.", "Choose for a place, or say what to take everywhere.", pointer="/choices")
    return tuple(Choice(hunk=place, take=side) for place, side in taken.items())

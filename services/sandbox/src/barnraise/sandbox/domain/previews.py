"""Previews as records and rules: labels, who has to go, what the outside is told."""

import base64
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Wanted = Literal["running", "stopped"]
LOOKING = 10.0
"""Seconds after a look for which somebody is taken to be looking. An open page says more often that it is open."""


@dataclass(frozen=True)
class Record:
    """What survives a restart of the service. ``host`` is the label in front of the preview domain and the preview's id; ``commit`` the
    last that worked, or the first that is wanted. ``owner``: the replica that has it or had it last; ``running``: it has a place there."""

    project_id: str
    host: str
    wanted: Wanted
    commit: str | None
    owner: str | None = None
    running: bool = False


@dataclass(frozen=True)
class Asking:
    """When a preview was asked for: ``place`` in the stream of commands, which a new stream begins anew, and by the asker's clock, which
    another's may be ahead of. Only what is older by both is older."""

    place: int
    at: datetime

    def before(self, other: "Asking") -> bool:
        return self.place < other.place and self.at < other.at


@dataclass(frozen=True)
class Seen:
    """A running preview: when it was brought to a commit or looked at (``at``), when it was looked at, and when it began, in seconds of a
    clock that only goes forward."""

    project_id: str
    at: float
    looked: float = -math.inf
    begun: float = 0.0


def label(chance: bytes) -> str:
    """A host label of 26 lower-case base32 characters from 16 random bytes."""
    if len(chance) != 16:
        raise ValueError("a label needs 16 random bytes")
    return base64.b32encode(chance).decode().lower().rstrip("=")


def idle(previews: Iterable[Seen], now: float, after: float) -> list[str]:
    """The projects whose previews nobody has looked at for ``after`` seconds."""
    return [preview.project_id for preview in previews if now - preview.at > after]


def expired(previews: Iterable[Seen], now: float, after: float) -> list[str]:
    """The projects whose previews have run for longer than ``after`` seconds, whoever looks at them."""
    return [preview.project_id for preview in previews if now - preview.begun > after]


def gives_way(previews: Iterable[Seen], now: float) -> str | None:
    """The project whose preview ends so that another can begin: the one that was used least lately of those that nobody is looking at."""
    unseen = [preview for preview in previews if now - preview.looked > LOOKING]
    return min(unseen, key=lambda preview: preview.at).project_id if unseen else None


def best_place(free: Mapping[str, int], owner: str | None, me: str) -> str:
    """The replica for a preview that runs nowhere, of the living ones with their free places: who had it last, because it knows more of it;
    else who has most, this one if others have no more."""
    most = max(free.values(), default=0)
    if owner and owner in free and (free[owner] > 0 or most <= 0):
        return owner
    best = [replica for replica, places in free.items() if places == most]
    return me if me in best or not best else best[0]


def restless(ends: Iterable[float], now: float, within: float = 60.0, often: int = 3) -> bool:
    """Whether a preview has ended by itself so often lately that starting it again is no use."""
    return sum(now - end <= within for end in ends) >= often


def complaint(answer: Mapping[str, Any]) -> str:
    """What a preview's program says of files that it has been given: why they do not work, or nothing."""
    if answer.get("disk_full") is True:
        return "The application's files do not fit on the preview's disk."
    if answer.get("page") == "broken":
        return "The page cannot be built."
    if answer.get("page") != "up":
        return "The page's development server did not start."
    if answer.get("api") == "failed":
        return "The API did not start."
    return str(answer.get("problem") or "")[:200]

"""Previews as records and rules: labels, who has to go, what the outside is told."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Wanted = Literal["running", "stopped"]


@dataclass(frozen=True)
class Record:
    """What survives a restart of the service. ``host`` is the label in front of the preview domain and the preview's id."""

    project_id: str
    host: str
    wanted: Wanted
    commit: str | None


@dataclass(frozen=True)
class Seen:
    """A running preview and when somebody last asked for it, in seconds of a clock that only goes forward."""

    project_id: str
    at: float


def label(chance: bytes) -> str:
    """A host label of 26 lower-case base32 characters from 16 random bytes."""
    if len(chance) != 16:
        raise ValueError("a label needs 16 random bytes")
    return base64.b32encode(chance).decode().lower().rstrip("=")


def idle(previews: Iterable[Seen], now: float, after: float) -> list[str]:
    """The projects whose previews nobody has looked at for ``after`` seconds."""
    return [preview.project_id for preview in previews if now - preview.at > after]


def surplus(previews: Iterable[Seen], room: int) -> list[str]:
    """The projects whose previews must stop so that at most ``room`` run: those that nobody has looked at for longest."""
    newest_first = sorted(previews, key=lambda preview: preview.at, reverse=True)
    return [preview.project_id for preview in newest_first[room:]]


def restless(ends: Iterable[float], now: float, within: float = 60.0, often: int = 3) -> bool:
    """Whether a preview has ended by itself so often lately that starting it again is no use."""
    return sum(now - end <= within for end in ends) >= often

"""Looking at what applications store, which nothing but the disk's end would stop."""

import asyncio
import time
from typing import Literal

from barnraise.sandbox.ports import Folders, Room

Why = Literal["share", "machine"]
"""Who is over: the project, or the disk on which all store."""
LOOK_SECONDS, _GLANCE_SECONDS = 0.5, 0.05
_LEISURE = 10
"""What has been stored is looked at so often, and never for more than about a tenth of the time; at once, where so much has been written
that it may be too much, which a glance at what is free shows."""
_NOTABLE = 16 << 20
"""Bytes. Less is written all the time, by whomever."""


async def much_stored(folders: Folders, project_id: str, most: int, user: int | None) -> Why:
    """Wait until the project is seen to have stored more than ``most`` bytes, or to store while the disk has nothing left but its reserve,
    or until half of that is gone too, whoever took it. ``user``: its sandbox's own, whose removed files count too when much was written."""
    reserve = folders.reserve()
    alarmed, low, least = True, Room(0, 0), most
    while True:
        began, free = time.monotonic(), folders.free()
        folder = folders.of(project_id)
        used = await asyncio.to_thread(folders.used, folder, most) if folder else 0
        if alarmed and user is not None:
            used += await asyncio.to_thread(folders.removed, user)
        if used > most:
            return "share"
        least = min(least, used)
        short = any(left < kept for left, kept in zip(free, reserve, strict=True))
        if short and (used > least + _NOTABLE or any(left < kept / 2 for left, kept in zip(free, reserve, strict=True))):
            return "machine"
        now = time.monotonic()
        until = now + max(LOOK_SECONDS, _LEISURE * (now - began))
        room = max(least + _NOTABLE - used if short else most - used, _NOTABLE)
        # Who writes a little at a time is counted together until everything is looked at.
        before = Room(0, 0) if alarmed else low
        low = Room(*(max(past, _next(left, room, kept)) for past, left, kept in zip(before, free, reserve, strict=True)))
        alarmed = await _alarmed(folders, until, low)


def _next(free: float, room: float, reserve: float) -> float:
    """What may be free when it is time to look: so much less, or as little as the reserve, or as half of it."""
    return max(free - room, *(bound for bound in (reserve, reserve / 2) if bound < free), 0)


async def _alarmed(folders: Folders, until: float, low: Room) -> bool:
    """Wait until it is time to look again, or so little is free that somebody must have written much; whether that is why."""
    while time.monotonic() < until:
        free = folders.free()
        if free.bytes < low.bytes or free.names < low.names:
            return True
        await asyncio.sleep(_GLANCE_SECONDS)
    return False

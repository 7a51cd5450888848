"""Looking at what applications store, which nothing but the disk's end would stop."""

import asyncio
import time

from barnraise.sandbox.ports import Folders

LOOK_SECONDS, _GLANCE_SECONDS = 0.5, 0.05
_LEISURE = 10
"""What has been stored is looked at so often, and never for more than about a tenth of the time; at once, where so much has been written
that it may be too much, which a glance at what is free shows."""
_NOTABLE = 16 << 20
"""Bytes. Less is written all the time, by whomever."""


async def much_stored(folders: Folders, project_id: str, most: int, user: int | None) -> None:
    """Wait until the project is seen to have stored more than ``most`` bytes. ``user``: its sandbox's own, whose removed files count too
    when much was written."""
    alarmed, low = True, 0
    while True:
        began, free = time.monotonic(), folders.free()
        folder = folders.of(project_id)
        used = await asyncio.to_thread(folders.used, folder, most) if folder else 0
        if alarmed and user is not None:
            used += await asyncio.to_thread(folders.removed, user)
        if used > most:
            return
        now = time.monotonic()
        until = now + max(LOOK_SECONDS, _LEISURE * (now - began))
        # Who writes a little at a time is counted together until everything is looked at.
        low = max(0 if alarmed else low, free - max(most - used, _NOTABLE))
        alarmed = await _alarmed(folders, until, low)


async def _alarmed(folders: Folders, until: float, low: int) -> bool:
    """Wait until it is time to look again, or so little is free that somebody must have written much; whether that is why."""
    while time.monotonic() < until:
        if folders.free() <= low:
            return True
        await asyncio.sleep(_GLANCE_SECONDS)
    return False

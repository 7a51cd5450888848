"""``git push``: only ``main``, only forwards, all of it or nothing."""

import hashlib

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.requests import PushCommits
from barnraise.gateway.domain import pktlines
from barnraise.gateway.domain.pktlines import NOTHING, RefUpdate
from barnraise.gateway.ports import Bus, GitServer

_MAIN = "refs/heads/main"


class Pushes:
    def __init__(self, server: GitServer, bus: Bus) -> None:
        self._server = server
        self._bus = bus

    async def advertise(self, project_id: str) -> bytes:
        return pktlines.advertisement(sorted((await self._server.refs(project_id)).items()))

    async def receive(self, project_id: str, body: bytes) -> bytes:
        """git's report. A push is refused as a whole: when one of its refs may not move, none does."""
        updates, pack = pktlines.read_push(body)
        refusals = {update.ref: _refusal(update) for update in updates}
        if not updates:  # git asks first whether it is let in
            return b""
        if any(refusals.values()):
            return pktlines.report((ref, why or "another part of this push was refused") for ref, why in refusals.items())
        try:
            await self._push(project_id, updates[0], pack)
        except BarnraiseError as error:
            return pktlines.report([(_MAIN, f"{error.problem.detail} {error.problem.next}")])
        return pktlines.report([(_MAIN, None)])

    async def _push(self, project_id: str, update: RefUpdate, pack: bytes) -> None:
        if not pack:
            raise BarnraiseError("version_conflict", "The push brings no commits.", "Fetch, and commit on origin/main.")
        name = await self._server.take(project_id, pack)
        identity = hashlib.sha256(f"{project_id} {update.old} {update.new}".encode()).hexdigest()[:40]
        await self._bus.ask(PushCommits(id=f"push:{identity}", project_id=project_id, at=now(), old=update.old, new=update.new, pack=name))


def _refusal(update: RefUpdate) -> str | None:
    """Why the ref may not be moved so; None when it may be tried."""
    if update.ref != _MAIN:
        return "only main can be pushed"
    if update.new == NOTHING:
        return "main cannot be deleted"
    return "the project has no code yet; say what to build first" if update.old == NOTHING else None

"""``git push``: to ``main``, forwards only, and to branches and tags of one's own; all of it or nothing."""

import hashlib

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.requests import ChangeRef, PushCommits
from barnraise.gateway.domain import pktlines
from barnraise.gateway.domain.pktlines import NOTHING, RefUpdate, short_name
from barnraise.gateway.ports import Bus, GitServer


class Pushes:
    def __init__(self, server: GitServer, bus: Bus) -> None:
        self._server = server
        self._bus = bus

    async def advertise(self, project_id: str) -> bytes:
        return pktlines.advertisement(sorted((await self._server.refs(project_id)).items()))

    async def receive(self, project_id: str, body: bytes) -> bytes:
        """git's report. A push of several refs is refused as a whole when what it wants of one cannot be; then they move one by one,
        and the first branch brings the objects."""
        updates, pack = pktlines.read_push(body)
        refusals = {update.ref: _refusal(update) for update in updates}
        if any(refusals.values()):
            return pktlines.report((ref, why or "another part of this push was refused") for ref, why in refusals.items())
        bringing = next((update for update in updates if update.brings), None)
        ordered = sorted(updates, key=lambda update: update is not bringing)
        results = [(update.ref, await self._try(project_id, update, pack if update is bringing else b"")) for update in ordered]
        return pktlines.report(results) if updates else b""

    async def _try(self, project_id: str, update: RefUpdate, pack: bytes) -> str | None:
        """Why the ref did not move; None when it did."""
        try:
            await self._move(project_id, update, pack)
        except BarnraiseError as error:
            return f"{error.problem.detail} {error.problem.next}"
        return None

    async def _move(self, project_id: str, update: RefUpdate, pack: bytes) -> None:
        ref = short_name(update.ref) or update.ref
        old, new = (None if commit == NOTHING else commit for commit in (update.old, update.new))
        identity = f"push:{hashlib.sha256(f'{project_id} {ref} {old} {new}'.encode()).hexdigest()[:40]}"
        if new is None or (ref != "main" and not pktlines.has_objects(pack)):
            # The same wish may come again later, when it means something else: only a request has an identity here.
            await self._bus.ask(ChangeRef(id=f"{identity}:{now().timestamp()}", project_id=project_id, at=now(), ref=ref, old=old, new=new))
            return
        if not pack:
            raise BarnraiseError("version_conflict", "The push brings no commits.", "Fetch, and commit on origin/main.")
        name = await self._server.take(project_id, pack)
        await self._bus.ask(PushCommits(id=identity, project_id=project_id, at=now(), old=old, new=new, pack=name, branch=ref))


def _refusal(update: RefUpdate) -> str | None:
    """Why the ref may not be moved so; None when it may be tried."""
    name = short_name(update.ref)
    if name is None:
        return "only branches and tags can be pushed"
    if name == "blueprint":
        return "the compiler alone writes to blueprint"
    if name == "main" and update.new == NOTHING:
        return "main cannot be deleted"
    if name == "main" and update.old == NOTHING:
        return "the project has no code yet; say what to build first"
    return None

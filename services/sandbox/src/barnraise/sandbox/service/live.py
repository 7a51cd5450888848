"""One running preview: brought to files, and asked whether it works with them."""

import asyncio
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from barnraise.chassis import tracing
from barnraise.chassis.errors import BarnraiseError
from barnraise.sandbox.domain import changes
from barnraise.sandbox.domain.previews import Record, complaint
from barnraise.sandbox.ports import Box, Visitor
from barnraise.sandbox.service.logs import LogStream
from barnraise.sandbox.service.provisioning import Provision
from barnraise.sandbox.service.testing import encode
from barnraise.sandbox.service.watching import TroubleWatch

APPLY_SECONDS = 60.0
ANSWER_SECONDS = 15.0
Reason = Literal["asked", "idle", "expired", "crashed", "disk", "replaced", "deleted"]


@dataclass
class Live:
    """A running sandbox of a preview. ``commit`` is the last that worked, and ``files`` are that one's. ``torn``: it is on the way from
    there to other files, and nobody knows how far. ``used`` is when it was brought to a commit or looked at. ``own``: packages that
    the project has beside the base layer. ``overfull``: why it may store nothing more."""

    record: Record
    box: Box
    log: LogStream
    watch: TroubleWatch
    ready: bool
    own: Provision
    begun: float = field(default_factory=time.monotonic)
    used: float = field(default_factory=time.monotonic)
    looked: float = -math.inf
    files: Mapping[str, bytes] = field(default_factory=dict)
    commit: str | None = None
    torn: bool = False
    leaving: Reason | None = None
    overfull: str = ""
    guard: asyncio.Task[None] | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def apply(self, files: Mapping[str, bytes], *, checked: bool) -> None:
        """Where it does not work, what ran before runs on, with the files that were there. ``checked``: a preview that only begins is to
        look whether its page can be built, too."""
        change = changes.between(self.files, files)
        if not change.files:
            return
        self.torn = True
        request = {"files": encode(change.files), "kind": changes.kind_of(files), "restart": change.restart, "checked": checked}
        try:
            async with asyncio.timeout(APPLY_SECONDS):
                with tracing.span("apply in a sandbox", attributes={"sandbox.id": self.box.id}):
                    await self.box.send(request)
                    answer = await self.box.receive()
        except TimeoutError as error:
            raise await self._broken("The application did not start in time.") from error
        if problem := complaint(answer or {}):
            self.torn = answer is None
            raise await self._broken(problem)

    async def visit(self, visitor: Visitor, files: Mapping[str, bytes]) -> None:
        """What counts: the page and the API answer through the endpoint, as a browser would ask."""
        assert self.box.endpoint
        until = time.monotonic() + ANSWER_SECONDS
        for path in ("/", "/api/health") if changes.kind_of(files) == "app" else ("/",):
            status = None
            while status != 200:
                if self.box.gone() or time.monotonic() > until:
                    told = f"with status {status}" if status else "not at all"
                    raise await self._broken(f"GET {path} was answered {told}.")
                status = await visitor.get(self.box.endpoint, path, f"{self.record.host}.localhost")
                if status != 200:
                    await asyncio.sleep(0.05)

    async def _broken(self, what: str) -> BarnraiseError:
        said, what = await self.log.settle(), self.overfull or what
        if self.own.trouble:
            what = f"{what} {self.own.trouble}"
        detail = f"{what}\n{said[-max(300, 1900 - len(what)) :]}" if said else what
        return BarnraiseError("preview_failed", detail, "Look at the last lines, change the code, or undo the last step.")

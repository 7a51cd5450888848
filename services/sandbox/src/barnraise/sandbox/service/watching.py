"""What a preview's output says of troubles, on its way into the project's story."""

from collections.abc import AsyncIterator

from barnraise.chassis.clock import now
from barnraise.contracts.events import PreviewTroubled
from barnraise.contracts.troubles import signature
from barnraise.sandbox.domain.limits import Chunk
from barnraise.sandbox.domain.previews import Record
from barnraise.sandbox.domain.troubles import OutputWatch, Trouble
from barnraise.sandbox.ports import Announcer, Box

MOST = 20
"""That are told of one commit."""


class TroubleWatch:
    """Reads the output of one run of a preview. Each trouble is told once for a commit, and not many of them: an application may print
    anything."""

    def __init__(self, record: Record, box: Box, announcer: Announcer) -> None:
        self._record = record
        self._box = box
        self._announcer = announcer
        self._commit: str | None = None
        self._marks: set[str] = set()
        self._told = 0

    def turn(self, commit: str) -> None:
        """From now on it is this commit that runs: what it says is new."""
        if commit != self._commit:
            self._commit = commit
            self._marks.clear()

    async def output(self) -> AsyncIterator[Chunk]:
        """Everything that the sandbox prints."""
        watches = {"stdout": OutputWatch(), "stderr": OutputWatch()}
        async for chunk in self._box.output():
            yield chunk
            for trouble in watches[chunk.stream].feed(chunk.data.decode(errors="replace")):
                await self._tell(trouble)

    async def _tell(self, trouble: Trouble) -> None:
        mark = signature(trouble.text)
        if mark in self._marks or len(self._marks) >= MOST:
            return
        self._marks.add(mark)
        self._told += 1
        event = PreviewTroubled(
            id=f"trouble:{self._box.id}:{self._told}", project_id=self._record.project_id, at=now(), preview_id=self._record.host,
            commit=self._commit, source="server", text=trouble.text, detail=trouble.detail,
        )  # fmt: skip
        await self._announcer.publish(event)

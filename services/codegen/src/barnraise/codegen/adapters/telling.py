"""Shows a reply while it is written: at once, then at most so often, and now and then once more for who has come later."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal

from barnraise.chassis.clock import new_id
from barnraise.chassis.logs import get_logger
from barnraise.codegen.domain.drafts import files_of, masked
from barnraise.contracts.live import ModelProgress
from barnraise.models.calls import BYTES_PER_TOKEN, Asking, Delta, Progress, Restarted, Tell, Waiting, tell_nobody

PAUSE = 0.025  # seconds between two tellings
AGAIN = 1.0  # seconds after which the last of what was told is told once more
TAIL = 4_000  # characters of that
_ROOM = 30_000  # characters that one telling may have

Show = Callable[[ModelProgress], Awaitable[None]]


class Draft:
    """What is known of a reply, and what of it was told."""

    def __init__(self, project_id: str, job_id: str) -> None:
        self._project_id, self._job_id = project_id, job_id
        self._asking: Asking | None = None
        self._begin()

    def hear(self, progress: Progress) -> None:
        match progress:
            case Waiting(place=place):
                self._place = place
            case Asking():
                self._asking, self._place = progress, 0
            case Delta(text=text):
                self._text += text
            case Restarted():
                self._begin()

    def news(self, *, again: bool) -> ModelProgress:
        """What has come since the last news; ``again``: and the end of what came before."""
        first = max(0, min(self._told, len(self._text) - TAIL)) if again else self._told
        first = max(first, len(self._text) - _ROOM)
        self._told = len(self._text)
        tokens, cost = self._spent()
        asked = self._asking
        return ModelProgress(
            project_id=self._project_id,
            job_id=self._job_id,
            reply=self._reply,
            model=f"{asked.profile} ({asked.model})" if asked else "",
            place=self._place,
            offset=first,
            text=masked(self._text)[first:],
            files=files_of(self._text),
            tokens=tokens,
            cost=cost,
            most_tokens=asked.most if asked else 0,
            most_cost=asked.most_cost if asked else None,
        )

    def _begin(self) -> None:
        self._reply, self._text, self._told, self._place = new_id(), "", 0, 0

    def _spent(self) -> tuple[int, Decimal | None]:
        """Tokens and dollars so far, as far as we can tell: prices are linear between what asking costs and the longest reply."""
        if not (asked := self._asking):
            return 0, None
        written = min(-(-len(self._text.encode(errors="replace")) // BYTES_PER_TOKEN), asked.most - asked.least)
        if asked.least_cost is None or asked.most_cost is None:
            return asked.least + written, None
        share = Decimal(written) / max(1, asked.most - asked.least)
        return asked.least + written, round(asked.least_cost + (asked.most_cost - asked.least_cost) * share, 6)


@contextlib.asynccontextmanager
async def telling(show: Show, project_id: str, job_id: str) -> AsyncIterator[Tell]:
    """Hears of one call's reply and shows it until the call has ended. What no job asked for is shown to nobody."""
    if not job_id:
        yield tell_nobody
        return
    draft, changed = Draft(project_id, job_id), asyncio.Event()

    def hear(progress: Progress) -> None:
        draft.hear(progress)
        changed.set()

    task = asyncio.create_task(_show(draft, changed, show))
    try:
        yield hear
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    if changed.is_set():
        await _tell(draft, show, again=False)


async def _show(draft: Draft, changed: asyncio.Event, show: Show) -> None:
    clock = asyncio.get_running_loop().time
    again = clock() + AGAIN
    while True:
        await changed.wait()
        changed.clear()
        late = clock() >= again
        if late:
            again = clock() + AGAIN
        await _tell(draft, show, again=late)
        await asyncio.sleep(PAUSE)


async def _tell(draft: Draft, show: Show, *, again: bool) -> None:
    try:
        await show(draft.news(again=again))
    except ValueError as error:  # what a model writes must not end its own call
        get_logger().warning("a reply could not be shown", error=str(error)[:300])

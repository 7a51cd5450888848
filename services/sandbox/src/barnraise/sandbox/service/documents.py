"""Reading a stranger's document, or drawing a stranger's picture anew: one sandbox for each, which is believed in nothing."""

import asyncio
import base64
from collections.abc import Mapping
from typing import Any

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.documents import MAX_PAGES, MAX_TEXT, DocumentText, Picture
from barnraise.sandbox.domain.limits import DOCUMENT, DOCUMENT_SECONDS, Exit
from barnraise.sandbox.domain.pictures import drawn
from barnraise.sandbox.ports import Box, Documents
from barnraise.sandbox.service.fairness import Idle, fair_time
from barnraise.sandbox.service.pool import Pool

AT_ONCE = 2
MOST_PIXELS, LEAST = 12_500_000, 16
"""As ``barnraise_pictures`` has them, where they are enforced."""
_PROBLEMS = {
    "encrypted": ("It is locked with a password.", "Save it without a password, then send it again."),
    "empty": (
        "There is no text in it; it may be a scan.",
        "Send one whose text can be marked and copied, or paste the text, or send pages as pictures.",
    ),
    "broken": ("Its content is damaged.", "Open it, save it anew, and send that; or paste its text."),
}
_ENDS = {
    "timed_out": f"It takes longer than {DOCUMENT_SECONDS:.0f} seconds to read.",
    "out_of_memory": f"Reading it takes more than {DOCUMENT.memory >> 20} MiB of memory.",
}
_SMALLER = "Send a shorter or simpler document, or paste its text."
_ANOTHER = "Open it, save it anew as PNG or JPEG, and send that."
_SMALLER_PICTURE = "Send a smaller picture, or only the part that matters."


class Unreadable(BarnraiseError):  # noqa: N818 - the name of a problem
    def __init__(self, detail: str, next: str) -> None:
        super().__init__("document_unreadable", detail, next)


class Invisible(BarnraiseError):  # noqa: N818 - the name of a problem
    def __init__(self, detail: str, next: str = _ANOTHER) -> None:
        super().__init__("picture_unreadable", detail, next)


class DocumentReader:
    """``pool`` gives boxes of the profile ``document``; some are at work at once, the others wait."""

    def __init__(self, pool: Pool, documents: Documents, wall: float = DOCUMENT_SECONDS, idle: Idle = lambda: None) -> None:
        self._pool = pool
        self._documents = documents
        self._wall = wall
        self._idle = idle
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def read(self, key: str, media_type: str) -> DocumentText:
        """The stored document's text. Unreadable says why there is none; Infrastructure when the platform failed."""
        return _text(*await self._opened(key, media_type))

    async def draw(self, key: str, media_type: str, kept: str) -> Picture:
        """Draw the stored picture anew, and store that at ``kept``. Invisible or ``too_large`` say why there is none."""
        picture, content = _picture(*await self._opened(key, media_type), kept)
        await self._documents.put(kept, content)
        return picture

    async def _opened(self, key: str, media_type: str) -> tuple[Mapping[str, Any] | None, Exit]:
        async with self._turns:
            try:
                content = await self._documents.get(key)
            except KeyError as error:  # whoever has asked has given up meanwhile
                raise BarnraiseError("not_found", "The file is not there any more.", "Send it again.") from error
            box, _ = await self._pool.take()
            drain = asyncio.create_task(_drain(box))
            try:
                return await self._to_the_end(box, content, media_type)
            finally:
                await asyncio.shield(box.kill())
                await drain

    async def _to_the_end(self, box: Box, content: bytes, media_type: str) -> tuple[Mapping[str, Any] | None, Exit]:
        try:
            async with fair_time(box, self._wall, self._idle):
                await box.send({"content": base64.b64encode(content).decode(), "media_type": media_type})
                return await box.receive(), await box.ended()
        except TimeoutError:
            await box.kill("timed_out")
        return None, await box.ended()


async def _drain(box: Box) -> None:
    """A parser's chatter is of no interest, but must be read for it to go on."""
    async for _ in box.output():
        pass


def _text(said: Mapping[str, Any] | None, end: Exit) -> DocumentText:
    if end.verdict != "exited" or end.code != 0 or said is None:
        raise Unreadable(_ENDS.get(end.verdict, "Reading it failed half way."), _SMALLER)
    if "problem" in said:
        raise Unreadable(*_PROBLEMS.get(str(said["problem"]), _PROBLEMS["broken"]))
    pages = said.get("pages")
    if not isinstance(pages, list) or not all(isinstance(page, str) for page in pages):
        raise Unreadable(*_PROBLEMS["broken"])
    return _bounded(pages, cut=said.get("cut") is True)


def _picture(said: Mapping[str, Any] | None, end: Exit, kept: str) -> tuple[Picture, bytes]:
    if end.verdict != "exited" or end.code != 0 or said is None:
        raise Invisible(_ENDS.get(end.verdict, "Drawing it failed half way."), _SMALLER_PICTURE)
    if said.get("problem") == "bomb":
        many = f"{said['pixels']:,}" if isinstance(said.get("pixels"), int) else "too many"
        raise BarnraiseError("too_large", f"It has {many} pixels; {MOST_PIXELS:,} are allowed.", _SMALLER_PICTURE)
    if said.get("problem") == "tiny":
        raise Invisible(f"It is less than {LEAST} pixels wide or high: nothing can be seen in it.", "Send a larger picture.")
    picture = drawn(said, kept)
    if picture is None:
        raise Invisible("It is damaged, or not what its first bytes say.")
    return picture


def _bounded(pages: list[str], *, cut: bool) -> DocumentText:
    """The program bounds what it says; here it is made sure of."""
    kept: list[str] = []
    left = MAX_TEXT - MAX_PAGES
    for page in pages[:MAX_PAGES]:
        clean = page.encode(errors="ignore").decode().replace("\x00", "").replace("\f", "\n")
        kept.append(clean[:left])
        left -= len(kept[-1])
    return DocumentText(pages=tuple(kept), cut=cut or len(pages) > MAX_PAGES or left <= 0)

"""What comes with a message: told by its content, and made text or drawn anew. All but text is opened in a sandbox, never here."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from barnraise.chassis.clock import new_id, now
from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.documents import MAX_TEXT, Attachment, DocumentText, Pictured, Sealed
from barnraise.contracts.requests import ReadDocument, ReadPicture
from barnraise.gateway.domain.refusals import Refusal
from barnraise.gateway.domain.sniffing import Upload, decoded, file_name, no_picture, picture_type, sealed_type, text_type
from barnraise.gateway.ports import Bus, Uploads

MAX_FILES = 5
MAX_FILE = 10 << 20
MAX_TOGETHER = 400_000
"""Characters: all texts travel in one message to the planner."""
PATIENCE = 45.0
_SAID_WITH_NAME = ("document_unreadable", "picture_unreadable", "too_large", "sandbox_unavailable")


class Documents:
    def __init__(self, bus: Bus, uploads: Uploads) -> None:
        self._bus = bus
        self._uploads = uploads

    async def read(self, project_id: str, files: Sequence[Upload]) -> tuple[Attachment, ...]:
        """The files' texts and pictures, in their order. Refusal names the file that is not taken, and why; then nothing is kept."""
        if len(files) > MAX_FILES:
            raise Refusal("too_large", f"There are {len(files)} files; {MAX_FILES} are allowed.", "Send fewer.", pointer="/files")
        read = await asyncio.gather(*(self._one(project_id, place, file) for place, file in enumerate(files)), return_exceptions=True)
        found = tuple(attachment for attachment in read if isinstance(attachment, Attachment))
        try:
            for attachment in read:
                if isinstance(attachment, BaseException):
                    raise attachment
            together = sum(len(attachment.text) for attachment in found)
            if together > MAX_TOGETHER:
                detail = f"The files have {together:,} characters of text together; {MAX_TOGETHER:,} are allowed."
                raise Refusal("too_large", detail, "Send fewer files, or shorter ones.", pointer="/files")
        except BaseException:
            await self.forget(found)
            raise
        return found

    @asynccontextmanager
    async def kept_if_taken(self, attachments: Sequence[Attachment]) -> AsyncIterator[asyncio.Event]:
        """Within, somebody says that the message is taken. One that is not, since its project is gone or its reply was given before, leaves
        no picture. Once it is said all is kept: whether the commit that follows has come to its end is not always known."""
        taken = asyncio.Event()
        try:
            yield taken
        finally:
            if not taken.is_set():
                await self.forget(attachments)

    async def forget(self, attachments: Sequence[Attachment]) -> None:
        """Remove the pictures of a message that came to nothing."""
        for attachment in attachments:
            if attachment.picture:
                await self._uploads.delete(attachment.picture.key)

    async def _one(self, project_id: str, place: int, file: Upload) -> Attachment:
        name, pointer = file_name(file.name), f"/files/{place}"
        try:
            return await self._read(project_id, name, file)
        except Refusal as refusal:
            said = refusal.problem
            raise Refusal(said.code, f"{name}: {said.detail}", said.next, pointer=pointer) from refusal
        except BarnraiseError as error:
            said = error.problem
            if said.code not in _SAID_WITH_NAME:
                raise
            raise Refusal(said.code, f"{name}: {said.detail}", said.next, pointer=pointer) from error

    async def _read(self, project_id: str, name: str, file: Upload) -> Attachment:
        content = file.content
        if len(content) > MAX_FILE:
            detail = f"It has {len(content):,} bytes; {MAX_FILE:,} are allowed."
            raise Refusal("too_large", detail, "Send a smaller one.")
        if not content.strip():
            raise Refusal("document_unreadable", "It is empty.", "Send one that says something.")
        if pictured := picture_type(content):
            return await self._seen(project_id, name, content, pictured)
        if file.picture:
            raise no_picture(content)
        if sealed := sealed_type(content):
            text = await self._opened(content, sealed)
            return Attachment(name=name, media_type=sealed, text="\f".join(text.pages), cut=text.cut)
        plain = decoded(content)
        if len(plain) > MAX_TEXT:
            detail = f"It has {len(plain):,} characters; {MAX_TEXT:,} are allowed."
            raise Refusal("too_large", detail, "Send the part that matters.")
        return Attachment(name=name, media_type=text_type(plain, name), text=plain)

    async def _opened(self, content: bytes, media_type: Sealed) -> DocumentText:
        """By the sandbox service. The document is stored only as long as it is read; no job ever names it."""
        async with self._stored(content) as key:
            request = ReadDocument(id=key, project_id="any", at=now(), key=key, media_type=media_type)
            return await self._bus.ask(request, timeout=PATIENCE)

    async def _seen(self, project_id: str, name: str, content: bytes, media_type: Pictured) -> Attachment:
        """Drawn anew by the sandbox service, and kept as long as its project: what was sent is not."""
        kept = f"pictures/{project_id}/{new_id()}"
        async with self._stored(content) as key:
            request = ReadPicture(id=key, project_id=project_id, at=now(), key=key, media_type=media_type, kept=kept)
            picture = await self._bus.ask(request, timeout=PATIENCE)
        return Attachment(name=name, media_type=picture.media_type, text="", picture=picture)

    @asynccontextmanager
    async def _stored(self, content: bytes) -> AsyncIterator[str]:
        key = f"documents/{new_id()}"
        await self._uploads.put(key, content)
        try:
            yield key
        finally:
            await self._uploads.delete(key)

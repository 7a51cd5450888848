"""What comes with a message: told by its content, and made text. PDF and DOCX are opened in a sandbox, never here."""

import asyncio
from collections.abc import Sequence

from barnraise.chassis.clock import new_id, now
from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.documents import MAX_TEXT, Attachment, DocumentText, Sealed
from barnraise.contracts.requests import ReadDocument
from barnraise.gateway.domain.refusals import Refusal
from barnraise.gateway.domain.sniffing import Upload, decoded, file_name, sealed_type, text_type
from barnraise.gateway.ports import Bus, Uploads

MAX_FILES = 5
MAX_FILE = 10 << 20
MAX_TOGETHER = 400_000
"""Characters: all texts travel in one message to the planner."""
PATIENCE = 45.0
_SAID_WITH_NAME = ("document_unreadable", "sandbox_unavailable")


class Documents:
    def __init__(self, bus: Bus, uploads: Uploads) -> None:
        self._bus = bus
        self._uploads = uploads

    async def read(self, files: Sequence[Upload]) -> tuple[Attachment, ...]:
        """The files' texts, in their order. Refusal names the file that is not taken, and why."""
        if len(files) > MAX_FILES:
            raise Refusal("too_large", f"There are {len(files)} files; {MAX_FILES} are allowed.", "Send fewer.", pointer="/files")
        read = await asyncio.gather(*(self._one(place, file) for place, file in enumerate(files)), return_exceptions=True)
        found: list[Attachment] = []
        for attachment in read:
            if isinstance(attachment, BaseException):
                raise attachment
            found.append(attachment)
        together = sum(len(attachment.text) for attachment in found)
        if together > MAX_TOGETHER:
            detail = f"The files have {together:,} characters of text together; {MAX_TOGETHER:,} are allowed."
            raise Refusal("too_large", detail, "Send fewer files, or shorter ones.", pointer="/files")
        return tuple(found)

    async def _one(self, place: int, file: Upload) -> Attachment:
        name, pointer = file_name(file.name), f"/files/{place}"
        try:
            return await self._read(name, file.content)
        except Refusal as refusal:
            said = refusal.problem
            raise Refusal(said.code, f"{name}: {said.detail}", said.next, pointer=pointer) from refusal
        except BarnraiseError as error:
            said = error.problem
            if said.code not in _SAID_WITH_NAME:
                raise
            raise Refusal(said.code, f"{name}: {said.detail}", said.next, pointer=pointer) from error

    async def _read(self, name: str, content: bytes) -> Attachment:
        if len(content) > MAX_FILE:
            detail = f"It has {len(content):,} bytes; {MAX_FILE:,} are allowed."
            raise Refusal("too_large", detail, "Send a smaller one.")
        if not content.strip():
            raise Refusal("document_unreadable", "It is empty.", "Send one that says something.")
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
        key = f"documents/{new_id()}"
        await self._uploads.put(key, content)
        try:
            request = ReadDocument(id=key, project_id="any", at=now(), key=key, media_type=media_type)
            return await self._bus.ask(request, timeout=PATIENCE)
        finally:
            await self._uploads.delete(key)

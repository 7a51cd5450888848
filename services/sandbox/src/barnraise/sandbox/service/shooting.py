"""A picture of a project's page, taken in a sandbox of its own, beside the preview that people look at."""

import asyncio
import base64
import binascii
from collections.abc import Mapping
from typing import Any

from barnraise.chassis.clock import new_id
from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.documents import Picture
from barnraise.sandbox.domain.changes import kind_of
from barnraise.sandbox.domain.limits import SHOT
from barnraise.sandbox.ports import Box, Code, Documents, Driver, Spec
from barnraise.sandbox.service.documents import DocumentReader
from barnraise.sandbox.service.provisioning import Provisioner
from barnraise.sandbox.service.testing import encode

READY_SECONDS = 30.0
_NEXT = "Look at the preview yourself."


class NoPicture(BarnraiseError):  # noqa: N818 - a state of affairs
    """There is none, and nothing is the worse for it."""

    def __init__(self, detail: str) -> None:
        super().__init__("picture_unreadable", detail, _NEXT)


class Photographer:
    """One picture at a time: a browser takes much."""

    def __init__(self, driver: Driver, code: Code, packages: Provisioner, objects: Documents, reader: DocumentReader) -> None:
        self._driver = driver
        self._code = code
        self._packages = packages
        self._objects = objects
        self._reader = reader
        self._turn = asyncio.Lock()

    async def take(self, project_id: str, commit: str, size: tuple[int, int]) -> Picture:
        """Of the first page, ``size`` pixels wide and high, drawn anew like any other. NoPicture says why there is none."""
        files = await self._code.files(project_id, commit)
        if kind_of(files) is None:
            raise NoPicture("There is no page to be looked at.")
        own = await self._packages.provide(files)
        async with self._turn:
            box = await self._driver.start(Spec("shot", SHOT, more=own.more))
            drain = asyncio.create_task(_drain(box))
            try:
                async with asyncio.timeout(SHOT.wall):
                    content = _content(await self._seen(box, files, size))
            except TimeoutError as error:
                raise NoPicture("Looking at it took too long.") from error
            finally:
                await asyncio.shield(box.kill())
                await drain
        return await self._drawn(project_id, content)

    async def _seen(self, box: Box, files: Mapping[str, bytes], size: tuple[int, int]) -> Mapping[str, Any] | None:
        ready = await box.receive()
        if ready is None or not ready.get("browser"):
            raise NoPicture("There is no browser in the sandbox: Chromium is not installed on this machine, or not seen by this driver.")
        wanted = {"files": encode(files), "kind": kind_of(files), "restart": True, "checked": False, "width": size[0], "height": size[1]}
        await box.send(wanted)
        return await box.receive()

    async def _drawn(self, project_id: str, content: bytes) -> Picture:
        key, kept = f"documents/{new_id()}", f"pictures/{project_id}/{new_id()}"
        await self._objects.put(key, content)
        try:
            return await self._reader.draw(key, "image/png", kept)
        finally:
            await self._objects.delete(key)


async def _drain(box: Box) -> None:
    async for _ in box.output():
        pass


def _content(said: Mapping[str, Any] | None) -> bytes:
    try:
        return base64.b64decode(said["content"] if said else "", validate=True) or _none()
    except (KeyError, TypeError, binascii.Error, ValueError) as error:
        raise NoPicture("The page could not be looked at.") from error


def _none() -> bytes:
    raise ValueError

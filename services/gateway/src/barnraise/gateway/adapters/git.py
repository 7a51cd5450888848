"""git's smart HTTP protocol: git itself answers on the cached repository, and checks what is pushed in a place of its own."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from barnraise.chassis.errors import BarnraiseError
from barnraise.vfs import Vfs
from barnraise.vfs.quarantine import check_pack, git_environment

_AT_ONCE = 8
_PIECE = 1 << 16
_PROTOCOL = re.compile(r"^version=[0-2]$")
_BANNER = b"001e# service=git-upload-pack\n0000"


class Git:
    def __init__(self, vfs: Vfs) -> None:
        self._vfs = vfs
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def advertise(self, project_id: str, protocol: str) -> bytes:
        """The refs (or, in version 2, the capabilities) that there are."""
        async with self._slots, self._process(project_id, protocol, "--http-backend-info-refs", asks=False) as process:
            answer, _ = await process.communicate()
            if process.returncode:
                raise BarnraiseError("internal", "git could not read the repository.", "Try again.")
        return answer if protocol == "version=2" else _BANNER + answer

    async def refs(self, project_id: str) -> Mapping[str, str]:
        return await self._vfs.refs(project_id)

    async def take(self, project_id: str, pack: bytes) -> str:
        """Checks a pushed pack: whole, sound, and complete together with what the project has. It is stored, and counts for nothing yet."""
        known = await self._vfs.path_for_clone(project_id)
        async with self._slots:
            checked = await check_pack(pack, known)
        await self._vfs.store(project_id, checked)
        return checked.id

    @asynccontextmanager
    async def upload_pack(self, project_id: str, protocol: str, request: bytes) -> AsyncIterator[AsyncIterator[bytes]]:
        """git's answer to what a clone wants, as it comes."""
        async with self._slots, self._process(project_id, protocol) as process:
            feeding = asyncio.create_task(_feed(process, request))
            try:
                yield _pieces(process)
            finally:
                feeding.cancel()
                await asyncio.gather(feeding, return_exceptions=True)

    @asynccontextmanager
    async def _process(self, project_id: str, protocol: str, *options: str, asks: bool = True) -> AsyncIterator[asyncio.subprocess.Process]:
        path = await self._vfs.path_for_clone(project_id)
        command = ("git", "-c", "safe.directory=*", "upload-pack", "--strict", "--stateless-rpc", *options, str(path))
        pipe, null = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe if asks else null, stdout=pipe, stderr=null, env=_environment(protocol)
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _environment(protocol: str) -> dict[str, str]:
    return git_environment() | ({"GIT_PROTOCOL": protocol} if _PROTOCOL.match(protocol) else {})


async def _feed(process: asyncio.subprocess.Process, request: bytes) -> None:
    assert process.stdin
    # uvloop raises RuntimeError when git has ended without reading on.
    with contextlib.suppress(ConnectionError, RuntimeError):
        process.stdin.write(request)
        await process.stdin.drain()
        process.stdin.close()


async def _pieces(process: asyncio.subprocess.Process) -> AsyncIterator[bytes]:
    assert process.stdout
    while piece := await process.stdout.read(_PIECE):
        yield piece

"""One container of a Docker Engine, as the containers' box sees it."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiodocker.containers import DockerContainer
from aiodocker.docker import Docker
from aiodocker.exceptions import DockerError
from aiodocker.stream import Stream

from barnraise.sandbox.adapters.cgroups import refusals
from barnraise.sandbox.adapters.containers.box import Ending
from barnraise.sandbox.domain.containers import GVISOR, usage_of
from barnraise.sandbox.domain.limits import Usage

_OUTPUT = 1
_SOON = 10.0
_COMPLAINT = 2000
_AT_ONCE = {"stream": "0", "one-shot": "1"}
"""Without a second look, for which the engine would wait a second or two."""


class DockerRun:
    """A container that was attached to before it began, so that nothing it says is lost."""

    def __init__(self, container: DockerContainer, stream: Stream, *, gvisor: bool = False) -> None:
        self._container = container
        self._stream = stream
        self._gvisor = gvisor
        self._complaint = b""
        self._spoke = False

    @classmethod
    async def start(cls, engine: Docker, description: Mapping[str, Any], name: str) -> "DockerRun":
        """DockerError or aiohttp.ClientError when it cannot be started; then nothing of it is left."""
        container = await engine.containers.create(dict(description), name=name)
        gvisor = description["HostConfig"].get("Runtime") == GVISOR
        run = cls(container, container.attach(stdin=True, stdout=True, stderr=True), gvisor=gvisor)
        try:
            await run._stream.__aenter__()
            await container.start()
        except BaseException:
            await asyncio.shield(run.remove())
            raise
        return run

    async def read(self) -> bytes | None:
        """Its standard output; what it complains of on the other stream is kept for the reason of a failure."""
        try:
            while message := await self._stream.read_out():
                if message.stream == _OUTPUT:
                    self._spoke = True
                    return message.data
                self._complaint = (self._complaint + message.data)[-_COMPLAINT:]
        except (DockerError, aiohttp.ClientError) as error:
            raise OSError(str(error)) from error
        return None

    async def write(self, data: bytes) -> None:
        try:
            await self._stream.write_in(data)
        except (DockerError, aiohttp.ClientError, AssertionError) as error:
            raise BrokenPipeError("the container has ended") from error

    async def kill(self) -> None:
        with contextlib.suppress(DockerError, aiohttp.ClientError):  # it has ended already, or is removed by force later
            await self._container.kill()

    async def ended(self) -> Ending:
        try:
            try:
                async with asyncio.timeout(_SOON):
                    await self._container.wait()
            except TimeoutError:
                await self.kill()
                async with asyncio.timeout(_SOON):
                    await self._container.wait()
            state = (await self._container.show())["State"]
        except (DockerError, aiohttp.ClientError) as error:
            return Ending(None, problem=f"the engine lost its container: {error}")
        except TimeoutError:
            return Ending(None, problem="the engine does not end its container")
        # Once the program runs, it might complain in the first process's name.
        failed = state["ExitCode"] and not self._spoke
        problem = state["Error"] or (self._complaint.decode(errors="replace").strip() if failed else "")
        return Ending(state["ExitCode"], state["OOMKilled"], problem)

    async def refused(self) -> bool:
        """Seen where the engine's machine is this one."""
        try:
            process = (await self._container.show())["State"]["Pid"]
        except (DockerError, aiohttp.ClientError):
            return False
        return refusals(process, self._container.id) > 0

    async def usage(self) -> Usage:
        try:
            async with asyncio.timeout(_SOON):
                told = await self._container.docker._query_json(f"containers/{self._container.id}/stats", params=_AT_ONCE)
        except (DockerError, aiohttp.ClientError, TimeoutError):
            return Usage()
        return usage_of(told or {}, gvisor=self._gvisor)  # nothing is said of one that is on its way out

    async def remove(self) -> None:
        await self._stream.close()
        with contextlib.suppress(DockerError, aiohttp.ClientError):  # what stays is swept
            await self._container.delete(force=True, v=True)

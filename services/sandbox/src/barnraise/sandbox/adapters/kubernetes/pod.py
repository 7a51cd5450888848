"""One pod, as the containers' box sees it: its first process is met by a bridge that is executed beside it."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from barnraise.sandbox.adapters.containers.box import Ending
from barnraise.sandbox.adapters.kubernetes.cluster import ApiError, Cluster
from barnraise.sandbox.domain.limits import Usage
from barnraise.sandbox.domain.pods import CONTAINER

START_SECONDS = 120.0
_SOON = 15.0
_STDIN, _STDOUT, _STDERR, _ERROR = range(4)
_COMPLAINT = 2000
_DELETED = "the pod was deleted by somebody else"
_HOPELESS = (
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
)
"""Reasons why a container waits that waiting does not mend."""


class PodRun:
    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster = cluster
        self._name = name
        self._talk = contextlib.AsyncExitStack()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._complaint = b""
        self._killed = False

    @classmethod
    async def start(cls, cluster: Cluster, pod: Mapping[str, Any], bridge: Sequence[str]) -> "PodRun":
        """ApiError, aiohttp.ClientError or TimeoutError when it cannot be started; then nothing of it is left."""
        run = cls(cluster, pod["metadata"]["name"])
        try:
            await cluster.create(pod)
            async with asyncio.timeout(START_SECONDS):
                await run._running()
            run._socket = await run._talk.enter_async_context(cluster.execute(run._name, CONTAINER, bridge))
        except BaseException:
            await asyncio.shield(run.remove())
            raise
        return run

    async def _running(self) -> None:
        async for happened, pod in _lasting(self._cluster, self._name):
            status = pod.get("status", {})
            waiting = _state(pod).get("waiting", {})
            if happened == "DELETED" or status.get("phase") in ("Failed", "Succeeded"):
                raise ApiError(410, f"the pod ended before it began: {status.get('message') or status.get('reason') or 'no reason given'}")
            if waiting.get("reason") in _HOPELESS:
                raise ApiError(400, f"{waiting['reason']}: {waiting.get('message', '')}")
            if "running" in _state(pod):
                return

    async def read(self) -> bytes | None:
        assert self._socket
        async for message in self._socket:
            if message.type != aiohttp.WSMsgType.BINARY or not message.data:
                continue
            stream, data = message.data[0], message.data[1:]
            if stream == _STDOUT and data:
                return data
            if stream in (_STDERR, _ERROR):
                self._complaint = (self._complaint + data)[-_COMPLAINT:]
        return None

    async def write(self, data: bytes) -> None:
        assert self._socket
        if self._socket.closed:
            raise BrokenPipeError("the pod has ended")
        await self._socket.send_bytes(bytes([_STDIN]) + data)

    async def refused(self) -> bool:
        """Its control group is on another machine."""
        return False

    async def usage(self) -> Usage:
        """A cluster measures pods only where it has a metrics server, and then with pages of files in it: nothing like the others."""
        return Usage()

    async def kill(self) -> None:
        self._killed = True
        with contextlib.suppress(ApiError, aiohttp.ClientError, TimeoutError):  # removed once more later, and swept
            await self._cluster.delete(self._name)

    async def ended(self) -> Ending:
        try:
            async with asyncio.timeout(_SOON):
                return await self._terminated()
        except TimeoutError:
            await self.kill()
            return Ending(None, problem="" if self._killed else "the pod did not end")
        except (ApiError, aiohttp.ClientError) as error:
            return Ending(None, problem="" if self._killed else f"the cluster lost the pod: {error}")

    async def _terminated(self) -> Ending:
        async for happened, pod in _lasting(self._cluster, self._name):
            ended = _state(pod).get("terminated")
            if ended:
                return Ending(ended["exitCode"], ended.get("reason") == "OOMKilled", self._problem(pod, ended))
            if happened == "DELETED":
                break
        return Ending(None, problem="" if self._killed else _DELETED)

    def _problem(self, pod: Mapping[str, Any], ended: Mapping[str, Any]) -> str:
        """A pod may also be ended by its cluster: evicted, out of its deadline, with its node."""
        reason = pod["status"].get("reason", "")
        if self._killed:
            return ""
        if "deletionTimestamp" in pod["metadata"]:
            return _DELETED
        if not reason:
            return ""
        return f"{reason}: {pod['status'].get('message', ended.get('message', ''))}"

    async def remove(self) -> None:
        await self._talk.aclose()
        with contextlib.suppress(ApiError, aiohttp.ClientError, TimeoutError):  # what stays is swept
            async with asyncio.timeout(_SOON):
                while await self._cluster.delete(self._name):
                    async for happened, _ in self._cluster.watch(self._name):
                        if happened == "DELETED":
                            return


async def _lasting(cluster: Cluster, name: str) -> Any:
    """A watch that is begun again when the server ends it, as servers do."""
    while True:
        async for event in cluster.watch(name):
            yield event
        await cluster.get(name)  # ApiError when the pod has gone meanwhile


def _state(pod: Mapping[str, Any]) -> Mapping[str, Any]:
    statuses = pod.get("status", {}).get("containerStatuses") or [{}]
    return statuses[0].get("state", {})

"""One process that speaks the Language Server Protocol (3.17) on its standard input and output: it remembers what it has worked out."""

import asyncio
import contextlib
import json
import os
import resource
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from barnraise.validator.adapters.process import Limits, yield_to_others
from barnraise.validator.adapters.seats import ServerError

_CAPABILITIES = {
    "general": {"positionEncodings": ["utf-32"]},
    "workspace": {"configuration": True, "workspaceFolders": True, "didChangeWatchedFiles": {"dynamicRegistration": True}},
    "textDocument": {"diagnostic": {"dynamicRegistration": False}},
}


class LanguageServer:
    def __init__(self, process: Process, configuration: Mapping[str, Any], limits: Limits) -> None:
        self._process = process
        self._configuration = configuration
        self._limits = limits
        self._asked = 0

    @classmethod
    async def start(cls, command: Sequence[str | Path], folder: Path, configuration: Mapping[str, Any], limits: Limits) -> "LanguageServer":
        """Started on the folder, without an environment and under the limit of memory."""
        try:
            process = await asyncio.create_subprocess_exec(
                *map(str, command), cwd=folder, env={}, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
            )
        except OSError as error:
            raise ServerError(str(error)) from error
        yield_to_others(process.pid)
        resource.prlimit(process.pid, resource.RLIMIT_DATA, (limits.memory, limits.memory))
        server = cls(process, configuration, limits)
        folders = [{"uri": folder.as_uri(), "name": folder.name}]
        about = {"processId": os.getpid(), "rootUri": folder.as_uri(), "workspaceFolders": folders, "capabilities": _CAPABILITIES}
        try:
            await server.ask("initialize", {**about, "initializationOptions": configuration})
            await server.tell("initialized", {})
        except BaseException:
            await server.aclose()
            raise
        return server

    async def ask(self, method: str, params: Mapping[str, Any]) -> Any:
        """Its answer's result. Raises ServerError. One question at a time."""
        self._asked += 1
        try:
            async with asyncio.timeout(self._limits.seconds):
                await self._send({"id": self._asked, "method": method, "params": params})
                while (heard := await self._hear()).get("id") != self._asked or "method" in heard:
                    await self._serve(heard)
        except (TimeoutError, OSError, EOFError, ValueError) as error:
            raise ServerError(f"{method}: {type(error).__name__}") from error
        if "result" not in heard:
            raise ServerError(f"{method}: {heard.get('error')}")
        return heard["result"]

    async def tell(self, method: str, params: Mapping[str, Any]) -> None:
        try:
            await self._send({"method": method, "params": params})
        except OSError as error:
            raise ServerError(method) from error

    async def aclose(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    async def _serve(self, heard: Mapping[str, Any]) -> None:
        """What it asks us; what it only tells is passed over."""
        if "id" in heard and "method" in heard:
            items = heard.get("params", {}).get("items", []) if heard["method"] == "workspace/configuration" else None
            await self._send({"id": heard["id"], "result": None if items is None else [self._configuration for _ in items]})

    async def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        await self._process.stdin.drain()

    async def _hear(self) -> dict[str, Any]:
        assert self._process.stdout
        length = 0
        while line := (await self._process.stdout.readuntil(b"\n")).strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not 0 < length <= self._limits.output:
            raise ValueError("length")
        heard = json.loads(await self._process.stdout.readexactly(length))
        if not isinstance(heard, dict):
            raise ValueError("message")
        return heard

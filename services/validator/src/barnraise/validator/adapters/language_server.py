"""One process that speaks the Language Server Protocol (3.17) on its standard input and output: it remembers what it has worked out."""

import asyncio
import contextlib
import json
import os
import resource
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from barnraise.validator.adapters.process import Limits, without_network, yield_to_others
from barnraise.validator.adapters.seats import ServerError

_CAPABILITIES = {
    "general": {"positionEncodings": ["utf-32"]},
    "workspace": {"configuration": True, "workspaceFolders": True, "didChangeWatchedFiles": {"dynamicRegistration": True}},
    "textDocument": {"diagnostic": {"dynamicRegistration": False}},
}


_TOGETHER = 50
"""Questions that are asked before the answers are read."""


class LanguageServer:
    def __init__(self, process: Process, configuration: Mapping[str, Any], limits: Limits) -> None:
        self._process = process
        self._configuration = configuration
        self._limits = limits
        self._asked = 0

    @classmethod
    async def start(
        cls,
        command: Sequence[str | Path],
        folder: Path,
        configuration: Mapping[str, Any],
        limits: Limits,
        env: Mapping[str, str] | None = None,
    ) -> "LanguageServer":
        """Started on the folder, with no other environment and under the limit of memory."""
        try:
            process = await asyncio.create_subprocess_exec(
                *without_network(command), cwd=folder, env=dict(env or {}), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
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
        """Its answer's result. Raises ServerError. One asks at a time."""
        return (await self.ask_each(method, [params]))[0]

    async def ask_each(self, method: str, questions: Sequence[Mapping[str, Any]]) -> list[Any]:
        """The results of several questions, which it may work on together. Raises ServerError where one has none."""
        heard: dict[Any, Mapping[str, Any]] = {}
        try:
            async with asyncio.timeout(self._limits.seconds):
                for first in range(0, len(questions), _TOGETHER):
                    await self._ask_some(method, questions[first : first + _TOGETHER], heard)
        except (TimeoutError, OSError, EOFError, ValueError) as error:
            raise ServerError(f"{method}: {type(error).__name__}") from error
        answers = list(heard.values())
        if failed := [one.get("error") for one in answers if "result" not in one]:
            raise ServerError(f"{method}: {failed[0]}")
        return [one["result"] for one in answers]

    async def tell_of_files(self, *, gone: Iterable[Path] = (), new: Iterable[Path] = (), changed: Iterable[Path] = ()) -> None:
        """What has happened on disk, in that order. Raises ServerError."""
        told = [{"uri": path.as_uri(), "type": kind} for kind, paths in ((3, gone), (1, new), (2, changed)) for path in paths]
        await self.tell("workspace/didChangeWatchedFiles", {"changes": told})

    async def tell(self, method: str, params: Mapping[str, Any]) -> None:
        try:
            await self._send({"method": method, "params": params})
        except OSError as error:
            raise ServerError(method) from error

    async def aclose(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    async def _ask_some(self, method: str, questions: Sequence[Mapping[str, Any]], answers: dict[Any, Mapping[str, Any]]) -> None:
        """Into ``answers``, in the order of the questions."""
        first, self._asked = self._asked + 1, self._asked + len(questions)
        waiting = dict(zip(range(first, self._asked + 1), questions, strict=True))
        answers |= {number: {} for number in waiting}
        for number, params in waiting.items():
            await self._send({"id": number, "method": method, "params": params})
        while waiting:
            heard = await self._hear()
            if "method" in heard or heard.get("id") not in waiting:
                await self._serve(heard)
            else:
                del waiting[heard["id"]]
                answers[heard["id"]] = heard

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

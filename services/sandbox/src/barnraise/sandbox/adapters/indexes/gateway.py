"""What a build sandbox can reach: the pages and files of the configured indexes, by GET, and nothing else.

The sandbox listens and the service connects, so that no socket of the host is in its reach. On each connection the sandbox asks and this
answers; where files lie it does not learn: it asks for those by the numbers that the pages give them.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
from aiohttp import web
from yarl import URL

from barnraise.sandbox.adapters.indexes.upstream import Asking, RefusedError, Upstream
from barnraise.sandbox.domain.needs import normal
from barnraise.sandbox.domain.pages import JSON, UnreadableError, packument, simple_page

_LINES = 16
_MOST_LINES = 20_000
_PIECE = 1 << 16
_PAGE = 64 << 20
_NPM = "application/vnd.npm.install-v1+json, application/json;q=0.8"
_SIMPLE = f"{JSON}, text/html;q=0.2, application/vnd.pypi.simple.v1+html;q=0.3"


@dataclass
class Allowance:
    """What one build may take of the indexes."""

    bytes: int
    requests: int

    def take(self, count: int) -> None:
        self.bytes -= count
        if self.bytes < 0:
            raise RefusedError("The packages are larger than a project's own may be.")

    def ask(self) -> None:
        self.requests -= 1
        if self.requests < 0:
            raise RefusedError("Too much is asked of the index.")


class Gateway:
    """``names``: the only packages that may be asked for, None for any. ``trouble`` is the last reason why an answer was refused."""

    def __init__(self, askings: Mapping[str, Asking], allowance: Allowance, names: Collection[str] | None) -> None:
        self._askings = askings
        self._allowance = allowance
        self._names = names
        self._files: list[tuple[str, URL]] = []
        self.trouble = ""

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        try:
            self._allowance.ask()
            return await self._route(request)
        except (RefusedError, UnreadableError) as error:
            return self._refuse(403, str(error))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return self._refuse(502, f"The index cannot be reached: {error or type(error).__name__}")

    async def _route(self, request: web.BaseRequest) -> web.StreamResponse:
        kind, _, rest = request.path.strip("/").partition("/")
        if request.method in ("GET", "HEAD") and rest and "//" not in rest and ".." not in rest:
            if kind == "simple" and self._named(normal(rest)):
                return await self._page(request, "python", f"{quote(normal(rest))}/")
            if kind == "npm" and rest.count("/") <= rest.startswith("@") and self._named(rest):
                return await self._page(request, "node", quote(rest, safe="@"))
            if kind == "files":
                return await self._file(request, rest)
        return web.Response(status=404)

    def _named(self, name: str) -> bool:
        return self._names is None or name in self._names

    async def _page(self, request: web.BaseRequest, language: str, path: str) -> web.StreamResponse:
        asking = self._askings.get(language)
        if asking is None:
            return web.Response(status=404)
        url = URL(f"{asking.root}{path}", encoded=True)
        async with asking.get(url, _SIMPLE if language == "python" else _NPM) as answer:
            if answer.status != 200:
                return self._passed(answer.status)
            body = await self._whole(answer)

        def offer(address: str) -> str:
            self._files.append((language, URL(address)))
            return f"http://{request.host}/files/{len(self._files) - 1}/{quote(URL(address).name)}"

        if language == "python":
            said = await asyncio.to_thread(simple_page, body, answer.content_type, str(answer.url), offer)
            return web.Response(body=said, content_type=JSON)
        return web.Response(body=await asyncio.to_thread(packument, body, str(answer.url), offer), content_type="application/json")

    async def _whole(self, answer: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        async for piece in answer.content.iter_chunked(_PIECE):
            self._allowance.take(len(piece))
            body += piece
            if len(body) > _PAGE:
                raise RefusedError("A page of the index is too large.")
        return bytes(body)

    async def _file(self, request: web.BaseRequest, rest: str) -> web.StreamResponse:
        number, _, name = rest.partition("/")
        if not number.isdecimal() or int(number) >= len(self._files):
            return web.Response(status=404)
        language, url = self._files[int(number)]
        if name == f"{url.name}.metadata":
            url = url.with_name(name)
        async with self._askings[language].get(url) as answer:
            if answer.status != 200:
                return self._passed(answer.status)
            length = {"Content-Length": str(answer.content_length)} if answer.content_length and not _encoded(answer) else {}
            response = web.StreamResponse(headers=length)
            await response.prepare(request)
            if request.method == "GET":
                async for piece in answer.content.iter_chunked(_PIECE):
                    self._allowance.take(len(piece))
                    await response.write(piece)
            return response

    def _passed(self, status: int) -> web.Response:
        if status not in (404, 410):
            self.trouble = f"The index answered with status {status}."
        return web.Response(status=404 if status == 410 else status)

    def _refuse(self, status: int, reason: str) -> web.Response:
        self.trouble = reason
        return web.Response(status=status, text=reason)


class _Lines(web.Server):
    """Connections that this side has opened, and on which the other one asks."""

    def __init__(self, gateway: Gateway, free: asyncio.Semaphore) -> None:
        super().__init__(gateway.answer, access_log=None)
        self._free = free

    def connection_lost(self, handler: Any, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self._free.release()


class ConfiguredIndexes:
    """The configured ones: ``python`` and ``node`` may each be missing."""

    def __init__(self, python: str, node: str) -> None:
        urls = {"python": python, "node": node}
        self._upstreams = {language: Upstream(url) for language, url in urls.items() if url}

    def missing(self, *, python: bool, node: bool) -> list[str]:
        wanted = {"python": python, "node": node}
        return [language for language, asked in wanted.items() if asked and language not in self._upstreams]

    def identity(self) -> str:
        return " ".join(f"{language} {upstream.root}" for language, upstream in self._upstreams.items())

    @asynccontextmanager
    async def serve(self, endpoint: Path, allowance: tuple[int, int], names: Collection[str] | None) -> AsyncIterator[Gateway]:
        """Answer on the sandbox's endpoint until the end. ``allowance``: bytes and requests."""
        async with contextlib.AsyncExitStack() as stack:
            askings = {language: await stack.enter_async_context(upstream.open()) for language, upstream in self._upstreams.items()}
            gateway = Gateway(askings, Allowance(*allowance), names)
            free = asyncio.Semaphore(_LINES)
            lines = _Lines(gateway, free)
            stack.push_async_callback(lines.shutdown, 1.0)
            connecting = asyncio.create_task(_connect(endpoint, lines, free))
            stack.callback(connecting.cancel)
            yield gateway


async def _connect(endpoint: Path, lines: _Lines, free: asyncio.Semaphore) -> None:
    """Keep connections to the sandbox until it is gone."""
    with contextlib.suppress(OSError):
        for _ in range(_MOST_LINES):
            await free.acquire()
            await asyncio.get_running_loop().create_unix_connection(lines, str(endpoint))


def _encoded(answer: aiohttp.ClientResponse) -> bool:
    return "Content-Encoding" in answer.headers

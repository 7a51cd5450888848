"""Connections to previews, over the Unix sockets that they listen on, or through the door of the machine that these are on."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from barnraise.gateway.domain.proxying import Headers
from barnraise.gateway.ports import Refused, UpstreamAnswer

ANSWER_SECONDS = 60.0
CONNECT_SECONDS = 5.0
MAX_MESSAGE = 16 << 20
_PIECE = 1 << 16


class UnixUpstreams:
    """Each request has a connection of its own: a socket on this machine costs less than a kept one that the other side has closed."""

    @asynccontextmanager
    async def request(
        self, endpoint: str, method: str, target: str, headers: Headers, body: AsyncIterator[bytes] | None
    ) -> AsyncIterator[UpstreamAnswer]:
        async with _session(endpoint) as session:
            response = await _answer(session, method, target, headers, body)
            try:
                yield UpstreamAnswer(response.status, list(response.raw_headers), response.content.iter_chunked(_PIECE))
            except aiohttp.ClientError as error:
                raise Refused("the preview hung up") from error
            finally:
                response.close()

    @asynccontextmanager
    async def connect(self, endpoint: str, target: str, headers: Headers, subprotocols: Iterable[str]) -> AsyncIterator["AiohttpSocket"]:
        async with _session(endpoint) as session:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    socket = await session.ws_connect(
                        _url(target), headers=_multi(headers), protocols=tuple(subprotocols), max_msg_size=MAX_MESSAGE, compress=0
                    )
            except (aiohttp.ClientError, OSError) as error:
                raise Refused("the preview refused the WebSocket") from error
            try:
                yield AiohttpSocket(socket)
            finally:
                await socket.close()


class AiohttpSocket:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.subprotocol = socket.protocol

    @property
    def close_code(self) -> int:
        return self._socket.close_code or 1006

    async def receive(self) -> str | bytes | None:
        message = await self._socket.receive()
        return message.data if message.type in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY) else None

    async def send(self, data: str | bytes) -> None:
        try:
            await (self._socket.send_str(data) if isinstance(data, str) else self._socket.send_bytes(data))
        except (aiohttp.ClientError, ConnectionError) as error:
            raise Refused("the preview hung up") from error

    async def close(self, code: int) -> None:
        await self._socket.close(code=code)


class DoorConnector(aiohttp.BaseConnector):
    """Each connection says first which endpoint it is for."""

    def __init__(self, address: URL) -> None:
        super().__init__(force_close=True, limit=0)
        self._address = address

    async def _create_connection(self, req: aiohttp.ClientRequest, traces: list, timeout: aiohttp.ClientTimeout) -> Any:
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                transport, protocol = await self._loop.create_connection(self._factory, self._address.host or "", self._address.port or 0)
        except (OSError, TimeoutError) as error:
            raise aiohttp.ClientConnectionError("the door does not take the connection") from error
        transport.write(f"{self._address.path[1:]}\n".encode())
        return protocol


def _connector(endpoint: str) -> aiohttp.BaseConnector:
    if endpoint.startswith("tcp://"):
        return DoorConnector(URL(endpoint))
    return aiohttp.UnixConnector(endpoint, force_close=True, limit=0)


def _session(endpoint: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=_connector(endpoint),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
    )


async def _answer(
    session: aiohttp.ClientSession, method: str, target: str, headers: Headers, body: AsyncIterator[bytes] | None
) -> aiohttp.ClientResponse:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await session.request(method, _url(target), headers=_multi(headers), data=body, allow_redirects=False)
    except (aiohttp.ClientError, OSError) as error:
        if isinstance(error, TimeoutError):
            raise
        raise Refused("the preview does not take the connection") from error


def _url(target: str) -> URL:
    """The host is in the headers; the path goes as it came."""
    return URL(f"http://preview{target}", encoded=True)


def _multi(headers: Headers) -> CIMultiDict[str]:
    return CIMultiDict((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers)

"""A preview on another machine: the gateway's connections through the door of the sandbox service, over real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
from aiohttp import web

from barnraise.gateway.adapters.upstreams import UnixUpstreams
from barnraise.gateway.ports import Refused
from barnraise.sandbox.adapters.door import open_door

BODY = b"x" * 3_000_000


@pytest.fixture
async def preview(tmp_path: Path) -> AsyncIterator[Path]:
    """An application that listens on a Unix socket."""

    async def echo(request: web.Request) -> web.StreamResponse:
        if request.path == "/live":
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            async for message in socket:
                await socket.send_str(message.data[::-1])
            return socket
        return web.Response(body=await request.read(), headers={"Asked-For": request.headers["Host"]})

    app = web.Application(client_max_size=8 << 20)
    app.router.add_route("*", "/{path:.*}", echo)
    runner = web.AppRunner(app)
    await runner.setup()
    path = tmp_path / "endpoint"
    await web.UnixSite(runner, str(path)).start()
    yield path
    await runner.cleanup()


async def pieces() -> AsyncIterator[bytes]:
    yield BODY


async def test_a_preview_answers_through_the_door(preview: Path) -> None:
    async with open_door("127.0.0.1:0") as address:
        endpoint = address(preview)
        assert endpoint == address(preview)
        assert endpoint.startswith("tcp://127.0.0.1:")
        upstreams, host = UnixUpstreams(), [(b"host", b"label.localhost")]
        async with upstreams.request(endpoint, "POST", "/a?b=c", host, pieces()) as answer:
            assert answer.status == 200
            assert b"label.localhost" in dict(answer.headers).values()
            assert b"".join([piece async for piece in answer.body]) == BODY
        async with upstreams.connect(endpoint, "/live", host, ()) as socket:
            await socket.send("hello")
            assert await socket.receive() == "olleh"


async def test_the_door_knows_tokens_alone(preview: Path) -> None:
    async with open_door("127.0.0.1:0") as address:
        endpoint = address(preview)
        base = endpoint.rpartition("/")[0]
        for wrong in ("", "x", str(preview), endpoint.rpartition("/")[2][:-1]):
            with pytest.raises(Refused):
                async with UnixUpstreams().request(f"{base}/{wrong}", "GET", "/", [], None):
                    pass
        port = int(base.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"y" * 100_000)  # no newline
        with suppress(ConnectionResetError):
            async with asyncio.timeout(10):
                assert await reader.read() == b""
        writer.close()
        await asyncio.to_thread(preview.unlink)
        with pytest.raises(Refused):
            async with UnixUpstreams().request(endpoint, "GET", "/", [], None):
                pass
    with pytest.raises(Refused):
        async with UnixUpstreams().request(endpoint, "GET", "/", [], None):
            pass

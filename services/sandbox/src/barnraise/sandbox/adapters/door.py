"""A way for gateways on other machines to the previews' endpoints, which are Unix sockets of this one: a port at which whoever names an
endpoint by its token, in one line, is connected to it."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

LINE = 128
_PIECE = 1 << 16
_ASK_SECONDS = 5.0


@asynccontextmanager
async def open_door(address: str) -> AsyncIterator[Callable[[Path | None], str]]:
    """Listen at ``host:port``, an address of this machine that gateways reach; what is given makes an endpoint's address of its path.

    The token in it is as good as the endpoint: it is told to gateways alone, over the bus.
    """
    host, _, port = address.rpartition(":")
    tokens: dict[Path, str] = {}
    paths: dict[str, Path] = {}

    def tell(endpoint: Path | None) -> str:
        assert endpoint, "what shows a preview listens"
        token = tokens.setdefault(endpoint, secrets.token_urlsafe(24))
        paths[token] = endpoint
        return f"tcp://{host}:{server.sockets[0].getsockname()[1]}/{token}"

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.closing(writer), contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(_ASK_SECONDS):
                token = (await reader.readuntil(b"\n")).strip().decode("latin-1")
            if token in paths:
                await _join(reader, writer, paths[token])

    server = await asyncio.start_server(meet, host.strip("[]"), int(port), limit=_PIECE)
    try:
        yield tell
    finally:
        server.close()


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, endpoint: Path) -> None:
    """Until both sides have ended, or one has broken off."""
    inner, outer = await asyncio.open_unix_connection(str(endpoint), limit=_PIECE)
    with contextlib.closing(outer):
        async with asyncio.TaskGroup() as both:
            both.create_task(_copy(reader, outer))
            both.create_task(_copy(inner, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(_PIECE):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
        return
    writer.close()

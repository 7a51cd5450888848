"""Asking a preview over its endpoint. What answers is untrusted: little is read, and not for long."""

import asyncio
import re
from pathlib import Path

_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r]")


class HttpVisitor:
    def __init__(self, seconds: float = 10.0) -> None:
        self._seconds = seconds

    async def get(self, endpoint: Path, path: str, host: str) -> int | None:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._ask(endpoint, path, host)
        except (OSError, TimeoutError):
            return None

    async def _ask(self, endpoint: Path, path: str, host: str) -> int | None:
        reader, writer = await asyncio.open_unix_connection(str(endpoint), limit=1 << 16)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\nConnection: close\r\n\r\n".encode())
            match = _STATUS.match(await reader.read(64))
            return int(match[1]) if match else None
        finally:
            writer.close()

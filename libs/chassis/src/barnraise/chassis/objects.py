"""The object store: blobs by key, on a folder or in a bucket."""

from datetime import UTC, datetime, timedelta
from typing import Any

import obstore
from obstore.store import from_url


class ObjectStore:
    """Keys are slash-separated; a missing key is a KeyError."""

    def __init__(self, url: str) -> None:
        options: dict[str, Any] = {"mkdir": True, "automatic_cleanup": True} if url.startswith("file:") else {}
        self._store = from_url(url, **options)

    async def put(self, key: str, data: bytes) -> None:
        await obstore.put_async(self._store, key, data)

    async def get(self, key: str) -> bytes:
        try:
            found = await obstore.get_async(self._store, key)
        except FileNotFoundError as error:
            raise KeyError(key) from error
        return bytes(await found.bytes_async())

    async def has(self, key: str) -> bool:
        try:
            await obstore.head_async(self._store, key)
        except FileNotFoundError:
            return False
        return True

    async def delete(self, key: str) -> None:
        """Remove the key if it is there."""
        try:
            await obstore.delete_async(self._store, key)
        except FileNotFoundError:
            return

    async def older(self, prefix: str, seconds: float) -> list[str]:
        """The keys under the prefix that were written longer ago than that."""
        since = datetime.now(UTC) - timedelta(seconds=seconds)
        return [item["path"] async for batch in obstore.list(self._store, prefix) for item in batch if item["last_modified"] < since]

    async def list(self, prefix: str) -> list[str]:
        """All keys under the prefix, sorted."""
        return sorted([item["path"] async for batch in obstore.list(self._store, prefix) for item in batch])

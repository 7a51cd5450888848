"""The monitoring pages of NATS servers."""

import asyncio
from collections.abc import Sequence

import httpx

from barnraise.telemetry.domain.figures import Sample, of_server

_SECONDS = 3.0


class NatsMonitor:
    """``urls``: of each server of the cluster. One that does not answer is told as such, and the others all the same."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = urls
        self._http = httpx.AsyncClient(timeout=_SECONDS, trust_env=False)

    async def look(self) -> list[Sample]:
        found = await asyncio.gather(*(self._server(url) for url in self._urls))
        return [sample for samples in found for sample in samples]

    async def close(self) -> None:
        await self._http.aclose()

    async def _server(self, url: str) -> list[Sample]:
        host = httpx.URL(url).netloc.decode()
        try:
            varz, jsz = await asyncio.gather(self._page(f"{url}/varz"), self._page(f"{url}/jsz?consumers=true&config=true"))
            return [*of_server(varz, jsz), Sample("gnatsd_up", (host,), 1.0)]
        except (httpx.HTTPError, ValueError, KeyError):
            return [Sample("gnatsd_up", (host,), 0.0)]

    async def _page(self, url: str) -> dict[str, object]:
        return (await self._http.get(url)).raise_for_status().json()

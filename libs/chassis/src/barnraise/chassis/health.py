"""``/healthz`` (the process lives), ``/readyz`` (it can work), ``/metrics``."""

import inspect
from collections.abc import Callable
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.exposition import ALLOWUTF8, CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def health_app(reason: Callable[[], Any], registry: CollectorRegistry) -> Starlette:
    """``reason`` gives (or awaits to) why the service is not ready, or None."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> Response:
        why = reason()
        if inspect.isawaitable(why):
            why = await why
        return JSONResponse({"status": "not ready", "reason": why} if why else {"status": "ready"}, 503 if why else 200)

    async def metrics(_: Request) -> Response:
        # Our names need no escaping; asked to escape, the library looks at each letter of each sample's name.
        return Response(generate_latest(registry, escaping=ALLOWUTF8), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)])

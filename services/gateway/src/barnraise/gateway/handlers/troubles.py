"""On every preview's origin: the script that watches its page, and where this reports."""

import asyncio
from importlib.resources import files
from typing import Any

from pydantic import ValidationError
from starlette.responses import PlainTextResponse, Response

from barnraise.contracts.requests import PreviewState
from barnraise.gateway.domain.troubles import MAX_REPORT, REPORT, WATCH, Report
from barnraise.gateway.service.troubles import Troubles

PATIENCE = 10.0
"""Seconds that a report may take to come."""
_SCRIPT = (files("barnraise.gateway.handlers") / "watch.js").read_bytes()


class TroubleDesk:
    def __init__(self, troubles: Troubles) -> None:
        self._troubles = troubles

    async def answer(self, scope: Any, receive: Any, state: PreviewState, *, is_owner: bool) -> Response | None:
        """None for every other address. What visitors' pages say is not passed on: they are not who talks with Barnraise."""
        if scope["type"] != "http" or scope["path"] not in (WATCH, REPORT):
            return None
        if scope["path"] == WATCH:
            return Response(_SCRIPT, media_type="text/javascript", headers={"Cache-Control": "no-store"})
        if scope["method"] != "POST":
            return PlainTextResponse("POST only\n", 405, headers={"Allow": "POST"})
        try:
            async with asyncio.timeout(PATIENCE):
                body = await _read(receive)
        except TimeoutError:
            return PlainTextResponse("The rest of the report did not come.\n", 408)
        try:
            report = Report.model_validate_json(body or b"").cleaned()
        except ValidationError:
            return PlainTextResponse("This is no report.\n", 422)
        if is_owner:
            await self._troubles.tell(state, report)
        return Response(status_code=204)


async def _read(receive: Any) -> bytes | None:
    """The body; None when it is too long or was cut off."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if message["type"] == "http.disconnect" or len(body) > MAX_REPORT:
            return None
    return body

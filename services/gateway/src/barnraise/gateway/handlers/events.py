"""The stream of events: as WebSocket, as server-sent events, as pages."""

import asyncio
import contextlib
import time
from typing import Annotated

from fastapi import APIRouter, Header, Query, WebSocket, WebSocketDisconnect
from fastapi.responses import Response, StreamingResponse

from barnraise.chassis.errors import BarnraiseError
from barnraise.gateway.domain import views
from barnraise.gateway.domain.entries import Topic
from barnraise.gateway.domain.refusals import Refusal
from barnraise.gateway.domain.sequences import parse_after
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import answers
from barnraise.gateway.handlers.problems import render
from barnraise.gateway.handlers.sinks import SocketSink, StreamSink
from barnraise.gateway.ports import FanOutMeters
from barnraise.gateway.service.fanout import Gone, Hub
from barnraise.gateway.service.projects import Projects

FLOOD = 100
FLOOD_SECONDS = 10.0
_STREAM = "text/event-stream"

After = Annotated[str | None, Query(max_length=40, description="The last sequence number that you have; default: only what comes.")]
LastEventId = Annotated[str | None, Header(alias="Last-Event-ID", max_length=40, description="Wins over `after`.")]
PageSize = Annotated[int, Query(ge=1, le=1000, description="How many events a JSON page has at most.")]


def router(hub: Hub, projects: Projects, meters: FanOutMeters) -> APIRouter:
    routes = APIRouter(tags=["events"])
    documented = answers(examples.EVENTS, "not_found")
    example = "id: 1\nevent: project.created.v1\ndata: {...}\n\n"
    documented[200]["content"][_STREAM] = {"schema": {"type": "string"}, "example": example}
    documented[400] = documented[422]

    async def answer_with(topic: Topic, known: int | None, after: str | None, last_id: str | None, accept: str, limit: int) -> Response:
        wanted = parse_after(last_id, "Last-Event-ID") if last_id is not None else parse_after(after)
        if "application/json" in accept and _STREAM not in accept:
            return await _page(hub, topic, wanted or 0, limit)
        return _stream(hub, topic, await hub.start(wanted), known)

    @routes.get("/projects/{project_id}/events", response_model=views.EventPage, responses=documented)
    async def project_events(
        project_id: str,
        after: After = None,
        last_event_id: LastEventId = None,
        accept: Annotated[str, Header()] = _STREAM,
        limit: PageSize = 500,
    ) -> Response:
        """A project's events from a number on: server-sent events, or (`Accept: application/json`) a page of what there is now."""
        known = (await projects.get(project_id)).last_seq
        return await answer_with(project_id, known, after, last_event_id, accept, limit)

    @routes.get("/events", response_model=views.EventPage, responses=documented)
    async def all_events(
        after: After = None, last_event_id: LastEventId = None, accept: Annotated[str, Header()] = _STREAM, limit: PageSize = 500
    ) -> Response:
        """The events of all projects."""
        return await answer_with(None, None, after, last_event_id, accept, limit)

    @routes.websocket("/ws")
    async def socket(websocket: WebSocket, project: str | None = None, after: str | None = None) -> None:
        """Frames `{"seq", "event"}` after a number; once the client is up to date, one `{"live": true, "seq"}`. From then on
        also `{"now": ...}`: how a model's reply grows, which is kept by nobody and may have gaps."""
        try:
            known = (await projects.get(project)).last_seq if project is not None else None
            start = await hub.start(parse_after(after))
        except (BarnraiseError, Refusal) as error:
            await websocket.send_denial_response(render(error, websocket.url.path))
            return
        await websocket.accept()
        await _serve(websocket, hub, project, start, known, meters)

    return routes


async def _serve(websocket: WebSocket, hub: Hub, topic: Topic, start: int, known: int | None, meters: FanOutMeters) -> None:
    sink = SocketSink(websocket.scope)
    following = asyncio.create_task(_follow(hub, topic, start, sink, known))
    try:
        await _listen(websocket, meters)
    finally:
        following.cancel()
        hub.leave(topic, sink)
        await asyncio.gather(following, return_exceptions=True)


async def _follow(hub: Hub, topic: Topic, start: int, sink: SocketSink | StreamSink, known: int | None) -> None:
    try:
        await hub.follow(topic, start, sink, known)
    except Gone:
        return
    except BarnraiseError:
        sink.cut("unavailable")


async def _listen(websocket: WebSocket, meters: FanOutMeters) -> None:
    """Nothing that a client says means anything; one that says too much is cut."""
    count, since = 0, time.monotonic()
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if time.monotonic() - since > FLOOD_SECONDS:
                count, since = 0, time.monotonic()
            count += 1
            if count > FLOOD:
                meters.cut("flood")
                await websocket.close(1008, "too many messages")
                return


async def _page(hub: Hub, topic: Topic, after: int, limit: int) -> Response:
    entries, last = await hub.page(topic, await hub.start(after), limit)
    body = b'{"items":[%b],"last_seq":%d}' % (b",".join(entry.item() for entry in entries), last)
    return Response(body, media_type="application/json")


def _stream(hub: Hub, topic: Topic, start: int, known: int | None) -> StreamingResponse:
    sink = StreamSink()

    async def pieces():
        following = asyncio.create_task(_follow(hub, topic, start, sink, known))
        try:
            async for piece in sink.pieces():
                yield piece
        finally:
            sink.cut("closed")
            following.cancel()
            hub.leave(topic, sink)
            await asyncio.gather(following, return_exceptions=True)

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(pieces(), media_type=_STREAM, headers=headers)

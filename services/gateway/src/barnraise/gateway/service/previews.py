"""Previews: asked for over the API, and resolved for the proxy."""

import asyncio
import time

from barnraise.chassis.clock import new_id, now
from barnraise.contracts.requests import GetPreview, PreviewState, ResolvePreview, StartPreview, StopPreview
from barnraise.gateway.domain import views
from barnraise.gateway.domain.records import Key, Reply
from barnraise.gateway.domain.refusals import Refusal, not_found
from barnraise.gateway.domain.sites import Site
from barnraise.gateway.ports import Bus, Code
from barnraise.gateway.service.once import Once, reply
from barnraise.gateway.service.projects import Projects
from barnraise.gateway.service.sharing import Sharing
from barnraise.gateway.service.troubles import Troubles

FRESH = 1.0
FRESH_OTHERWISE = 0.1
CACHED = 4096


class Previews:
    def __init__(self, bus: Bus, code: Code, projects: Projects, once: Once, site: Site, sharing: Sharing, troubles: Troubles) -> None:
        self._bus = bus
        self._code = code
        self._projects = projects
        self._once = once
        self._site = site
        self._sharing = sharing
        self._troubles = troubles
        self._labels: dict[str, tuple[float, str]] = {}
        self._resolved: dict[str, tuple[float, PreviewState]] = {}
        self._resolving: dict[str, asyncio.Task[PreviewState]] = {}

    async def get(self, project_id: str) -> views.Preview:
        await self._projects.require(project_id)
        return await self._view(await self._state(project_id))

    async def start(self, project_id: str, key: Key | None, wanted: str | None = None) -> Reply:
        """Start (or keep) the preview on the newest commit, or on that which is ``wanted``."""
        await self._projects.require(project_id)
        commit = (await self._code.commit(project_id, wanted)).commit if wanted else await self._code.head(project_id)
        if commit is None:
            raise Refusal("not_found", "The project has no code yet.", "Wait for its first job to generate some.")
        return await self._ask(StartPreview(id=f"preview:{new_id()}", project_id=project_id, at=now(), commit=commit), key)

    async def stop(self, project_id: str, key: Key | None) -> Reply:
        await self._projects.require(project_id)
        return await self._ask(StopPreview(id=f"preview:{new_id()}", project_id=project_id, at=now()), key)

    async def label_of(self, project_id: str) -> str:
        """The label of the project's preview. Refusal ``not_found`` before the first."""
        at, label = self._labels.get(project_id, (0.0, ""))
        if time.monotonic() - at >= FRESH:
            label = (await self._state(project_id)).host or ""
            if len(self._labels) >= CACHED:
                self._labels.clear()
            self._labels[project_id] = (time.monotonic(), label)
        if not label:
            raise not_found("preview")
        return label

    async def resolve(self, label: str) -> PreviewState:
        """Which preview answers there; asked at most once a second for each label that runs."""
        at, state = self._resolved.get(label, (0.0, None))
        if state is not None and time.monotonic() - at < (FRESH if state.status == "running" else FRESH_OTHERWISE):
            return state
        task = self._resolving.get(label)
        if task is None:
            task = self._resolving[label] = asyncio.create_task(self._resolve(label))
            task.add_done_callback(lambda _: self._resolving.pop(label, None))
        return await asyncio.shield(task)

    def forget(self, label: str) -> None:
        """Ask again next time: the endpoint did not take a connection."""
        self._resolved.pop(label, None)

    async def _state(self, project_id: str) -> PreviewState:
        return await self._bus.ask(GetPreview(id=new_id(), project_id=project_id, at=now()), timeout=5)

    async def _resolve(self, label: str) -> PreviewState:
        state: PreviewState = await self._bus.ask(ResolvePreview(id=new_id(), project_id="any", at=now(), host=label), timeout=5)
        if len(self._resolved) >= CACHED:
            self._resolved.clear()
        self._resolved[label] = (time.monotonic(), state)
        return state

    async def _ask(self, request: StartPreview | StopPreview, key: Key | None) -> Reply:
        async def work() -> Reply:
            return reply(200, await self._view(await self._bus.ask(request, timeout=20)))

        return await self._once.outside(key, work)

    async def _view(self, state: PreviewState) -> views.Preview:
        address = self._site.preview_url(state.host) if state.status in ("starting", "running") else None
        url = await self._sharing.owners_way(address, state.host)
        trouble = await self._troubles.last(state)
        return views.Preview(
            status=state.status, url=url, commit=state.commit, enforced=state.enforced, detail=state.detail, trouble=trouble,
            memory=state.memory, accepted=state.accepted,
        )  # fmt: skip

"""Branches, and tags, which are names for versions; both kept by codegen."""

import hashlib

from barnraise.chassis.clock import new_id, now
from barnraise.contracts.requests import ChangeRef
from barnraise.gateway.domain import views
from barnraise.gateway.domain.records import Key, Reply
from barnraise.gateway.domain.refusals import Refusal, not_found
from barnraise.gateway.ports import Bus, Code
from barnraise.gateway.service.once import Once, reply
from barnraise.gateway.service.projects import Projects

TAGS = "tags/"


class Names:
    def __init__(self, code: Code, bus: Bus, once: Once, projects: Projects) -> None:
        self._code = code
        self._bus = bus
        self._once = once
        self._projects = projects

    async def tags(self, project_id: str) -> views.Tags:
        """By name."""
        await self._projects.require(project_id)
        found = (await self._code.refs(project_id)).items()
        return views.Tags(items=tuple(views.Tag(name=ref.removeprefix(TAGS), commit=at) for ref, at in found if ref.startswith(TAGS)))

    async def tag(self, project_id: str, name: str, revision: str, key: Key | None) -> Reply:
        """Name a version. BarnraiseError ``version_conflict`` when the name is taken, ``name_invalid`` when it cannot be one."""
        await self._projects.require(project_id)

        async def work() -> Reply:
            at = await self._code.commit(project_id, revision)
            await self._change(project_id, f"{TAGS}{name}", None, at.commit, key)
            return reply(201, views.Tag(name=name, commit=await self._code.commit(project_id, at.commit)))

        return await self._once.outside(key, work)

    async def untag(self, project_id: str, name: str) -> None:
        await self._projects.require(project_id)
        there = (await self._code.refs(project_id)).get(f"{TAGS}{name}")
        if there is None:
            raise not_found("tag")
        await self._change(project_id, f"{TAGS}{name}", there.commit, None, None)

    async def branches(self, project_id: str) -> views.Branches:
        """By name, with ``main`` and ``blueprint``."""
        await self._projects.require(project_id)
        found = (await self._code.refs(project_id)).items()
        return views.Branches(items=tuple(views.Branch(name=ref, commit=at) for ref, at in found if not ref.startswith(TAGS)))

    async def branch(self, project_id: str, name: str, revision: str, key: Key | None) -> Reply:
        """Begin a branch at a version. BarnraiseError ``version_conflict``, ``name_invalid``."""
        await self._projects.require(project_id)
        if name.startswith(TAGS):
            raise Refusal("name_invalid", "Branches are not below 'tags/'.", "Use another name.", pointer="/name")

        async def work() -> Reply:
            at = await self._code.commit(project_id, revision)
            await self._change(project_id, name, None, at.commit, key)
            return reply(201, views.Branch(name=name, commit=at))

        return await self._once.outside(key, work)

    async def unbranch(self, project_id: str, name: str) -> None:
        """BarnraiseError ``version_conflict`` while nothing else leads to its commits."""
        await self._projects.require(project_id)
        there = None if name.startswith(TAGS) else (await self._code.refs(project_id)).get(name)
        if there is None:
            raise not_found("branch")
        await self._change(project_id, name, there.commit, None, None)

    async def require_branch(self, project_id: str, name: str) -> None:
        await self._projects.require(project_id)
        if name.startswith(TAGS) or name not in await self._code.refs(project_id):
            raise not_found("branch")

    async def _change(self, project_id: str, ref: str, old: str | None, new: str | None, key: Key | None) -> None:
        mark = hashlib.sha256(f"{project_id} {key.key}".encode()).hexdigest()[:40] if key else new_id()
        await self._bus.ask(ChangeRef(id=f"ref:{mark}", project_id=project_id, at=now(), ref=ref, old=old, new=new))

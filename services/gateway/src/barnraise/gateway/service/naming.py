"""Tags: names for versions, kept by codegen."""

import hashlib

from barnraise.chassis.clock import new_id, now
from barnraise.contracts.requests import ChangeRef
from barnraise.gateway.domain import views
from barnraise.gateway.domain.records import Key, Reply
from barnraise.gateway.domain.refusals import not_found
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

    async def _change(self, project_id: str, ref: str, old: str | None, new: str | None, key: Key | None) -> None:
        mark = hashlib.sha256(f"{project_id} {key.key}".encode()).hexdigest()[:40] if key else new_id()
        await self._bus.ask(ChangeRef(id=f"ref:{mark}", project_id=project_id, at=now(), ref=ref, old=old, new=new))

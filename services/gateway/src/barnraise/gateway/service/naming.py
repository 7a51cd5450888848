"""Branches, and tags, which are names for versions; both kept by codegen."""

import asyncio
import hashlib

from barnraise.chassis.clock import new_id, now
from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.requests import ChangeRef
from barnraise.gateway.domain import views
from barnraise.gateway.domain.records import Key, Reply
from barnraise.gateway.domain.refusals import Refusal, not_found
from barnraise.gateway.ports import Bus, Code
from barnraise.gateway.service.once import Once, reply
from barnraise.gateway.service.projects import Projects

PROPOSALS = "proposals/"
TAGS = "tags/"
DISCARDED = "tags/discarded/"


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
        found, bases = await asyncio.gather(self._code.refs(project_id), self._code.bases(project_id))
        branches = {ref: at for ref, at in found.items() if not ref.startswith(TAGS)}
        return views.Branches(items=tuple(views.Branch(name=ref, commit=at, base=bases.get(ref)) for ref, at in branches.items()))

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

    async def approved(self, project_id: str, name: str, commit: str | None) -> str | None:
        """The commit that may be merged, and no other: the one that was looked at, or, of what a model proposed, where it is now.
        None: wherever the branch is by then. Refusal ``not_found``, ``version_conflict``."""
        await self._projects.require(project_id)
        there = None if name.startswith(TAGS) else (await self._code.refs(project_id)).get(name)
        if there is None:
            raise not_found("branch")
        if commit not in (None, there.commit):
            raise Refusal("version_conflict", f"The branch is at {there.commit[:12]} by now.", "Look at it again, then merge it.")
        return there.commit if name.startswith(PROPOSALS) else commit

    async def discard(self, project_id: str, name: str, commit: str) -> None:
        """Take a branch away and keep what stood on it under a tag: nothing is lost, and nobody has to look at it any more."""
        await self._projects.require(project_id)
        refs = await self._code.refs(project_id)
        there, kept = refs.get(name), refs.get(f"{DISCARDED}{name}")
        if there is None or name.startswith(TAGS):
            raise not_found("branch")
        if there.commit != commit:
            raise BarnraiseError("version_conflict", f"'{name}' is at {there.commit[:12]} now.", "Look at it again.")
        if kept is None or kept.commit != commit:
            await self._change(project_id, f"{DISCARDED}{name}", kept.commit if kept else None, commit, None)
        await self._change(project_id, name, commit, None, None)

    async def _change(self, project_id: str, ref: str, old: str | None, new: str | None, key: Key | None) -> None:
        mark = hashlib.sha256(f"{project_id} {key.key}".encode()).hexdigest()[:40] if key else new_id()
        await self._bus.ask(ChangeRef(id=f"ref:{mark}", project_id=project_id, at=now(), ref=ref, old=old, new=new))

"""What a project remembers: shown to the user, and changed by hand. The planner keeps it."""

from barnraise.chassis.clock import new_id, now
from barnraise.contracts.requests import ForgetMemory, GetMemory, ProjectMemory, SetMemory
from barnraise.gateway.domain import texts
from barnraise.gateway.ports import Bus
from barnraise.gateway.service.projects import Projects


class Memories:
    def __init__(self, bus: Bus, projects: Projects) -> None:
        self._bus = bus
        self._projects = projects

    async def get(self, project_id: str) -> ProjectMemory:
        await self._projects.require(project_id)
        return await self._bus.ask(GetMemory(id=new_id(), project_id=project_id, at=now()))

    async def put(self, project_id: str, entry: str, text: str) -> ProjectMemory:
        """Remember a wish under that id, or change its words."""
        texts.check_prompt(text, "/text")
        await self._projects.require(project_id)
        return await self._bus.ask(SetMemory(id=new_id(), project_id=project_id, at=now(), entry=entry, text=text.strip()))

    async def forget(self, project_id: str, entry: str | None = None) -> ProjectMemory:
        """One entry, or all."""
        await self._projects.require(project_id)
        return await self._bus.ask(ForgetMemory(id=new_id(), project_id=project_id, at=now(), entry=entry))

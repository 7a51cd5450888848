"""Which models there are for a project, or for all; codegen keeps them, and their keys."""

from barnraise.chassis.clock import new_id, now
from barnraise.contracts.models import (
    DropModel,
    GetModelSetup,
    ModelBudgets,
    ModelSettings,
    ModelSetup,
    ModelVerdict,
    SaveModel,
    SetBudgets,
    TestModel,
)
from barnraise.gateway.domain.refusals import Refusal
from barnraise.gateway.ports import Bus
from barnraise.gateway.service.projects import Projects

EVERYWHERE = "any"
TEST_SECONDS = 30.0


class ModelsSetup:
    """``project_id`` None is the whole instance."""

    def __init__(self, bus: Bus, projects: Projects) -> None:
        self._bus = bus
        self._projects = projects

    async def get(self, project_id: str | None) -> ModelSetup:
        return await self._bus.ask(GetModelSetup(id=new_id(), project_id=await self._whose(project_id), at=now()))

    async def save(self, project_id: str | None, name: str, settings: ModelSettings, key: str | None) -> ModelSetup:
        whose = await self._whose(project_id)
        if settings.name != name:
            raise Refusal("invalid_request", "The name in the body is not the address's.", "Use one name.", pointer="/settings/name")
        return await self._bus.ask(SaveModel(id=new_id(), project_id=whose, at=now(), settings=settings, key=key))

    async def drop(self, project_id: str | None, name: str) -> None:
        await self._bus.ask(DropModel(id=new_id(), project_id=await self._whose(project_id), at=now(), name=name))

    async def test(self, project_id: str | None, settings: ModelSettings, key: str | None) -> ModelVerdict:
        asked = TestModel(id=new_id(), project_id=await self._whose(project_id), at=now(), settings=settings, key=key)
        return await self._bus.ask(asked, timeout=TEST_SECONDS)

    async def set_budgets(self, project_id: str | None, budgets: ModelBudgets | None) -> ModelSetup:
        return await self._bus.ask(SetBudgets(id=new_id(), project_id=await self._whose(project_id), at=now(), budgets=budgets))

    async def _whose(self, project_id: str | None) -> str:
        if project_id is None:
            return EVERYWHERE
        await self._projects.require(project_id)
        return project_id

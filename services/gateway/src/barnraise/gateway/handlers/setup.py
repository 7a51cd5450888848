"""Models and budgets, for a project or for all. Keys are taken and never given out."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import ConfigDict, Field

from barnraise.contracts.models import ModelBudgets, ModelSettings, ModelSetup, ModelVerdict
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import Body, answers
from barnraise.gateway.service.setup import ModelsSetup

Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", examples=["strong"])]


class NewModel(Body):
    """``key`` may be missing: then the kept one stays, as long as vendor, address and protocol are what it was given for. An empty one is
    removed."""

    model_config = ConfigDict(
        extra="forbid", hide_input_in_errors=True, json_schema_extra={"examples": [{"settings": examples.MODEL, "key": "sk-..."}]}
    )
    settings: ModelSettings
    key: Annotated[str | None, Field(max_length=1000, repr=False, json_schema_extra={"writeOnly": True})] = None


class NewBudgets(Body):
    """``budgets`` null: those of the instance hold again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"budgets": examples.BUDGETS}]})
    budgets: ModelBudgets | None


def router(setup: ModelsSetup) -> APIRouter:
    routes = APIRouter(tags=["models"])
    shown, gone = answers(examples.SETUP, "not_found"), answers(None, "not_found", status=204)
    saved = answers(examples.SETUP, "not_found", "limit_exceeded", "project_deleted")
    tested = answers(examples.VERDICT, "not_found")

    @routes.get("/projects/{project_id}/models", responses=shown)
    async def get_models(project_id: str) -> ModelSetup:
        """The models that the project may ask, in the order of preference, and its budgets. No key is in it."""
        return await setup.get(project_id)

    @routes.put("/projects/{project_id}/models/{name}", responses=saved)
    async def save_model(project_id: str, name: Name, body: NewModel) -> ModelSetup:
        """Set a model up for this project alone, or change it; it comes before those of the instance."""
        return await setup.save(project_id, name, body.settings, body.key)

    @routes.delete("/projects/{project_id}/models/{name}", status_code=204, responses=gone)
    async def delete_model(project_id: str, name: Name) -> None:
        """Remove a model of this project, and its key."""
        await setup.drop(project_id, name)

    @routes.post("/projects/{project_id}/models/test", responses=tested)
    async def test_model(project_id: str, body: NewModel) -> ModelVerdict:
        """Ask a model one small question, saved or not, and say in a sentence what is the matter."""
        return await setup.test(project_id, body.settings, body.key)

    @routes.put("/projects/{project_id}/budgets", responses=saved)
    async def set_budgets(project_id: str, body: NewBudgets) -> ModelSetup:
        """What models may be used for, per job and for the whole project. A hard cap ends a reply within one chunk."""
        return await setup.set_budgets(project_id, body.budgets)

    @routes.get("/models", responses=shown)
    async def get_instance_models() -> ModelSetup:
        """The models for all projects."""
        return await setup.get(None)

    @routes.put("/models/{name}", responses=saved)
    async def save_instance_model(name: Name, body: NewModel) -> ModelSetup:
        """Set a model up for all projects, or change it."""
        return await setup.save(None, name, body.settings, body.key)

    @routes.delete("/models/{name}", status_code=204, responses=gone)
    async def delete_instance_model(name: Name) -> None:
        """Remove a model for all projects, and its key."""
        await setup.drop(None, name)

    @routes.post("/models/test", responses=tested)
    async def test_instance_model(body: NewModel) -> ModelVerdict:
        """The same question to a model for all projects."""
        return await setup.test(None, body.settings, body.key)

    @routes.put("/budgets", responses=saved)
    async def set_instance_budgets(body: NewBudgets) -> ModelSetup:
        """What models may be used for where a project has no budgets of its own."""
        return await setup.set_budgets(None, body.budgets)

    return routes

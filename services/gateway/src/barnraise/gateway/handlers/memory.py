"""What a project remembers."""

from typing import Annotated

from fastapi import APIRouter, Path

from barnraise.contracts.base import Id
from barnraise.contracts.problems import ErrorCode
from barnraise.contracts.requests import ProjectMemory
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import NewWish, answers
from barnraise.gateway.service.memory import Memories

Entry = Annotated[Id, Path(examples=["w1"], description="Its id: small letters, digits and dashes.")]


def router(memories: Memories) -> APIRouter:
    routes = APIRouter(tags=["memory"])
    known: tuple[ErrorCode, ...] = ("not_found", "project_deleted")
    shown = {"items": [examples.MEMORY]}

    @routes.get("/projects/{project_id}/memory", responses=answers(shown, *known))
    async def get_memory(project_id: str) -> ProjectMemory:
        """What the project remembers: standing wishes, which every model is told, and what models have changed in its code."""
        return await memories.get(project_id)

    @routes.put("/projects/{project_id}/memory/{entry}", responses=answers(shown, *known, "prompt_empty", "not_text", "limit_exceeded"))
    async def put_memory(project_id: str, entry: Entry, body: NewWish) -> ProjectMemory:
        """Remember a wish, or change the words of what is remembered."""
        return await memories.put(project_id, entry, body.text)

    @routes.delete("/projects/{project_id}/memory/{entry}", responses=answers({"items": []}, *known))
    async def forget_memory(project_id: str, entry: Entry) -> ProjectMemory:
        """Forget one entry; what is not there is forgotten already."""
        return await memories.forget(project_id, entry)

    @routes.delete("/projects/{project_id}/memory", responses=answers({"items": []}, *known))
    async def forget_all_memory(project_id: str) -> ProjectMemory:
        """Forget everything."""
        return await memories.forget(project_id)

    return routes

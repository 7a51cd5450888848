"""Experiments with prompts and models: what runs, what came of it, start and roll-back."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import ConfigDict

from barnraise.contracts.experiments import Experiment, Experiments
from barnraise.gateway.handlers import examples
from barnraise.gateway.handlers.contract import answers
from barnraise.gateway.service.experiments import Trials

Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$", examples=["shorter"])]


class NewExperiment(Experiment):
    """What is tried, on how many projects."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.EXPERIMENT]})


def router(trials: Trials) -> APIRouter:
    routes = APIRouter(tags=["models"])
    shown = answers(examples.EXPERIMENTS)

    @routes.get("/experiments", responses=shown)
    async def get_experiments() -> Experiments:
        """All experiments, the newest first, with what came of each variant. One that can be decided is."""
        return await trials.list()

    @routes.put("/experiments/{name}", responses=answers(examples.EXPERIMENTS, "invalid_request"))
    async def start_experiment(name: Name, body: NewExperiment) -> Experiments:
        """Give projects variants of a role from now on, each project one and the same. One experiment holds for a role at a time."""
        return await trials.start(name, body)

    @routes.post("/experiments/{name}/rollback", responses=answers(examples.EXPERIMENTS, "not_found"))
    async def roll_back_experiment(name: Name) -> Experiments:
        """End it, whether it runs or has a winner: from the next call on the role is as it was, for all projects."""
        return await trials.roll_back(name)

    return routes

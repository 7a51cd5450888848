"""Experiments with models; codegen makes and judges them."""

from barnraise.chassis.clock import new_id, now
from barnraise.contracts.experiments import Experiment, Experiments, ListExperiments, RollBackExperiment, StartExperiment
from barnraise.gateway.domain.refusals import Refusal
from barnraise.gateway.ports import Bus
from barnraise.gateway.service.setup import EVERYWHERE


class Trials:
    """All of them are of the whole instance."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def list(self) -> Experiments:
        return await self._bus.ask(ListExperiments(id=new_id(), project_id=EVERYWHERE, at=now()))

    async def start(self, name: str, experiment: Experiment) -> Experiments:
        if experiment.name != name:
            raise Refusal("invalid_request", "The name in the body is not the address's.", "Use one name.", pointer="/name")
        return await self._bus.ask(StartExperiment(id=new_id(), project_id=EVERYWHERE, at=now(), experiment=experiment))

    async def roll_back(self, name: str) -> Experiments:
        return await self._bus.ask(RollBackExperiment(id=new_id(), project_id=EVERYWHERE, at=now(), name=name))

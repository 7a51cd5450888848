"""Which models there are, asked over the bus."""

from barnraise.chassis.broker import Broker
from barnraise.chassis.clock import new_id, now
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.contracts.requests import DescribeModels, ModelsState, ModelState

ASK_SECONDS = 2.0


class BusModels:
    """See ``Models``."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def usable(self, project_id: str) -> bool:
        return bool(await self._usable(project_id))

    async def sees(self, project_id: str) -> bool:
        return any("vision" in model.tasks for model in await self._usable(project_id))

    async def _usable(self, project_id: str) -> list[ModelState]:
        try:
            state: ModelsState = await self._broker.ask(DescribeModels(id=new_id(), project_id=project_id, at=now()), timeout=ASK_SECONDS)
        except BarnraiseError as error:
            get_logger().warning("cannot ask for models", reason=error.problem.detail)
            return []
        return [model for model in state.models if model.state in ("ready", "trying")]

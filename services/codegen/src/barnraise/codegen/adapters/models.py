"""The language models of this instance, by their router."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable

import asyncpg

from barnraise.chassis.broker import Broker
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.codegen.ports import Asked, Said
from barnraise.contracts.requests import ModelsState, ModelState
from barnraise.models.budgets import Budgets
from barnraise.models.calls import Call, Turn
from barnraise.models.failures import NoModel
from barnraise.models.health import State
from barnraise.models.opening import open_router
from barnraise.models.profiles import Profile, ProfilesInvalid, load
from barnraise.models.router import Router

TABLE = "codegen.model_calls"
ASK_SECONDS = 130.0
"""For one reply; three of them have to fit into the time that a job's step may take."""
REPLY_TOKENS = 16_000
_STATES: dict[State, str] = {"closed": "ready", "open": "failing", "half_open": "trying", "resting": "resting"}


class RoutedModels:
    """``problem``: why there are none, though there were to be some."""

    def __init__(self, router: Router, problem: str | None = None, now: Callable[[], float] = time.time) -> None:
        self.router = router
        self._problem = problem
        self._now = now

    async def __call__(self, asked: Asked) -> Said:
        """See ``Author``."""
        roles = ("user", "assistant")
        call = Call(
            "code",
            tuple(Turn(roles[number % 2], text) for number, text in enumerate(asked.turns)),
            instructions=asked.instructions,
            max_tokens=REPLY_TOKENS,
            seconds=ASK_SECONDS,
            project_id=asked.project_id,
            job_id=asked.job_id,
            fresh=True,  # who asks for the same again was not content with what came
        )
        try:
            reply = await self.router.ask(call)
        except NoModel as error:
            raise BarnraiseError("no_model", error.problem.detail, error.problem.next) from error
        return Said(reply.text, f"{reply.profile} ({reply.model})", reply.usage.input, reply.usage.output, reply.cost)

    def describe(self) -> ModelsState:
        return ModelsState(models=tuple(map(self._state, self.router.profiles)), problem=self._problem)

    def _state(self, profile: Profile) -> ModelState:
        health = self.router.health(profile)
        return ModelState.model_validate(
            {
                "name": profile.name,
                "vendor": profile.vendor,
                "model": profile.model,
                "tasks": tuple(sorted(profile.tasks)),
                "state": "no_key" if profile.needs_key else _STATES[health.state(self._now())],
                "success": round(health.standing(self._now()), 3),
                "seconds": round(health.seconds, 3) if health.attempts else None,
                "attempts": health.attempts,
                "waiting": self.router.waiting(profile),
                "failure": health.last_failure or None,
            }
        )


@contextlib.asynccontextmanager
async def opened_models(broker: Broker, pool: asyncpg.Pool, budgets: Budgets) -> AsyncIterator[RoutedModels]:
    """Settings that cannot be read do not keep codegen from starting: it goes on without models, and says why."""
    problem = None
    try:
        profiles = load()
    except ProfilesInvalid as error:
        profiles, problem = (), str(error)
        get_logger().error("the models cannot be set up", reason=problem)
    async with open_router(profiles, broker.nats, pool, TABLE, budgets) as router:
        yield RoutedModels(router, problem)

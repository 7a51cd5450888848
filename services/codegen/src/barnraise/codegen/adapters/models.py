"""The language models of this instance, by their router."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence

import asyncpg

from barnraise.chassis.broker import Broker
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.codegen.adapters.sealing import Sealer
from barnraise.codegen.adapters.setup import Setup
from barnraise.codegen.adapters.telling import Show, telling
from barnraise.codegen.ports import Asked, Room, Said, Tier
from barnraise.contracts.requests import DescribeModels, GetUsage, ModelsState, ModelState, ModelUsage
from barnraise.models.budgets import Budgets
from barnraise.models.calls import Call, Image, Task, Turn
from barnraise.models.failures import NoModel
from barnraise.models.health import State
from barnraise.models.meters import ModelMeters
from barnraise.models.opening import open_router
from barnraise.models.profiles import Profile, ProfilesInvalid, load
from barnraise.models.router import Router
from barnraise.models.spans import Reveal

TABLE = "codegen.model_calls"
ASK_SECONDS = 130.0
"""For one reply; three of them have to fit into the time that a job's step may take."""
_AROUND = 6_000
"""Tokens of a request besides what is shown: instructions, schema, findings, and what was said in earlier rounds."""
_NONE = Room(context=30_000, reply=4_000)
_STATES: dict[State, str] = {"closed": "ready", "open": "failing", "half_open": "trying", "resting": "resting"}


class RoutedModels:
    """``problem``: why there are none, though there were to be some."""

    def __init__(self, router: Router, show: Show, setup: Setup, problem: str | None = None, now: Callable[[], float] = time.time) -> None:
        self.router = router
        self.setup = setup
        self._show = show
        self._problem = problem
        self._now = now

    async def __call__(self, asked: Asked) -> Said:
        """See ``Author``."""
        roles = ("user", "assistant")
        images = tuple(Image(look.media_type, look.data) for look in asked.looks)
        call = Call(
            _task(await self._usable(asked.project_id), asked.tier),
            tuple(Turn(roles[number % 2], text, images if number == 0 else ()) for number, text in enumerate(asked.turns)),
            instructions=asked.instructions,
            schema=asked.schema,
            max_tokens=asked.reply,
            seconds=ASK_SECONDS,
            project_id=asked.project_id,
            job_id=asked.job_id,
            prefer=asked.prefer,
            reuse=len(asked.turns) > 1,  # who had to be told once may have to be told again
            fresh=True,  # who asks for the same again was not content with what came
        )
        try:
            async with telling(self._show, asked.project_id, asked.job_id) as tell:
                reply = await self.router.ask(call, tell)
        except NoModel as error:
            raise BarnraiseError("no_model", error.problem.detail, error.problem.next) from error
        return Said(reply.text, f"{reply.profile} ({reply.model})", reply.usage.input, reply.usage.output, reply.cost)

    async def room(self, project_id: str, tier: Tier, reply: int) -> Room:
        """See ``Author``: that of the roomiest model, since smaller ones are left out by themselves."""
        profiles = await self._usable(project_id)
        task = _task(profiles, tier)
        fit = [profile for profile in profiles if task in profile.tasks]
        rooms = [Room(profile.context - min(reply, profile.output) - _AROUND, min(reply, profile.output)) for profile in fit]
        return max(rooms, key=lambda room: (room.reply, room.context), default=_NONE)

    async def sees(self, project_id: str) -> bool:
        """See ``Author``."""
        return any("vision" in profile.tasks for profile in await self._usable(project_id))

    async def _usable(self, project_id: str) -> list[Profile]:
        return [profile for profile in (await self.router.terms(project_id)).profiles if not profile.needs_key]

    async def usage(self, request: GetUsage) -> ModelUsage:
        """What the ledger has of the job, or of the project."""
        totals = await self.router.totals(project_id=request.project_id, job_id=request.job_id or "")
        used = totals.reported
        return ModelUsage(
            calls=totals.attempts,
            input=used.input,
            output=used.output,
            cached=used.cached,
            cache_written=used.cache_written,
            reasoning=used.reasoning,
            estimated=totals.estimated.total,
            open=totals.open.tokens,
            cost=totals.cost,
            open_cost=totals.open.cost,
        )

    async def describe(self, request: DescribeModels) -> ModelsState:
        """Those that the project may ask."""
        terms = await self.router.terms(request.project_id)
        return ModelsState(models=tuple(map(self._state, terms.profiles)), problem=self._problem)

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


def _task(profiles: Sequence[Profile], tier: Tier) -> Task:
    """What the router is asked for: where no model is set up for the tier, whatever one is."""
    known = {task for profile in profiles for task in profile.tasks}
    order: tuple[Task, ...] = (tier, "code", "reasoning", "ui", "cheap")
    return next((task for task in order if task in known), tier)


@contextlib.asynccontextmanager
async def opened_models(
    broker: Broker,
    pool: asyncpg.Pool,
    budgets: Budgets,
    meters: ModelMeters | None = None,
    secret: bytes | None = None,
    reveal: Reveal | None = None,
) -> AsyncIterator[RoutedModels]:
    """Settings that cannot be read do not keep codegen from starting: it goes on without the operator's models, and says why."""
    problem = None
    try:
        profiles = load()
    except ProfilesInvalid as error:
        profiles, problem = (), str(error)
        get_logger().error("the models cannot be set up", reason=problem)
    setup = Setup(pool, Sealer(secret) if secret else None, profiles, budgets, problem, meters)
    async with open_router(profiles, broker.nats, pool, TABLE, setup.terms, meters, broker.replicas, reveal) as router:
        yield RoutedModels(router, broker.show, setup, problem)

"""The router: one call becomes one whole reply of whichever model gives it, or NoModel. It alone decides what is tried again, and where."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from barnraise.chassis.logs import get_logger
from barnraise.models import prices
from barnraise.models.attempt import Answered, Speaker, attempt
from barnraise.models.boards import Board, MemoryBoard
from barnraise.models.budgets import Budgets
from barnraise.models.cache import Cache, MemoryCache
from barnraise.models.calls import Call, Delta, Finished, Progress, Reply, Restarted, Tell, Usage, Waiting, tell_nobody
from barnraise.models.choosing import able, ranked
from barnraise.models.failures import LAST_PATIENCE, Failed, NoModel, Tried, pause
from barnraise.models.health import Health
from barnraise.models.ledger import Ledger, Totals
from barnraise.models.lines import Line, LineFull
from barnraise.models.meters import ModelMeters, NoMeters
from barnraise.models.profiles import Profile
from barnraise.models.spans import Reveal
from barnraise.models.terms import Terms, TermsOf, always

SHARE = 0.6  # of the time that is left, which one attempt may take while others could still be asked


@dataclass
class _Course:
    """A call on its way."""

    call: Call
    tell: Tell
    until: float
    terms: Terms = field(default_factory=lambda: Terms(()))
    tried: list[Tried] = field(default_factory=list)
    given_up: set[str] = field(default_factory=set)
    restarts: int = 0
    told: bool = False

    def progress(self, progress: Progress) -> None:
        self.told = self.told or isinstance(progress, Delta)
        self.tell(progress)

    def left(self) -> float:
        return max(0.0, self.until - time.monotonic())


class Router:
    """Over the given models and budgets, or, with ``terms``, over what each project has of its own. ``now``: epoch seconds, which replicas
    share. ``reveal``: what traces may show of prompts and replies; nothing without it."""

    def __init__(
        self,
        profiles: Sequence[Profile],
        speaker: Speaker,
        ledger: Ledger,
        *,
        board: Board | None = None,
        cache: Cache | None = None,
        budgets: Budgets | None = None,
        meters: ModelMeters | None = None,
        reveal: Reveal | None = None,
        terms: TermsOf | None = None,
        now: Callable[[], float] = time.time,
        jitter: random.Random | None = None,
    ) -> None:
        self.profiles = tuple(profiles)
        self.terms = terms or always(Terms(tuple(profiles), budgets or Budgets()))
        self._speaker = speaker
        self._ledger = ledger
        self._board = board or MemoryBoard()
        self._cache = cache or MemoryCache()
        self._meters = meters or NoMeters()
        self._reveal = reveal
        self._now = now
        self._jitter = jitter or random.Random()  # noqa: S311 - spreads retries, keeps no secret
        self._lines: dict[Profile, Line] = {}

    async def ask(self, call: Call, tell: Tell = tell_nobody) -> Reply:
        """One whole reply. ``tell`` hears of the way there, and must not wait. NoModel when nobody gives one, BudgetSpent at a hard cap.
        An outage of the ledger, before anything is asked, passes as it is: what cannot be booked is not asked."""
        began = time.monotonic()
        course = _Course(call, tell, began + call.seconds)
        try:
            async with asyncio.timeout(call.seconds) as deadline:
                course.terms = await self.terms(call.project_id)
                reply = await self._through(course)
        except TimeoutError:
            if not deadline.expired():
                raise
            raise NoModel(f"No model gave a whole reply within {call.seconds:g} s. {_told(course.tried)}", tuple(course.tried)) from None
        return replace(reply, seconds=time.monotonic() - began, restarts=course.restarts)

    async def stream(self, call: Call) -> AsyncIterator[Progress | Finished]:
        """The same, as it comes; ``Finished`` is the last. To stop listening (``aclose``) is to cancel the call."""
        heard: asyncio.Queue[Progress | None] = asyncio.Queue()
        asking = asyncio.create_task(self.ask(call, heard.put_nowait))
        asking.add_done_callback(lambda _: heard.put_nowait(None))
        try:
            while (progress := await heard.get()) is not None:
                yield progress
            yield Finished(await asking)
        finally:
            asking.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await asking

    async def estimate(self, call: Call) -> list[tuple[Profile, Usage, Decimal | None]]:
        """What the call may come to at most, in tokens and dollars, for each model that could take it, best first."""
        usage = Usage(input=call.input_estimate(), output=call.max_tokens)
        terms = await self.terms(call.project_id)
        return [(profile, usage, prices.cost(profile, usage)) for profile in self._ranked(terms.profiles, call)]

    async def totals(self, *, project_id: str = "", job_id: str = "") -> Totals:
        """What the books have of a project, of a job, or of everything."""
        return await self._ledger.totals(project_id=project_id, job_id=job_id)

    def health(self, profile: Profile) -> Health:
        return self._board.read(profile.identity)

    def waiting(self, profile: Profile) -> int:
        """Calls that wait for a place at the model."""
        return self._line(profile).waiting

    def _line(self, profile: Profile) -> Line:
        return self._lines.get(profile) or Line(profile.parallel, profile.queue)

    @contextlib.asynccontextmanager
    async def _turn(self, profile: Profile, course: _Course) -> AsyncIterator[None]:
        """A place at the model. Its line stands while somebody is in it: people change profiles, and those that were are not kept."""
        line = self._lines.setdefault(profile, self._line(profile))
        try:
            async with line.turn(lambda place: course.progress(Waiting(profile.name, place))):
                yield
        finally:
            if line.is_idle:
                self._lines.pop(profile, None)

    async def close(self) -> None:
        await self._speaker.close()

    async def _through(self, course: _Course) -> Reply:
        while True:
            profile = await self._next(course)
            try:
                return await self._on(profile, course)
            except Failed:
                course.given_up.add(profile.name)
            except LineFull:
                course.given_up.add(profile.name)
                course.tried.append(Tried(profile.name, "overloaded", "the queue for it is full"))
            finally:
                self._board.record(profile.identity, lambda health: health.end_trial())

    async def _next(self, course: _Course) -> Profile:
        """The best model that takes calls now; with a free place before one with a queue. NoModel when none is left."""
        while True:
            left = [profile for profile in self._ranked(course.terms.profiles, course.call) if profile.name not in course.given_up]
            free = [profile for profile in left if self._line(profile).is_free]
            for profile in [*free, *(profile for profile in left if profile not in free)]:
                if await self._admits(profile):
                    return profile
            rest = self._shortest_rest(left)
            if rest is None or rest > min(LAST_PATIENCE, course.left()):
                raise self._nobody(course, left)
            await asyncio.sleep(rest + self._jitter.uniform(0, 0.05))

    async def _admits(self, profile: Profile) -> bool:
        match self.health(profile).state(self._now()):
            case "closed":
                return True
            case "half_open":
                return await self._board.claim_trial(profile.identity, self._now())
        return False

    def _shortest_rest(self, profiles: Sequence[Profile]) -> float | None:
        """Seconds until a model that only rests takes calls again."""
        now = self._now()
        resting = [self.health(profile) for profile in profiles]
        return min((health.rests_until - now for health in resting if health.state(now) == "resting"), default=None)

    async def _on(self, profile: Profile, course: _Course) -> Reply:
        """A reply of that model, tried as often as makes sense; Failed."""
        digest = course.call.digest(profile.identity)
        if not course.call.fresh and (known := self._cache.get(digest)):
            course.progress(Delta(0, known.text))
            return known
        number = 1
        while True:
            try:
                answered = await self._once(profile, course)
            except Failed as failure:
                self._note(profile, failure, course)
                wait = pause(failure, number, self._others(profile, course), self._jitter)
                if wait is None or wait > course.left() or self.health(profile).state(self._now()) == "open":
                    raise
                number += 1
                await asyncio.sleep(wait)
            else:
                reply = Reply(answered.text, profile.name, profile.model, answered.usage, answered.cost, 0.0)
                self._cache.put(digest, replace(reply, cached=True, usage=Usage(), cost=None))
                return reply

    async def _once(self, profile: Profile, course: _Course) -> Answered:
        async with self._turn(profile, course):
            began = time.monotonic()
            limit = course.left() * SHARE if self._others(profile, course) else None
            try:
                async with asyncio.timeout(limit) as patience:
                    books = self._ledger, course.terms.budgets
                    answered = await attempt(self._speaker, *books, profile, course.call, course.progress, self._meters, self._reveal)
            except TimeoutError:
                if not patience.expired():
                    raise
                raise Failed("slow", f"no whole reply came in {limit:.0f} s") from None
            took, now = time.monotonic() - began, self._now()
            self._board.record(profile.identity, lambda health: health.succeed(took, now))
            return answered

    def _note(self, profile: Profile, failure: Failed, course: _Course) -> None:
        course.tried.append(Tried(profile.name, failure.kind, failure.detail))
        now = self._now()
        self._board.record(profile.identity, lambda health: health.fail(failure, now))
        get_logger().info("model failed", profile=profile.name, kind=failure.kind, status=failure.status, detail=failure.detail)
        if course.told:
            course.told = False
            course.restarts += 1
            course.tell(Restarted(profile.name, failure.kind))

    def _others(self, profile: Profile, course: _Course) -> bool:
        """Whether another model could take the call now."""
        now = self._now()
        return any(
            other.name != profile.name and other.name not in course.given_up and self.health(other).state(now) in ("closed", "half_open")
            for other in able(course.terms.profiles, course.call)
        )

    def _ranked(self, profiles: Sequence[Profile], call: Call) -> list[Profile]:
        best = ranked(able(profiles, call), call, self._now(), self.health, prices.cost)
        return sorted(best, key=lambda profile: profile.name != call.prefer)

    def _nobody(self, course: _Course, left: Sequence[Profile]) -> NoModel:
        if not course.terms.profiles:
            return NoModel("No model is set up.")
        if course.tried:
            return NoModel(f"No model gave a whole reply. {_told(course.tried)}", tuple(course.tried))
        if left:
            names = ", ".join(f"{profile.name} ({self.health(profile).last_failure})" for profile in left)
            return NoModel(f"No model takes calls at the moment: {names}.")
        if course.call.needs_vision and not any("vision" in profile.tasks for profile in course.terms.profiles):
            return NoModel("No model that is set up can see: give one that does the task 'vision'.")
        return NoModel(f"No model that is set up can take this: {course.call.task}, about {course.call.input_estimate():,} tokens to read.")


def _told(tried: Sequence[Tried]) -> str:
    return " ".join(f"{one.profile}: {one.kind.replace('_', ' ')} ({one.detail})." for one in tried[-4:])

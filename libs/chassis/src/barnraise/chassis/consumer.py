"""The pull loop: one message at a time per slot, heartbeats while it is worked on, acknowledgement after the announcement."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from pydantic import ValidationError

from barnraise.chassis import tracing
from barnraise.chassis.clock import now
from barnraise.chassis.database import OUTAGES
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.failpoints import failpoint
from barnraise.chassis.ledger import UNCLAIMED, Ledger, Outgoing, Publish
from barnraise.chassis.logs import get_logger
from barnraise.chassis.metrics import Metrics, exemplar
from barnraise.chassis.outcome import Outcome, RetryNow
from barnraise.chassis.provision import Durable
from barnraise.chassis.pull import StandingRequest
from barnraise.contracts.events import StepFailed
from barnraise.contracts.jobs import StepName
from barnraise.contracts.problems import Problem
from barnraise.contracts.subjects import COMMAND_STREAM, token

T = TypeVar("T")

MAX_TRIES = 8
"""So often a command's handler may fail, or take its process down; then the step has failed. The server's ``max_deliver`` lies above."""
_CANCEL_SECONDS = 3.0
_UNKNOWN_SECONDS = 5.0
"""At most so long a message of an unknown kind waits for its next delivery: until it goes, it takes one of the consumer's places."""
_HALTS = 1000
"""So many stopped jobs are remembered, for what was sent before and is delivered after."""
_at_work: ContextVar[int] = ContextVar("at_work")


class FencedOff(Exception):  # noqa: N818 - it is a fact, not an error
    """A later delivery of the same message has been claimed: it belongs to that one, which must not be disturbed."""


def at_work() -> int:
    """The number of the message whose handler asks. LookupError outside of handlers."""
    return _at_work.get()


@dataclass(frozen=True)
class Handled:
    """What a consumer handles: the classes, the handler, the step whose failure it reports, and a message's inbox key. ``claims``: whether
    only one at a time may be at work on a message; else its handler only says what is to be done in the finishing transaction."""

    kinds: tuple[type[Any], ...]
    handler: Callable[[Any, int], Awaitable[Outcome]]
    step: StepName | None
    key: Callable[[Any], str]
    claims: bool = True


class Consumer:
    """Pulls one durable consumer's messages, at most ``slots`` at a time."""

    def __init__(
        self,
        service: str,
        client: Client,
        durable: Durable,
        handled: Handled,
        ledger: Ledger,
        metrics: Metrics,
        publish: Publish,
    ) -> None:
        self.durable = durable
        self.running: dict[str, asyncio.Task[Outcome]] = {}
        self._jobs: dict[str, tuple[str, int]] = {}
        self._halts: dict[str, int] = {}
        self._service = service
        self._request = StandingRequest(client, durable.stream, durable.name)
        self._handled = handled
        self._kinds = {token(kind): kind for kind in handled.kinds}
        self._ledger = ledger
        self._metrics = metrics
        self._publish = publish
        self._slots = asyncio.Semaphore(durable.slots)
        self._work: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Task[None] | None = None
        self._log = get_logger()

    def start(self) -> None:
        self._loop = asyncio.create_task(self._pull())

    async def stop(self, grace: float) -> None:
        """Stop pulling; wait for the work, then cancel it, which gives its messages back at once."""
        if self._loop:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        await self._request.close()
        if self._work:
            await asyncio.wait(self._work, timeout=grace)
        for task in list(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    def halt(self, job_id: str, before: int) -> None:
        """End the job's commands that were sent before that number; those that come later are not begun."""
        if self.durable.stream != COMMAND_STREAM:
            return
        self._halts[job_id] = max(before, self._halts.pop(job_id, 0))
        if len(self._halts) > _HALTS:
            del self._halts[next(iter(self._halts))]
        for key, (job, sequence) in self._jobs.items():
            if job == job_id and sequence < before and (task := self.running.get(key)):
                task.cancel()

    async def _pull(self) -> None:
        while True:
            await self._slots.acquire()
            try:
                message = await self._next()
            except BaseException:
                self._slots.release()
                raise
            task = asyncio.create_task(self._take(message))
            self._work.add(task)
            task.add_done_callback(self._done)

    async def _next(self) -> Msg:
        while True:
            try:
                return await self._request.next()
            except (NatsError, OSError) as outage:
                self._log.warning("cannot pull", durable=self.durable.name, error=repr(outage))
                await asyncio.sleep(0.2)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        self._slots.release()
        if not task.cancelled() and (error := task.exception()):
            self._log.error("message lost its handler", durable=self.durable.name, error=repr(error))

    async def _take(self, message: Msg) -> None:
        failpoint(f"{self._service}.received")
        kind = message.subject.rsplit(".", 1)[-1]
        heartbeat = asyncio.create_task(self._heartbeat(message))
        start, outcome, example = time.perf_counter(), "failed", None
        self._metrics.inflight.inc()
        if message.metadata.num_delivered > 1:
            self._metrics.redelivered.labels(kind).inc()
        try:
            with tracing.span(f"handle {kind}", message.headers or {}):
                example = exemplar()
                outcome = await self._handle(message, kind)
        except asyncio.CancelledError:
            outcome = "given back"
            raise
        finally:
            heartbeat.cancel()
            self._metrics.inflight.dec()
            self._metrics.handled.labels(kind, outcome).inc()
            self._metrics.seconds.labels(kind).observe(time.perf_counter() - start, example)

    async def _handle(self, message: Msg, kind: str) -> str:
        """Work on a message to its acknowledgement; every way out either acknowledges it or gives it back."""
        known = self._kinds.get(kind)
        if known is None:
            # A newer replica has asked for it; the queue brings it there, or to the dead letters when there is none.
            self._log.warning("message of an unknown kind, left to a newer replica", kind=kind, delivery=message.metadata.num_delivered)
            await _give_back(message, delay=min(0.2 * 2**message.metadata.num_delivered, _UNKNOWN_SECONDS))
            return "unknown"
        try:
            parsed = known.decode(message.data)
        except ValidationError as error:
            self._log.error("message not understood", kind=kind, error=str(error)[:500])
            await message.term()
            return "terminated"
        if parsed.id in self.running:
            # Delivered again because heartbeats could not get through; the one at work will acknowledge both.
            return "at work"
        with structlog.contextvars.bound_contextvars(project_id=parsed.project_id, job_id=parsed.job_id):
            return await self._settle(parsed, message)

    async def _settle(self, parsed: Any, message: Msg) -> str:
        try:
            await self._once(parsed, message)
            await message.ack_sync(timeout=5)
        except FencedOff:
            return "fenced off"
        except RetryNow:
            await _give_back(message)
            return "retried"
        except asyncio.CancelledError:
            await _give_back(message)
            raise
        except Exception as error:
            tracing.fail(error)
            self._log.exception("message failed", kind=parsed.tag(), delivery=message.metadata.num_delivered)
            await _give_back(message, delay=min(0.2 * 2**message.metadata.num_delivered, 30))
            return "failed"
        failpoint(f"{self._service}.acked")
        return "done"

    async def _once(self, parsed: Any, message: Msg) -> None:
        self._jobs[parsed.id] = (parsed.job_id or "", message.metadata.sequence.stream)
        try:
            await self._do(parsed, message)
        finally:
            self._jobs.pop(parsed.id, None)

    async def _do(self, parsed: Any, message: Msg) -> None:
        key = self._handled.key(parsed)
        attempt = await self._patiently(lambda: self._ledger.claim(key)) if self._handled.claims else UNCLAIMED
        failpoint(f"{self._service}.claimed")
        if attempt is not None:
            outcome = await self._outcome(parsed, message)
            failpoint(f"{self._service}.worked")
            filed = await self._finish(key, attempt, outcome)
            if filed is None:
                raise FencedOff
            failpoint(f"{self._service}.committed")
            await self._patiently(lambda: self._ledger.publish(filed, self._publish))
        else:
            await self._patiently(lambda: self._ledger.announce(key, self._publish))
        failpoint(f"{self._service}.marked")

    async def _finish(self, key: str, attempt: int, outcome: Outcome) -> Sequence[Outgoing] | None:
        """Once more when the database went away meanwhile: the work is not thrown away for it."""
        try:
            return await self._ledger.finish(key, attempt, outcome)
        except OUTAGES as outage:
            self._log.warning("the database went away before the work was kept", durable=self.durable.name, error=repr(outage))
        await self._patiently(self._ledger.reach)
        return await self._ledger.finish(key, attempt, outcome)

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """Try again here until the servers are back: an outage must not use up the message's deliveries."""
        delay = 0.05
        while True:
            try:
                return await work()
            except (NatsError, *OUTAGES) as outage:
                self._log.warning("waiting for a server", durable=self.durable.name, error=repr(outage))
                await asyncio.sleep(delay)
                delay = min(delay * 2, 2)

    async def _outcome(self, parsed: Any, message: Msg) -> Outcome:
        """The handler's outcome; a failure that is final becomes an outcome too."""
        tries = message.metadata.num_delivered
        if self._handled.step and tries > MAX_TRIES:
            return self._internal(parsed)
        try:
            return await self._run(parsed, message.metadata.sequence.stream)
        except BarnraiseError as error:
            return self._failure(parsed, error.problem)
        except Exception:
            if self._handled.step is None or tries < MAX_TRIES:
                raise
            self._log.exception("handler failed for the last time", kind=parsed.tag())
            return self._internal(parsed)

    async def _run(self, parsed: Any, sequence: int) -> Outcome:
        """Run the handler as a task that ``halt`` can cancel: then nothing comes of it."""
        if sequence < self._halts.get(parsed.job_id or "", 0):
            return Outcome()
        _at_work.set(sequence)
        task = asyncio.ensure_future(self._handled.handler(parsed, sequence))
        self.running[parsed.id] = task
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            # Let it clean up before somebody else gets the message.
            task.cancel()
            await asyncio.wait({task}, timeout=_CANCEL_SECONDS)
            raise
        finally:
            self.running.pop(parsed.id, None)
        return Outcome() if task.cancelled() else task.result()

    def _internal(self, parsed: Any) -> Outcome:
        detail = f"The {self._service} service failed on {parsed.tag()} {MAX_TRIES} times."
        return self._failure(parsed, Problem(code="internal", detail=detail, next="Retry the job; the service's log says what went wrong."))

    def _failure(self, parsed: Any, problem: Problem) -> Outcome:
        self._log.warning("command failed", kind=parsed.tag(), code=problem.code, detail=problem.detail)
        if self._handled.step is None:
            return Outcome()
        failed = StepFailed(
            id=f"{parsed.id}:failed",
            project_id=parsed.project_id,
            job_id=parsed.job_id,
            at=now(),
            command_id=parsed.id,
            step=self._handled.step,
            problem=problem,
        )
        return Outcome([failed])

    async def _heartbeat(self, message: Msg) -> None:
        while True:
            await asyncio.sleep(self.durable.ack_wait / 3)
            with contextlib.suppress(NatsError):
                await message.in_progress()


async def _give_back(message: Msg, delay: float | None = None) -> None:
    """Have it delivered again; without a connection the server does so by itself when ``ack_wait`` is over."""
    with contextlib.suppress(NatsError):
        await message.nak(delay=delay)

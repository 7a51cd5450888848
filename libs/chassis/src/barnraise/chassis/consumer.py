"""The pull loop: one message at a time per slot, heartbeats while it is worked on, acknowledgement after the announcement."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from pydantic import ValidationError

from barnraise.chassis import tracing
from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.failpoints import failpoint
from barnraise.chassis.ledger import Ledger, Publish
from barnraise.chassis.logs import get_logger
from barnraise.chassis.metrics import Metrics
from barnraise.chassis.outcome import Outcome, RetryNow
from barnraise.chassis.provision import MAX_DELIVERIES, Durable
from barnraise.contracts.events import StepFailed
from barnraise.contracts.jobs import StepName
from barnraise.contracts.problems import Problem
from barnraise.contracts.subjects import token

FETCH_SECONDS = 20.0


@dataclass(frozen=True)
class Handled:
    """What a consumer handles: the classes, the handler, the step whose failure it reports, and a message's inbox key."""

    kinds: tuple[type[Any], ...]
    handler: Callable[[Any, int], Awaitable[Outcome]]
    step: StepName | None
    key: Callable[[Any], str]


class Consumer:
    """Pulls one durable consumer's messages, at most ``slots`` at a time."""

    def __init__(
        self,
        service: str,
        jetstream: JetStreamContext,
        durable: Durable,
        handled: Handled,
        ledger: Ledger,
        metrics: Metrics,
        publish: Publish,
    ) -> None:
        self.durable = durable
        self.running: dict[str, asyncio.Task[Outcome]] = {}
        self._jobs: dict[str, str] = {}
        self._service = service
        self._jetstream = jetstream
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
        if self._work:
            await asyncio.wait(self._work, timeout=grace)
        for task in list(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    def stop_job(self, job_id: str) -> int:
        keys = [key for key, job in self._jobs.items() if job == job_id and key in self.running]
        for key in keys:
            self.running[key].cancel()
        return len(keys)

    async def _pull(self) -> None:
        subscription = await self._subscribe()
        while True:
            await self._slots.acquire()
            try:
                messages = await subscription.fetch(1, timeout=FETCH_SECONDS)
            except (NatsError, TimeoutError) as nothing:
                self._slots.release()
                if not isinstance(nothing, TimeoutError):
                    self._log.warning("fetch failed", durable=self.durable.name, error=repr(nothing))
                    await asyncio.sleep(0.2)
                continue
            except BaseException:
                self._slots.release()
                raise
            task = asyncio.create_task(self._take(messages[0]))
            self._work.add(task)
            task.add_done_callback(self._done)

    async def _subscribe(self) -> Any:
        return await self._jetstream.pull_subscribe_bind(self.durable.name, self.durable.stream)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._work.discard(task)
        self._slots.release()
        if not task.cancelled() and (error := task.exception()):
            self._log.error("message lost its handler", durable=self.durable.name, error=repr(error))

    async def _take(self, message: Msg) -> None:
        failpoint(f"{self._service}.received")
        kind = message.subject.rsplit(".", 1)[-1]
        heartbeat = asyncio.create_task(self._heartbeat(message))
        start, outcome = time.perf_counter(), "failed"
        self._metrics.inflight.inc()
        if message.metadata.num_delivered > 1:
            self._metrics.redelivered.labels(kind).inc()
        try:
            with tracing.span(f"handle {kind}", message.headers or {}):
                outcome = await self._handle(message, kind)
        finally:
            heartbeat.cancel()
            self._metrics.inflight.dec()
            self._metrics.handled.labels(kind, outcome).inc()
            self._metrics.seconds.labels(kind).observe(time.perf_counter() - start)

    async def _handle(self, message: Msg, kind: str) -> str:
        """Work on a message to its acknowledgement; every way out either acknowledges it or gives it back."""
        try:
            parsed = self._kinds[kind].model_validate_json(message.data)
        except (KeyError, ValidationError) as error:
            self._log.error("message not understood", kind=kind, error=str(error)[:500])
            await message.term()
            return "terminated"
        try:
            await self._once(parsed, message)
        except RetryNow:
            await message.nak()
            return "retried"
        except asyncio.CancelledError:
            with contextlib.suppress(NatsError):
                await message.nak()
            raise
        except Exception:
            self._log.exception("handler failed", kind=kind, delivery=message.metadata.num_delivered)
            with contextlib.suppress(NatsError):
                await message.nak(delay=min(0.2 * 2**message.metadata.num_delivered, 30))
            return "failed"
        await message.ack_sync()
        failpoint(f"{self._service}.acked")
        return "done"

    async def _once(self, parsed: Any, message: Msg) -> None:
        key = self._handled.key(parsed)
        attempt = await self._ledger.claim(key)
        failpoint(f"{self._service}.claimed")
        if attempt is not None:
            outcome = await self._outcome(parsed, message)
            failpoint(f"{self._service}.worked")
            if not await self._ledger.finish(key, attempt, outcome):
                raise RetryNow
            failpoint(f"{self._service}.committed")
        await self._ledger.announce(key, self._publish)
        failpoint(f"{self._service}.marked")

    async def _outcome(self, parsed: Any, message: Msg) -> Outcome:
        """The handler's outcome; a failure that is final becomes an outcome too."""
        task = asyncio.ensure_future(self._handled.handler(parsed, message.metadata.sequence.stream))
        self.running[parsed.id] = task
        self._jobs[parsed.id] = getattr(parsed, "job_id", None) or ""
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled():
                return Outcome()
            task.cancel()
            raise
        except RetryNow:
            raise
        except BarnraiseError as error:
            return self._failure(parsed, error.problem)
        except Exception:
            if message.metadata.num_delivered < MAX_DELIVERIES or self._handled.step is None:
                raise
            self._log.exception("handler failed for the last time", kind=parsed.tag())
            problem = Problem(code="internal", detail=f"The {self._service} service failed on {parsed.tag()}.", next="Retry the job.")
            return self._failure(parsed, problem)
        finally:
            self.running.pop(parsed.id, None)
            self._jobs.pop(parsed.id, None)

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

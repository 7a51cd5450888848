"""The bus: commands and events with exactly-once effects, requests with an answer now."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.js import JetStreamContext
from pydantic import ValidationError

from barnraise.chassis import tracing
from barnraise.chassis.clock import new_id
from barnraise.chassis.consumer import Consumer, Handled, at_work
from barnraise.chassis.errors import BarnraiseError, NobodyListensError
from barnraise.chassis.ledger import Ledger, Outgoing
from barnraise.chassis.logs import get_logger
from barnraise.chassis.metrics import Metrics, exemplar
from barnraise.chassis.outcome import Outcome
from barnraise.chassis.provision import Durable, patiently, provision_consumer, provision_streams
from barnraise.contracts.base import Contract
from barnraise.contracts.commands import Command
from barnraise.contracts.events import Event
from barnraise.contracts.jobs import StepName
from barnraise.contracts.live import Halt, ModelProgress
from barnraise.contracts.problems import Problem
from barnraise.contracts.requests import REQUESTS, Request
from barnraise.contracts.subjects import (
    COMMAND_STREAM,
    EVENT_STREAM,
    command_subject,
    event_filter,
    halt_subject,
    live_subject,
    request_subject,
    subject_of,
    token,
)

C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)
R = TypeVar("R", bound=Request)

PROBLEM_HEADER = "Barnraise-Problem"
SWEEP_SECONDS = 5.0
PRUNE_SECONDS = 3600.0
ACK_WAIT = 5.0  # how long a killed worker holds its message; living ones say every third of it that they are at work


@dataclass(frozen=True)
class Serving:
    kind: type[Request]
    handler: Callable[[Any], Awaitable[Contract]]
    by_name: bool


class Broker:
    """One service's connection to the bus. Register handlers first, then ``start``."""

    def __init__(self, service: str, client: Client, ledger: Ledger, metrics: Metrics, *, replicas: int = 1) -> None:
        self.nats = client
        self.jetstream: JetStreamContext = client.jetstream(timeout=5, publish_async_max_pending=256)
        self.replicas = replicas
        self.replica = new_id()
        """This process among its service's: another one in its next life."""
        self._service = service
        self._ledger = ledger
        self._metrics = metrics
        self._consumers: list[Consumer] = []
        self._requests: list[Serving] = []
        self._subscriptions: list[Any] = []
        self._hourly: list[Callable[[], Awaitable[None]]] = []
        self._answers: dict[asyncio.Task[None], str | None] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._log = get_logger()

    def command(
        self,
        kind: type[C],
        handler: Callable[[C], Awaitable[Outcome]],
        *,
        step: StepName | None = None,
        slots: int = 2,
        ack_wait: float = ACK_WAIT,
    ) -> None:
        """Handle a command class. A typed error, or the last failure, is told as ``StepFailed`` for ``step``."""
        durable = Durable(COMMAND_STREAM, token(kind), (command_subject(kind),), ack_wait, slots)

        async def handle(message: Any, sequence: int) -> Outcome:
            return await handler(message)

        self._consume(durable, Handled((kind,), handle, step, lambda message: message.id))

    def events(
        self,
        durable: str,
        kinds: Sequence[type[E]],
        handler: Callable[[E, int], Awaitable[Outcome]],
        *,
        slots: int = 1,
        formerly: Sequence[type[E]] = (),
    ) -> None:
        """Handle event classes, with the stream's sequence number; with ``slots=1`` in order, unless one must be delivered again. The
        handler does nothing itself, and may run more than once: what it does is the outcome's effect. ``formerly``: kinds that a version
        before has asked for, and whose consumer still brings them."""
        subjects = tuple(event_filter(kind) for kind in kinds)
        handled = Handled((*kinds, *formerly), handler, None, lambda message: f"{durable}:{message.id}", claims=False)
        self._consume(Durable(EVENT_STREAM, durable, subjects, ACK_WAIT, slots), handled)

    def request(self, kind: type[R], handler: Callable[[R], Awaitable[Contract]], *, by_name: bool = False) -> None:
        """Answer a request class; replicas share the work. ``by_name``: only what is asked of this ``replica``."""
        self._requests.append(Serving(kind, handler, by_name))

    def hourly(self, work: Callable[[], Awaitable[None]]) -> None:
        """Have it done beside the broker's own tidying: soon after the start, then every hour; what fails is told in the log."""
        self._hourly.append(work)

    async def ask(self, request: Request, *, timeout: float = 10.0, replica: str = "") -> Any:
        """The answer to a request, of the named replica or of any; BarnraiseError when it is a Problem or nobody answers in time,
        NobodyListensError when there is nobody."""
        with tracing.span(f"ask {request.tag()}"):
            try:
                headers = tracing.inject({})
                subject = request_subject(type(request), replica)
                reply = await self.nats.request(subject, request.encode(), timeout=timeout, headers=headers)
            except NoRespondersError as error:
                raise NobodyListensError(f"No {request.owner} service is there to answer {request.tag()}.") from error
            except (NatsError, TimeoutError) as error:
                detail = f"The {request.owner} service did not answer {request.tag()}."
                raise BarnraiseError("unavailable", detail, "Try again in a moment.", retryable=True) from error
        if reply.headers and PROBLEM_HEADER in reply.headers:
            problem = Problem.decode(reply.data)
            raise BarnraiseError(problem.code, problem.detail, problem.next, retryable=problem.retryable)
        return REQUESTS[type(request)].decode(reply.data)

    async def is_present(self, service: str, *, timeout: float = 1.0) -> bool:
        """Whether a worker of that service listens on the bus."""
        try:
            await self.nats.request(f"ping.{service}", b"", timeout=timeout)
        except (NatsError, TimeoutError):
            return False
        return True

    async def publish(self, message: Command | Event) -> None:
        """Publish directly, for what needs no outbox; a repeat within the dedupe window is dropped by the stream."""
        await self._publish(Outgoing(message.id, subject_of(message), message.encode(), tracing.inject({"Nats-Msg-Id": message.id})))

    async def show(self, progress: ModelProgress) -> None:
        """Tell who looks on just now; it is dropped where nobody does, and while the bus is away."""
        if self.nats.is_connected:
            with contextlib.suppress(NatsError):
                await self.nats.publish(live_subject(progress.project_id), progress.model_dump_json().encode())

    async def announce(self, cause: str) -> None:
        """Publish what a transaction has filed under this cause; the sweeper does it later if this fails."""
        await self._ledger.announce(cause, self._publish)

    def running(self) -> Mapping[str, asyncio.Task[Outcome]]:
        """The handlers at work, by command id."""
        return {key: task for consumer in self._consumers for key, task in consumer.running.items()}

    def place(self) -> int:
        """Where in its stream the message is whose handler asks: what was sent later has a higher number."""
        return at_work()

    async def stop_job(self, job_id: str) -> None:
        """In every replica of this service, end what is done for the job and was sent before the command whose handler asks; nothing is
        announced of it."""
        halt = Halt(job_id=job_id, before=at_work())
        self._halt(halt)
        await self.nats.publish(halt_subject(self._service), halt.model_dump_json().encode())

    async def _hear(self, message: Msg) -> None:
        self._halt(Halt.decode(message.data))

    def _halt(self, halt: Halt) -> None:
        for consumer in self._consumers:
            consumer.halt(halt.job_id, halt.before)
        for task, job_id in self._answers.items():
            if job_id == halt.job_id:
                task.cancel()

    async def start(self) -> None:
        """Provision, then consume."""
        await patiently(self._provision)
        for consumer in self._consumers:
            consumer.start()
        for serving in self._requests:
            await self._serve(serving)
        self._subscriptions.append(await self.nats.subscribe(f"ping.{self._service}", queue=self._service, cb=_pong))
        self._subscriptions.append(await self.nats.subscribe(halt_subject(self._service), cb=self._hear))
        for _ in range(2):  # who is told that we are ready must be heard; the client's first ping overtakes what waits to be sent
            await self.nats.flush()
        self._sweeper = asyncio.create_task(self._sweep())

    async def _provision(self) -> None:
        await provision_streams(self.nats, self.jetstream, self.replicas)
        for consumer in self._consumers:
            await provision_consumer(self.jetstream, consumer.durable)

    async def stop(self, grace: float = 8.0) -> None:
        """Take nothing more, let handlers end or give their messages back, and flush."""
        if self._sweeper:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
        with contextlib.suppress(NatsError):
            for subscription in self._subscriptions:
                await subscription.unsubscribe()
        await asyncio.gather(self._finish_answers(grace), *(consumer.stop(grace) for consumer in self._consumers))

    def _consume(self, durable: Durable, handled: Handled) -> None:
        self._consumers.append(Consumer(self._service, self.nats, durable, handled, self._ledger, self._metrics, self._publish))

    async def _publish(self, outgoing: Outgoing) -> None:
        await self.jetstream.publish(outgoing.subject, outgoing.payload, headers=outgoing.headers)

    async def _serve(self, serving: Serving) -> None:
        subject = request_subject(serving.kind, self.replica if serving.by_name else "")

        async def receive(message: Msg) -> None:
            task = asyncio.create_task(self._answer(serving, message))
            self._answers[task] = None
            task.add_done_callback(self._answers.pop)

        self._subscriptions.append(await self.nats.subscribe(subject, queue=self._service, cb=receive))

    async def _answer(self, serving: Serving, message: Msg) -> None:
        kind, start = token(serving.kind), time.perf_counter()
        with tracing.span(f"answer {serving.kind.tag()}", message.headers or {}):
            answer = await self._reply(serving, message.data)
            self._metrics.answering.labels(kind).observe(time.perf_counter() - start, exemplar())
        self._metrics.answered.labels(kind, _how(answer)).inc()
        data = answer.model_dump_json().encode()
        if len(data) > self.nats.max_payload:
            answer = Problem(code="too_large", detail="The answer does not fit into a message.", next="Ask for less.")
            data = answer.model_dump_json().encode()
        headers = {PROBLEM_HEADER: "1"} if isinstance(answer, Problem) else None
        with contextlib.suppress(NatsError):
            await self.nats.publish(message.reply, data, headers=headers)

    async def _reply(self, serving: Serving, data: bytes) -> Contract:
        """The handler's answer, or the Problem that it ran into."""
        try:
            request = serving.kind.decode(data)
        except ValidationError as error:
            return Problem(code="invalid_request", detail=str(error)[:2000], next="Correct the request.")
        if task := asyncio.current_task():
            self._answers[task] = getattr(request, "job_id", None)
        try:
            with structlog.contextvars.bound_contextvars(project_id=request.project_id):
                return await serving.handler(request)
        except asyncio.CancelledError:  # who asked must not wait for nothing
            return Problem(code="unavailable", detail="The work was stopped.", next="Try again in a moment.", retryable=True)
        except BarnraiseError as error:
            return error.problem
        except Exception as error:
            tracing.fail(error)
            self._log.exception("request failed", kind=serving.kind.tag())
            return Problem(code="internal", detail="The service failed.", next="Try again; if it stays so, look into the service's log.")

    async def _finish_answers(self, grace: float) -> None:
        if self._answers:
            await asyncio.wait(self._answers, timeout=grace)
        for task in list(self._answers):
            task.cancel()

    async def _sweep(self) -> None:
        """Publish what crashes and outages have left in the outbox; keep its figures; forget what is old."""
        pruned = -PRUNE_SECONDS
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self._ledger.sweep(SWEEP_SECONDS, self._publish)
                unsent, oldest = await self._ledger.unsent()
                if time.monotonic() - pruned > PRUNE_SECONDS:
                    await self._ledger.prune()
                    pruned = time.monotonic()
                    await self._tidy()
            except Exception as outage:
                self._log.warning("sweep postponed", error=repr(outage))
            else:
                self._metrics.outbox_unsent.set(unsent)
                self._metrics.outbox_oldest.set(oldest)

    async def _tidy(self) -> None:
        """One that fails keeps no other from its work."""
        for work in self._hourly:
            try:
                await work()
            except Exception as error:
                self._log.warning("tidying postponed", error=repr(error))


def _how(answer: Contract) -> str:
    if not isinstance(answer, Problem):
        return "done"
    return "failed" if answer.code in ("internal", "unavailable") else "refused"


async def _pong(message: Msg) -> None:
    await message.respond(b"")

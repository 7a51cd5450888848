"""The consumer's decisions, on a ledger in memory: when it acknowledges, gives back, gives up, or keeps its hands off."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from barnraise.chassis.broker import Broker
from barnraise.chassis.clock import now
from barnraise.chassis.consumer import MAX_TRIES, Consumer, Handled, at_work
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.ledger import MAX_PAYLOAD, Outgoing, enqueue
from barnraise.chassis.metrics import Metrics
from barnraise.chassis.outcome import Outcome, RetryNow
from barnraise.chassis.provision import MAX_DELIVERIES, Durable
from barnraise.contracts.commands import StopWork, ValidateCommit
from barnraise.contracts.events import MessagePosted, StepFailed


class FakeLedger:
    """Claims and finishes in memory."""

    def __init__(self) -> None:
        self.done: dict[str, Outcome] = {}
        self.attempts = 0
        self.outages = 0
        self.fenced = False

    async def claim(self, key: str) -> int | None:
        if self.outages:
            self.outages -= 1
            raise ConnectionRefusedError
        self.attempts += 1
        return None if key in self.done else self.attempts

    async def finish(self, key: str, attempt: int, outcome: Outcome) -> Sequence[Outgoing] | None:
        if self.fenced:
            return None
        self.done[key] = outcome
        return ()

    async def announce(self, cause: str, publish: Any) -> None:
        """Nothing listens."""

    async def publish(self, messages: Sequence[Outgoing], publish: Any) -> None:
        """Nothing listens."""


class FakeMessage:
    """A delivery that writes down how it was answered."""

    _numbers = itertools.count(7)

    def __init__(self, data: bytes, tries: int = 1, subject: str = "cmd.validator.commit-validate-v1") -> None:
        self.data, self.subject, self.headers = data, subject, None
        self.metadata = SimpleNamespace(num_delivered=tries, sequence=SimpleNamespace(stream=next(self._numbers)))
        self.answers: list[str] = []

    async def ack_sync(self, timeout: float) -> None:
        self.answers.append("ack")

    async def nak(self, delay: float | None = None) -> None:
        self.answers.append(f"nak {delay}" if delay else "nak")

    async def term(self) -> None:
        self.answers.append("term")

    async def in_progress(self) -> None:
        self.answers.append("in progress")


def validate(job: str = "j1") -> ValidateCommit:
    return ValidateCommit(id=f"{job}:validate:1", project_id="p1", job_id=job, at=now(), commit="a" * 40)


class Kit:
    def __init__(self, handler: Callable[[Any], Awaitable[Outcome]], step: Any = "validate", ack_wait: float = 30.0) -> None:
        async def handle(message: Any, _: int) -> Outcome:
            return await handler(message)

        nowhere: Any = None
        client: Any = SimpleNamespace(new_inbox=lambda: "inbox")
        self.ledger = FakeLedger()
        self.metrics = Metrics()
        durable = Durable("COMMANDS", "d", ("cmd.>",), ack_wait, 2)
        ledger: Any = self.ledger
        handled = Handled((ValidateCommit,), handle, step, lambda message: message.id)
        self.consumer = Consumer("validator", client, durable, handled, ledger, self.metrics, nowhere)

    async def take(self, tries: int = 1, data: bytes | None = None, **more: str) -> list[str]:
        """Deliver once; how it was answered."""
        message: Any = FakeMessage(data or validate().encode(), tries, **more)
        await self.consumer._take(message)
        return message.answers

    def failure(self) -> str | None:
        """The code of the failure that was announced."""
        (outcome,) = self.ledger.done.values()
        failures = [message.problem.code for message in outcome.messages if isinstance(message, StepFailed)]
        return failures[0] if failures else None


def raising(error: Exception) -> Callable[[Any], Awaitable[Outcome]]:
    async def handler(_: Any) -> Outcome:
        raise error

    return handler


async def nothing(_: Any) -> Outcome:
    return Outcome()


async def never(_: Any) -> Outcome:
    await asyncio.Event().wait()
    return Outcome()


async def test_a_message_is_acknowledged_once_it_is_done_and_announced() -> None:
    kit = Kit(nothing)
    assert await kit.take() == ["ack"]
    assert await kit.take(2) == ["ack"]
    assert list(kit.ledger.done) == ["j1:validate:1"]


async def test_a_failure_is_given_back_with_a_delay_that_grows_to_a_bound() -> None:
    kit = Kit(raising(RuntimeError("boom")))
    assert [(await kit.take(tries))[0] for tries in (1, 2, 3)] == ["nak 0.4", "nak 0.8", "nak 1.6"]
    kit = Kit(raising(RuntimeError("boom")), step=None)
    assert await kit.take(MAX_DELIVERIES) == ["nak 30"]


@pytest.mark.parametrize("error", [RuntimeError("boom"), RetryNow()])
async def test_the_last_failure_is_told(error: Exception) -> None:
    kit = Kit(raising(error))
    assert await kit.take(MAX_TRIES) == ["ack"]
    assert kit.failure() == "internal"


async def test_a_command_that_took_every_worker_down_is_not_run_again() -> None:
    kit = Kit(never)
    assert await kit.take(MAX_TRIES + 1) == ["ack"]
    assert kit.failure() == "internal"


def test_the_server_delivers_more_often_than_we_try() -> None:
    assert MAX_DELIVERIES > MAX_TRIES + 1


async def test_a_request_to_retry_is_given_back_at_once() -> None:
    assert await Kit(raising(RetryNow())).take() == ["nak"]


async def test_a_typed_error_is_told_if_it_belongs_to_a_step() -> None:
    error = BarnraiseError("limit_exceeded", "Too much.", "Ask for less.")
    kit = Kit(raising(error))
    assert await kit.take() == ["ack"]
    assert kit.failure() == "limit_exceeded"
    kit = Kit(raising(error), step=None)
    assert await kit.take() == ["ack"]
    assert kit.failure() is None


async def test_who_was_fenced_off_leaves_the_message_to_the_other() -> None:
    kit = Kit(nothing)
    kit.ledger.fenced = True
    assert await kit.take() == []


async def test_a_second_delivery_of_what_is_at_work_here_is_left_alone() -> None:
    kit = Kit(never)
    first = asyncio.create_task(kit.take())
    while not kit.consumer.running:
        await asyncio.sleep(0)
    assert await kit.take(2) == []
    first.cancel()


async def test_an_outage_is_waited_for() -> None:
    kit = Kit(nothing)
    kit.ledger.outages = 2
    assert await kit.take() == ["ack"]


@pytest.mark.parametrize("data", [b"", b"{", b'{"type": "commit.validate.v2"}', b"\xff"])
async def test_what_is_not_understood_is_buried(data: bytes) -> None:
    kit = Kit(nothing)
    assert await kit.take(data=data or b"null") == ["term"]


async def test_what_only_a_newer_version_knows_is_left_to_it_within_bounds() -> None:
    kit = Kit(nothing)
    answers = [(await kit.take(tries, subject="evt.p1.thing-invented-v1"))[0] for tries in (1, 2, MAX_DELIVERIES)]
    assert answers == ["nak 0.4", "nak 0.8", "nak 5.0"]
    told = {"kind": "thing-invented-v1", "outcome": "unknown"}
    assert kit.metrics.registry.get_sample_value("messages_handled_total", told) == 3


async def test_a_heartbeat_runs_from_the_start() -> None:
    async def slow(_: Any) -> Outcome:
        await asyncio.sleep(0.35)
        return Outcome()

    *heartbeats, last = await Kit(slow, ack_wait=0.3).take()
    assert set(heartbeats) == {"in progress"}
    assert last == "ack"


async def test_work_that_is_cut_off_cleans_up_and_goes_back() -> None:
    cleaned = []

    async def tidy(_: Any) -> Outcome:
        try:
            return await never(_)
        finally:
            cleaned.append(True)

    kit = Kit(tidy)
    message: Any = FakeMessage(validate().encode())
    task = asyncio.create_task(kit.consumer._take(message))
    while not kit.consumer.running:
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (cleaned, message.answers) == ([True], ["nak"])
    assert kit.ledger.done == {}
    assert kit.consumer.running == {}


async def test_stopping_a_job_spares_who_asks_for_it() -> None:
    async def handler(command: ValidateCommit | StopWork) -> Outcome:
        if command.id != "another":
            return await never(command)
        kit.consumer.halt("j1", at_work())
        await asyncio.sleep(0)
        return Outcome()

    kit = Kit(handler)
    first = asyncio.create_task(kit.take())
    while not kit.consumer.running:
        await asyncio.sleep(0)
    second = validate().model_copy(update={"id": "another"})
    assert await kit.take(data=second.encode()) == ["ack"]
    assert await first == ["ack"]
    assert kit.ledger.done["j1:validate:1"].messages == ()


async def test_stopping_a_job_spares_what_was_sent_later() -> None:
    async def handler(command: ValidateCommit) -> Outcome:
        if command.id == "later":
            return await never(command)
        while "later" not in kit.consumer.running:
            await asyncio.sleep(0)
        kit.consumer.halt("j1", at_work())
        return Outcome()

    kit = Kit(handler)
    asking = asyncio.create_task(kit.take())
    while not kit.consumer.running:
        await asyncio.sleep(0)
    later = asyncio.create_task(kit.take(data=validate().model_copy(update={"id": "later"}).encode()))
    assert await asking == ["ack"]
    assert "later" in kit.consumer.running
    later.cancel()
    await asyncio.gather(later, return_exceptions=True)


async def test_tidying_that_fails_keeps_no_other_from_its_work() -> None:
    nobody: Any = SimpleNamespace(jetstream=lambda **_: None)
    broker, done = Broker("validator", nobody, nobody, Metrics()), []

    async def fails() -> None:
        raise OSError("no disk")

    async def works() -> None:
        done.append("tidied")

    for work in (fails, works):
        broker.hourly(work)
    await broker._tidy()
    assert done == ["tidied"]


async def test_a_message_too_large_for_the_bus_fails_where_it_is_made() -> None:
    nowhere: Any = None
    parts: dict[str, Any] = {"id": "m", "project_id": "p1", "at": now(), "role": "user", "text": "x" * (MAX_PAYLOAD + 1)}
    with pytest.raises(ValueError, match="the bus takes"):
        await enqueue(nowhere, "planner", "cause", [MessagePosted.model_construct(**parts)])

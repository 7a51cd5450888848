"""What the router decides: whom it asks, when it asks again, whom it leaves alone, how long it waits, and how it ends without a model."""

import asyncio
import random
from dataclasses import replace
from decimal import Decimal

import pytest
from scripted_provider import Hang, Refuse, Say

from barnraise.models import prices
from barnraise.models.boards import MemoryBoard
from barnraise.models.calls import Call, Delta, Turn, Waiting
from barnraise.models.choosing import able, ranked
from barnraise.models.failures import Failed, NoModel, pause
from barnraise.models.health import FAILURES_TO_OPEN, FIRST_COOL_DOWN, Health
from barnraise.models.ledger import Closing, MemoryLedger

NOW = 1_767_605_400.0


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


async def test_what_passes_is_tried_again_and_what_lasts_is_not(provider, make, call):
    provider.play("a", Refuse(500), Say("Here."))
    assert (await make(provider.profile("a")).ask(call())).text == "Here."
    assert provider.asked_for("a") == 2

    provider.play("b", Refuse(401, "No such key."))
    reply = await make(provider.profile("b"), provider.profile("c")).ask(call())
    assert (reply.profile, provider.asked_for("b")) == ("c", 1)


async def test_a_short_retry_after_is_honoured_and_a_long_one_sends_the_call_elsewhere(provider, make, call):
    provider.play("a", Refuse(429, retry_after=0.7), Say("Later."))
    assert (await make(provider.profile("a"), provider.profile("b")).ask(call())).profile == "a"
    assert provider.at[1] - provider.at[0] >= 0.7, "not before the time that the provider named"

    provider.play("b", Refuse(429, retry_after=40))
    board = MemoryBoard()
    router = make(provider.profile("b"), provider.profile("c"), board=board)
    assert (await router.ask(call())).profile == "c"
    assert (await router.ask(call())).profile == "c"
    assert provider.asked_for("b") == 1, "it is left alone as long as it asked for"
    with pytest.raises(NoModel):
        await make(provider.profile("b"), board=board).ask(call())  # alone, and resting longer than waiting is worth


async def test_nobody_is_asked_while_the_only_model_rests_and_then_it_is(provider, make, call):
    provider.play("a", Refuse(429, retry_after=0.2), Refuse(429, retry_after=0.2))
    router = make(provider.profile("a"))
    with pytest.raises(NoModel):
        await router.ask(call())
    assert (await router.ask(call())).text == "Hello, world."
    assert provider.at[-1] - provider.at[-2] >= 0.2


async def test_a_broken_model_is_left_alone_then_tried_by_one_call_and_taken_back(provider, make, call):
    clock, board = Clock(), MemoryBoard()
    router = make(provider.profile("a", parallel=8), provider.profile("b", parallel=8), board=board, now=clock)
    provider.play("a", *[Refuse(500)] * 4)
    for _ in range(2):
        with pytest.raises(NoModel):
            await make(provider.profile("a"), board=board, now=clock).ask(call())
    asked = provider.asked_for("a")
    assert asked >= FAILURES_TO_OPEN
    assert {(await router.ask(call())).profile for _ in range(3)} == {"b"}
    assert provider.asked_for("a") == asked, "open: nobody asks it"

    clock.now += FIRST_COOL_DOWN + 1
    board.record(provider.profile("a").identity, lambda health: replace(health, success=1.0))  # else the other one is preferred
    provider.script["a"].clear()
    provider.play("a", Say("Well again.", pause=0.02))
    replies = await asyncio.gather(*(router.ask(call()) for _ in range(4)))
    assert sorted(reply.profile for reply in replies) == ["a", "b", "b", "b"], "half open: one tries"
    assert board.read(provider.profile("a").identity).state(clock.now) == "closed"


def test_each_failed_trial_doubles_the_cool_down_and_a_fault_that_lasts_opens_at_once():
    health, now = Health(), NOW
    for _ in range(FAILURES_TO_OPEN):
        health = health.fail(Failed("broken", ""), now)
    first = health.open_until - now
    now = health.open_until
    assert health.state(now) == "half_open"
    assert health.begin_trial(now).state(now) == "open"
    assert health.fail(Failed("broken", ""), now).open_until - now == 2 * first
    assert Health().fail(Failed("refused_key", ""), now).state(now) == "open"
    assert Health().fail(Failed("rejected", ""), now) == Health(), "the call was wrong, not the model"
    assert health.succeed(1.0, now).state(now) == "closed"


async def test_calls_wait_in_order_know_their_place_and_the_queue_has_an_end(provider, make, call):
    provider.otherwise = Say(pause=0.01)
    router = make(provider.profile("a", parallel=1, queue=2))
    places: dict[int, list[int]] = {}

    def listen(number: int):
        return lambda progress: places.setdefault(number, []).append(progress.place) if isinstance(progress, Waiting) else None

    replies = await asyncio.gather(*(router.ask(call(str(number)), listen(number)) for number in range(4)), return_exceptions=True)
    assert places == {1: [1], 2: [2, 1]}
    assert [isinstance(reply, NoModel) for reply in replies] == [False, False, False, True]
    assert provider.most_open == 1
    assert router.waiting(router.profiles[0]) == 0


async def test_who_stops_waiting_makes_way(provider, make, call):
    provider.otherwise = Say(pause=0.01)
    router = make(provider.profile("a", parallel=1))
    first, second, third = (asyncio.create_task(router.ask(call())) for _ in range(3))
    while router.waiting(router.profiles[0]) < 2:
        await asyncio.sleep(0)
    second.cancel()
    while not second.done():
        await asyncio.sleep(0)
    assert router.waiting(router.profiles[0]) == 1
    assert (await first).text == (await third).text == "Hello, world."
    with pytest.raises(asyncio.CancelledError):
        await second


async def test_a_model_that_hangs_or_drips_is_left_for_another_and_the_deadline_holds_for_all(provider, make, call, ledger):
    provider.play("a", Hang())
    assert (await make(provider.profile("a", stall=0.2), provider.profile("b")).ask(call())).profile == "b"
    provider.play("c", Say("x" * 1000, pieces=1000, pause=0.05))
    assert (await make(provider.profile("c"), provider.profile("b")).ask(call(seconds=1.0))).profile == "b"

    provider.otherwise = Hang()
    with pytest.raises(NoModel, match=r"within 0\.5 s"):
        async with asyncio.timeout(20):  # either of them would hang for a minute
            await make(provider.profile("a", stall=60), provider.profile("b", stall=60)).ask(call(seconds=0.5))
    assert (await ledger.totals()).open.tokens == 0


async def test_who_stops_listening_hangs_up(provider, make, call, ledger):
    provider.otherwise = Say("x" * 1000, pieces=1000, pause=0.01)
    stream = make(provider.profile("a")).stream(call())
    while not isinstance(await anext(stream), Delta):
        pass
    await stream.aclose()
    await asyncio.wait_for(provider.gone.wait(), 5)
    totals = await ledger.totals()
    assert (totals.attempts, totals.open.tokens, totals.reported.total) == (1, 0, 0)
    assert totals.estimated.total > 0


async def test_the_books_are_closed_however_often_the_caller_is_cancelled(provider, make, call):
    class Slow(MemoryLedger):
        async def close(self, id: str, closing: Closing) -> None:
            begun.set()
            await asyncio.sleep(0.05)
            await super().close(id, closing)

    begun, slow = asyncio.Event(), Slow()
    provider.otherwise = Hang()
    asking = asyncio.create_task(make(provider.profile("a"), ledger=slow).ask(call()))
    while not provider.open:
        await asyncio.sleep(0.005)
    asking.cancel()
    await begun.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert [row.closing.outcome for row in slow.rows.values() if row.closing] == ["cancelled"]


async def test_what_a_call_may_come_to_is_known_before(provider, make, call):
    router = make(provider.profile("a"), provider.profile("b"))
    (first, most, dollars), (second, *_) = await router.estimate(call("x" * 3000, max_tokens=500))
    assert (first.name, second.name, most.output) == ("a", "b", 500)
    assert 1000 <= most.input <= 1100
    assert dollars == Decimal(most.input + 10 * 500) / 1_000_000


async def test_no_model_says_why(provider, make, call):
    with pytest.raises(NoModel, match="No model is set up"):
        await make().ask(call())
    with pytest.raises(NoModel, match="can take this"):
        await make(provider.profile("a", context=300)).ask(call("word " * 2000))
    with pytest.raises(NoModel, match=r"a: refused key .*b: broken"):
        provider.play("a", Refuse(401))
        provider.play("b", Refuse(500), Refuse(500))
        await make(provider.profile("a"), provider.profile("b")).ask(call())


async def test_the_same_question_is_answered_from_the_cache_of_its_tenant_alone(provider, make, call):
    router = make(provider.profile("a"))
    question = replace(call(), fresh=False)
    first, again = await router.ask(question), await router.ask(question)
    assert (again.text, again.cached, again.usage.total, provider.asked_for("a")) == (first.text, True, 0, 1)
    for other in (replace(question, tenant="another"), replace(question, schema={"type": "object"}), replace(question, fresh=True)):
        provider.play("a", Say("{}"))
        assert not (await router.ask(other)).cached
    assert provider.asked_for("a") == 4


def profiles(provider, **given):
    return [provider.profile(name, **more) for name, more in given.items()]


async def test_the_task_decides_what_counts(provider):
    dear, cheap = {"price": {"input": 3, "output": 15}}, {"price": {"input": 0.1, "output": 0.4}}
    models = profiles(provider, a=dear, b=cheap, c=cheap | {"tasks": ["vision"], "context": 1_000})
    healths = {name: Health(attempts=1, seconds=1, at=NOW) for name in "abc"}

    def order(call: Call) -> list[str]:
        able_ones = able(models, call)
        return [profile.name for profile in ranked(able_ones, call, NOW, lambda profile: healths[profile.name], prices.cost)]

    ask = Call("code", (Turn("user", "Hi"),), max_tokens=100)
    assert order(ask) == ["a", "b"], "the order of profiles says which are better"
    assert order(replace(ask, task="cheap")) == ["b", "a"]
    assert order(replace(ask, task="vision")) == ["c"]
    assert order(replace(ask, task="vision", max_tokens=999)) == [], "no room"
    healths["a"] = replace(healths["a"], success=0.4)
    assert order(ask) == ["b", "a"], "measured success"
    healths["a"] = replace(healths["a"], at=NOW - 7200)
    assert order(ask) == ["a", "b"], "forgiven in time"


def test_pauses_grow_and_are_spread():
    jitter = random.Random(1)
    first = [pause(Failed("broken", ""), 1, True, jitter) for _ in range(50)]
    assert len(set(first)) == 50
    assert min(first) >= 0 and max(first) <= 0.25
    assert pause(Failed("broken", ""), 2, True, jitter) is None
    assert pause(Failed("rate_limited", "", retry_after=20), 1, True, jitter) is None
    assert 20 <= pause(Failed("rate_limited", "", retry_after=20), 1, False, jitter) <= 20.25
    assert pause(Failed("rate_limited", "", retry_after=31), 1, False, jitter) is None
    assert pause(Failed("cut", ""), 1, True, jitter) is None
    assert pause(Failed("cut", ""), 1, False, jitter) is not None

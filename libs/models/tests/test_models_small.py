"""A real model behind the router: what it streams, counts, is held to and is cut off from, over each protocol that its server speaks."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_model import SLOTS, SmallModel

from barnraise.models.calls import Delta, Finished, Waiting
from barnraise.models.probing import probe

pytestmark = pytest.mark.model
PROTOCOLS = ("openai-chat", "openai-responses", "anthropic")
ASK = "What is 2 + 2?"
LONG = {
    "title": "numbers",
    "type": "object",
    "properties": {"numbers": {"type": "array", "items": {"type": "integer"}, "minItems": 600}},
    "required": ["numbers"],
    "additionalProperties": False,
}
"""What takes the model more tokens to write than it may."""


def test_who_only_uses_the_product_does_not_fetch_it():
    root = Path(__file__).parents[3]
    ours, everybodys = (
        {line.split("==")[0] for line in (root / name).read_text().splitlines() if "==" in line}
        for name in ("tests/support/small_model.txt", "requirements.lock")
    )
    assert len(ours) == 2 and not ours & everybodys


@pytest.fixture(scope="module")
def model() -> Iterator[SmallModel]:
    with SmallModel.serving() as serving:
        yield serving


async def idle(model: SmallModel) -> None:
    async with asyncio.timeout(10):
        while await asyncio.to_thread(model.busy):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_reply_is_streamed_and_the_books_have_the_models_own_tokens(protocol, model, make, call, ledger):
    router = make(model.profile(protocol))
    text, pieces = "", 0
    async for progress in router.stream(call(ASK, max_tokens=200, temperature=0.0, seconds=60.0)):
        match progress:
            case Delta(offset, piece):
                assert offset == len(text)
                text, pieces = text + piece, pieces + 1
            case Finished(reply):
                assert (reply.text, reply.restarts, reply.profile) == (text, 0, protocol)
    assert pieces > 3, "as it comes, not at the end"
    totals = await ledger.totals()
    assert (totals.attempts, totals.estimated.total, totals.open.tokens) == (1, 0, 0)
    assert totals.reported.input == model.asked("Be brief.", ASK)
    assert totals.reported.output - model.tokens(text) in (0, 1), "its text, and the token that ends it"


async def test_a_schema_holds_a_model_that_would_not_keep_to_it_by_itself(model, make, call):
    """By ``openai-chat``: this server does so over no other protocol."""
    colour = {"type": "string", "enum": ["red", "green", "blue"]}
    schema = {
        "title": "lamp",
        "type": "object",
        "properties": {"colour": colour, "watts": {"type": "integer"}},
        "required": ["colour", "watts"],
        "additionalProperties": False,
    }
    reply = await make(model.profile()).ask(call("A lamp.", schema=schema, max_tokens=200, temperature=0.0, seconds=60.0))
    lamp = json.loads(reply.text)
    assert lamp.keys() == {"colour", "watts"} and lamp["colour"] in colour["enum"] and isinstance(lamp["watts"], int)


async def test_who_stops_listening_stops_the_model(model, make, call, ledger):
    stream = make(model.profile()).stream(call("Count.", schema=LONG, max_tokens=1500, seconds=60.0))
    async for progress in stream:
        if isinstance(progress, Delta):
            break
    assert await asyncio.to_thread(model.busy) == 1
    began = time.monotonic()
    await stream.aclose()
    await idle(model)
    assert time.monotonic() - began < 3, "it would write for longer than that"
    (row,) = ledger.rows.values()
    assert (row.closing.outcome, row.closing.reported) == ("cancelled", False)
    assert row.closing.usage.input > 0


async def test_more_at_once_than_it_has_places_for_wait_in_a_line_and_are_all_whole(model, make, call, ledger):
    router = make(model.profile("openai-chat"), model.profile("anthropic", tasks=["cheap"]))
    told: list[object] = []
    calls = [call(f"What is 2 + {number}?", max_tokens=300, temperature=0.0, seconds=80.0) for number in range(2 * SLOTS)]
    replies = await asyncio.gather(*(router.ask(one, told.append) for one in calls))
    assert all(reply.text and reply.restarts == 0 for reply in replies)
    assert {one.place for one in told if isinstance(one, Waiting)} >= {1, 2}
    totals = await ledger.totals()
    assert totals.reported.input == sum(model.asked("Be brief.", one.turns[0].text) for one in calls)
    assert sum(reply.usage.output for reply in replies) == totals.reported.output
    assert await asyncio.to_thread(model.busy) == 0


async def test_the_way_to_it_can_be_tried(model):
    verdicts = [await probe(model.profile(protocol)) for protocol in PROTOCOLS]
    assert [verdict.kind for verdict in verdicts] == ["ok"] * len(PROTOCOLS), verdicts

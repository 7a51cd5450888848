"""Every protocol, on the wire: what is sent, what is understood, what a broken stream becomes, and that the books are right."""

import base64
import json
from decimal import Decimal

import pytest
from scripted_provider import KEY, Refuse, Say

from barnraise.models.calls import Delta, Finished, Image, Restarted, Turn, Usage
from barnraise.models.failures import NoModel

PROTOCOLS = ("openai-chat", "openai-responses", "anthropic", "gemini")
TEXT = "def add(a, b):\n    return a + b  # größer → ✓\n" * 12


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_reply_is_whole_and_its_usage_is_the_providers(protocol, provider, make, call, ledger):
    said = Usage(input=120, output=40, cached=100, reasoning=0 if protocol == "anthropic" else 15)
    provider.play("a", Say(TEXT, said=said))
    schema = {"type": "object", "title": "plan", "properties": {"x": {"type": "string"}}, "required": ["x"], "additionalProperties": False}
    provider.play("b", Say('{"x": "y"}'))
    router = make(provider.profile("a", protocol), provider.profile("b", protocol, tasks=["reasoning", "vision"]))

    reply = await router.ask(call("One.", turns=(Turn("user", "Hi"), Turn("assistant", "Hello"), Turn("user", "One."))))
    assert (reply.text, reply.profile, reply.usage) == (TEXT, "a", said)
    assert reply.cost == Decimal(120 + 40 * 10) / 1_000_000
    picture = Image("image/png", b"\x89PNG\r\n\x1a\nno more than a head")
    await router.ask(call(task="reasoning", schema=schema, turns=(Turn("user", "Look", (picture,)),)))

    totals = await ledger.totals()
    assert totals.reported == sum((usage for told in provider.told.values() for usage in told), Usage())
    assert totals.estimated == Usage()
    (_, first), (_, second) = provider.asked
    assert "Be brief." in json.dumps(first)
    assert first != second
    assert "iVBORw0KGg" in json.dumps(second), "the picture is sent"
    assert "additionalProperties" in json.dumps(second) or "required" in json.dumps(second), "the schema is sent"


def sent_pictures(protocol: str, body: dict) -> list:
    """The parts of the first turn behind its words, as each provider's documentation has them."""
    if protocol == "gemini":
        return [part["inlineData"] for part in body["contents"][0]["parts"][1:]]
    turns = body["input"] if protocol == "openai-responses" else body["messages"]
    return next(turn for turn in turns if turn["role"] == "user")["content"][1:]


PNG, JPEG = Image("image/png", b"\x89PNG one"), Image("image/jpeg", b"\xff\xd8 two")
SHAPES = {
    "openai-chat": lambda kind, data: {"type": "image_url", "image_url": {"url": f"data:{kind};base64,{data}"}},
    "openai-responses": lambda kind, data: {"type": "input_image", "image_url": f"data:{kind};base64,{data}", "detail": "auto"},
    "anthropic": lambda kind, data: {"type": "image", "source": {"type": "base64", "media_type": kind, "data": data}},
    # Google's own SDK writes these two so; protobuf's JSON takes either case and either alphabet.
    "gemini": lambda kind, data: {"mime_type": kind, "data": data.replace("/", "_").replace("+", "-")},
}


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_pictures_are_sent_behind_the_words_in_each_protocols_own_form(protocol, provider, make, call):
    provider.otherwise = Say("A board.")
    router = make(provider.profile("blind"), provider.profile("seeing", protocol, model="b", tasks=["vision"]))
    turns = (Turn("user", "Look", (PNG, JPEG)), Turn("assistant", "I see."), Turn("user", "And?"))
    assert (await router.ask(call(task="vision", turns=turns))).profile == "seeing"
    ((model, body),) = provider.asked
    expected = [SHAPES[protocol](image.media_type, base64.b64encode(image.data).decode()) for image in (PNG, JPEG)]
    assert (model, sent_pictures(protocol, body)) == ("b", expected)


async def test_pictures_go_to_nobody_who_cannot_see_whatever_the_task(provider, make, call):
    blind = [provider.profile(name, protocol) for name, protocol in zip("abcm", PROTOCOLS, strict=True)]
    router = make(*blind)
    for task in ("vision", "code", "cheap"):
        with pytest.raises(NoModel, match="can see: give one that does the task 'vision'"):
            await router.ask(call(task=task, turns=(Turn("user", "Look", (PNG,)),)))
    assert provider.asked == []
    with_eyes = make(*blind, provider.profile("e", model="m", tasks=["vision"]))
    provider.play("m", Refuse(401), Refuse(401))
    with pytest.raises(NoModel):
        await with_eyes.ask(call(task="code", turns=(Turn("user", "Look", (PNG,)),)))
    assert {model for model, _ in provider.asked} == {"m"}, "also when it fails nobody else gets it"


async def test_what_will_be_asked_again_is_kept_by_the_provider_and_counted_apart(provider, make, call, ledger):
    said = Usage(input=2000, output=40, cached=1500, cache_written=400)
    provider.otherwise = Say(TEXT, said=said)
    turns = (Turn("user", "Hi"), Turn("assistant", "Hello"), Turn("user", "One."))
    router = make(provider.profile("a", "anthropic"))
    await router.ask(call(turns=turns))
    await router.ask(call(turns=turns, reuse=True))
    plain, kept = (json.dumps(asked) for _, asked in provider.asked)
    assert "cache_control" not in plain
    assert kept.count("cache_control") == 2 and "cache_control" in json.dumps(provider.asked[1][1]["system"])
    totals = await ledger.totals()
    assert (totals.reported.cached, totals.reported.cache_written) == (3000, 800)
    other = make(provider.profile("b"))
    await other.ask(call(turns=turns, reuse=True))
    assert "cache_control" not in json.dumps(provider.asked[2][1])


@pytest.mark.parametrize("neatly", [False, True], ids=["reset", "neatly"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_stream_cut_anywhere_becomes_one_whole_reply_of_the_next_model(protocol, neatly, provider, make, call, ledger):
    router = make(provider.profile("a", protocol), provider.profile("b", "openai-chat" if protocol == "anthropic" else "anthropic"))
    provider.otherwise = Say(TEXT)
    for tenth in range(11):
        provider.play("a", Say(TEXT, cut=tenth / 10, neatly=neatly))
        text, restarts = "", 0
        async for progress in router.stream(call(f"cut at {tenth}")):
            match progress:
                case Delta(offset, piece):
                    assert offset == len(text), "nothing is repeated, nothing left out"
                    text += piece
                case Restarted():
                    text, restarts = "", restarts + 1
                case Finished(reply):
                    assert reply.text == text == TEXT, tenth
                    assert reply.restarts == restarts
        router._board._healths.clear()  # each cut by itself: the breaker has tests of its own
    assert provider.asked_for("b") >= 7
    totals = await ledger.totals()
    assert totals.reported == sum((usage for told in provider.told.values() for usage in told), Usage())
    assert totals.open.tokens == 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (Refuse(401, f"Incorrect API key provided: {KEY}."), "refused_key"),
        (Refuse(403, "Your key may not do this."), "refused_key"),
        (Refuse(500, "Oh."), "broken"),
        (Refuse(429, "Slow down.", "rate_limit_exceeded"), "rate_limited"),
        (Refuse(400, "The prompt is bad."), "rejected"),
        (Refuse(503, "Later."), "overloaded"),
        (Say(TEXT, garbage=3), "garbage"),
        (Say("x" * 80_000, pieces=40), "oversized"),
        (Say(TEXT, finish="length"), "too_long"),
        (Say("", pieces=1), "garbage"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_each_fault_has_its_name_and_ends_in_no_model(protocol, act, kind, provider, make, call):
    provider.otherwise = act
    with pytest.raises(NoModel) as caught:
        await make(provider.profile("a", protocol)).ask(call(max_tokens=256))
    assert {tried.kind for tried in caught.value.tried} == {kind}
    assert KEY not in str(caught.value) + repr(caught.value.tried)


async def test_an_unknown_model_and_a_wrong_path_are_told_apart(provider, make, call):
    for protocol in PROTOCOLS:
        for wrong, kind in (({"model": "nope"}, "unknown_model"), ({"url": f"{provider.url}/elsewhere"}, "wrong_path")):
            with pytest.raises(NoModel) as caught:
                await make(provider.profile("a", protocol, **wrong)).ask(call())
            assert [tried.kind for tried in caught.value.tried] == [kind], protocol

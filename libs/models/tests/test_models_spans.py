"""Spans of attempts: figures always, what was said only where it is asked for, and a key or another secret never."""

import json
from collections.abc import Callable, Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry
from scripted_provider import KEY, Refuse, Say

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.domain.secrets import without_secrets
from barnraise.models.calls import Image, Turn, Usage
from barnraise.models.failures import NoModel
from barnraise.models.meters import PrometheusModelMeters

TOKEN = "ghp_" + "a1B2" * 9
ASKED = f"Say Ahoy to Ada; my token is {TOKEN}."
SAID = f"Ahoy, Ada! Your token is {TOKEN}."


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[ReadableSpan]]]:
    """Those that have ended. A process has one provider for good, so that here its tracers are another's."""
    exporter, tracers = InMemorySpanExporter(), TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", tracers.get_tracer)
    yield lambda: list(exporter.get_finished_spans())
    tracers.shutdown()


def whole(span: ReadableSpan) -> str:
    """Everything that leaves the process."""
    return str(span.to_json())


async def test_a_span_has_figures_and_nothing_of_what_was_said(provider, make, call, spans):
    provider.play("a", Say(SAID, said=Usage(input=120, output=40, cached=100, reasoning=15)))
    await make(provider.profile("a")).ask(call(ASKED, temperature=0.5, project_id="p1", job_id="j1"))
    (span,) = spans()
    assert span.name == "chat a"
    assert dict(span.attributes) == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "compatible",
        "gen_ai.request.model": "a",
        "gen_ai.request.max_tokens": 4096,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.output.type": "text",
        "server.address": "127.0.0.1",
        "barnraise.task": "code",
        "barnraise.project_id": "p1",
        "barnraise.job_id": "j1",
        "gen_ai.usage.input_tokens": 120,
        "gen_ai.usage.output_tokens": 40,
        "gen_ai.usage.cache_read.input_tokens": 100,
        "gen_ai.usage.cache_creation.input_tokens": 0,
        "gen_ai.usage.reasoning.output_tokens": 15,
        "gen_ai.response.finish_reasons": ("stop",),
    }
    assert not {"Ahoy", "Be brief", TOKEN, KEY} & {word for word in ("Ahoy", "Be brief", TOKEN, KEY) if word in whole(span)}


async def test_where_it_is_asked_for_what_was_said_is_there_without_secrets(provider, make, call, spans):
    provider.play("a", Say(SAID))
    turns = (Turn("user", "Hi"), Turn("assistant", f"Hello {KEY}"), Turn("user", ASKED, (Image("image/png", b"\x89PNG secret pixels"),)))
    await make(provider.profile("a", tasks=["code", "vision"]), reveal=without_secrets).ask(call(turns=turns))
    (span,) = spans()
    asked = json.loads(span.attributes["gen_ai.input.messages"])
    assert [message["role"] for message in asked] == ["user", "assistant", "user"]
    assert asked[2]["parts"][0]["content"].startswith("Say Ahoy to Ada") and asked[2]["parts"][1]["mime_type"] == "image/png"
    assert json.loads(span.attributes["gen_ai.system_instructions"]) == [{"type": "text", "content": "Be brief."}]
    (said,) = json.loads(span.attributes["gen_ai.output.messages"])
    assert said["parts"][0]["content"].startswith("Ahoy, Ada!") and said["finish_reason"] == "stop"
    assert TOKEN not in whole(span) and KEY not in whole(span) and "pixels" not in whole(span)


@pytest.mark.parametrize("reveal", [None, without_secrets])
async def test_how_an_attempt_failed_is_told_without_the_providers_words(reveal, provider, make, call, spans):
    provider.play("a", Refuse(401, f"Incorrect API key provided: {KEY}, for: {ASKED}"), Say(SAID * 40, cut=0.6))
    for kind in ("refused_key", "cut"):
        router = make(provider.profile("a"), reveal=reveal)
        provider.otherwise = Refuse(401, KEY)
        with pytest.raises(NoModel):
            await router.ask(call(ASKED, seconds=5.0))
        assert kind in [span.attributes["error.type"] for span in spans()]
    for span in spans():
        assert span.status.status_code is trace.StatusCode.ERROR
        assert not span.events, "an exception's stack has the provider's own words"
        assert KEY not in whole(span) and TOKEN not in whole(span)
        assert ("Ahoy" in whole(span)) == bool(reveal)


@pytest.mark.parametrize(("operation", "kind"), [("invoke_workflow", "workflow"), ("invoke_agent", "agent"), ("execute_tool", "tool")])
def test_what_goes_on_around_attempts_is_a_span_that_tells_a_failure_by_its_kind(operation, kind, spans):
    meters = PrometheusModelMeters(CollectorRegistry())
    with pytest.raises(BarnraiseError), meters.during(operation, "edit"):
        raise BarnraiseError("manifest_invalid", f"It said {TOKEN}.", "Say it differently.")
    (span,) = spans()
    assert span.name == f"{operation} edit" and TOKEN not in whole(span)
    about = {"gen_ai.operation.name": operation, f"gen_ai.{kind}.name": "edit", "error.type": "manifest_invalid"}
    assert dict(span.attributes) == about

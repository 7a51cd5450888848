"""One span for each attempt, by OpenTelemetry's conventions for generative AI. What is said is in it only where that is asked for."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from opentelemetry import trace

from barnraise.chassis import tracing
from barnraise.models.calls import Call, Turn, Usage
from barnraise.models.profiles import Profile

Reveal = Callable[[str], str]
"""What may be shown of a text: it cuts out what is secret."""
MOST_SHOWN = 32_000
"""Characters of each text."""
_PROVIDERS = {"gemini": "gcp.gemini", "mistral": "mistral_ai"}
"""What the conventions call them; others are called as they are here."""
_HARMLESS = frozenset({"done", "cancelled"})


class ChatSpan:
    """The span of an attempt that goes on."""

    def __init__(self, span: trace.Span, profile: Profile, call: Call, reveal: Reveal | None) -> None:
        self._span = span
        self._profile = profile
        self._call = call
        self._reveal = reveal if span.is_recording() else None
        self._show_asked()

    def ended(self, outcome: str, usage: Usage, text: str) -> None:
        """``outcome``: as the ledger has it; ``text``: what came of the reply."""
        self._span.set_attributes(
            {
                "gen_ai.usage.input_tokens": usage.input,
                "gen_ai.usage.output_tokens": usage.output,
                "gen_ai.usage.cache_read.input_tokens": usage.cached,
                "gen_ai.usage.cache_creation.input_tokens": usage.cache_written,
                "gen_ai.usage.reasoning.output_tokens": usage.reasoning,
            }
        )
        if outcome == "done":
            self._span.set_attribute("gen_ai.response.finish_reasons", ["stop"])
        else:
            self._span.set_attribute("error.type", outcome)
        if outcome not in _HARMLESS:
            self._span.set_status(trace.StatusCode.ERROR, outcome)
        self._show("gen_ai.output.messages", [{"role": "assistant", "parts": [self._part(text)], "finish_reason": _finish(outcome)}])

    def _show_asked(self) -> None:
        self._show("gen_ai.input.messages", [{"role": turn.role, "parts": self._parts(turn)} for turn in self._call.turns])
        self._show("gen_ai.system_instructions", [self._part(self._call.instructions)])

    def _parts(self, turn: Turn) -> list[dict[str, Any]]:
        images = [{"type": "blob", "modality": "image", "mime_type": image.media_type} for image in turn.images]
        return [self._part(turn.text), *images]

    def _part(self, text: str) -> dict[str, Any]:
        return {"type": "text", "content": self._shown(text)}

    def _shown(self, text: str) -> str:
        if self._reveal is None:
            return ""
        key = self._profile.key.get_secret_value() if self._profile.key else ""
        return self._reveal(text.replace(key, "[key]") if key else text)[:MOST_SHOWN]

    def _show(self, name: str, value: Any) -> None:
        if self._reveal:
            self._span.set_attribute(name, json.dumps(value, ensure_ascii=False))


@contextmanager
def chat_span(profile: Profile, call: Call, reveal: Reveal | None) -> Iterator[ChatSpan]:
    """Around one attempt. What it raises is not recorded as it is, with all that led to it: a provider's error may have the key in it, or
    what was asked."""
    where = urlsplit(profile.url)
    about: dict[str, str | int | float] = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": _PROVIDERS.get(profile.vendor, profile.vendor),
        "gen_ai.request.model": profile.model,
        "gen_ai.request.max_tokens": call.max_tokens,
        "gen_ai.output.type": "json" if call.schema else "text",
        "server.address": where.hostname or "",
        "barnraise.task": call.task,
        "barnraise.project_id": call.project_id,
        "barnraise.job_id": call.job_id,
    }
    if call.temperature is not None:
        about["gen_ai.request.temperature"] = call.temperature
    with tracing.span(f"chat {profile.model}", attributes=about, records=False) as current:
        yield ChatSpan(current, profile, call, reveal)


def _finish(outcome: str) -> str:
    return "stop" if outcome == "done" else "length" if outcome == "too_long" else "error"

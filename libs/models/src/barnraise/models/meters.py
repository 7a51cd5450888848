"""Figures of model calls, under the names of OpenTelemetry's conventions for generative AI, written as Prometheus writes them.

``cache_read``, ``cache_write`` and ``reasoning`` are parts of the input and the output, and not to be added to them.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Literal, Protocol

from prometheus_client import CollectorRegistry, Counter, Histogram

from barnraise.chassis import tracing
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.metrics import exemplar
from barnraise.models.calls import Call, Usage
from barnraise.models.profiles import Profile

SECONDS = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
OPERATION = "chat"
_LABELS = ("gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model")
Operation = Literal["invoke_workflow", "invoke_agent", "execute_tool"]
"""What goes on around attempts: a whole command, what one role does for it, and what is done with a reply."""
LONG_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6)
_AROUND: dict[Operation, tuple[str, str, str, tuple[float, ...]]] = {
    "invoke_workflow": ("gen_ai_workflow_duration_seconds", "gen_ai_workflow_name", "Commands that models work on.", LONG_SECONDS),
    "invoke_agent": ("gen_ai_invoke_agent_duration_seconds", "gen_ai_agent_name", "What a role does for a command.", LONG_SECONDS),
    "execute_tool": ("gen_ai_execute_tool_duration_seconds", "gen_ai_tool_name", "What is done with a reply.", SECONDS),
}
_PARTS = {
    "input_tokens": ("input", "Tokens that were read."),
    "output_tokens": ("output", "Tokens that were written."),
    "cache_read_input_tokens": ("cached", "Of the tokens read, those that a provider had kept."),
    "cache_write_input_tokens": ("cache_written", "Of the tokens read, those that a provider keeps from now on."),
    "reasoning_output_tokens": ("reasoning", "Of the tokens written, those of thoughts."),
}


class ModelMeters(Protocol):
    def began(self, profile: Profile, seconds: float) -> None:
        """The first piece of a reply came after so many seconds."""
        ...

    def ended(self, profile: Profile, call: Call, outcome: str, seconds: float, usage: Usage, cost: Decimal | None) -> None:
        """An attempt is over. ``outcome``: as the ledger has it."""
        ...


class PrometheusModelMeters:
    def __init__(self, registry: CollectorRegistry) -> None:
        own = registry
        self._seconds = Histogram(
            "gen_ai_client_operation_duration_seconds", "Attempts at models.", [*_LABELS, "error_type"], buckets=SECONDS, registry=own
        )
        self._first = Histogram(
            "gen_ai_client_operation_time_to_first_chunk_seconds", "Until a reply begins.", _LABELS, buckets=SECONDS, registry=own
        )
        self._tokens = {
            part: Counter(f"gen_ai_client_inference_usage_{name}", about, _LABELS, registry=own) for name, (part, about) in _PARTS.items()
        }
        self._around = {
            operation: Histogram(name, about, [label, "error_type"], buckets=buckets, registry=own)
            for operation, (name, label, about, buckets) in _AROUND.items()
        }
        self._cost = Counter("llm_cost_usd", "US dollars, where prices are known.", ["model", "task"], registry=own)

    def began(self, profile: Profile, seconds: float) -> None:
        self._first.labels(*_who(profile)).observe(seconds, exemplar())

    def ended(self, profile: Profile, call: Call, outcome: str, seconds: float, usage: Usage, cost: Decimal | None) -> None:
        error = "" if outcome == "done" else outcome
        self._seconds.labels(*_who(profile), error).observe(seconds, exemplar())
        for part, counter in self._tokens.items():
            counter.labels(*_who(profile)).inc(getattr(usage, part))
        self._cost.labels(profile.model, call.task).inc(float(cost or 0))

    @contextmanager
    def during(self, operation: Operation, name: str) -> Iterator[None]:
        """A span and a duration around the block. How it failed is told by its code or class, never in its words."""
        start, error = time.perf_counter(), ""
        about = {"gen_ai.operation.name": operation, _AROUND[operation][1].replace("gen_ai_", "gen_ai.").replace("_name", ".name"): name}
        with tracing.span(f"{operation} {name}", attributes=about, records=False) as span:
            try:
                yield
            except BaseException as failure:
                error = _kind(failure)
                span.set_attribute("error.type", error)
                raise
            finally:
                self._around[operation].labels(name, error).observe(time.perf_counter() - start, exemplar())


def _kind(failure: BaseException) -> str:
    if isinstance(failure, BarnraiseError):
        return failure.problem.code
    return "cancelled" if isinstance(failure, asyncio.CancelledError) else type(failure).__name__


def _who(profile: Profile) -> tuple[str, str, str]:
    return OPERATION, profile.vendor, profile.model


class NoMeters:
    """Where nobody looks."""

    def began(self, profile: Profile, seconds: float) -> None:
        return

    def ended(self, profile: Profile, call: Call, outcome: str, seconds: float, usage: Usage, cost: Decimal | None) -> None:
        return

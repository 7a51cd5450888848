"""Traces in the W3C format, through the headers of every message; finished spans travel over the bus to telemetry."""

import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()
_SERVICE = "service.name"
_named: ContextVar[tuple[int, int]] = ContextVar("named", default=(0, 0))
"""The ids of the trace and the span that is told, where they are not ours to choose."""


OTLP_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def configure(service: str, *exporters: SpanExporter) -> TracerProvider:
    """Make spans of this process go to the exporters, in batches, off the work's path. Which traces are kept is said by
    ``OTEL_TRACES_SAMPLER`` and its argument (all of them, unless it is set); who begins a trace decides for all that follow."""
    provider = TracerProvider(resource=Resource.create({"service.name": service, "service.namespace": "barnraise"}), id_generator=_Ids())
    for exporter in exporters:
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=500))
    trace.set_tracer_provider(provider)
    return provider


def otlp_exporters() -> list[SpanExporter]:
    """One that speaks OTLP over HTTP to where OpenTelemetry's own variables say; none, and nothing is loaded, when they say nothing."""
    if not any(os.environ.get(name) for name in OTLP_ENDPOINTS):
        return []
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return [OTLPSpanExporter(timeout=5)]


@contextmanager
def span(
    name: str,
    headers: Mapping[str, str] | None = None,
    *,
    links: Iterable[Mapping[str, str]] = (),
    attributes: Mapping[str, str | int | float | bool] | None = None,
    records: bool = True,
) -> Iterator[trace.Span]:
    """A span around the block; its parent is in the headers, or else the current span. ``links``: headers of what else led to it.
    An exception marks it as failed, and is in it with its stack where the span ``records`` it."""
    parent = _PROPAGATOR.extract(dict(headers)) if headers is not None else None
    linked = [trace.Link(identity) for item in links if (identity := _identity(item)).is_valid]
    tracer = trace.get_tracer("barnraise")
    with tracer.start_as_current_span(
        name, context=parent, attributes=attributes, links=linked, record_exception=records, set_status_on_exception=records
    ) as current:
        yield current


class _Ids(RandomIdGenerator):
    """By chance, save for a span that another program has named."""

    def generate_trace_id(self) -> int:
        return _named.get()[0] or super().generate_trace_id()

    def generate_span_id(self) -> int:
        return _named.get()[1] or super().generate_span_id()


def tell(service: str, name: str, seconds: float, headers: Mapping[str, str]) -> None:
    """A span that a program without telemetry of its own has measured and that ends now: the one that its ``traceparent`` has named, the
    first of its trace. Nothing where that names none, or one that is not to be kept."""
    identity = _identity(headers)
    if not identity.is_valid or not identity.trace_flags.sampled:
        return
    end, before = time.time_ns(), _named.set((identity.trace_id, identity.span_id))
    try:
        tracer = trace.get_tracer("barnraise")
        told = tracer.start_span(name, context=Context(), attributes={_SERVICE: service}, start_time=end - int(seconds * 1e9))
    finally:
        _named.reset(before)
    told.end(end)


def _identity(headers: Mapping[str, str]) -> trace.SpanContext:
    return trace.get_current_span(_PROPAGATOR.extract(dict(headers))).get_span_context()


def fail(error: BaseException) -> None:
    """Mark the current span as failed by an error that its block handles."""
    current = trace.get_current_span()
    current.record_exception(error)
    current.set_status(trace.StatusCode.ERROR, repr(error)[:200])


def inject(headers: dict[str, str]) -> dict[str, str]:
    """The headers with the current trace's context added."""
    _PROPAGATOR.inject(headers)
    return headers


def current_trace_id(*, sampled: bool = False) -> str | None:
    """32 hexadecimal digits, or None outside any trace (``sampled``: outside any that is kept)."""
    identity = trace.get_current_span().get_span_context()
    return f"{identity.trace_id:032x}" if identity.is_valid and (identity.trace_flags.sampled or not sampled) else None


class BusExporter(SpanExporter):
    """Hands finished spans, as a JSON ``Trace`` that its receiver checks, to a function that never blocks; tracing must not hold up or fail
    work."""

    def __init__(self, service: str, send: Any) -> None:
        self._service = service
        self._send = send

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self._send(json.dumps({"spans": [self._convert(item) for item in spans if item.context]}).encode())
        return SpanExportResult.SUCCESS

    def _convert(self, item: ReadableSpan) -> dict[str, Any]:
        assert item.context and item.start_time and item.end_time
        return {
            "trace_id": f"{item.context.trace_id:032x}",
            "span_id": f"{item.context.span_id:016x}",
            "parent_id": f"{item.parent.span_id:016x}" if item.parent else None,
            "service": str((item.attributes or {}).get(_SERVICE, self._service)),
            "name": item.name,
            "start": item.start_time / 1e9,
            "seconds": (item.end_time - item.start_time) / 1e9,
            "error": item.status.status_code is trace.StatusCode.ERROR,
        }

"""Structured logs to standard error. Secrets are cut out before anything is written."""

import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog

from barnraise.chassis.tracing import current_trace_id

_SECRET_KEY = re.compile(r"(password|passwd|secret|token|authorization|cookie|api_?key)", re.IGNORECASE)
_LISTENERS: list[Callable[[BaseException], None]] = []
_URL_USER = re.compile(r"(?<=://)[^/@\s]+@")


def configure(service: str, level: str, style: str) -> None:
    """Set up structlog and the standard library's logging for this process."""
    renderer: Any = structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            lambda _, __, event: {"service": service, **event},
            _with_trace,
            _telling,
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", force=True)


def tell(listener: Callable[[BaseException], None]) -> None:
    """From now on the listener hears of every exception that is logged."""
    _LISTENERS.append(listener)


def get_logger() -> Any:
    return structlog.get_logger()


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace values of secret-looking keys, and user information in addresses, at any depth."""
    for key, value in event.items():
        event[key] = "[redacted]" if _SECRET_KEY.search(str(key)) else _clean(value)
    return event


def _clean(value: Any) -> Any:
    match value:
        case str():
            return _URL_USER.sub("[redacted]@", value)
        case dict():
            return {key: "[redacted]" if _SECRET_KEY.search(str(key)) else _clean(item) for key, item in value.items()}
        case list() | tuple():
            return [_clean(item) for item in value]
    return value


def _telling(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    said = event.get("exc_info")
    error = said if isinstance(said, BaseException) else sys.exc_info()[1] if said else None
    if error is not None:
        for listener in _LISTENERS:
            listener(error)
    return event


def _with_trace(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if trace_id := current_trace_id():
        event["trace_id"] = trace_id
    return event

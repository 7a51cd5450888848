"""Providers' errors in our words. Nothing that a provider says is shown without the key cut out of it."""

import re
import ssl
from collections.abc import Iterator
from typing import Any

import httpx2
from pydantic_ai import exceptions as theirs

from barnraise.models.failures import Failed, Kind
from barnraise.models.profiles import Profile

DETAIL = 300

_KINDS: tuple[tuple[type[BaseException], Kind], ...] = (
    (theirs.ModelAuthenticationError, "refused_key"),
    (theirs.ModelNotFoundError, "unknown_model"),
    (theirs.ModelContextWindowExceededError, "too_much_context"),
    (theirs.ModelRequestRejectedError, "rejected"),
    (theirs.ModelQuotaExceededError, "quota"),
    (theirs.ModelRateLimitError, "rate_limited"),
    (theirs.ModelUnavailableError, "overloaded"),
    (theirs.ModelServerError, "broken"),
    (theirs.ModelTimeoutError, "slow"),
    (theirs.ModelRequestTimeout, "slow"),
    (theirs.ContentFilterError, "filtered"),
    (httpx2.TimeoutException, "slow"),
    (theirs.UnexpectedModelBehavior, "garbage"),
)
_TRANSPORT = theirs.ModelConnectionError | httpx2.TransportError | OSError


def translate(error: Exception, profile: Profile, started: bool) -> Failed:
    """``started``: something of the reply had come, so that a broken connection has cut it."""
    kind = _kind(error, started)
    status = getattr(error, "status_code", None)
    if kind == "unknown_model" and not _names_model(error, profile):
        kind = "wrong_path"
    return Failed(kind, redact(_said(error), profile), retry_after=getattr(error, "retry_after", None), status=status)


def redact(text: str, profile: Profile) -> str:
    key = profile.key.get_secret_value() if profile.key else ""
    clean = text.replace(key, "[key]") if len(key) >= 4 else text
    return " ".join(clean.split())[:DETAIL]


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error, what caused it, what caused that."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _kind(error: Exception, started: bool) -> Kind:
    if any(isinstance(cause, ssl.SSLError) for cause in chain(error)) and not started:
        return "untrusted"
    for their, kind in _KINDS:
        if isinstance(error, their):
            return kind
    if any(isinstance(cause, ValueError) for cause in chain(error)):
        return "garbage"  # JSON that is none, or not of the form that it should have
    if isinstance(error, theirs.ModelHTTPError):
        return "broken" if error.status_code >= 500 else "rejected"
    if started and isinstance(error, _TRANSPORT | theirs.ModelAPIError):
        return "cut"
    return "unreachable" if isinstance(error, _TRANSPORT) else "garbage"


def _names_model(error: Exception, profile: Profile) -> bool:
    """Whether a 404 is the API's own word on the model; that of some web server knows neither."""
    body = getattr(error, "body", None)
    if not isinstance(body, dict) or not body.keys() & {"error", "code", "type"}:
        return False
    said = str(body).lower()
    return "model" in said or "deployment" in said or bool(re.search(rf"\b{re.escape(profile.model.lower())}\b", said))


def _said(error: Exception) -> str:
    """The provider's own sentence where there is one, else the first cause's."""
    sentence = _message(getattr(error, "body", None))
    if sentence:
        return sentence
    *_, first = chain(error)
    return str(first) or type(first).__name__


def _message(body: Any) -> str:
    match body:
        case {"message": str(message)}:
            return message
        case {"error": dict(inner)}:
            return _message(inner)
        case {"error": str(message)}:
            return message
        case [first, *_]:
            return _message(first)
    return ""

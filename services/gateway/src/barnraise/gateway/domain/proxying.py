"""What a preview gets to see of a request, and a browser of its answer."""

from collections.abc import Callable, Collection, Iterable

from barnraise.gateway.domain.credentials import without_cookies

Headers = list[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset(
    {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer", b"transfer-encoding", b"upgrade"}
)
_HANDSHAKE = frozenset({b"sec-websocket-key", b"sec-websocket-version", b"sec-websocket-extensions", b"sec-websocket-protocol"})
_TRACE = frozenset({b"traceparent", b"tracestate", b"baggage"})
_PERMISSIONS = b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), bluetooth=()"


def for_preview(headers: Iterable[tuple[bytes, bytes]], cookies: Collection[str], is_ours: Callable[[str], bool]) -> Headers:
    """A request's headers without those of one hop, and without our own cookies and authorization; the application may have its own."""
    given = list(headers)
    named = _named_by_connection(given)
    return [
        (name, cleaned)
        for name, value in given
        if name not in _HOP_BY_HOP | _HANDSHAKE | _TRACE | named and (cleaned := _without_ours(name, value, cookies, is_ours)) is not None
    ]


def for_browser(headers: Iterable[tuple[bytes, bytes]], ancestors: str, cookies: Collection[str]) -> Headers:
    """An answer's headers as they may pass, and the ones that keep a preview within its own origin.

    An application sets none of our ``cookies``.
    """
    given = [(name.lower(), value) for name, value in headers]
    ours = guards(ancestors)
    if any(name == b"content-type" and value.lower().startswith(b"text/html") for name, value in given):
        ours.append((b"cache-control", b"no-store"))
    replaced = {name for name, _ in ours} - {b"content-security-policy"} | {b"x-frame-options"}
    dropped = _HOP_BY_HOP | _named_by_connection(given) | replaced | {b"date", b"server"}
    kept = [(name, value) for name, value in given if name not in dropped and name != b"set-cookie"]
    kept += [(name, _without_domain(value)) for name, value in given if name == b"set-cookie" and _cookie_name(value) not in cookies]
    return kept + ours


def guards(ancestors: str) -> Headers:
    """Framed by the platform's page alone, isolated from siblings, telling nobody where the user came from."""
    return [
        (b"content-security-policy", f"frame-ancestors {ancestors}".encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"origin-agent-cluster", b"?1"),
        (b"permissions-policy", _PERMISSIONS),
    ]


def _named_by_connection(headers: Headers) -> frozenset[bytes]:
    return frozenset(part.strip().lower() for name, value in headers if name == b"connection" for part in value.split(b","))


def _without_ours(name: bytes, value: bytes, cookies: Collection[str], is_ours: Callable[[str], bool]) -> bytes | None:
    if name == b"cookie":
        return without_cookies(value.decode("latin-1"), cookies).encode("latin-1") or None
    if name == b"authorization" and is_ours(value.decode("latin-1")):
        return None
    return value


def _cookie_name(cookie: bytes) -> str:
    return cookie.partition(b";")[0].partition(b"=")[0].strip().decode("latin-1")


def _without_domain(cookie: bytes) -> bytes:
    """A cookie for this host alone: siblings share the domain."""
    pair, *attributes = cookie.split(b";")
    return b";".join([pair, *(part for part in attributes if part.partition(b"=")[0].strip().lower() != b"domain")])

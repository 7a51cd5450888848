"""Asking a package index, as the service does it for a sandbox: only the index itself and the files that it lists, never this machine's
own network unless the index is part of that."""

import asyncio
import errno
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from yarl import URL

_HOPS = 5
_TIMEOUT = aiohttp.ClientTimeout(total=300, sock_connect=10, sock_read=60)
_REDIRECTS = (301, 302, 303, 307, 308)
AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]


class RefusedError(Exception):
    """An address that is none of the index's."""


class Upstream:
    """One index. ``url`` may carry a name and a password, which only the index's own host gets to see.

    Its host may have an address of a private network if it has one when the service first asks; other hosts, on which an index may keep
    its files, may not. Link-local addresses, where clouds answer for a machine, are never reached but by naming them.
    """

    def __init__(self, url: str) -> None:
        whole = URL(url)
        self.root = URL(f"{whole.with_user(None).with_query(None).with_fragment(None)}".rstrip("/") + "/")
        self._auth = aiohttp.BasicAuth(whole.user, whole.password or "") if whole.user else None
        self._private: bool | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Asking"]:
        """For one build. The address that is connected to is the one that was checked, so that no name can change between."""
        if self._private is None:
            self._private = await _is_private(self.root)
        literal = _address(self.root.host or "")
        own = self._session(lambda address: address == literal or not (address.is_link_local or (_local(address) and not self._private)))
        others = self._session(lambda address: not _local(address))
        async with own, others:
            yield Asking(self.root, own, others, self._auth)

    def _session(self, allows: Any) -> aiohttp.ClientSession:
        def checked(told: AddressInfo) -> socket.socket:
            address = _address(str(told[4][0]))
            if address is None or not allows(address):
                raise PermissionError(errno.EACCES, f"{told[4][0]} is an address that is not reached for packages")
            return socket.socket(told[0], told[1], told[2])

        connector = aiohttp.TCPConnector(socket_factory=checked, ssl=ssl.create_default_context(), limit=16)
        return aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT, auto_decompress=True, trust_env=False)


class Asking:
    def __init__(self, root: URL, own: aiohttp.ClientSession, others: aiohttp.ClientSession, auth: aiohttp.BasicAuth | None) -> None:
        self.root = root
        self._own = own
        self._others = others
        self._auth = auth

    @asynccontextmanager
    async def get(self, url: URL, accept: str = "*/*") -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer, redirections followed. RefusedError, aiohttp.ClientError, OSError or TimeoutError when there is none."""
        for _ in range(_HOPS):
            ours = url.origin() == self.root.origin()
            if not ours and url.scheme not in {self.root.scheme, "https"}:
                raise RefusedError(f"{url.origin()} is not the index")
            session, auth = (self._own, self._auth) if ours else (self._others, None)
            async with session.get(url, auth=auth, headers={"Accept": accept}, allow_redirects=False) as answer:
                if answer.status not in _REDIRECTS:
                    yield answer
                    return
                url = url.join(URL(answer.headers.get("Location", "")))
                if url.scheme not in ("http", "https"):
                    raise RefusedError(f"a redirection to {url.scheme}")
        raise RefusedError("too many redirections")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _local(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Not of the open internet; NAT64 and 6to4 hide an IPv4 address that is looked at as well."""
    hidden = getattr(address, "sixtofour", None)
    if isinstance(address, ipaddress.IPv6Address) and address in ipaddress.ip_network("64:ff9b::/96"):
        hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return not address.is_global or address.is_multicast or (hidden is not None and not hidden.is_global)


async def _is_private(root: URL) -> bool:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(root.host or "", root.port, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return all((address := _address(str(told[4][0]))) is not None and _local(address) for told in found)

"""Who we are on the network: our own hosts and origins, and the hosts of previews."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_LABEL = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
_HOST = re.compile(r"^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$")
PASS_COOKIES = ("barnraise_preview", "__Host-barnraise_preview")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True)
class Site:
    """``public_url`` is how people reach the gateway behind something else; ``hosts`` and ``origins`` are allowed besides.

    ``owner_only``: to know a preview's host is not enough to look at it.
    """

    port: int
    preview_domain: str = "localhost"
    public_url: str | None = None
    hosts: frozenset[str] = frozenset()
    origins: frozenset[str] = frozenset()
    owner_only: bool = False

    @property
    def url(self) -> str:
        """Where the page is, without a slash at the end."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        return self.url.startswith("https:")

    @property
    def pass_cookie(self) -> str:
        """The name of the cookie that opens a preview's host. Where it can be, one that no sibling host may set."""
        return PASS_COOKIES[self.secure]

    def preview_origins(self, host: str) -> tuple[str, ...]:
        """The origins under which a browser may have loaded the preview that this Host header asks for."""
        return (f"http://{host.lower()}", f"https://{host.lower()}")

    @property
    def ancestors(self) -> str:
        """The origins that may frame a preview, as a CSP source list."""
        return " ".join(dict.fromkeys((self.url, f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}")))

    def preview_url(self, label: str | None) -> str | None:
        if label is None:
            return None
        address = urlsplit(self.url)
        port = f":{address.port}" if address.port else ""
        return f"{address.scheme}://{label}.{self.preview_domain}{port}/"

    def label(self, host: str) -> str | None:
        """The preview's label in a Host header, or None when the host is no preview's."""
        name = _name(host) or ""
        label, dot, domain = name.partition(".")
        return label if dot and domain == self.preview_domain and _LABEL.match(label) else None

    def knows(self, host: str) -> bool:
        """Is this Host header one of ours? All others are refused, so that no foreign name can be pointed at us."""
        name = _name(host)
        return name is not None and (name in LOOPBACK or name in self.hosts or name == urlsplit(self.url).hostname)

    def is_own(self, origin: str, host: str) -> bool:
        """Is this Origin header the page that this Host header serves?"""
        if origin in self.origins:
            return True
        address = urlsplit(origin)
        return address.scheme in ("http", "https") and address.netloc.lower() == host.lower() and self.knows(host)


def _name(host: str) -> str | None:
    match = _HOST.match(host.lower())
    return match[1] if match else None

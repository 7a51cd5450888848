"""Links that show a preview to others until a time: each has a host of its own, and what opens it is signed."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

ENTER = "/.barnraise/enter"
_PREFIX, _FILES = "share-", "files-"
Purpose = Literal["link", "pass", "owner", "owner-pass", "file"]
"""A ``link`` travels in an address, a ``pass`` lies in a browser's cookie: neither can be used as the other. The owner's go for the
preview's own host. A ``file`` opens one file of a host of files."""


@dataclass(frozen=True)
class Share:
    """``label`` is the host's first part; ``note`` says to its maker what it is for."""

    id: str
    project_id: str
    label: str
    note: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Visitor:
    """Who looks at a preview: under which label, and with what."""

    label: str
    cookie: str
    authorization: str

    @property
    def headers(self) -> dict[str, str]:
        return {"cookie": self.cookie, "authorization": self.authorization}


def share_label(chance: bytes) -> str:
    """A host label from 16 random bytes that is never a preview's own."""
    return _PREFIX + base64.b32encode(chance).decode().lower().rstrip("=")


def is_share(label: str) -> bool:
    return label.startswith(_PREFIX)


def files_label(secret: bytes, project_id: str) -> str:
    """The host label under which what a project's runs have left is shown: an origin of its own, in which nothing else is."""
    chance = hmac.new(secret, f"files:{project_id}".encode(), hashlib.sha256).digest()
    return _FILES + base64.b32encode(chance[:16]).decode().lower().rstrip("=")


def is_files(label: str) -> bool:
    return label.startswith(_FILES)


def sign(secret: bytes, purpose: Purpose, label: str, expires_at: datetime) -> str:
    """What opens that host until then (to the second)."""
    until = int(expires_at.timestamp())
    return f"{until}.{_mark(secret, purpose, label, until)}"


def opens(secret: bytes, purpose: Purpose, label: str, token: str, now: datetime) -> datetime | None:
    """Until when the token opens the host; None when it does not."""
    until, dot, mark = token.partition(".")
    if not dot or not (until.isascii() and until.isdecimal() and len(until) <= 12):
        return None
    if not hmac.compare_digest(mark.encode(errors="replace"), _mark(secret, purpose, label, int(until)).encode()):
        return None
    expires = datetime.fromtimestamp(int(until), UTC)
    return expires if expires > now else None


def pass_cookie(name: str, value: str, seconds: int, *, secure: bool, framed: bool) -> str:
    """A Set-Cookie header for this host alone. ``framed``: the platform's page shows the host in a frame, which is another site's there."""
    attributes = [f"{name}={value}", f"Max-Age={seconds}", "Path=/", "HttpOnly"]
    attributes += ["Secure"] if secure else []
    attributes += ["SameSite=None", "Partitioned"] if framed and secure else ["SameSite=Lax"]
    return "; ".join(attributes)


def is_foreign(method: str, origin: str | None, site: str | None, mode: str | None, own_origins: Sequence[str]) -> bool:
    """Whether another site's script or form sent this to a preview. Looking at a page is free; all else is the preview's own business.

    ``site`` and ``mode`` are the browser's Sec-Fetch headers; who sends neither these nor an Origin is no browser.
    """
    if site in ("cross-site", "same-site"):
        return mode != "navigate" or method not in ("GET", "HEAD")
    # A form of a page that sends no referrer, as we ask of previews, has no origin to tell either.
    tolerated = (None, "null", *own_origins) if site == "same-origin" else (None, *own_origins)
    return origin not in tolerated


def _mark(secret: bytes, purpose: Purpose, label: str, until: int) -> str:
    said = f"{purpose}:{label}:{until}".encode()
    return base64.urlsafe_b64encode(hmac.new(secret, said, hashlib.sha256).digest()).decode().rstrip("=")

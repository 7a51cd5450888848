"""Who may look at a preview: its owner, and whoever has a link that its owner has made and not taken back."""

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta

from barnraise.chassis.clock import new_id, now
from barnraise.gateway.domain import shares, views
from barnraise.gateway.domain.credentials import cookie_in
from barnraise.gateway.domain.records import Key, Reply
from barnraise.gateway.domain.refusals import Refusal, not_found
from barnraise.gateway.domain.shares import Share
from barnraise.gateway.domain.sites import Site
from barnraise.gateway.ports import Shares
from barnraise.gateway.service.once import Once, reply
from barnraise.gateway.service.projects import Projects

SHORTEST, LONGEST = 60, 90 * 24 * 3600
STANDING = 100
OWNER = timedelta(minutes=10)
OWNER_PASS = timedelta(hours=12)
FRESH = 1.0
CACHED = 4096


@dataclass(frozen=True)
class Pass:
    """A cookie's value and how many seconds it is good for."""

    value: str
    seconds: int


class Sharing:
    def __init__(self, kept: Shares, projects: Projects, once: Once, site: Site) -> None:
        self._kept = kept
        self._projects = projects
        self._once = once
        self._site = site
        self._secret: bytes | None = None
        self._known: dict[str, tuple[float, Share | None]] = {}

    async def create(self, project_id: str, seconds: int, note: str, key: Key | None) -> Reply:
        """A link that opens the project's preview for so long."""
        await self._projects.require(project_id)
        if not SHORTEST <= seconds <= LONGEST:
            fix = f"Choose {SHORTEST} to {LONGEST} seconds."
            raise Refusal("invalid_request", "A link lasts a minute at least and 90 days at most.", fix, pointer="/expires_in")

        async def work() -> Reply:
            if len(await self._kept.of_project(project_id)) >= STANDING:
                raise Refusal("invalid_request", f"The project has {STANDING} links already.", "Take some back first.")
            at = now()
            label = shares.share_label(secrets.token_bytes(16))
            share = Share(new_id(), project_id, label, note, at, at.replace(microsecond=0) + timedelta(seconds=seconds))
            await self._kept.add(share)
            return reply(201, await self._view(share))

        return await self._once.outside(key, work)

    async def all(self, project_id: str) -> views.Shares:
        """Those that still open, oldest first."""
        await self._projects.require(project_id)
        return views.Shares(items=tuple([await self._view(share) for share in await self._kept.of_project(project_id)]))

    async def revoke(self, project_id: str, share_id: str) -> None:
        """Whoever looks through it sees nothing more within a second."""
        await self._projects.require(project_id)
        if not await self._kept.drop(project_id, share_id):
            raise not_found("link")
        self._known.clear()

    async def standing(self, label: str) -> Share | None:
        """The link whose host that is, while it opens; asked at most once a second."""
        at, share = self._known.get(label, (0.0, None))
        if time.monotonic() - at >= FRESH:
            share = await self._kept.of_label(label)
            if len(self._known) >= CACHED:
                self._known.clear()
            self._known[label] = (time.monotonic(), share)
        return share if share and share.expires_at > now() else None

    async def exchange(self, label: str, token: str) -> Pass | None:
        """A cookie for what came in an address; it is good for no longer than that was, and for that host alone."""
        secret, at = await self._key(), now()
        owner = not shares.is_share(label)
        until = shares.opens(secret, "owner" if owner else "link", label, token, at)
        if until is None or (not owner and await self._kept.of_label(label) is None):
            return None
        until = at + OWNER_PASS if owner else until
        return Pass(shares.sign(secret, "owner-pass" if owner else "pass", label, until), int((until - at).total_seconds()))

    async def admits(self, label: str, cookies: str) -> bool:
        value = cookie_in(cookies, self._site.pass_cookie)
        purpose = "pass" if shares.is_share(label) else "owner-pass"
        return value is not None and shares.opens(await self._key(), purpose, label, value, now()) is not None

    async def owners_way(self, url: str | None, label: str | None) -> str | None:
        """The preview's address as the owner's browser gets in with, where its host alone does not open it."""
        if url is None or label is None or not self._site.owner_only:
            return url
        return f"{url.rstrip('/')}{shares.ENTER}?token={shares.sign(await self._key(), 'owner', label, now() + OWNER)}"

    async def _view(self, share: Share) -> views.Share:
        token = shares.sign(await self._key(), "link", share.label, share.expires_at)
        host = self._site.preview_url(share.label) or ""
        return views.Share(
            id=share.id,
            project_id=share.project_id,
            url=f"{host.rstrip('/')}{shares.ENTER}?token={token}",
            note=share.note,
            created_at=share.created_at,
            expires_at=share.expires_at,
        )

    async def _key(self) -> bytes:
        if self._secret is None:
            self._secret = await self._kept.secret()
        return self._secret

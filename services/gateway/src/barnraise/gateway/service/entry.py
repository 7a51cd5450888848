"""Who may come in: the run's token, sessions that a link has opened, and links that are used once."""

import secrets
import time
from datetime import timedelta

from barnraise.chassis.clock import now
from barnraise.gateway.domain import credentials, views
from barnraise.gateway.domain.sites import Site
from barnraise.gateway.ports import Credentials

SESSION = timedelta(days=30)
LINK = timedelta(minutes=10)
REMEMBERED = 30.0
_MOST = 10_000


class Doorkeeper:
    def __init__(self, kept: Credentials, token: str, site: Site) -> None:
        self._kept = kept
        self._token = token
        self._site = site
        # Browsers do not tell ports apart: two instances on one machine need two names.
        self.cookie = f"barnraise_{site.port}"
        self._known: dict[bytes, float] = {}

    def is_token(self, authorization: str) -> bool:
        """Does this Authorization header carry the run's token, as a bearer or as anybody's password?"""
        given = credentials.token_in(authorization)
        return given is not None and credentials.equal(given, self._token)

    async def admits(self, authorization: str | None, cookies: str) -> bool:
        """A wrong Authorization header is not made good by a cookie."""
        if authorization is not None:
            return self.is_token(authorization)
        session = credentials.cookie_in(cookies, self.cookie)
        return session is not None and await self._is_session(session)

    async def exchange(self, token: str) -> str | None:
        """A new session for a link's token, once; None afterwards and for anything else."""
        digest = credentials.digest(token)
        first = credentials.equal(token, self._token) and await self._kept.use_once(digest)
        if not first and not await self._kept.use_link(digest):
            return None
        session = secrets.token_urlsafe(32)
        await self._kept.add_session(credentials.digest(session), now() + SESSION)
        return session

    async def link(self, key: str | None) -> views.Link:
        """A link that works once within ten minutes; the same one for the same key."""
        token = credentials.derived(self._token, f"link:{key}") if key else secrets.token_urlsafe(32)
        expires = now() + LINK
        await self._kept.add_link(credentials.digest(token), expires)
        return views.Link(url=f"{self._site.url}/auth?token={token}", expires_at=expires)

    async def _is_session(self, session: str) -> bool:
        digest = credentials.digest(session)
        if self._known.get(digest, 0.0) > time.monotonic():
            return True
        expires = await self._kept.session(digest)
        if expires is None or expires <= now():
            return False
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[digest] = time.monotonic() + REMEMBERED
        return True

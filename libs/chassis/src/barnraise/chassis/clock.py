"""Time and random identifiers, the two impure things that domains are given."""

import base64
import secrets
from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    """16 lower-case base32 characters: 80 random bits."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()

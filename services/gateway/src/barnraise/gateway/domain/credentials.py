"""Tokens: compared in constant time, kept as hashes only."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Collection


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


def equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(digest(given), digest(expected))


def derived(secret: str, purpose: str) -> str:
    """A token that only the holder of the secret can make, the same for the same purpose."""
    return base64.urlsafe_b64encode(hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest()).decode().rstrip("=")


def token_in(authorization: str) -> str | None:
    """The token of a bearer header, or the password of a basic one."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return None
    return None


def cookie_in(header: str, name: str) -> str | None:
    """The value of one cookie in a Cookie header."""
    for part in header.split(";"):
        key, equals, value = part.strip().partition("=")
        if equals and key == name:
            return value
    return None


def without_cookies(header: str, names: Collection[str]) -> str:
    """The Cookie header without those cookies."""
    kept = [part.strip() for part in header.split(";") if part.strip().partition("=")[0].strip() not in names]
    return "; ".join(part for part in kept if part)

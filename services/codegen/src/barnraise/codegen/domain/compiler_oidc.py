"""Signing in at an OpenID Connect provider, as the templates want to see it."""

from barnraise.contracts.manifest import Manifest
from barnraise.contracts.providers import Provider, provider


def oidc(manifest: Manifest) -> Provider | None:
    """The provider, where people sign in and may do so there."""
    if not manifest.access.sign_in:
        return None
    return next((provider(block.provider) for block in manifest.integrations if block.kind == "oidc"), None)


def merged(pins: bytes, more: bytes) -> bytes:
    """Two requirements files in one."""
    return b"".join(sorted({*pins.splitlines(keepends=True), *more.splitlines(keepends=True)}))

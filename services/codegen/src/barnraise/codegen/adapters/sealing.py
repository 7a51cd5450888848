"""Keys of models, sealed: what lies in the database is of no use without the instance's secret."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LEAST = 16
_NONCE = 12


class Sealer:
    """AES-256-GCM under a key that is derived from ``secret``, of at least 16 bytes. ``about`` is bound to what is sealed: it opens for
    nothing else."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < LEAST:
            raise ValueError(f"the secret that seals keys must have at least {LEAST} bytes")
        self._cipher = AESGCM(HKDF(SHA256(), 32, salt=None, info=b"barnraise keys of models").derive(secret))

    def seal(self, text: str, about: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())

    def open(self, sealed: bytes, about: str) -> str | None:
        """None where it was sealed by another secret, or about something else."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode()).decode()
        except (InvalidTag, ValueError):
            return None

"""What a sandbox says that it has drawn, before it is believed to be a picture."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from barnraise.contracts.documents import MAX_PICTURE, Picture

_STARTS = {"image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image/jpeg": b"\xff\xd8\xff"}
_PNG_SIZE = slice(16, 24)


def drawn(said: Mapping[str, Any], kept: str) -> tuple[Picture, bytes] | None:
    """The picture that is to lie at ``kept``, and its bytes; None when it is not what it is said to be."""
    try:
        content = base64.b64decode(said["content"], validate=True)
        picture = Picture(
            key=kept, media_type=said["media_type"], width=said["width"], height=said["height"], size=min(len(content), MAX_PICTURE + 1)
        )
    except (KeyError, TypeError, ValueError, binascii.Error, ValidationError):
        return None
    if not content.startswith(_STARTS[picture.media_type]):
        return None
    edges = picture.width.to_bytes(4, "big") + picture.height.to_bytes(4, "big")
    return (picture, content) if picture.media_type == "image/jpeg" or content[_PNG_SIZE] == edges else None

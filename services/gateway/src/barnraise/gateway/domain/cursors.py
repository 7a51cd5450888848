"""Cursors of lists: opaque outside, a list's name and a position inside."""

import base64
import binascii
import re

from barnraise.gateway.domain.refusals import Refusal

_FORM = re.compile(r"^([a-z]+):([0-9a-f]{1,40})$")


def encode(listing: str, position: str) -> str:
    return base64.urlsafe_b64encode(f"{listing}:{position}".encode()).decode().rstrip("=")


def decode(listing: str, cursor: str | None) -> str | None:
    """The position in that list; Refusal for anything that did not come from ``encode``."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise _refuse() from error
    match = _FORM.match(text)
    if match is None or match[1] != listing:
        raise _refuse()
    return match[2]


def decode_number(listing: str, cursor: str | None) -> int | None:
    position = decode(listing, cursor)
    if position is None:
        return None
    if not position.isdecimal() or len(position) > 18:
        raise _refuse()
    return int(position)


def _refuse() -> Refusal:
    return Refusal("invalid_request", "The cursor is not one of this list.", "Take `next_cursor` from the page before.", pointer="cursor")

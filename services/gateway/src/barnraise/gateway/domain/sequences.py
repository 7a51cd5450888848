"""Where in the stream a client wants to go on."""

from barnraise.gateway.domain.refusals import Refusal

_FIX = "Send the sequence number of the last event that you have, or 0."


def parse_after(text: str | None, name: str = "after") -> int | None:
    """The number, None for none; Refusal (400) for anything else."""
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise Refusal("invalid_request", f"{text[:40]!r} is no sequence number.", _FIX, pointer=name, status=400)
    return int(text)


def in_future(after: int, last: int) -> Refusal:
    return Refusal("invalid_request", f"There is no event {after} yet; the last is {last}.", _FIX, pointer="after", status=400)

"""Words of code that is not to be trusted, about what went wrong in it: made fit to be shown, and compared."""

import re

_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[@-_])")
_UNSEEN = re.compile(
    r"[^\n\t\x20-\x7e\xa0-\xac\xae-\u061b\u061d-\u180d\u180f-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ud7ff"
    r"\uf900-\ufefe\uff00-\ufff8\ufffc-\U0001ffff\U00020000-\U0003ffff]"
)
_VARIES = re.compile(r"0x[0-9a-f]+|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\d+", re.IGNORECASE)


def clean(text: str) -> str:
    """Without colours, other signs for terminals, and signs that nobody sees or that turn the reading direction."""
    return _UNSEEN.sub("", _ESCAPES.sub("", text))


def signature(text: str) -> str:
    """The same for the same trouble at another time: without numbers, addresses and ids."""
    return _VARIES.sub("#", text)

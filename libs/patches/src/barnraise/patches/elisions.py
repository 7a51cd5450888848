"""Comments with which models stand in for code that they do not write out."""

import re

_ELISION = re.compile(
    r"^\s*(?:#|//|/\*|\{/\*|<!--|--)\s*(?:\.\.\.|…|\[\.\.\.\])?\s*"
    r"(?:\(?(?:the )?(?:rest|remainder) of (?:the |this )?\w+|(?:existing|remaining|unchanged|previous|other) "
    r"(?:code|methods?|functions?|imports?|content)|(?:same|unchanged) as before|keep (?:the )?(?:rest|existing))\b.*",
    re.IGNORECASE,
)
_MOST = 200


def elided(old: bytes, new: bytes) -> str | None:
    """A line of the new text that says that something is left out, and that did not stand in the old one."""
    if b"..." not in new and "…".encode() not in new:
        return None
    before = old.decode("utf-8", "replace")
    for line in new.decode("utf-8", "replace").split("\n"):
        if len(line) <= _MOST and ("..." in line or "…" in line) and _ELISION.match(line) and line.strip() not in before:
            return line.strip()
    return None

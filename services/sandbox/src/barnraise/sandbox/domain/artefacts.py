"""What a run has left: names and contents from a sandbox, of which nothing is believed."""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from barnraise.contracts.diagnostics import Artefact

MOST_FILES = 20
MOST_BYTES = 4 << 20
"""Of all files together."""
_LONGEST = 200
_FIGURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_TABLES = {".csv": "text/csv", ".tsv": "text/tab-separated-values"}
_TEXTS = (".txt", ".md", ".json", ".log")


def left(answer: Mapping[str, Any] | None) -> Iterator[tuple[Artefact, bytes]]:
    """The files of a sandbox's answer, with at most ``MOST_BYTES`` and ``MOST_FILES``; what is none is left out, and so is what
    has the name or the content of one before it."""
    files = (answer or {}).get("files")
    room, seen = MOST_BYTES, set[str]()
    for entry in files[:MOST_FILES] if isinstance(files, list) else ():
        try:
            name, encoded = entry
            content = base64.b64decode(encoded, validate=True)
        except (TypeError, ValueError, binascii.Error):
            continue
        room -= len(content)
        if room < 0:
            return
        if isinstance(name, str) and (clean := _name(name)):
            kind, media_type = sniff(clean, content)
            digest = hashlib.sha256(content).hexdigest()
            if seen & {clean, digest}:
                continue
            seen |= {clean, digest}
            yield Artefact(name=clean, kind=kind, media_type=media_type, size=len(content), digest=digest), content


def sniff(name: str, content: bytes) -> tuple[Literal["figure", "table", "text", "file"], str]:
    """What the content is, whatever the name says; a figure is one that no browser runs anything of. Tables and texts are plain text of
    that name."""
    for beginning, media_type in _FIGURES:
        if content.startswith(beginning):
            return "figure", media_type
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "figure", "image/webp"
    suffix = f".{name.rpartition('.')[2].lower()}"
    if suffix in (*_TABLES, *_TEXTS) and _is_text(content):
        return ("table", _TABLES[suffix]) if suffix in _TABLES else ("text", "text/plain")
    return "file", "application/octet-stream"


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


def _name(said: str) -> str:
    """As people may read it, without folders and without signs that nobody sees."""
    return "".join(sign if sign.isprintable() else "?" for sign in said.replace("/", "__").replace("\\", "__"))[:_LONGEST].strip()

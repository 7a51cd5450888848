"""Pages and styles that point at files which are not there."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from barnraise.validator.adapters.checks.files import Found, asked, matches, read, tell

_TAG = re.compile(
    r"<(?:a|img|script|link|source|iframe|video|audio|embed)\b[^>]*?\s(?:href|src|poster)=(?P<quote>[\"'])(?P<to>[^\"']*)(?P=quote)", re.I
)
_STYLE = re.compile(r"\burl\(\s*(?P<quote>[\"']?)(?P<to>[^\"')\s]+)(?P=quote)\s*\)|@import\s+[\"'](?P<more>\.{1,2}/[^\"']+)[\"']")
_ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//|#|\?|$)", re.I)
_FILLED = re.compile(r"\{\{|\{%|<%|\$\{|<\?")
_PLACES = ("public", "static", "assets", "dist", "build")
_PAGE = re.compile(
    r"\.(?:html?|css|js|mjs|ts|tsx|jsx|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|pdf|mp4|webm|mp3|json|xml|txt|webmanifest)$", re.I
)


def main() -> None:
    tell((path, found) for path in asked() if (text := read(path)) is not None for found in look(path, text))


def look(path: str, text: str) -> Iterator[Found]:
    """Only addresses that end like a file's name are sure to be one: others may be an application's to answer."""
    if _FILLED.search(text):
        return
    for match, line, column in matches(_STYLE if path.endswith(".css") else _TAG, _without_comments(text)):
        said = match["to"] or (match["more"] if path.endswith(".css") else "") or ""
        to = unquote(re.split(r"[?#]", said)[0])
        if not _ELSEWHERE.match(said) and _PAGE.search(to) and not any(place.exists() for place in _candidates(path, to)):
            yield Found("missing-file", "error", f"There is no file {to[:200]!r}.", line, column)


def _candidates(path: str, to: str) -> Iterator[Path]:
    """From the file itself; an address from the root may be of any folder above it, or of what servers hand out beside it."""
    folders = [PurePosixPath(path).parent, *PurePosixPath(path).parent.parents]
    for folder in folders if to.startswith("/") else folders[:1]:
        for place in ("", *_PLACES):
            yield Path(folder, place, to.lstrip("/"))


def _without_comments(text: str) -> str:
    return re.sub(r"<!--.*?-->|/\*.*?\*/", lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.DOTALL)

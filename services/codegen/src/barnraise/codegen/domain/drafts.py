"""A reply that is still being written, as people may see it."""

import re

from barnraise.contracts.live import FileWriting

MOST_FILES = 40
_OPENED = re.compile(r"^<(file|patch|delete|rename) path=\"([^\"\n]{1,400})\"[^\n]*>[^\S\n]*\n?", re.MULTILINE)
_CLOSED = re.compile(r"^</(?:file|patch)>", re.MULTILINE)
# From the first character behind what marks a secret on, so that nothing of one is told while it still comes.
_SECRET = re.compile(
    r"""\b(?:sk-|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|AIza|eyJ)(?P<token>[\w.-]+)
    |-----BEGIN\ [A-Z ]*PRIVATE\ KEY-----(?P<block>.*?)(?:-----END|\Z)
    |://[^/\s:@]*:(?!\d{1,5}(?:[^\w@]|\Z))(?P<password>[^/\s@]+)(?=@|\Z)""",
    re.VERBOSE | re.DOTALL,
)


def masked(text: str) -> str:
    """The text with dots for what looks like a secret; as long as it was, so that offsets stay."""
    return _SECRET.sub(_dotted, text)


def files_of(text: str) -> tuple[FileWriting, ...]:
    """The files that the text changes so far, in its order, and how many lines of each have come."""
    found = list(_OPENED.finditer(text))
    following = [*(opened.start() for opened in found[1:]), len(text)]
    return tuple(_file(opened, text[opened.end() : end]) for opened, end in zip(found, following, strict=False))[-MOST_FILES:]


def _file(opened: re.Match[str], rest: str) -> FileWriting:
    closed = _CLOSED.search(rest)
    body = rest[: closed.start()] if closed else rest
    return FileWriting.model_validate({"path": opened[2], "change": opened[1], "lines": len(body.splitlines())})


def _dotted(match: re.Match[str]) -> str:
    start, end = match.span(str(match.lastgroup))
    shown = "".join(character if character == "\n" else "•" for character in match.string[start:end])
    return match.string[match.start() : start] + shown + match.string[end : match.end()]

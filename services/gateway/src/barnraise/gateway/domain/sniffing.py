"""What a file is, by its content: a name is believed only where texts look alike. Nothing is parsed here but text."""

import csv
import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from barnraise.contracts.documents import DOCX, MAX_TEXT, PDF, Pictured, Sealed
from barnraise.gateway.domain.refusals import Refusal

_AS_TEXT = "Save it as PDF, DOCX or text, then send that."
_IMPORT = "Send documents one by one; a whole project comes in by `barnraise import FILE`."
_PICTURES: tuple[tuple[bytes, Pictured], ...] = ((b"\x89PNG\r\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
_OTHER_PICTURES = (b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00", b"\xff\x0a", b"\x00\x00\x00\x0cJXL ")
_ARCHIVES = (
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
    b"# v2 git bundle",
    b"# v3 git bundle",
)
_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
_OFFICE = ((b"xl/workbook", "a spreadsheet", "Save the sheet as CSV, then send that."), (b"ppt/presentation", "a presentation", _AS_TEXT),
           (b"mimetypeapplication/vnd.oasis", "an OpenDocument file", _AS_TEXT))  # fmt: skip
_MARKUP = re.compile(r"\s*(?:<!doctype html|<html|<\?xml[^>]*\?>\s*<!DOCTYPE svg|<svg|<\?xml[^>]*\?>\s*<svg)", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"^#{1,6} \S|^[ \t]{0,12}[-*] \[[ x]\] |\[[^\[\]\n]{1,200}\]\([^()\n]{1,300}\)|\*\*[^*\n]{1,200}\*\*|^```", re.MULTILINE
)
_UNNAMED = "document"


@dataclass(frozen=True)
class Upload:
    """A file as it came. ``name`` is whatever the sender says. ``picture``: it is sent to be looked at, so nothing else will do."""

    name: str
    content: bytes
    picture: bool = False


def file_name(name: str) -> str:
    """A name to show: its last part, on one line, at most 120 characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(c for c in last if c.isprintable()).strip()[:120] or _UNNAMED


def picture_type(content: bytes) -> Pictured | None:
    """The media type of a picture that can be looked at; None for what is none. Refusal for other kinds of pictures."""
    head = content[:1024]
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if found := next((media_type for start, media_type in _PICTURES if head.startswith(start)), None):
        return found
    if head.startswith(_OTHER_PICTURES) or (head[4:8] == b"ftyp" and head[8:12] in _BRANDS):
        raise _picture()
    return None


def no_picture(content: bytes) -> Refusal:
    """Why what was sent to be looked at is not."""
    if b"%PDF-" in content[:1024]:
        return _refuse("It is a PDF, which is read and not looked at.", "Send the page as PNG, JPEG or WebP, or the PDF as a document.")
    return _refuse("It is no picture.", "Send PNG, JPEG or WebP; documents are sent as documents.")


def sealed_type(content: bytes) -> Sealed | None:
    """The media type of what only a sandbox may open; None for text. Refusal for all that is not read at all."""
    head = content[:1024]
    if b"%PDF-" in head:
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _office(content)
    if head.startswith(_ARCHIVES) or content[257:262] == b"ustar":
        raise _refuse("It is an archive.", _IMPORT)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise _refuse("It is an old or a locked Office file.", _AS_TEXT)
    if head.startswith(b"{\\rtf"):
        raise _refuse("It is an RTF file.", _AS_TEXT)
    return None


def _office(content: bytes) -> Sealed:
    """Names stand in a zip as they are, so that it need not be opened to be known."""
    if b"word/document" in content:
        return DOCX
    for mark, what, fix in _OFFICE:
        if mark in content:
            raise _refuse(f"It is {what}.", fix)
    raise _refuse("It is an archive.", _IMPORT)


def decoded(content: bytes) -> str:
    """The text of a text file: UTF-8, UTF-16 with a mark, or Windows-1252. Lines end with a line feed. Refusal when it is none."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _checked(content, (encoding,))
    return _checked(content, ("utf-8", "cp1252"))


def _checked(content: bytes, encodings: tuple[str, ...]) -> str:
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(c < " " and c not in "\t\n\r\f\x1b" for c in text):
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise _refuse("It is no text, and no kind of document that is read.", "Send PDF, DOCX, text, Markdown, JSON, CSV, PNG, JPEG or WebP.")


def text_type(text: str, name: str) -> str:
    """The media type of a text. Refusal for markup that is meant to be seen, not read."""
    if _MARKUP.match(text):
        raise _picture() if "<svg" in text[:2000].lower() else _refuse("It is a web page.", _AS_TEXT)
    ending = PurePosixPath(name).suffix.lower()
    if _is_json(text):
        return "application/json"
    if found := _table(text, named=ending in (".csv", ".tsv", ".tab")):
        return found
    return "text/markdown" if ending in (".md", ".markdown") or _MARKDOWN.search(text) else "text/plain"


def _is_json(text: str) -> bool:
    if len(text) > MAX_TEXT or not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _table(text: str, *, named: bool) -> str | None:
    """Rows of the same number of cells: two will do for a file that is called a table, three for any other."""
    sample = [line for line in text[:20_000].split("\n") if line.strip()][:20]
    if len(text) > 20_000:
        sample = sample[:-1]
    for delimiter, found in (("\t", "text/tab-separated-values"), (",", "text/csv"), (";", "text/csv")):
        try:
            widths = {len(row) for row in csv.reader(sample, delimiter=delimiter) if row}
        except csv.Error:
            continue
        if len(widths) == 1 and widths.pop() >= 2 and len(sample) >= (2 if named else 3):
            return found
    return "text/csv" if named and sample else None


def _picture() -> Refusal:
    return _refuse("It is a picture of a kind that is not taken.", "Save it as PNG, JPEG or WebP, then send that.")


def _refuse(detail: str, next: str) -> Refusal:
    return Refusal("unsupported_media_type", detail, next)

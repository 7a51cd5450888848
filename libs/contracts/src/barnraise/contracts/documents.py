"""What comes with a message: documents, as the text that was read from them, and pictures, as they were drawn anew."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from barnraise.contracts.base import Contract

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Sealed = Literal["application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"]
"""The media types that are read in a sandbox, and nowhere else."""

Pictured = Literal["image/png", "image/jpeg", "image/webp"]
"""The media types of pictures that are looked at; they too are opened in a sandbox, and nowhere else."""

MAX_TEXT = 200_000
MAX_PAGES = 300
MAX_EDGE = 1568
"""Pixels of a picture's longer edge; providers scale larger ones down to about this."""
MAX_PICTURE = 3 << 20
"""Bytes; in base64 that is within what the strictest provider takes."""

FileName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Page = Annotated[str, Field(max_length=MAX_TEXT)]


PictureKey = Annotated[str, StringConstraints(pattern=r"^pictures/[a-z0-9][a-z0-9_-]{0,63}/[a-z0-9]{8,64}$")]
"""Where the object store has a project's picture."""


class Picture(Contract):
    """A picture as a sandbox has drawn it anew from its pixels, with nothing else of the file that was sent. ``size`` in bytes."""

    key: PictureKey
    media_type: Literal["image/png", "image/jpeg"]
    width: Annotated[int, Field(ge=1, le=MAX_EDGE)]
    height: Annotated[int, Field(ge=1, le=MAX_EDGE)]
    size: Annotated[int, Field(ge=1, le=MAX_PICTURE)]


class Attachment(Contract):
    """A document that came with a message, or a ``picture``, which has no text. Pages stand apart by a form feed, lines by a line feed;
    ``cut`` says that its text went on."""

    name: FileName
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]{1,100}$")]
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    cut: bool = False
    picture: Picture | None = None


Attachments = Annotated[tuple[Attachment, ...], Field(max_length=5)]


class DocumentText(Contract):
    """What a document says: its pages' lines, columns one after the other. ``cut``: there was more than fits."""

    pages: Annotated[tuple[Page, ...], Field(max_length=MAX_PAGES)]
    cut: bool = False

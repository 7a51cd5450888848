"""What comes with a message: documents, as the text that was read from them."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from barnraise.contracts.base import Contract

PDF: Final = "application/pdf"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Sealed = Literal["application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"]
"""The media types that are read in a sandbox, and nowhere else."""

MAX_TEXT = 200_000
MAX_PAGES = 300

FileName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Page = Annotated[str, Field(max_length=MAX_TEXT)]


class Attachment(Contract):
    """A document that came with a message. Pages stand apart by a form feed, lines by a line feed; ``cut`` says that its text went on."""

    name: FileName
    media_type: Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9.+-]{1,100}$")]
    text: Annotated[str, Field(max_length=MAX_TEXT)]
    cut: bool = False


Attachments = Annotated[tuple[Attachment, ...], Field(max_length=5)]


class DocumentText(Contract):
    """What a document says: its pages' lines, columns one after the other. ``cut``: there was more than fits."""

    pages: Annotated[tuple[Page, ...], Field(max_length=MAX_PAGES)]
    cut: bool = False

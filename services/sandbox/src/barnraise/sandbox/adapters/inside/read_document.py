"""Reads one document's text, or draws one picture anew. What it parses is a stranger's: it may crash, hang or take all memory that
there is, and nothing else."""

import base64
import io
import logging
import os
import sys
import unicodedata
from collections.abc import Iterator

MAX_CHARACTERS = 200_000
MAX_PAGES = 300
_NO_GLYPH = "(cid:"


def main() -> int:
    from barnraise_channel import Channel, keep_few

    channel = Channel(3)
    keep_few()
    logging.disable(logging.CRITICAL)  # parsers complain about each fault of a file
    channel.send({"ready": True})
    request = channel.receive()
    if request is None:
        return 0
    media_type, content = request["media_type"], base64.b64decode(request.pop("content"))
    channel.send(drawn(content, media_type) if media_type.startswith("image/") else answer(content, media_type))
    return 0


def drawn(content: bytes, media_type: str) -> dict:
    """See ``barnraise_pictures.answer``."""
    import barnraise_pictures

    return barnraise_pictures.answer(content, media_type)


def answer(content: bytes, media_type: str) -> dict:
    """``{"pages", "cut"}``, or ``{"problem"}``: encrypted, empty or broken."""
    try:
        pages, cut = bounded(pdf(content) if media_type == "application/pdf" else docx(content))
    except MemoryError:
        raise
    except Exception as error:  # whatever a parser stumbles over is the document's fault
        return {"problem": "encrypted" if is_locked(error) else "broken"}
    whole = "".join(pages)
    if not any(character.isalnum() for character in whole) or whole.count(_NO_GLYPH) * 8 > len(whole):
        return {"problem": "empty"}
    return {"pages": pages, "cut": cut}


def bounded(pages: Iterator[str]) -> tuple[list[str], bool]:
    """As many pages as are wanted, with compatibility characters (ligatures) spelt out and no control characters."""
    found: list[str] = []
    left = MAX_CHARACTERS
    for page in pages:
        text = "".join(c for c in unicodedata.normalize("NFKC", page) if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
        text = text.strip("\n")
        if len(found) == MAX_PAGES or len(text) > left:
            return [*found, text[:left]][:MAX_PAGES], True
        found.append(text)
        left -= len(text)
    return found, False


def pdf(content: bytes) -> Iterator[str]:
    import pdfplumber  # ty: ignore[import-not-found]
    from barnraise_columns import page_text

    with pdfplumber.open(io.BytesIO(content)) as document:
        for page in document.pages:
            yield page_text(page.extract_words(), float(page.width))
            page.close()


def is_locked(error: BaseException | None) -> bool:
    """Whether a password is missing; pdfplumber wraps what pdfminer says."""
    while error is not None:
        if "Password" in repr(error) or "Encrypt" in repr(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def docx(content: bytes) -> Iterator[str]:
    import docx

    document = docx.Document(io.BytesIO(content))
    header = document.sections[0].header if document.sections else None
    lines = list(blocks(header)) if header else []
    yield "\n".join([*lines, *([""] if lines else []), *blocks(document)])


def blocks(container) -> Iterator[str]:
    """The lines of paragraphs and tables, in the document's order."""
    for block in container.iter_inner_content():
        yield from table(block) if hasattr(block, "rows") else paragraph(block)


def paragraph(block) -> Iterator[str]:
    style = (block.style.name or "") if block.style is not None else ""
    if style.startswith(("Heading", "Title")):
        yield ""
    text = block.text.strip()
    listed = style.startswith("List") or bool(block._p.xpath("./w:pPr/w:numPr"))
    yield f"• {text}" if text and listed else text
    # Templates put columns into text boxes; their copies for old programs stand below a fallback.
    for box in block._p.xpath(".//w:txbxContent[not(ancestor::*[local-name()='Fallback'])]"):
        yield ""
        for inner in box.xpath("./w:p"):
            yield "".join(inner.xpath(".//w:t/text()")).strip()


def table(block) -> Iterator[str]:
    """A row is a line with tabs; a row that only sets columns side by side is read one column after the other."""
    yield ""
    for row in block.rows:
        cells = [list(blocks(cell)) for cell in unmerged(row.cells)]
        if any(sum(bool(line) for line in cell) > 3 for cell in cells):
            for cell in cells:
                yield from [*cell, ""]
        else:
            yield "\t".join(" ".join(line for line in cell if line) for cell in cells).strip()
    yield ""


def unmerged(cells) -> Iterator:
    seen = set()
    for cell in cells:
        if cell._tc not in seen:
            seen.add(cell._tc)
            yield cell


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)

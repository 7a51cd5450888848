"""Documents in real sandboxes: what is read, and what becomes of those that bite."""

import io
import os
import zipfile
import zlib
from collections.abc import Callable

import docx
import pytest
from fpdf import FPDF

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.documents import DOCX, MAX_TEXT, PDF, DocumentText
from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.domain.limits import DOCUMENT, MIB
from barnraise.sandbox.ports import Spec
from barnraise.sandbox.service.documents import DocumentReader
from barnraise.sandbox.service.pool import Pool, spec_for

pytestmark = [pytest.mark.sandbox, pytest.mark.drivers("local")]
BOMB = 400 << 20


class Shelf(dict[str, bytes]):
    """Documents in memory."""

    async def get(self, key: str) -> bytes:  # ty: ignore[invalid-method-override]
        return self[key]


@pytest.fixture
def read(driver: LocalDriver) -> Callable:
    async def reading(content: bytes, media_type: str = PDF, wall: float = 10.0) -> DocumentText:
        pool = Pool(driver, lambda: spec_for("document"), spare=0)
        return await DocumentReader(pool, Shelf(it=content), wall).read("it", media_type)

    return reading


async def refusal(read: Callable, content: bytes, media_type: str = PDF, **more) -> str:
    with pytest.raises(BarnraiseError) as raised:
        await read(content, media_type, **more)
    assert raised.value.problem.code == "document_unreadable"
    return raised.value.problem.detail


def pdf(*columns: list[str], head: str = "", size: float = 10) -> bytes:
    """A page with a head over the whole width and columns below it."""
    made = FPDF(format="A4")
    made.add_page()
    made.set_font("Helvetica", size=size)
    made.set_xy(20, 15)
    made.cell(170, 8, head)
    for number, lines in enumerate(columns):
        for row, line in enumerate(lines):
            made.set_xy(20 + number * 70, 30 + row * (6 + number))
            made.cell(text=line)
    return bytes(made.output())


def word(*lines: str, table: tuple[tuple[str, ...], ...] = ()) -> bytes:
    made, out = docx.Document(), io.BytesIO()
    for line in lines:
        made.add_paragraph(line.removeprefix("* "), style="List Bullet" if line.startswith("* ") else None)
    if table:
        grid = made.add_table(len(table), len(table[0]))
        for row, cells in zip(grid.rows, table, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
        made.add_paragraph("after the table")
    made.save(out)
    return out.getvalue()


def rezipped(content: bytes, **changed: bytes) -> bytes:
    """The archive with other parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name, old.read(name)))
    return out.getvalue()


def raw_pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%b\nendobj\n" % (n, o) for n, o in enumerate(objects, 1))
    return body + b"trailer\n<< %b >>\n%%%%EOF" % trailer


def one_page(stream: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>",
        b"<< /Length %d /Filter %b >>\nstream\n%b\nendstream" % (len(stream), filters, stream),
    )


def squeezed(size: int) -> bytes:
    packer = zlib.compressobj(9)
    block = b"0" * MIB
    return b"".join(packer.compress(block) for _ in range(size // MIB)) + packer.flush()


# what is read


async def test_a_pdf_is_read_line_by_line(read) -> None:
    text = await read(pdf(["First line", "Second line", "Third"], head="Ada Example"))
    assert text == DocumentText(pages=("Ada Example\n\nFirst line\nSecond line\nThird",), cut=False)


async def test_columns_are_read_one_after_the_other(read) -> None:
    left = ["Contact", "ada@example.org", "Skills", "Python", "Rust", "Languages", "English", "German"]
    right = ["Experience", "Engineer at Acme", "Built engines", "Kept them running", "Education", "BSc Mathematics"]
    (page,) = (await read(pdf(left, right, head="Ada Example, analyst and engineer of the first hour, London and elsewhere"))).pages
    lines = [line for line in page.split("\n") if line]
    assert lines[0].startswith("Ada Example")
    assert lines[1:9] == left
    assert lines[9:] == right


async def test_dates_at_the_margin_are_no_column(read) -> None:
    dates = [f"{year} - {year + 1}" for year in range(2010, 2020)]
    made = FPDF()
    made.add_page()
    made.set_font("Helvetica", size=10)
    for row, date in enumerate(dates):
        made.set_xy(20, 30 + row * 6)
        made.cell(text=f"Engineer number {row}")
        made.set_xy(160, 30 + row * 6)
        made.cell(text=date)
    (page,) = (await read(bytes(made.output()))).pages
    assert page.split("\n")[0] == "Engineer number 0\t2010 - 2011"


async def test_labels_and_dates_before_what_they_belong_to_are_no_column(read) -> None:
    labels = ["Name:", "Ort:", "Beruf", "03/2018 - heute", "", "", "10/2013 - 02/2018", "", "Ausbildung", "10/2008 - 09/2013", ""]
    texts = ["Jonas Brandt", "Köln", "", "Leiter", "Rheinwerk GmbH", "Tests", "Entwickler", "Datenhafen AG", "", "Diplom", "RWTH"]
    rows = list(zip(labels, texts, strict=True))
    made = FPDF()
    made.add_page()
    made.set_font("Helvetica", size=10)
    for row, (label, text) in enumerate(rows):
        made.text(20, 30 + row * 6, label)
        made.text(70, 30 + row * 6, text)
    (page,) = (await read(bytes(made.output()))).pages
    assert page.split("\n") == ["\t".join(filter(None, row)) for row in rows]


async def test_a_docx_is_read_in_its_order(read) -> None:
    text = await read(word("Ada Example", "* engines", table=(("2019", "Acme"), ("2021", "Bmce"))), DOCX)
    assert text.pages == ("Ada Example\n• engines\n\n2019\tAcme\n2021\tBmce\n\nafter the table",)


async def test_a_docx_s_columns_are_read_one_after_the_other(read) -> None:
    left, right = "Skills\nPython\nRust\nGo\nC", "Experience\nEngineer\nAcme\n2019\nBuilt"
    (page,) = (await read(word("Ada", table=((left, right),)), DOCX)).pages
    assert page.split("\n")[2:] == [*left.split("\n"), "", *right.split("\n"), "", "", "after the table"] or left in page


async def test_what_is_too_long_is_cut_and_says_so(read) -> None:
    text = await read(word(*("word " * 2000 for _ in range(30))), DOCX)
    assert text.cut
    assert sum(map(len, text.pages)) <= MAX_TEXT


# what bites


async def test_a_locked_pdf_says_so(read) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("Helvetica")
    made.cell(text="secret")
    made.set_encryption(owner_password="o", user_password="u")
    assert "password" in await refusal(read, bytes(made.output()))


async def test_a_scan_has_no_text(read) -> None:
    made = FPDF()
    made.add_page()
    made.rect(10, 10, 50, 50)
    assert "no text" in await refusal(read, bytes(made.output()))


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.7\n" + os.urandom(5000), pdf(["x"])[:300]])
async def test_a_broken_pdf_is_unreadable(read, content: bytes) -> None:
    await refusal(read, content)


@pytest.mark.parametrize("content", [b"PK\x03\x04", word("x")[:900], rezipped(word("x"), **{"word/document.xml": b"<a"})])
async def test_a_broken_docx_is_unreadable(read, content: bytes) -> None:
    await refusal(read, content, DOCX)


async def test_a_page_of_gigabytes_is_stopped(read) -> None:
    assert len(one_page(squeezed(BOMB))) < 10 * MIB
    detail = await refusal(read, one_page(squeezed(BOMB)))
    assert "memory" in detail or "seconds" in detail or "damaged" in detail


async def test_a_zip_bomb_is_stopped(read) -> None:
    bomb = rezipped(word("x"), **{"word/document.xml": b"<a>" + b" " * BOMB + b"</a>"})
    assert len(bomb) < 2 * MIB
    detail = await refusal(read, bomb, DOCX)
    assert "memory" in detail or "failed" in detail or "damaged" in detail


@pytest.mark.parametrize("bomb", [b"[" * 100_000, b"<< /A " * 100_000, b"(" * 1_000_000])
async def test_deeply_nested_objects_are_stopped(read, bomb: bytes) -> None:
    await refusal(read, raw_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", bomb), wall=10.0)


async def test_pages_that_are_their_own_parents_are_stopped(read) -> None:
    catalog = b"<< /Type /Catalog /Pages 2 0 R >>"
    await refusal(read, raw_pdf(catalog, b"<< /Type /Pages /Kids [2 0 R 2 0 R 2 0 R] /Count 3 >>"))


async def test_entities_are_not_expanded(read) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    whole = word("here ENTITY there")
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        body = archive.read("word/document.xml").decode()
    head, rest = body.split("?>", 1)
    document = f'{head}?><!DOCTYPE d [<!ENTITY e0 "ha"><!ENTITY file SYSTEM "file:///etc/passwd">{entities}]>{rest}'
    for name in ("e11", "file"):
        content = rezipped(whole, **{"word/document.xml": document.replace("ENTITY there", f"&{name}; there").encode()})
        try:
            said = "".join((await read(content, DOCX)).pages)
        except BarnraiseError as error:
            said = error.problem.detail
        assert "haha" not in said
        assert "root:" not in said


async def test_what_takes_too_long_is_stopped(read) -> None:
    detail = await refusal(read, one_page(zlib.compress(b"BT 1 0 0 1 0 0 Tm (x) Tj ET\n" * 2_000_000)), wall=2.0)
    assert "longer than" in detail or "memory" in detail


async def test_the_profile_has_no_network_little_memory_and_nothing_to_write_to(driver: LocalDriver) -> None:
    assert (DOCUMENT.wall, DOCUMENT.memory, DOCUMENT.gives_way) == (10.0, 256 * MIB, True)
    code = (
        "import socket, pathlib\n"
        "from barnraise_channel import Channel\n"
        "said = []\n"
        "for path in ('/opt/x', '/data/x', '/etc/x', '/x'):\n"
        "    try: pathlib.Path(path).write_text('x'); said.append(path)\n"
        "    except OSError: pass\n"
        "try: socket.create_connection(('127.0.0.1', 22), 1); said.append('net')\n"
        "except OSError: pass\n"
        "Channel(3).send({'said': said, 'names': socket.if_nameindex()})"
    )
    box = await driver.run(Spec("document", DOCUMENT), [driver.python, "-c", f"import sys; sys.path.insert(0, '/opt/runner')\n{code}"], {})
    assert await box.receive() == {"said": [], "names": [[1, "lo"]]}
    await box.kill()

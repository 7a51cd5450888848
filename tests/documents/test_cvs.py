"""CVs as people send them: written as PDF and DOCX, opened in a real sandbox, and read as well as their text is."""

import asyncio
import importlib.util
import io
import sys
from pathlib import Path

import docx
import pytest
from compiled import base_layer
from fpdf import FPDF

from barnraise.contracts.documents import DOCX, PDF
from barnraise.planner.domain.resumes.reading import read
from barnraise.sandbox.adapters import layer
from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.service.documents import DocumentReader
from barnraise.sandbox.service.pool import Pool, spec_for

pytestmark = pytest.mark.sandbox
_FILE = Path(__file__).resolve().parents[2] / "services/planner/tests/planner_resumes.py"
_SPEC = importlib.util.spec_from_file_location("planner_resumes", _FILE)
assert _SPEC and _SPEC.loader
cvs = importlib.util.module_from_spec(_SPEC)
sys.modules["planner_resumes"] = cvs
_SPEC.loader.exec_module(cvs)
LATIN = str.maketrans({"•": "-", "–": "-", "—": "-", "’": "'", "ı": "i", "Ś": "S", "ś": "s", "Ł": "L"})


def as_pdf(text: str) -> bytes:
    """Tabs as columns: what is short before one stands at the left, what is short behind one at the right."""
    made = FPDF(format="A4")
    made.add_page()
    made.set_font("Helvetica", size=9)
    for row, line in enumerate(text.translate(LATIN).split("\n")):
        before, tab, behind = line.partition("\t")
        if row and row % 54 == 0:
            made.add_page()
        y = 15 + row % 54 * 5
        made.text(20, y, before)
        if tab:
            made.text(60 if len(before) < 25 else 150, y, behind.strip())
    return bytes(made.output())


def as_docx(text: str) -> bytes:
    made, out = docx.Document(), io.BytesIO()
    for line in text.split("\n"):
        listed = line.startswith(("• ", "- "))
        made.add_paragraph(line[2:] if listed else line, style="List Bullet" if listed else None)
    made.save(out)
    return out.getvalue()


class Shelf(dict[str, bytes]):
    async def get(self, key: str) -> bytes:  # ty: ignore[invalid-method-override]
        return self[key]


@pytest.mark.parametrize(("write", "kind", "least"), [(as_pdf, PDF, 0.95), (as_docx, DOCX, 0.97)])
async def test_cvs_are_read_as_well_as_their_text_is(write, kind: str, least: float, tmp_path: Path) -> None:
    await asyncio.to_thread(base_layer)
    base = layer.find(base_layer().parents[2])
    assert base
    runtime = Runtime(tmp_path)
    runtime.open()
    driver = LocalDriver(base, runtime)
    reader = DocumentReader(
        Pool(driver, lambda: spec_for("document"), spare=0), Shelf({name: write(cvs.text_of(name)) for name in cvs.NAMES})
    )
    try:
        said = {name: "\f".join((await reader.read(name, kind)).pages) for name in cvs.NAMES}
    finally:
        await driver.close()
        runtime.close()
    right = missed = wrong = 0
    for name, text in said.items():
        got, lost, more = cvs.measure(name, read(text))
        right, missed, wrong = right + len(got), missed + len(lost), wrong + len(more)
    assert 2 * right / (2 * right + missed + wrong) >= least

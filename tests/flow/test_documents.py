"""Documents through the running platform: a CV on the command line becomes a portfolio that can be looked at."""

import json
from pathlib import Path

import pytest
from fpdf import FPDF
from platform_client import Platform

pytestmark = [pytest.mark.flow, pytest.mark.sandbox]
SIDE = ["CONTACT", "lena.fischer@example.com", "+49 151 23456789", "Berlin, Germany", "", "SKILLS", "Figma", "Prototyping", "User research",
        "", "LANGUAGES", "German - native", "English - C1"]  # fmt: skip
MAIN = ["PROFILE", "Designer who turns tangled processes into calm screens.", "", "EXPERIENCE", "Product Designer, Kontor Digital",
        "Jan 2021 - present", "Design system for three products", "", "UX Designer, Nordlicht Agentur", "2018 - 2020", "", "EDUCATION",
        "MA Interaction Design, University of Potsdam", "2015 - 2017"]  # fmt: skip


@pytest.fixture(scope="module")
def cv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two columns below a name that goes over both."""
    made = FPDF(format="A4")
    made.add_page()
    made.set_font("Helvetica", size=22)
    made.text(20, 20, "Lena Fischer")
    made.set_font("Helvetica", size=12)
    made.text(20, 28, "Product Designer with a love of calm and quiet screens, Berlin and elsewhere in Europe")
    made.set_font("Helvetica", size=9)
    for x, step, lines in ((20, 5.5, SIDE), (85, 6.5, MAIN)):
        for row, line in enumerate(lines):
            made.text(x, 42 + row * step, line)
    path = tmp_path_factory.mktemp("cv") / "lena.pdf"
    made.output(str(path))
    return path


def test_a_cv_becomes_a_portfolio_that_shows_its_person(platform: Platform, cv: Path) -> None:
    done = platform.cli("new", "--file", str(cv), "--wait", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert (told["manifest"]["kind"], told["manifest"]["title"]) == ("site", "Lena Fischer")
    page = platform.preview(told["preview_url"]).text
    assert "Lena Fischer" in page
    assert "Kontor Digital" in page
    assert "lena.fischer@example.com" in page
    assert "23456789" not in page
    assert any("phone number" in words for words in told["decision"]["assumed"])
    assert platform.get(f"/projects/{told['project_id']}/messages")["items"][0]["attachments"] == ["lena.pdf"]


def test_what_cannot_be_read_is_refused_with_a_sentence_and_makes_nothing(platform: Platform, tmp_path: Path) -> None:
    before = len(platform.get("/projects")["items"])
    for name, content, word in (
        ("broken.pdf", b"%PDF-1.7\n" + b"\x00\xff" * 2000, "broken.pdf"),
        ("me.png", b"\x89PNG\r\n\x1a\n", "damaged"),
        ("all.zip", b"PK\x03\x04" + b"\x00" * 100, "archive"),
    ):
        (tmp_path / name).write_bytes(content)
        done = platform.cli("new", "a portfolio", "--file", str(tmp_path / name))
        assert done.returncode == 8, done.stderr
        assert word in done.stderr
        assert "Traceback" not in done.stderr
    assert len(platform.get("/projects")["items"]) == before

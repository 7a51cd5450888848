"""Documents that come with a message: told by their content, made text, kept with their job, refused with a sentence."""

import io
import json
import os
import time
import zipfile
from pathlib import Path

import httpx
import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.objects import ObjectStore
from barnraise.contracts.commands import StartJob
from barnraise.contracts.documents import DOCX, PDF, DocumentText
from barnraise.contracts.events import MessagePosted
from barnraise.contracts.requests import ReadDocument
from barnraise.gateway.app import _sweep_documents
from barnraise.gateway.domain.sniffing import file_name, text_type

PROJECTS = "/api/v2/projects"
CSV = "month,sales\nJan,3\nFeb,5\n"


def zipped(**files: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


WORD = zipped(**{"[Content_Types].xml": "<x/>", "word/document.xml": "<x/>"})


async def send(api: httpx.AsyncClient, *files: tuple[str, bytes], path: str = PROJECTS, key: str = "", **fields: str) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key else {}
    return await api.post(path, data=fields, files=[("files", file) for file in files], headers=headers)


def started(world) -> StartJob:
    return next(message for message in reversed(world.bus.announced) if isinstance(message, StartJob))


async def test_what_a_service_that_was_killed_has_left_to_be_read_goes_after_an_hour(tmp_path: Path) -> None:
    objects = ObjectStore(f"file://{tmp_path}")
    for key in ("documents/p1/old", "documents/p1/new", "pictures/p1/old"):
        await objects.put(key, b"x")
    long_ago = time.time() - 2 * 3600
    for key in ("documents/p1/old", "pictures/p1/old"):
        os.utime(tmp_path / key, (long_ago, long_ago))
    await _sweep_documents(objects)
    assert await objects.list("") == ["documents/p1/new", "pictures/p1/old"]


async def test_texts_go_with_the_job_and_their_names_with_the_message(world, api) -> None:
    answer = await send(api, ("notes.md", b"# Notes\n\nTwo boats."), ("C:\\data\\sales.csv", CSV.encode()), prompt="a chart", name="Sales")
    assert answer.status_code == 202, answer.text
    made = answer.json()
    assert made["message"]["attachments"] == ["notes.md", "sales.csv"]
    start = started(world)
    assert [(a.name, a.media_type, a.text, a.cut) for a in start.attachments] == [
        ("notes.md", "text/markdown", "# Notes\n\nTwo boats.", False),
        ("sales.csv", "text/csv", CSV, False),
    ]
    assert (start.text, start.name) == ("a chart", "Sales")
    posted = next(message for message in world.bus.announced if isinstance(message, MessagePosted))
    assert posted.attachments == ("notes.md", "sales.csv")
    assert (await world.records.unheard(0))[0].attachments == start.attachments, "what is told again is told whole"


async def test_a_message_takes_files_like_a_new_project(world, api) -> None:
    made = (await api.post(PROJECTS, json={"prompt": "boats"})).json()
    answer = await send(api, ("t.csv", CSV.encode()), path=f"{PROJECTS}/{made['project']['id']}/messages", text="use this")
    assert answer.status_code == 202, answer.text
    assert started(world).attachments[0].text == CSV
    assert answer.json()["message"]["attachments"] == ["t.csv"]


async def test_with_a_file_no_words_are_needed_and_it_names_the_project(world, api) -> None:
    answer = await send(api, ("Ada Example.txt", b"Ada Example\nEngineer"))
    assert answer.status_code == 202, answer.text
    assert answer.json()["project"]["name"].startswith("Ada Example")
    assert started(world).text == ""


async def test_nothing_at_all_is_still_refused(world, api, check_problem) -> None:
    check_problem(await api.post(PROJECTS, files={"name": (None, "x")}), 422, "invalid_request")
    answer = await api.post(PROJECTS, files={"prompt": (None, "  ")})
    check_problem(answer, 422, "prompt_empty")
    assert world.records.tables.projects == {}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Zoë – CV".encode(), "Zoë – CV"),
        (b"\xef\xbb\xbfZo\xc3\xab", "Zoë"),
        ("Zoë\r\nb".encode("utf-16"), "Zoë\nb"),
        ("Zoë".encode("utf-16-be").join([b"\xfe\xff", b""]), "Zoë"),
        ("Zoë – “CV”".encode("cp1252"), "Zoë – “CV”"),
    ],
)
async def test_the_usual_encodings_are_read(world, api, content: bytes, text: str) -> None:
    assert (await send(api, ("cv.txt", content))).status_code == 202
    assert started(world).attachments[0].text == text


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("cv.txt", b"GIF89a....", "picture"),
        ("cv.pdf", b"II*\x00....", "picture"),
        ("cv.txt", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture"),
        ("cv.pdf", zipped(**{"a.txt": "x"}), "archive"),
        ("cv.docx", zipped(**{"a.txt": "x"}), "archive"),
        ("cv.txt", b"\x1f\x8b\x08....", "archive"),
        ("a.csv", zipped(**{"xl/workbook.xml": "<x/>"}), "spreadsheet"),
        ("cv.doc", b"\xd0\xcf\x11\xe0\xa1\xb1....", "Office"),
        ("cv.rtf", b"{\\rtf1 x}", "RTF"),
        ("cv.html", b"<!DOCTYPE html><p>x", "web page"),
        ("cv.txt", b"\x7fELF\x02\x01\x01\x00\x00", "no text"),
        ("cv.txt", b"\xff\xfe\x00", "no text"),
    ],
)
async def test_what_is_not_read_is_refused_by_its_content(world, api, check_problem, name: str, content: bytes, word: str) -> None:
    problem = check_problem(await send(api, ("good.txt", b"fine"), (name, content), prompt="x"), 415, "unsupported_media_type")
    assert word in problem["detail"]
    assert name in problem["detail"]
    assert problem["errors"][0]["pointer"] == "#/files/1"
    assert world.bus.announced == []
    assert world.records.tables.projects == {}


@pytest.mark.parametrize(("content", "kind"), [(b"%PDF-1.7 ...", PDF), (b"\n\n%PDF-1.4", PDF), (WORD, DOCX)])
async def test_pdf_and_docx_are_read_in_the_sandbox_and_not_kept(world, api, content: bytes, kind: str) -> None:
    def read(request: ReadDocument) -> DocumentText:
        assert world.uploads.objects[request.key] == content
        return DocumentText(pages=("Ada Example", "Page two"), cut=True)

    world.bus.answers[ReadDocument] = read
    assert (await send(api, ("cv.txt", content))).status_code == 202
    (attachment,) = started(world).attachments
    assert (attachment.text, attachment.media_type, attachment.cut) == ("Ada Example\fPage two", kind, True)
    assert world.uploads.ever
    assert world.uploads.objects == {}


@pytest.mark.parametrize(("code", "status"), [("document_unreadable", 422), ("sandbox_unavailable", 503)])
async def test_why_a_document_cannot_be_read_is_said_with_its_name(world, api, check_problem, code, status: int) -> None:
    def read(request: ReadDocument) -> DocumentText:
        raise BarnraiseError(code, "It is locked.", "Unlock it.")

    world.bus.answers[ReadDocument] = read
    problem = check_problem(await send(api, ("cv.pdf", b"%PDF-1.7"), prompt="x"), status, code)
    assert (problem["detail"], problem["next"]) == ("cv.pdf: It is locked.", "Unlock it.")
    assert world.uploads.objects == {}
    assert world.records.tables.jobs == {}


async def test_where_nobody_reads_documents_texts_still_come_in(api, check_problem) -> None:
    check_problem(await send(api, ("cv.pdf", b"%PDF-1.7"), prompt="x"), 503, "unavailable")
    assert (await send(api, ("cv.txt", b"Ada"), prompt="x")).status_code == 202


async def test_too_much_is_too_large(world, api, check_problem, monkeypatch) -> None:
    check_problem(await send(api, ("a.txt", b"x" * ((10 << 20) + 1)), prompt="x"), 413, "too_large")
    check_problem(await send(api, ("a.txt", b"x" * 200_001), prompt="x"), 413, "too_large")
    check_problem(await send(api, *[(f"{n}.txt", b"x" * 150_000) for n in range(3)], prompt="x"), 413, "too_large")
    check_problem(await send(api, *[(f"{n}.txt", b"x") for n in range(6)], prompt="x"), 413, "too_large")
    check_problem(await send(api, *[(f"{n}.txt", b"x") for n in range(60)], prompt="x"), 400, "invalid_request")
    monkeypatch.setattr("barnraise.gateway.handlers.door.MAX_UPLOAD", 1000)
    check_problem(await send(api, ("a.txt", b"x" * 1001), prompt="x"), 413, "too_large")

    async def unsaid():
        yield b"--b\r\nContent-Disposition: form-data; name=files; filename=a\r\n\r\n"
        yield b"x" * 2000

    answer = await api.post(PROJECTS, content=unsaid(), headers={"Content-Type": "multipart/form-data; boundary=b"})
    check_problem(answer, 413, "too_large")
    assert world.records.tables.projects == {}


async def test_an_empty_file_is_unreadable(api, check_problem) -> None:
    check_problem(await send(api, ("a.txt", b" \n"), prompt="x"), 422, "document_unreadable")


@pytest.mark.parametrize("body", [b"", b"no form", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", b"--x\r\n"])
async def test_a_broken_form_is_refused(api, check_problem, body: bytes) -> None:
    answer = await api.post(PROJECTS, content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code in (400, 422)
    check_problem(answer, answer.status_code, "invalid_request")


async def test_forms_say_no_more_than_bodies(api, check_problem) -> None:
    check_problem(await send(api, ("a.txt", b"x"), prompt="x", surprise="1"), 422, "invalid_request")
    check_problem(await api.post(PROJECTS, files=[("files", (None, "text")), ("prompt", (None, "x"))]), 422, "invalid_request")
    check_problem(await api.post(PROJECTS, files=[("prompt", ("a.txt", b"x"))]), 422, "invalid_request")
    check_problem(await api.post(PROJECTS, files=[("prompt", (None, "x")), ("prompt", (None, "y"))]), 422, "invalid_request")


async def test_forms_go_nowhere_else(api, check_problem) -> None:
    made = (await api.post(PROJECTS, json={"prompt": "boats"})).json()
    answer = await send(api, ("a.txt", b"x"), path=f"{PROJECTS}/{made['project']['id']}/undo")
    check_problem(answer, 415, "invalid_request")


async def test_a_repeated_form_takes_effect_once_whatever_its_boundary(world, api, check_problem) -> None:
    read = []
    world.bus.answers[ReadDocument] = lambda request: read.append(request) or DocumentText(pages=("Ada",))
    first = await send(api, ("cv.pdf", b"%PDF-1"), prompt="x", key="k1")
    second = await send(api, ("cv.pdf", b"%PDF-1"), prompt="x", key="k1")
    assert first.status_code == second.status_code == 202
    assert first.content == second.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert (len(read), len(world.records.tables.projects)) == (1, 1)
    check_problem(await send(api, ("cv.pdf", b"%PDF-2"), prompt="x", key="k1"), 422, "idempotency_mismatch")
    check_problem(await send(api, ("cv.pdf", b"%PDF-1"), prompt="y", key="k1"), 422, "idempotency_mismatch")


async def test_a_message_to_no_project_reads_nothing(world, api, check_problem) -> None:
    answer = await send(api, ("cv.pdf", b"%PDF-1"), path=f"{PROJECTS}/nosuch/messages", text="x")
    check_problem(answer, 404, "not_found")
    assert world.uploads.ever == []


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ('{"basics": {"name": "Ada"}}', "resume.json", "application/json"),
        ('{"basics": ', "resume.json", "text/plain"),
        ("[" * 100_000, "deep.json", "text/plain"),
        ("a\tb\n1\t2\n3\t4", "x", "text/tab-separated-values"),
        ("a;b\n1;2\n", "x.csv", "text/csv"),
        ("Dear all,\nI hope, so.\n", "x.txt", "text/plain"),
        ('name,note\n"Ada, the first",x\nBob,"y, z"\n', "x", "text/csv"),
        ("# Plan\n\nfirst", "x", "text/markdown"),
        ("plain words", "x.md", "text/markdown"),
        ("create table boats (id int);", "x.sql", "text/plain"),
    ],
)
def test_texts_are_told_apart(text: str, name: str, kind: str) -> None:
    assert text_type(text, name) == kind


@pytest.mark.parametrize(
    ("given", "shown"), [("../../etc/passwd", "passwd"), ("a\nb\x00.txt", "ab.txt"), ("", "document"), ("x" * 130, "x" * 120)]
)
def test_names_are_made_harmless(given: str, shown: str) -> None:
    assert file_name(given) == shown


async def test_the_document_shows_both_bodies(api) -> None:
    document = (await api.get("/openapi.json")).json()
    for path, field in (("/api/v2/projects", "prompt"), ("/api/v2/projects/{project_id}/messages", "text")):
        content = document["paths"][path]["post"]["requestBody"]["content"]
        assert set(content) == {"application/json", "multipart/form-data"}
        assert set(content["multipart/form-data"]["schema"]["properties"]) >= {field, "files"}
    assert json.dumps(document).count("unsupported_media_type") >= 2


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["[", "\n", " ", "**", "a,", "*", "[a](", "<?xml ", '"'])
def test_no_text_takes_long_to_be_told(text: str) -> None:
    assert text_type(("x" + text * 200_000)[:200_000], "x.txt").startswith("text/")

"""Pictures that come with a message: told by their content, drawn anew elsewhere, kept with their project, refused with a sentence."""

from collections.abc import Callable

import httpx
import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.commands import StartJob
from barnraise.contracts.documents import Picture
from barnraise.contracts.requests import ReadPicture

PROJECTS = "/api/v2/projects"
HEADS = {"image/png": b"\x89PNG\r\n\x1a\n....", "image/jpeg": b"\xff\xd8\xff\xe0....", "image/webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ...."}


def drawing(world) -> Callable[[ReadPicture], Picture]:
    """What the sandbox service does, as far as can be seen from here."""

    def draw(request: ReadPicture) -> Picture:
        assert request.key in world.uploads.objects, "it is there while it is drawn"
        world.uploads.objects[request.kept] = b"drawn anew"
        return Picture(key=request.kept, media_type="image/png", width=640, height=480, size=10)

    return draw


async def send(api: httpx.AsyncClient, *files: tuple[str, bytes], path: str = PROJECTS, field: str = "files", **fields: str):
    return await api.post(path, data=fields, files=[(field, file) for file in files])


def started(world) -> StartJob:
    return next(message for message in reversed(world.bus.announced) if isinstance(message, StartJob))


@pytest.mark.parametrize("media_type", HEADS)
@pytest.mark.parametrize("field", ["files", "pictures"])
async def test_a_picture_goes_with_a_new_project_as_it_was_drawn_anew(world, api, media_type: str, field: str) -> None:
    world.bus.answers[ReadPicture] = drawing(world)
    answer = await send(api, ("screen.bin", HEADS[media_type]), field=field)
    assert answer.status_code == 202, answer.text
    assert answer.json()["message"]["attachments"] == ["screen.bin"]
    (attachment,) = started(world).attachments
    assert (attachment.name, attachment.media_type, attachment.text) == ("screen.bin", "image/png", "")
    assert attachment.picture and attachment.picture.key.startswith(f"pictures/{answer.json()['project']['id']}/")
    assert list(world.uploads.objects) == [attachment.picture.key], "what was sent is not kept"
    (asked,) = [request for request in world.bus.asked if isinstance(request, ReadPicture)]
    assert (asked.media_type, asked.project_id) == (media_type, answer.json()["project"]["id"])
    assert (await world.records.unheard(0))[0].attachments == (attachment,), "what is told again is told whole"


async def test_a_picture_goes_with_a_message_beside_documents(world, api) -> None:
    world.bus.answers[ReadPicture] = drawing(world)
    project = (await api.post(PROJECTS, json={"prompt": "boats"})).json()["project"]["id"]
    files = [("files", ("notes.md", b"# Notes")), ("pictures", ("a.png", HEADS["image/png"]))]
    answer = await api.post(f"{PROJECTS}/{project}/messages", data={"text": "like this"}, files=files)
    assert answer.status_code == 202, answer.text
    assert [(one.name, one.picture is not None) for one in started(world).attachments] == [("notes.md", False), ("a.png", True)]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"GIF89a....", "not taken"),
        (b"BM......", "not taken"),
        (b"II*\x00....", "not taken"),
        (b"\x00\x00\x00\x18ftypheic....", "not taken"),
        (b"\x00\x00\x00\x18ftypavif....", "not taken"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not taken"),
    ],
)
async def test_other_kinds_of_pictures_are_refused(world, api, check_problem, content: bytes, word: str) -> None:
    problem = check_problem(await send(api, ("me.png", content), prompt="x"), 415, "unsupported_media_type")
    assert problem["detail"].startswith("me.png: It is a picture") and word in problem["detail"]
    assert "PNG, JPEG or WebP" in problem["next"]
    assert world.records.tables.projects == {}


@pytest.mark.parametrize(("content", "word"), [(b"%PDF-1.7 ...", "a PDF, which is read and not looked at"), (b"just text", "no picture")])
async def test_what_is_sent_to_be_looked_at_has_to_be_a_picture(world, api, check_problem, content: bytes, word: str) -> None:
    problem = check_problem(await send(api, ("me.png", content), field="pictures", prompt="x"), 415, "unsupported_media_type")
    assert word in problem["detail"]
    assert world.bus.asked == [] and world.uploads.ever == [], "nobody opens it"


@pytest.mark.parametrize(("code", "status"), [("picture_unreadable", 422), ("too_large", 413), ("sandbox_unavailable", 503)])
async def test_why_a_picture_is_not_taken_is_said_and_nothing_is_kept(world, api, check_problem, code, status: int) -> None:
    good = drawing(world)

    def draw(request: ReadPicture) -> Picture:
        if world.uploads.objects[request.key].endswith(b"bad"):
            raise BarnraiseError(code, "It is damaged.", "Save it anew.")
        return good(request)

    world.bus.answers[ReadPicture] = draw
    files = [("a.png", HEADS["image/png"]), ("b.png", HEADS["image/png"] + b"bad")]
    problem = check_problem(await send(api, *files, prompt="x"), status, code)
    assert (problem["detail"], problem["next"]) == ("b.png: It is damaged.", "Save it anew.")
    assert problem["errors"][0]["pointer"] == "#/files/1"
    assert world.uploads.objects == {} and world.records.tables.jobs == {}


async def test_a_picture_of_too_many_bytes_is_refused_before_anybody_opens_it(world, api, check_problem) -> None:
    check_problem(await send(api, ("a.png", HEADS["image/png"] + b"x" * (10 << 20)), prompt="x"), 413, "too_large")
    assert world.uploads.ever == []

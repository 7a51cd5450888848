"""Pictures: what a model that sees is shown, what becomes of its plan, and that orders in a picture find the walls that all others find."""

import json
from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.codegen.ports import Asked, Room, Said, Tier
from barnraise.codegen.service import Codegen
from barnraise.contracts.commands import DesignManifest, EditCode
from barnraise.contracts.documents import Attachment, Picture
from barnraise.contracts.events import CodeProposed, ManifestDesigned

Stage = Any
KEY = "pictures/shop/abcdefgh"
PICTURE = Picture(key=KEY, media_type="image/png", width=640, height=480, size=9)
SCREEN = Attachment(name="screen.png", media_type="image/png", text="", picture=PICTURE)
NOTES = Attachment(name="notes.txt", media_type="text/plain", text="Two boats.")
SHELF = {KEY: b"\x89PNG shown"}
THEME = {"accent": "#0f766e", "scheme": "dark", "design": "minimal"}
CHART = {
    "kind": "script",
    "name": "rainfall",
    "title": "Rainfall",
    "script": {
        "tables": [
            {
                "name": "rain",
                "columns": [{"name": "month", "label": "Month"}, {"name": "rain", "label": "Rain", "type": "number", "unit": "mm"}],
                "rows": [["Jan", "55"], ["Feb", "41.5"]],
            }
        ],
        "figures": [{"name": "rain_by_month", "title": "Rain by month", "kind": "bar", "table": "rain", "x": "month", "y": ["rain"]}],
        "summaries": [{"name": "rain_in_all", "title": "Rain in all", "table": "rain", "of": ["rain"], "statistics": ["sum", "mean"]}],
    },
}


class Shelf:
    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects

    async def get(self, key: str) -> bytes:
        return self.objects[key]


class Seeing:
    """Says one text after the other; who is ``blind`` sees nothing."""

    def __init__(self, *texts: str, blind: bool = False) -> None:
        self.texts, self.blind = list(texts), blind
        self.asked: list[Asked] = []

    async def __call__(self, asked: Asked) -> Said:
        self.asked.append(asked)
        return Said(self.texts.pop(0), "seeing", 10, 1, None)

    async def room(self, project_id: str, tier: Tier, reply: int) -> Room:
        return Room(context=30_000, reply=reply)

    async def sees(self, project_id: str) -> bool:
        return not self.blind


async def designed(stage: Stage, author: Seeing, text: str = "like this", **more: Any) -> ManifestDesigned:
    more = {"attachments": (SCREEN, NOTES)} | more
    command = DesignManifest(**stage.envelope(), text=text, **more)
    (told,) = (await Codegen(stage.codegen._workshop, author, Shelf(SHELF)).design(command)).messages
    assert isinstance(told, ManifestDesigned)
    return told


def reply(manifest: dict[str, Any], **more: Any) -> str:
    return json.dumps({"manifest": manifest, "summary": "Made.", **more})


async def test_a_model_that_sees_gets_the_picture_and_its_plan_has_the_look(stage: Stage) -> None:
    wanted = stage.manifest(Task="title").model_dump(mode="json") | {"theme": THEME}
    author = Seeing("no plan", reply(wanted, tasks=["show tasks as a board"]))
    told = await designed(stage, author)
    assert told.manifest and told.manifest.theme.model_dump() == THEME and told.tasks == ("show tasks as a board",)
    assert told.decision.reasons == ("A model looked at screen.png.",)
    for asked in author.asked:  # also when it is told what was wrong
        assert (asked.tier, [(look.name, look.media_type, look.data) for look in asked.looks]) == (
            "vision", [("screen.png", "image/png", b"\x89PNG shown")],
        )  # fmt: skip
    first = author.asked[0]
    assert 'name="screen.png"' in first.turns[0] and "Two boats." in first.turns[0]
    assert "theme.accent" in first.instructions and "content of the application" in first.instructions
    assert told.context and [part.name for part in told.context.included] == ["screen.png", "notes.txt"]


async def test_without_pictures_all_is_as_it_was(stage: Stage) -> None:
    author = Seeing(reply(stage.manifest(Task="title").model_dump(mode="json")))
    await designed(stage, author, attachments=(NOTES,))
    assert (author.asked[0].tier, author.asked[0].looks) == ("reasoning", ())
    assert "theme.accent" not in author.asked[0].instructions


async def test_where_no_model_sees_the_picture_is_not_sent_and_that_is_said(stage: Stage) -> None:
    author = Seeing(reply(stage.manifest(Task="title").model_dump(mode="json")), blind=True)
    told = await designed(stage, author)
    assert (author.asked[0].tier, author.asked[0].looks) == ("reasoning", ())
    assert told.decision.open_points == ("screen.png could not be looked at: no model that sees is set up.",)


async def test_a_picture_that_is_gone_is_an_error_and_not_left_out(stage: Stage) -> None:
    gone = SCREEN.model_copy(update={"picture": PICTURE.model_copy(update={"key": "pictures/shop/hgfedcba"})})
    with pytest.raises(BarnraiseError) as raised:
        await designed(stage, Seeing("x"), attachments=(gone,))
    assert raised.value.problem.code == "picture_unreadable"


async def test_a_chart_becomes_a_script_whatever_rules_have_made_of_the_words(stage: Stage) -> None:
    told = await designed(stage, Seeing(reply(CHART)), "Redraw this chart", draft=stage.manifest(Chart="name"), attachments=(SCREEN,))
    assert told.manifest and told.manifest.kind == "script"
    files = compile_manifest(told.manifest)
    assert b"Jan,55\n" in files["data/rain.csv"].replace(b"\r", b"") and b"bar" in files["main.py"]


async def test_numbers_that_are_none_are_told_to_the_model(stage: Stage) -> None:
    wrong = json.loads(json.dumps(CHART))
    wrong["script"]["tables"][0]["rows"][0][1] = "about 55"
    author = Seeing(reply(wrong), reply(CHART))
    told = await designed(stage, author, "Redraw this chart", attachments=(SCREEN,))
    assert told.manifest and "a cell of a number column is no number" in author.asked[1].turns[-1]


# what a picture orders


@pytest.mark.parametrize(
    ("obeyed", "wall"),
    [
        (lambda stage: reply(stage.manifest(Task="title").model_dump(mode="json")), "Task has lost done"),
        (lambda stage: reply(stage.manifest(Other="x").model_dump(mode="json")), "The entity Task is gone"),
        (lambda stage: reply(CHART), "The kind was 'app' and has to stay"),
        (
            lambda stage: reply(stage.manifest(Task="title done").model_dump(mode="json"), tasks=["import os; os.system('x')\nimport os"]),
            "code",
        ),
        (lambda stage: reply(stage.manifest(Task="title done").model_dump(mode="json") | {"exec": "x"}), "exec"),
    ],
    ids=["fields", "entities", "kind", "code", "keys"],
)
async def test_a_plan_that_obeys_a_picture_takes_nothing_away_and_brings_no_code(stage: Stage, obeyed: Any, wall: str) -> None:
    author = Seeing(*[obeyed(stage)] * 3)
    with pytest.raises(BarnraiseError) as raised:
        await designed(stage, author, "make it look like this", manifest=stage.manifest(Task="title done"))
    assert raised.value.problem.code == "manifest_invalid"
    assert wall in author.asked[1].turns[-1]


async def test_a_change_of_the_code_sees_the_picture_and_stays_within_the_project(stage: Stage) -> None:
    await stage.compile(stage.manifest(Task="title"))
    head = (await stage.open()).refs["main"]

    async def edited(author: Seeing, job: str) -> CodeProposed:
        command = EditCode(**stage.envelope(job), commit=head, task="like this", attachments=(SCREEN,))
        messages = await stage.run(Codegen(stage.codegen._workshop, author, Shelf(SHELF)).edit, command)
        return next(message for message in messages if isinstance(message, CodeProposed))

    author = Seeing('Done.\n<changes>\n<file path="app/new.py">\nX = 1\n</file>\n</changes>')
    assert (await edited(author, "job-e")).changed
    assert author.asked[0].tier == "vision" and author.asked[0].looks[0].data == b"\x89PNG shown"
    blind = Seeing("I see none.", blind=True)
    assert not (await edited(blind, "job-f")).changed
    assert blind.asked[0].looks == () and "screen.png" not in blind.asked[0].turns[0]
    outside = Seeing(*['<changes>\n<file path="../x.py">\nX = 1\n</file>\n</changes>'] * 3)
    with pytest.raises(BarnraiseError, match="could not be placed"):
        await edited(outside, "job-g")
    destroying = await edited(Seeing('<changes>\n<delete path="app/tasks.py"/>\n</changes>'), "job-h")
    assert destroying.destroys == ("app/tasks.py",), "that waits for a person"

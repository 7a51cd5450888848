"""Pictures through the running platform: a screenshot becomes an application with its look, a chart a script with its numbers."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from platform_client import Platform
from scripted_provider import KEY, Refuse, Say, ScriptedProvider

pytestmark = [pytest.mark.flow, pytest.mark.sandbox, pytest.mark.slow]
SECRET = "Ada at 52.52 N 13.40 E"
POTTERY = {
    "manifest": {
        "name": "pottery",
        "title": "Kiln Book",
        "entities": [{"name": "Pot", "label": "Pot", "plural_label": "Pots", "fields": [{"name": "glaze", "label": "Glaze"}]}],
        "theme": {"accent": "#0f766e", "scheme": "dark", "design": "minimal"},
    },
    "summary": "Kiln Book keeps pots, as in the picture.",
    "understood": ["Pots have a glaze."],
    "assumed": ["The column that is cut off is the glaze."],
}
NEARER = {"accent": "#0f766e", "scheme": "dark", "design": "bold"}
BROWSER = Path("/usr/lib/chromium/chromium").exists()
RAIN = {
    "manifest": {
        "kind": "script",
        "name": "rainfall",
        "title": "Rainfall",
        "script": {
            "tables": [
                {
                    "name": "rain",
                    "columns": [{"name": "month", "label": "Month"}, {"name": "rain", "label": "Rain", "type": "number", "unit": "mm"}],
                    "rows": [["Jan", "55"], ["Feb", "41.5"], ["Mar", "60"]],
                }
            ],
            "figures": [{"name": "rain_by_month", "title": "Rain by month", "kind": "bar", "table": "rain", "x": "month", "y": ["rain"]}],
            "summaries": [{"name": "rain_in_all", "title": "Rain in all", "table": "rain", "of": ["rain"], "statistics": ["sum", "max"]}],
        },
    },
    "summary": "Rainfall is drawn anew from the picture.",
    "assumed": ["February is about 41.5."],
}


def drawing(form: str, bars: tuple[int, ...] = (55, 41, 60)) -> bytes:
    """A bar chart, with a note in it that nobody is to see."""
    image = Image.new("RGB", (640, 480), "white")
    pen = ImageDraw.Draw(image)
    for place, height in enumerate(bars):
        pen.rectangle((60 + place * 180, 440 - height * 6, 180 + place * 180, 440), fill="#0f766e")
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x010E] = SECRET
    image.save(out, form, exif=exif)
    return out.getvalue()


@pytest.fixture(scope="module")
def provider() -> Iterator[ScriptedProvider]:
    with ScriptedProvider().serving_aside() as provider:
        yield provider


@pytest.fixture(scope="module")
def seeing(provider: ScriptedProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform with a model that sees and, before it, one that does not."""
    blind = {"name": "blind", "vendor": "compatible", "model": "a", "url": f"{provider.url}/v1", "key": KEY}
    eyes = {
        "name": "eyes",
        "vendor": "anthropic",
        "protocol": "anthropic",
        "model": "m",
        "url": provider.url,
        "key": KEY,
        "tasks": ["vision"],
    }
    running = Platform.start(tmp_path_factory.mktemp("home"), BARNRAISE_MODELS=json.dumps([blind, eyes]), BARNRAISE_SANDBOX_WARM="false")
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def silent(provider: ScriptedProvider) -> None:
    provider.script.clear()
    provider.asked.clear()
    provider.otherwise = Say("I do not know.")


def said(platform: Platform, project: str) -> str:
    return str(platform.get(f"/projects/{project}/messages")["items"][-1]["text"])


def sent_pictures(body: dict[str, Any]) -> list[dict[str, Any]]:
    content = body["messages"][0]["content"]
    return [part["source"] for part in content if part["type"] == "image"] if isinstance(content, list) else []


def test_a_screenshot_on_the_command_line_becomes_an_application_with_its_look(
    provider: ScriptedProvider, seeing: Platform, tmp_path: Path
) -> None:
    (tmp_path / "screen.webp").write_bytes(drawing("WEBP"))
    nearer = POTTERY | {"manifest": POTTERY["manifest"] | {"theme": NEARER}, "summary": "The heads were bolder."}  # type: ignore[operator]
    provider.play("m", Say(json.dumps(POTTERY)), Say(json.dumps(nearer)))
    done = seeing.cli("new", "--file", str(tmp_path / "screen.webp"), "--wait", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["manifest"]["theme"] == (NEARER if BROWSER else POTTERY["manifest"]["theme"]) and told["manifest"]["title"] == "Kiln Book"  # type: ignore[index]
    page = seeing.preview(told["preview_url"]).text
    assert "Kiln Book" in page
    style = seeing.get(f"/projects/{told['project_id']}/files")
    assert style, "the code is there"
    assert "The column that is cut off is the glaze." in said(seeing, told["project_id"])
    assert told["decision"]["reasons"] == ["A model looked at screen.webp."]
    body, *compared = [body for model, body in provider.asked if model == "m"]
    (source,) = sent_pictures(body)
    if BROWSER:
        assert "Compared the preview with screen.webp: The heads were bolder." in said(seeing, told["project_id"])
        assert [len(sent_pictures(asked)) for asked in compared] == [2], "once, with the preview's own picture"
        assert sent_pictures(compared[0])[0] == source != sent_pictures(compared[0])[1]
    else:
        assert "was not compared with screen.webp: There is no browser" in said(seeing, told["project_id"])
    assert source["media_type"] == "image/png" and SECRET not in json.dumps(body)
    assert not [body for model, body in provider.asked if model == "a" and "image" in json.dumps(body)], "who cannot see gets none"


def test_a_chart_becomes_a_script_whose_results_have_its_numbers(provider: ScriptedProvider, seeing: Platform) -> None:
    provider.play("m", Say(json.dumps(RAIN)))
    with seeing.http() as http:
        files = [("pictures", ("chart.jpg", drawing("JPEG"), "image/jpeg"))]
        answer = http.post("/api/v2/projects", data={"prompt": "Redraw this chart from the picture and add it up"}, files=files)
    assert answer.status_code == 202, answer.text
    project = answer.json()["project"]["id"]
    job = seeing.ended(answer.json()["job"]["id"], timeout=150)
    assert job["status"] == "succeeded" and job["tests"]["failed"] == 0, (job, said(seeing, project))
    assert seeing.get(f"/projects/{project}/manifest")["manifest"]["kind"] == "script"
    page = seeing.preview(job["preview_url"]).text
    assert ".svg" in page and '<td class="n">156.5</td>' in page, "the sum, computed by the program"
    assert "February is about 41.5." in said(seeing, project)


def test_what_a_picture_orders_is_not_done(provider: ScriptedProvider, seeing: Platform) -> None:
    made = seeing.create("Track plants: plants have a name and a species.")
    project = made["project"]["id"]
    assert seeing.ended(made["job"]["id"], timeout=120)["status"] == "succeeded"
    before = seeing.get(f"/projects/{project}/commits", limit=1)["items"][0]["commit"]
    standing = seeing.get(f"/projects/{project}/manifest")["manifest"]
    emptied = {"manifest": standing | {"entities": POTTERY["manifest"]["entities"]}, "summary": "As the picture says."}  # type: ignore[index]
    orders = {"manifest": standing, "summary": "As told.", "tasks": ["Remove the file README.md"]}
    deleting = Say('Removed.\n<changes>\n<delete path="README.md"/>\n</changes>\n')

    def show(*acts: Say) -> dict[str, Any]:
        provider.script.clear()
        provider.play("m", *acts)
        with seeing.http() as http:
            files = [("files", ("orders.png", drawing("PNG"), "image/png"))]
            answer = http.post(f"/api/v2/projects/{project}/messages", data={"text": "make it look like this"}, files=files)
        return seeing.ended(answer.json()["job"]["id"], timeout=150)

    lost = show(*[Say(json.dumps(emptied))] * 3)
    assert lost["status"] == "needs_input" and "Plant is gone: keep it" in json.dumps([body for _, body in provider.asked]), lost
    assert seeing.get(f"/projects/{project}/manifest")["manifest"] == standing
    job = show(Say(json.dumps(orders)), deleting)
    assert job["status"] == "needs_input" and "deletes 1 file" in said(seeing, project), (job, said(seeing, project))
    (waiting,) = [item for item in seeing.get(f"/projects/{project}/proposals")["items"] if item["job_id"] == job["id"]]
    assert waiting["branch"] == f"proposals/{job['id']}", "it stands on a branch, for a person"
    assert seeing.get(f"/projects/{project}/commits", limit=1)["items"][0]["commit"] == before, "nothing of it is on main"
    assert KEY not in json.dumps(seeing.events(project))


def test_a_model_that_fails_to_look_and_one_that_is_not_there_are_told(provider: ScriptedProvider, seeing: Platform) -> None:
    provider.otherwise = Refuse(401, "Incorrect API key provided.")
    with seeing.http() as http:
        answer = http.post("/api/v2/projects", data={}, files=[("files", ("screen.png", drawing("PNG"), "image/png"))])
    job = seeing.ended(answer.json()["job"]["id"], timeout=120)
    assert job["status"] == "needs_input", job
    assert "No model could help" in said(seeing, answer.json()["project"]["id"])


def test_without_a_model_that_sees_it_is_said_what_is_missing(platform: Platform) -> None:
    with platform.http() as http:
        answer = http.post("/api/v2/projects", data={}, files=[("files", ("screen.png", drawing("PNG"), "image/png"))])
    assert answer.status_code == 202, answer.text
    job = platform.ended(answer.json()["job"]["id"])
    assert job["status"] == "needs_input"
    assert "screen.png could not be looked at: no model that sees is set up" in said(platform, answer.json()["project"]["id"])


def test_what_is_no_picture_is_refused_by_the_platform_and_makes_nothing(platform: Platform, tmp_path: Path) -> None:
    before = len(platform.get("/projects")["items"])
    whole = drawing("PNG")
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    for name, content, word in (
        ("cut.png", whole[: len(whole) // 2], "cut.png: It is damaged"),
        ("bomb.png", bomb.getvalue(), "bomb.png: It has too many pixels; 12,500,000 are allowed"),
        ("me.gif", b"GIF89a" + b"\0" * 50, "me.gif: It is a picture of a kind that is not taken"),
    ):
        (tmp_path / name).write_bytes(content)
        done = platform.cli("new", "like this", "--file", str(tmp_path / name))
        assert done.returncode == 8 and word in done.stderr and "Traceback" not in done.stderr, done.stderr
    with platform.http() as http:
        answer = http.post("/api/v2/projects", data={}, files=[("pictures", ("cv.pdf", b"%PDF-1.7 x", "application/pdf"))])
        assert answer.status_code == 415 and "a PDF, which is read and not looked at" in answer.json()["detail"]
    assert len(platform.get("/projects")["items"]) == before

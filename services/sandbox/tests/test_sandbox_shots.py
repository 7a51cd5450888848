"""Pictures of projects' pages, taken in real sandboxes by the machine's own browser."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sandbox_doubles import FakeDriver

from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.contracts.documents import Picture
from barnraise.contracts.manifest import Manifest
from barnraise.sandbox.adapters.inside import barnraise_pictures
from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.adapters.memory import MemoryCode
from barnraise.sandbox.service.documents import DocumentReader
from barnraise.sandbox.service.pool import Pool, spec_for
from barnraise.sandbox.service.provisioning import Provisioner
from barnraise.sandbox.service.shooting import NoPicture, Photographer

pytestmark = [pytest.mark.sandbox, pytest.mark.drivers("local")]
COMMIT = "a" * 40
PAGE = b"""<!doctype html><body style="margin:0;background:#bf0000"><script>
document.body.style.background = "#0f766e"
fetch("http://203.0.113.1/").then(() => { document.body.style.background = "#bf0000" }, () => {})
</script>"""
browser = pytest.mark.skipif(not Path("/usr/lib/chromium/chromium").exists(), reason="there is no Chromium here")


class Shelf(dict[str, bytes]):
    """Files in memory."""

    async def get(self, key: str) -> bytes:  # ty: ignore[invalid-method-override]
        return self[key]

    async def put(self, key: str, data: bytes) -> None:
        self[key] = data

    async def delete(self, key: str) -> None:
        self.pop(key, None)


@pytest.fixture
def shoot(driver: LocalDriver) -> Callable:
    async def shooting(files: dict[str, bytes], size: tuple[int, int] = (640, 480)) -> tuple[Picture, Image.Image]:
        return await taken(driver, files, size)

    return shooting


async def taken(driver: Any, files: dict[str, bytes], size: tuple[int, int] = (640, 480)) -> tuple[Picture, Image.Image]:
    code, shelf = MemoryCode(), Shelf()
    code.put("p1", COMMIT, files)
    reader = DocumentReader(Pool(driver, lambda: spec_for("document"), spare=0), shelf)
    picture = await Photographer(driver, code, Provisioner(None), shelf, reader).take("p1", COMMIT, size)
    assert list(shelf) == [picture.key] and picture.key.startswith("pictures/p1/"), "only what was drawn anew is kept"
    return picture, Image.open(io.BytesIO(shelf[picture.key]))


def close_to(pixel: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 12 for one, other in zip(pixel, wanted, strict=True))


@browser
async def test_a_page_is_seen_as_a_visitor_sees_it_and_reaches_nobody(shoot) -> None:
    picture, seen = await shoot({"index.html": PAGE})
    assert (picture.width, picture.height, picture.media_type) == (640, 480, "image/png")
    assert close_to(seen.convert("RGB").getpixel((320, 400)), (0x0F, 0x76, 0x6E)), "its scripts run, and the network is not there"


@browser
async def test_an_application_is_seen_with_its_accent(shoot) -> None:
    task = {"name": "Task", "label": "Task", "plural_label": "Tasks", "fields": [{"name": "title", "label": "Title"}]}
    wanted = {"name": "todo", "title": "Todo", "entities": [task], "theme": {"accent": "#d0006f", "scheme": "light"}}
    _, seen = await shoot(dict(compile_manifest(Manifest.model_validate(wanted))), (1280, 800))
    colors = seen.convert("RGB").getcolors(1 << 24) or []
    assert any(close_to(color, (0xD0, 0x00, 0x6F)) for count, color in colors if count > 50), "the page has come up, in its colour"


async def test_what_has_no_page_is_not_looked_at(shoot) -> None:
    with pytest.raises(NoPicture, match="no page"):
        await shoot({"README.md": b"x"})


READY = {"ready": True, "browser": True}
TINY = {"content": "aGVsbG8="}


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ([{"ready": True, "browser": False}], "no browser"),
        ([READY, {"problem": "unseen"}], "could not be looked at"),
        ([READY, {"content": "no base64!"}], "could not be looked at"),
        ([READY, {"content": ""}], "could not be looked at"),
        ([READY, {"content": 7}], "could not be looked at"),
        ([READY, None], "could not be looked at"),
    ],
)
async def test_why_there_is_no_picture_is_said(script: list[Any], why: str) -> None:
    with pytest.raises(NoPicture, match=why):
        await taken(FakeDriver(script), {"index.html": PAGE})


def test_it_is_drawn_anew_like_any_other() -> None:
    assert barnraise_pictures.answer(b"hello", "image/png") == {"problem": "broken"}

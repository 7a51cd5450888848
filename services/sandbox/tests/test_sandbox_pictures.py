"""Pictures in real sandboxes: what is drawn anew, what stays behind, and what becomes of those that bite."""

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image, PngImagePlugin

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.documents import MAX_EDGE, MAX_PICTURE, Picture
from barnraise.sandbox.adapters.inside import barnraise_pictures
from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.domain.pictures import drawn
from barnraise.sandbox.service import documents
from barnraise.sandbox.service.documents import DocumentReader
from barnraise.sandbox.service.pool import Pool, spec_for

pytestmark = [pytest.mark.sandbox, pytest.mark.drivers("local")]
KEPT = "pictures/p1/abcdefgh"
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
SECRET = b"Ada at 52.52 N 13.40 E"


class Shelf(dict[str, bytes]):
    """Files in memory."""

    async def get(self, key: str) -> bytes:  # ty: ignore[invalid-method-override]
        return self[key]

    async def put(self, key: str, data: bytes) -> None:
        self[key] = data


@pytest.fixture
def draw(driver: LocalDriver) -> Callable:
    async def drawing(content: bytes, media_type: str = "image/png") -> tuple[Picture, Image.Image, bytes]:
        shelf = Shelf(it=content)
        picture = await DocumentReader(Pool(driver, lambda: spec_for("document"), spare=0), shelf).draw("it", media_type, KEPT)
        return picture, Image.open(io.BytesIO(shelf[KEPT])), shelf[KEPT]

    return drawing


async def refusal(draw: Callable, content: bytes, media_type: str = "image/png", code: str = "picture_unreadable") -> str:
    with pytest.raises(BarnraiseError) as raised:
        await draw(content, media_type)
    assert raised.value.problem.code == code
    return raised.value.problem.detail


def made(form: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", color: object = "#bf0000", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, color).save(out, form, **options)  # type: ignore[arg-type]
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def claiming(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG that says that it is so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


# what is drawn


@pytest.mark.parametrize("form", TYPES)
async def test_each_kind_is_drawn_anew_as_png(draw, form: str) -> None:
    picture, seen, content = await draw(made(form), TYPES[form])
    assert (picture.key, picture.media_type, picture.width, picture.height, picture.size) == (KEPT, "image/png", 60, 40, len(content))
    red, green, blue = seen.convert("RGB").getpixel((30, 20))
    assert abs(red - 0xBF) < 4 and green < 4 and blue < 4


async def test_nothing_of_the_file_is_left_but_its_pixels(draw) -> None:
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode())
    notes.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    for content, media_type in (
        (made("JPEG", exif=exif, icc_profile=SECRET, comment=SECRET), "image/jpeg"),
        (made("PNG", exif=exif, pnginfo=notes, icc_profile=SECRET) + b"PK\x03\x04" + SECRET, "image/png"),
        (made("WEBP", exif=exif, xmp=SECRET), "image/webp"),
    ):
        assert SECRET in content or zlib.compress(SECRET) in content
        _, seen, kept = await draw(content, media_type)
        assert SECRET not in kept and b"PK\x03\x04" not in kept
        assert not seen.getexif() and not ({"icc_profile", "xmp", "Comment", "exif"} & seen.info.keys())


async def test_a_photo_is_the_right_way_up(draw) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by a quarter
    picture, _, _ = await draw(made("JPEG", (60, 40), exif=exif), "image/jpeg")
    assert (picture.width, picture.height) == (40, 60)


@pytest.mark.parametrize(
    ("mode", "color", "expected"),
    [("RGBA", (0, 0, 0, 0), 255), ("L", 200, 200), ("P", 7, None), ("I;16", 200 << 8, 200), ("1", 1, 255), ("LA", (0, 0), 255)],
)
async def test_whatever_its_colours_are_kept_as_it_looks(draw, mode: str, color: object, expected: int | None) -> None:
    _, seen, _ = await draw(made(mode=mode, color=color))
    level = seen.convert("L").getpixel((5, 5))
    assert expected is None or abs(level - expected) < 3


async def test_what_is_too_large_to_be_looked_at_is_made_smaller(draw) -> None:
    picture, seen, content = await draw(made("JPEG", (4000, 3000)), "image/jpeg")
    assert (picture.width, picture.height) == seen.size == (MAX_EDGE, 1176)
    noise = io.BytesIO()
    Image.merge("RGB", [Image.effect_noise((1100, 1100), 90)] * 2 + [Image.effect_noise((1100, 1100), 60)]).save(noise, "PNG")
    assert noise.tell() > MAX_PICTURE - 200_000
    picture, seen, content = await draw(noise.getvalue())
    assert len(content) == picture.size <= MAX_PICTURE


@pytest.mark.parametrize(("form", "mode"), [("PNG", "RGBA"), ("WEBP", "RGBA"), ("PNG", "P"), ("PNG", "I;16")])
async def test_the_largest_that_is_allowed_fits_into_the_sandbox(draw, form: str, mode: str) -> None:
    color = (10, 20, 30, 128) if mode == "RGBA" else 7
    picture, _, _ = await draw(made(form, (4000, 3125), mode, color), TYPES[form])
    assert (picture.width, picture.height) == (MAX_EDGE, 1225)


# what bites


@pytest.mark.parametrize("size", [(20_000, 20_000), (4_001, 3_125), (2_000_000_000, 2_000_000_000)])
async def test_a_bomb_of_pixels_is_too_large(draw, size: tuple[int, int]) -> None:
    detail = await refusal(draw, claiming(*size, data=b"\0" * 1000), code="too_large")
    assert f"{size[0] * size[1]:,} pixels; 12,500,000 are allowed" in detail or "too many pixels" in detail


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.97])
@pytest.mark.parametrize("form", TYPES)
async def test_a_truncated_one_is_refused(draw, form: str, share: float) -> None:
    out = io.BytesIO()
    Image.effect_noise((200, 200), 80).convert("RGB").save(out, form)
    whole = out.getvalue()
    assert "damaged" in await refusal(draw, whole[: int(len(whole) * share)], TYPES[form])


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\x89PNG\r\n\x1a\n<html><script>alert(1)</script>", "image/png"),
        (made("JPEG"), "image/png"),
        (b"\xff\xd8\xff" + b"\x01" * 5000, "image/jpeg"),
        (made("GIF"), "image/webp"),
        (claiming(64, 64, b"\0" * 10), "image/png"),
        (made()[:40] + b"\xff" + made()[41:], "image/png"),
    ],
    ids=["head", "html", "other-kind", "junk", "gif", "too-few-pixels", "flipped"],
)
async def test_what_is_no_picture_is_refused(draw, content: bytes, media_type: str) -> None:
    await refusal(draw, content, media_type)


async def test_what_nobody_can_see_is_refused(draw) -> None:
    assert "less than 16 pixels" in await refusal(draw, made(size=(3, 400)))


async def test_a_compressed_note_of_gigabytes_is_stopped(draw) -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"a" * (1 << 20)) for _ in range(400)) + packer.flush()
    whole = made()
    await refusal(draw, whole[:33] + chunk(b"zTXt", b"Comment\0\0" + packed) + whole[33:])


# what a sandbox says is believed in nothing


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"media_type": "image/svg+xml"},
        {"content": "not base64!"},
        {"content": "PHNjcmlwdD4="},
        {"width": 61},
        {"width": MAX_EDGE + 1},
        {"height": "40; drop"},
        {"media_type": "image/jpeg"},
    ],
)
def test_what_a_sandbox_sends_has_to_be_what_it_says(said: dict) -> None:
    honest = barnraise_pictures.answer(made(), "image/png")
    assert drawn(honest, KEPT)
    assert drawn(honest | said if said else {}, KEPT) is None


def test_both_sides_know_the_same_limits() -> None:
    inside = (barnraise_pictures.MOST_PIXELS, barnraise_pictures.LEAST, barnraise_pictures.MOST_BYTES, barnraise_pictures.EDGE)
    assert inside == (documents.MOST_PIXELS, documents.LEAST, MAX_PICTURE, MAX_EDGE)

"""Draws a picture anew from its pixels: whatever else the file has (places, names, profiles, what stands behind its end) stays behind."""

import base64
import io
import warnings

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
MOST_PIXELS = 12_500_000
MOST_BYTES = 3 << 20
EDGE = 1568
LEAST = 16
_QUALITIES = (90, 75, 50, 30)
_ORIENTATION = 0x0112


def answer(content: bytes, media_type: str) -> dict:
    """``{"media_type", "width", "height", "content"}``, or ``{"problem"}``: broken, tiny, or bomb with its ``pixels``."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(content), formats=[FORMATS[media_type]]) as head:
            width, height = head.size
            if width * height > MOST_PIXELS:
                return {"problem": "bomb", "pixels": width * height}
            if min(width, height) < LEAST:
                return {"problem": "tiny"}
            head.verify()
        with Image.open(io.BytesIO(content), formats=[FORMATS[media_type]]) as whole:
            return _encoded(_drawn(whole))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"problem": "bomb", "pixels": None}
    except MemoryError:
        raise
    except Exception:  # whatever a decoder stumbles over is the picture's fault
        return {"problem": "broken"}


def _drawn(whole):
    """Its first frame, the right way up, small enough, on white where it is transparent.

    It is made smaller before anything else is done with it, where its colours allow that: then it is in memory once.
    """
    from PIL import Image, ImageOps

    seen = whole
    if whole.mode in ("1", "P", "PA"):
        seen = whole.convert("RGBA" if "transparency" in whole.info or whole.mode == "PA" else "RGB")
    seen.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    seen.load()
    if seen.mode.startswith("I"):  # 16 bits a pixel: converting alone would make it white
        seen = seen.convert("I").point(lambda value: value / 256).convert("L")
    if whole.getexif().get(_ORIENTATION, 1) != 1:
        seen = ImageOps.exif_transpose(seen)
    clear = "A" in seen.mode or "a" in seen.mode or "transparency" in seen.info
    seen = seen.convert("RGBA" if clear else "RGB")
    fresh = Image.new("RGB", seen.size, "white")
    fresh.paste(seen, mask=seen if clear else None)
    return fresh


def _encoded(fresh) -> dict:
    """As PNG, or as JPEG when that is too large."""
    for media_type, options in (("image/png", {}), *(("image/jpeg", {"quality": quality}) for quality in _QUALITIES)):
        out = io.BytesIO()
        fresh.save(out, FORMATS[media_type], **options)
        if out.tell() <= MOST_BYTES:
            content = base64.b64encode(out.getvalue()).decode()
            return {"media_type": media_type, "width": fresh.width, "height": fresh.height, "content": content}
    return {"problem": "broken"}

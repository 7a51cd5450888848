"""Pictures that are drawn here: the sign in a browser's tab, the card of a link, and stand-ins for photographs."""

import io
from html import escape

from PIL import Image, ImageDraw, ImageFont

_CARD = (1200, 630)
_MARGIN = 90


def favicon(title: str, accent: str, on_accent: str) -> bytes:
    """The first letter on the accent."""
    letter = next((char for char in title if char.isalnum()), "•").upper()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="14" fill="{accent}"/>'
        f'<text x="32" y="45" font-family="system-ui, sans-serif" font-size="38" font-weight="700" text-anchor="middle" fill="{on_accent}">'
        f"{escape(letter)}</text></svg>\n"
    ).encode()


def placeholder(number: int, accent: str) -> bytes:
    """A quiet drawing of hills in shades of the accent, each a little different."""
    heights = [180 + (number * 53 + at * 97) % 140 for at in range(7)]
    hills = [_hill([height + shift for height in heights[shift // 60 :] + heights[: shift // 60]]) for shift in (0, 60, 120)]
    drawn = "".join(f'<path d="{hill}" fill="{accent}" opacity="{0.25 + 0.2 * at:.2f}"/>' for at, hill in enumerate(hills))
    sun = f'<circle cx="{120 + (number * 137) % 400}" cy="110" r="46" fill="{accent}" opacity="0.35"/>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480" width="640" height="480">'
        f'<rect width="640" height="480" fill="#f4f4f5"/>{sun}{drawn}</svg>\n'
    ).encode()


def card(title: str, tagline: str, accent: str, on_accent: str) -> bytes:
    """What social networks show of a link: a PNG of 1200 by 630 with the title and the tagline."""
    image = Image.new("RGB", _CARD, accent)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, _CARD[1] - 24, _CARD[0], _CARD[1]), fill=on_accent)
    y = 190.0
    for words, size, most in ((title, 84, 2), (tagline, 40, 3)):
        font = ImageFont.load_default(size)
        for line in _wrapped(draw, words, font)[:most]:
            draw.text((_MARGIN, y), line, font=font, fill=on_accent)
            y += size * 1.25
        y += 24
    file = io.BytesIO()
    image.quantize(32).save(file, "PNG", optimize=True)
    return file.getvalue()


def _hill(heights: list[int]) -> str:
    tops = " ".join(f"L{round(at * 640 / (len(heights) - 1))} {height}" for at, height in enumerate(heights))
    return f"M0 480 {tops} L640 480 Z"


def _wrapped(draw: ImageDraw.ImageDraw, words: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> list[str]:
    """Lines that fit the card; what the font cannot draw is left out, a word that is too long is cut."""
    lines: list[str] = []
    line = ""
    for word in words.encode("latin-1", "ignore").decode("latin-1").split()[:60]:
        longer = f"{line} {word[:40]}".strip()
        if line and draw.textlength(longer, font) > _CARD[0] - 2 * _MARGIN:
            lines.append(line)
            line = word[:40]
        else:
            line = longer
    return [*lines, line] if line else lines

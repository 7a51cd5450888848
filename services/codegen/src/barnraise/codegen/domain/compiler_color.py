"""Readable shades of an accent colour (WCAG 2.2, contrast of 4.5 to 1 for text)."""

from functools import lru_cache

_WHITE = "#ffffff"
_PAPER, _NIGHT = "#f4f4f5", "#27272a"
"""The darkest of the light grounds that text stands on, and the lightest of the dark ones."""


def on(background: str) -> str:
    """Black or white, whichever reads better on the background."""
    return max((_WHITE, "#09090b"), key=lambda color: _contrast(color, background))


@lru_cache(100)
def ink(accent: str, *, dark: bool) -> str:
    """The accent, moved just far enough towards black (or white) to be text on a light (or dark) page."""
    paper, end = (_NIGHT, _WHITE) if dark else (_PAPER, "#000000")
    for step in range(21):
        shade = _mix(accent, end, step / 20)
        if _contrast(shade, paper) >= 4.6:
            return shade
    return end


def _channels(color: str) -> list[int]:
    return [int(color[at : at + 2], 16) for at in (1, 3, 5)]


def _mix(first: str, second: str, part: float) -> str:
    mixed = (round(a + (b - a) * part) for a, b in zip(_channels(first), _channels(second), strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _luminance(color: str) -> float:
    shares = [value / 255 for value in _channels(color)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(first: str, second: str) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)

"""Input series of rule tests, told as segments of minutes: no traffic, too little, too much, and clean again."""

from collections.abc import Sequence

Segment = tuple[int, float | None]
"""Minutes, and what holds in them: a counter's growth in a minute, or a gauge's value; None: the series is not there."""


def counter(segments: Sequence[Segment], *, step: int = 1) -> str:
    """Values of a counter at every ``step`` minutes."""
    total, parts = 0.0, []
    for minutes, growth in segments:
        samples = minutes // step
        if growth is None:
            parts.append(f"_x{samples}")
            continue
        parts.append(f"{_text(total)}+{_text(growth * step)}x{samples - 1}")
        total += growth * step * samples
    return " ".join(parts)


def gauge(segments: Sequence[Segment], *, step: int = 1) -> str:
    return " ".join(f"_x{minutes // step}" if value is None else f"{_text(value)}+0x{minutes // step - 1}" for minutes, value in segments)


def _text(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".") or "0"

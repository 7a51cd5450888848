"""Numbers as people write them."""

import math
import re

NUMBER = r"[-+\u2212]?(?:\d{1,3}(?:[,\u2009' ]\d{3}){1,4}(?!\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d{1,3})?"
AMOUNT = rf"[$€£¥]?\s?{NUMBER}(?:\s?(?:%|[kKmM](?![A-Za-z])|bn\b|€))?"
_AMOUNT = re.compile(
    rf"^\s*(?P<before>[$€£¥])?\s?(?P<number>{NUMBER})\s?(?P<after>%|[kKmM](?![A-Za-z])|bn\b|€|[^\W\d_°]{{0,6}}°?[CF]?)?\s*$"
)
_DECIMAL_COMMA = re.compile(r"^\s*[-+]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,6}\s*$")
_LONGEST = 40
_TIMES = {"k": 1e3, "m": 1e6, "bn": 1e9}


def number_of(cell: str, *, comma: bool = False) -> tuple[str, str] | None:
    """A cell as a plain decimal number and its unit; None when it is none. ``comma``: a comma may stand for the decimal point."""
    if comma and _DECIMAL_COMMA.match(cell):
        cell = cell.replace(".", "").replace(",", ".")
    match = _AMOUNT.match(cell)
    if not match or len(match["number"]) > _LONGEST or not math.isfinite(float(_bare(match["number"]))):
        return None
    plain = _bare(match["number"])
    after = (match["after"] or "").strip()
    if times := _TIMES.get(after.lower()):
        return _plain(float(plain) * times), match["before"] or ""
    return plain, match["before"] or after


def _bare(number: str) -> str:
    return re.sub(r"[,\u2009' ]", "", number).replace("\u2212", "-").lstrip("+")


def _plain(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else repr(value)

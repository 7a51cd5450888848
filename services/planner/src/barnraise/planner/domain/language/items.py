"""Lists of things: how they are split, and what one item says about a field."""

import re
from dataclasses import dataclass, field

from barnraise.contracts.manifest import Field
from barnraise.contracts.names import safe_entity_name, safe_field_name
from barnraise.planner.domain.language.lexicon import ARTICLES, TYPES
from barnraise.planner.domain.language.nouns import singular

_ENUM_OF = re.compile(r"\b(?:of|is|being|one of|either|can be|:)\s+((?:[\w-]+(?:,\s*(?:or\s+)?|\s+or\s+|\s*/\s*))+[\w-]+)", re.IGNORECASE)
_SLASHES = re.compile(r"\b([\w-]+(?:\s?/\s?[\w-]+)+)\s*$")
_RANGE = re.compile(r"\b(?:from|between)\s+(\d{1,9})\s*(?:to|and|-|–)\s*(\d{1,9})\b", re.IGNORECASE)
_FLAG = re.compile(r"\b(flag|yes/no|checkbox|true/false|toggle)\b", re.IGNORECASE)
_NOISE = re.compile(
    r"\b(field|fields|attribute|column|optional|optionally|required|mandatory|unique|flag|checkbox|toggle)\b", re.IGNORECASE
)
_MARKDOWN = re.compile(r"\b(?:in|as)?\s*markdown\b", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """A noun phrase of a list: its words, its enumeration if it has one, and the text that it came from."""

    words: tuple[str, ...]
    values: tuple[str, ...] = ()
    text: str = ""
    plural: bool = False
    notes: list[str] = field(default_factory=list, compare=False)


def is_plural(word: str) -> bool:
    return singular(word) != word


def split_list(text: str) -> list[str]:
    """Cut at commas, semicolons, "and" and "plus", but not within parentheses or an enumeration such as "of low, medium or high"."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\x00{len(kept) - 1}\x00"

    text = re.sub(r"\([^()]*\)", keep, text)
    text = _ENUM_OF.sub(lambda match: keep(match) if re.search(r"\bor\b|/", match[1]) else match[0], text)
    text = _RANGE.sub(keep, text)
    parts = re.split(r"\s*(?:[,;]|\band\b|\bplus\b|\bas well as\b|&)\s*", text)
    restore = lambda part: re.sub(r"\x00(\d+)\x00", lambda m: restore(kept[int(m[1])]), part)  # noqa: E731
    return [restore(part).strip() for part in parts if part.strip(" .:-\x00") or "\x00" in part]


def read_item(text: str) -> Item | None:
    """The noun phrase in a piece of a list; None when there is none."""
    values: tuple[str, ...] = ()
    rest = text.strip(" .:;\"'“”‘’")
    if match := re.search(r"\(([^()]*)\)", rest):
        inner, rest = match[1], (rest[: match.start()] + rest[match.end() :]).strip()
        values = _values(inner)
    elif match := _ENUM_OF.search(rest):
        values, rest = _values(match[1]), rest[: match.start()].strip()
    elif match := _SLASHES.search(rest):
        values = _values(match[1])
        if set(values) in ({"yes", "no"}, {"true", "false"}):
            values = ()
        rest = rest[: match.start()].strip()
    cleaned = _RANGE.sub(" ", _MARKDOWN.sub(" ", _NOISE.sub(" ", rest)))
    words = [word for word in re.findall(r"[a-z0-9]+", _ascii(cleaned)) if word not in ARTICLES]
    while words and words[0] in _LEADING:
        words.pop(0)
    if not words or len(words) > 5 or not any(word[0].isalpha() for word in words):
        return None
    return Item(tuple(words), values if len(values) > 1 else (), text, is_plural(words[-1]))


def to_field(item: Item) -> Field:
    """The field that an item describes; its type comes from its words."""
    name = safe_field_name("_".join(item.words))
    label = " ".join(item.words).capitalize()
    kind, extra = _kind(item, name)
    optional = re.search(r"\b(optional|optionally)\b", item.text, re.IGNORECASE) is not None
    required = kind not in ("bool", "text", "markdown", "file", "json") and not optional
    unique = re.search(r"\bunique\b", item.text, re.IGNORECASE) is not None or name == "slug"
    important = name in ("name", "title") or re.search(r"\b(required|mandatory)\b", item.text, re.IGNORECASE)
    return Field(
        name=name, label=label, type=kind, required=bool(important) or (required and kind in ("string", "enum")), unique=unique, **extra
    )


def entity_name(words: tuple[str, ...]) -> str:
    """``("order", "lines")`` -> ``OrderLine``."""
    return safe_entity_name(" ".join((*words[:-1], singular(words[-1]))))


def _kind(item: Item, name: str) -> tuple:
    if item.values:
        return "enum", {"values": item.values, "default": None}
    if match := _RANGE.search(item.text):
        low, high = sorted((int(match[1]), int(match[2])))
        return "int", {"min": low, "max": high}
    if _FLAG.search(item.text):
        return "bool", {"default": False}
    if _MARKDOWN.search(item.text):
        return "markdown", {}
    for pattern, kind in TYPES:
        if pattern.search(name):
            extra = {"int": {"min": 0}, "decimal": {"min": 0}, "bool": {"default": False}}.get(kind, {})
            return kind, {} if name.startswith(("balance", "year")) else extra
    return "string", {}


def _values(text: str) -> tuple[str, ...]:
    """Enumeration values, as identifiers, in order and once each."""
    found: list[str] = []
    for part in re.split(r"\s*(?:,|/|\bor\b|\band\b|\|)\s*", text):
        words = re.findall(r"[a-z0-9]+", _ascii(part))
        name = "_".join(words)[:40].strip("_")
        if name and not name[0].isalpha():
            name = f"v{name}"
        if name and name not in found:
            found.append(name)
    return tuple(found)


def _ascii(text: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()


_LEADING = frozenset("also then with have has of for own many several multiple various optional list lists new simple that which".split())

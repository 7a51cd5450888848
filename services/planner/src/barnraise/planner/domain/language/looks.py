"""How an application or a site looks, as far as a text says it: an accent colour, a scheme, and a design."""

import re
from typing import Literal

from barnraise.contracts.manifest import Theme
from barnraise.contracts.sites import Design

COLOURS = {
    "red": "#dc2626", "dark red": "#991b1b", "crimson": "#be123c", "orange": "#ea580c", "dark orange": "#c2410c", "amber": "#d97706",
    "yellow": "#ca8a04", "gold": "#b45309", "green": "#16a34a", "light green": "#22c55e", "dark green": "#166534", "lime": "#65a30d",
    "teal": "#0d9488", "turquoise": "#0d9488", "cyan": "#0891b2", "blue": "#2563eb", "light blue": "#0284c7", "sky blue": "#0284c7",
    "dark blue": "#1e3a8a", "navy": "#1e3a8a", "navy blue": "#1e3a8a", "indigo": "#4f46e5", "purple": "#7c3aed", "dark purple": "#5b21b6",
    "violet": "#7c3aed", "pink": "#db2777", "hot pink": "#db2777", "magenta": "#c026d3", "brown": "#92400e", "grey": "#4b5563",
    "gray": "#4b5563", "black": "#111827", "forest green": "#166534", "emerald": "#047857", "olive": "#4d7c0f", "maroon": "#7f1d1d",
    "burgundy": "#881337", "coral": "#e11d48", "lavender": "#7c3aed", "chocolate": "#78350f",
}  # fmt: skip
_I = re.IGNORECASE
_NAMES = "|".join(sorted(COLOURS, key=len, reverse=True))
_NAME = re.compile(rf"\b(?:{_NAMES})\b", _I)
_COLOURED = re.compile(
    rf"\b({_NAMES})(?:(?:,| and|,? with|/) [a-z]{{3,10}}){{0,2}}"
    r" (?:theme|look|design|accents?|style|colou?rs?|buttons|palette|portfolio|(?:web ?)?site|home ?page)\b"
    rf"|\b(?:theme|accent|make it|paint it|styled?|design|look)(?: colou?r)?(?: is| in| to|:)? ({_NAMES})\b",
    _I,
)
_RECOLOURED = re.compile(
    r"\b(?:it|everything|app|application|page|site|background|buttons|bars?|columns|points|dots|slices|chart|curve|graph)"
    rf"(?: (?:in|to|be|more|all)){{0,2}} ({_NAMES})\b",
    _I,
)
_HEX = re.compile(r"#([0-9a-f]{6})\b", _I)
_HEX_IS_ACCENT = re.compile(r"\b(?:accent|theme|brand|primary|it)\b", _I)
_DARK = re.compile(r"\bdark[- ](?:mode|theme|scheme)\b", _I)
_SCHEME = re.compile(r"\b(dark|light)\b", _I)
_OFF = re.compile(r"^(?:remove|disable|no|turn off|switch off|get rid of|drop)\b", _I)
_CHANGES = re.compile(r"^(?:make|use|change|switch|set|paint|turn|give|style|apply|let|enable)\b|\b(?:mode|theme|accent|look)$", _I)
_LOOKS = re.compile(r"\b(?:it|theme|mode|app|look|design|background|page|colou?rs?|everything|accent|style|application|scheme)\b", _I)
_LONGEST = 120
_DESIGNS: dict[Design, str] = {
    "playful": r"playful|fun|cheerful|colou?rful|child-?friendly|friendly|cute|for (?:kids|children)|whimsical|verspielte?s?|bunt|ludique",
    "minimal": r"minimal(?:ist(?:ic)?|istisch)?e?s?|clean|simple|plain|understated|reduced|schlicht(?:e[ms]?)?|sobre|dépouillé",
    "bold": r"bold|striking|loud|brutalist|edgy|big type|strong|energetic|kräftig(?:e?s?)|auffällig(?:e?s?)",
    "classic": r"classic(?:al)?|elegant(?:e?s?)|traditional|vintage|rustic|old-?fashioned|timeless|serif|literary|luxur(?:y|ious)|serious"
    r"|formal|academic|klassisch(?:e?s?)|seriös(?:e?s?)|élégante?|classique",
    "modern": r"modern(?:e?s?)|sleek|contemporary|professional|fresh|corporate|techy?",
}
_DESIGNED = {design: re.compile(rf"\b(?:{words})\b", _I) for design, words in _DESIGNS.items()}
_LOOK = re.compile(
    r"\b(?:look(?:s|ing)?(?: and feel)?|theme|design|style|styling|feel|ui|user interface|interface|aesthetics?|appearance|layout|aussehen"
    r"|thème|(?:make|keep|want|have) (?:it|everything|the (?:app|page|pages|application)))\b",
    _I,
)
"""Where a text speaks of the look: elsewhere "simple" and "clean" are about other things."""
_BEFORE = re.compile(r"(?:[\w-]+,? ){1,4}$")
_AFTER = re.compile(r"(?:[:,]? [\w-]+){1,4}")


def theme_of(text: str) -> Theme:
    """The look that a description asks for."""
    design = _design(text) or "modern"
    return Theme(accent=_accent(text) or Theme().accent, scheme="dark" if _DARK.search(text) else "auto", design=design)


def design_of(text: str) -> Design | None:
    """The design that a text about looks asks for: the first that it names."""
    found = [(match.start(), design) for design, words in _DESIGNED.items() if (match := words.search(text))]
    return min(found)[1] if found else None


def changed_theme(now: Theme, said: str) -> tuple[Theme, str] | None:
    """The look that a message asks for instead, and what that changes, in words; None when the message is not about the look."""
    if len(said) > _LONGEST or not _CHANGES.search(said):
        return None
    again = _RECOLOURED.search(said)
    accent = COLOURS[again[1].lower()] if again else _accent(said)
    scheme = _scheme(said) if _LOOKS.search(said) else None
    design = _design(said)
    told = [f"makes the accent colour {_called(said, accent)}"] if accent else []
    told += [f"uses the {scheme} colours"] if scheme else []
    told += [f"gives it the {design} design"] if design else []
    if not told:
        return None
    return Theme(accent=accent or now.accent, scheme=scheme or now.scheme, design=design or now.design), " and ".join(told)


def _design(text: str) -> Design | None:
    for word in _LOOK.finditer(text):
        around = (_BEFORE.search(text[: word.start()][-80:]), _AFTER.match(text, word.end()))
        design = next((design for part in around if part and (design := design_of(part[0]))), None)
        if design:
            return design
    return None


def _accent(text: str) -> str | None:
    if match := _COLOURED.search(text):
        return COLOURS[(match[1] or match[2]).lower()]
    match = _HEX.search(text)
    return f"#{match[1].lower()}" if match and _HEX_IS_ACCENT.search(text) else None


def _scheme(said: str) -> Literal["dark", "light"] | None:
    """Dark or light by itself: the dark of "dark green" is the colour's."""
    match = _SCHEME.search(_NAME.sub("", said))
    if not match:
        return None
    return "dark" if (match[1].lower() == "dark") != bool(_OFF.match(said)) else "light"


def _called(said: str, accent: str) -> str:
    return next((match[0].lower() for match in _NAME.finditer(said) if COLOURS[match[0].lower()] == accent), accent)

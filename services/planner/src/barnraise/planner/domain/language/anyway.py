"""What every application does without being asked, told to those who ask for it: ``sort tasks by title``, ``can I export this?``."""

import re

_I = re.IGNORECASE
_CSV = r"(?:export|import|download|upload|back ?up|take out|bring in)\b.{0,60}\b(?:csv|comma[- ]separated)"
_SAID: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?<!\w)(?:{asked})(?!\w)", _I), said)
    for asked, said in (
        (
            rf"{_CSV}|csv (?:export|import|download|upload)s?|\bbe (?:export|import|download)(?:ed|able)$"
            r"|^(?:can (?:i|we|you) |please )*(?:export|import|download)(?: (?:the |my |all )?"
            r"(?:data|list|it|this|everything|records?))?\W*$",
            "Every list can be taken out and brought in as CSV already: “Export CSV” and “Import CSV” stand above it.",
        ),
        (
            r"sort(?:s|ed|ing|able)?|order (?:the |all |my )?[\w -]{1,40} by|(?:newest|latest|oldest|most recent|alphabetical(?:ly)?) first"
            r"|alphabetical(?:ly)?(?: order)?",
            "Every list has the newest first, and is sorted by any of its columns, in either direction: press the column's head. The "
            "address says how, so that it can be kept as a bookmark.",
        ),
        (
            r"search(?:es|ed|ing|able)?(?! engine)|filter(?:s|ed|ing|able)?",
            "Every list is searched by its words, and filtered by choices and by what its records belong to.",
        ),
        (
            r"(?:dark|light|night) (?:mode|theme|scheme)",
            "It is light or dark as the system is, and has a button for either.",
        ),
        (r"(?:phone|mobile|tablet|small screens?|responsive)(?: (?:friendly|version|view|support))?", "Every page works on a phone."),
        (
            r"rest api|json api|api(?: docs| documentation)?|openapi|swagger",
            "It has a JSON API, described under /api/_docs of the application.",
        ),
        (r"pagination|paging|(?:next|more) pages?", "Long lists come in pages."),
    )
)

_ASKED = re.compile(
    r"^(?:sort|filter|search|export|import|download)\b|^order (?:the |all |my )?[\w -]+ by\b|\b(?:newest|oldest|latest|most recent) first$"
    r"|\b(?:can|could|should|may|must|to) (?:also )?be (?:search|filter|sort|order|export|import|download)(?:ed|able)\b",
    _I,
)


def had_anyway(text: str) -> str | None:
    """What to say to a wish for, or a question after, something that is there in any case; None: there is no such thing in the text."""
    return next((said for asked, said in _SAID if asked.search(text)), None)


def is_had_anyway(said: str) -> bool:
    """Whether a command asks for nothing else: ``show the newest first``, ``customers can be searched by name``."""
    return bool(_ASKED.search(said)) and had_anyway(said) is not None

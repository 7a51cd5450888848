"""Wishes that are understood but not built in this version: said, never dropped."""

import re
from collections.abc import Sequence

from barnraise.contracts.manifest import Theme

_LONGEST = 160

_WISHES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), point)
    for pattern, point in (
        (
            r"\b(sign(s|ed|ing)?[- ](in|up)|log(s|ged|ging)?[- ]?in|login|authenticat\w+|passwords?|user accounts?|only see (their|his|her) own"
            r"|own (accounts?|data)|oauth|sso)\b",
            "Signing in is not generated yet: everybody who can open the application sees all records.",
        ),
        (r"\b(admins?|roles|permissions?|access (rights|control)|only (managers?|owners?|editors?|staff) (can|may))\b",
         "Roles and permissions are not generated yet: everybody may change everything."),
        (r"\b(charts?|graphs?|statistics|analytics|visuali[sz]\w+|reports? (of|on|about|by)|monthly reports?)\b",
         "Charts and reports are not generated yet; the start page counts the records."),
        (r"\b(stripe|paypal|online payments?|pay online|checkout page|credit cards?|take payments?|accept payments?)\b",
         "Taking payments is not generated yet."),
        (r"\b(send(s|ing)? (an |out )?(e-?mails?|sms|texts?|notifications?|reminders?)|e-?mail (notifications?|reminders?|alerts?)"
         r"|notif(y|ies|ied|ications?)|remind(s|ers?|ing)?|newsletters?|alerts?)\b",
         "Sending e-mail, notifications or reminders is not generated yet."),
        (r"\b(calendar view|drag[- ]and[- ]drop|gantt|timeline view|kanban view|on a map|maps?|geolocation)\b",
         "Calendars, maps and drag and drop are not generated yet; records are shown in lists and forms."),
        (r"\b((export|import)(s|ed|ing)?( \w+){0,3} (csv|excel|pdf|spreadsheets?)|(csv|excel|pdf) (export|import)|print(ing|able)?|spreadsheets?)\b",
         "Import and export of CSV, Excel or PDF is not generated yet; the API gives all records as JSON."),
        (r"\b(ios|android|native app|offline|push notification|app store)\b", "Native and offline apps are not generated; the page works on a phone."),
        (r"\b(real[- ]?time|live chat|chatbot|websockets?|video calls?|machine learning|chatgpt|artificial intelligence|ai[- ]powered|\bai\b)\b",
         "Live updates, chat and artificial intelligence are not generated yet."),
        (r"\b(multi-?lingual|translations?|several languages|multiple languages|localis\w+|localiz\w+)\b", "Translations are not generated yet; the page is in English."),
        (r"\b(google|outlook|slack|zapier|shopify|whatsapp|twitter api|integrat(e|es|ion|ions) with)\b", "Integrations with other services are not generated yet."),
        (r"\b(background jobs?|scheduled?ly|every (night|morning|monday)|automatic(ally)?|recurring jobs?)\b",
         "Things that happen by themselves at certain times are not generated yet."),
    )
)  # fmt: skip

COLOURS = {
    "red": "#dc2626", "dark red": "#991b1b", "crimson": "#be123c", "orange": "#ea580c", "dark orange": "#c2410c", "amber": "#d97706",
    "yellow": "#ca8a04", "gold": "#b45309", "green": "#16a34a", "light green": "#22c55e", "dark green": "#166534", "lime": "#65a30d",
    "teal": "#0d9488", "turquoise": "#0d9488", "cyan": "#0891b2", "blue": "#2563eb", "light blue": "#0284c7", "sky blue": "#0284c7",
    "dark blue": "#1e3a8a", "navy": "#1e3a8a", "navy blue": "#1e3a8a", "indigo": "#4f46e5", "purple": "#7c3aed", "dark purple": "#5b21b6",
    "violet": "#7c3aed", "pink": "#db2777", "hot pink": "#db2777", "magenta": "#c026d3", "brown": "#92400e", "grey": "#4b5563",
    "gray": "#4b5563", "black": "#111827",
}  # fmt: skip
_NAMES = "|".join(sorted(COLOURS, key=len, reverse=True))
_COLOURED = re.compile(
    rf"\b({_NAMES}) (?:theme|look|design|accents?|style|colou?rs?|buttons|palette)\b"
    rf"|\b(?:theme|accent|make it|paint it|styled?|design|look)(?: colou?r)?(?: is| in|:)? ({_NAMES})\b",
    re.IGNORECASE,
)
_HEX = re.compile(r"#([0-9a-fA-F]{6})\b")


def open_points(said: str, missed: Sequence[str]) -> tuple[str, ...]:
    """What of a text is left open: known wishes by name, the rest quoted."""
    known = [point for pattern, point in _WISHES if pattern.search(said)]
    unknown = [f"Not built, as I did not understand it: “{_short(part)}”" for part in missed if not is_wish(part) and not theme_words(part)]
    return tuple(dict.fromkeys([*known, *unknown]))[:20]


def is_wish(text: str) -> bool:
    return any(pattern.search(text) for pattern, _ in _WISHES)


def theme_of(text: str) -> Theme:
    """The look that a text asks for."""
    lowered = text.lower()
    scheme = "dark" if re.search(r"\bdark[- ](?:mode|theme|scheme)\b", lowered) else "auto"
    if match := _COLOURED.search(text):
        return Theme(accent=COLOURS[(match[1] or match[2]).lower()], scheme=scheme)
    if (match := _HEX.search(text)) and re.search(r"\b(?:accent|theme|brand|primary)\b", lowered):
        return Theme(accent=f"#{match[1].lower()}", scheme=scheme)
    return Theme(scheme=scheme)


def theme_words(text: str) -> bool:
    """Whether a text is about the look."""
    return theme_of(text) != Theme()


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

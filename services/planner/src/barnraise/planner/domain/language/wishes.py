"""Wishes that are understood but not built in this version: said, never dropped."""

import re
from collections.abc import Sequence

from barnraise.contracts.manifest import Theme
from barnraise.planner.domain.language.looks import theme_of
from barnraise.planner.domain.language.viewing import WISHED

_LONGEST = 160
_SIGNING_IN = (
    r"sign(?:s|ed|ing)?[- ](?:in|up)(?! for\b)|log(?:s|ged|ging)?[- ]?in|authenticat\w+|passwords?|user accounts?|own (?:accounts?|data)"
    r"|only see (?:their|his|her) own|oauth|sso"
)
_ROLES = r"admins?|roles|permissions?|access (?:rights|control)|only (?:managers?|owners?|editors?|staff) (?:can|may)"
_CHARTS = r"charts?|graphs?|statistics|analytics|visuali[sz]\w+|reports? (?:of|on|about|by|page|screen|view)|monthly reports?"
_PAYING = r"stripe|paypal|online payments?|pay online|checkout page|credit cards?|take payments?|accept payments?"
_MESSAGES = (
    r"send(?:s|ing)? (?:an |out )?(?:e-?mails?|sms|texts?|notifications?|reminders?)|e-?mail (?:notifications?|reminders?|alerts?)"
    r"|notif(?:y|ies|ied|ications?)|remind(?:s|ers?|ing)?|newsletters?|alerts?"
)
_VIEWS = r"calendar view|drag[- ]and[- ]drop|gantt|timeline view|kanban view|on a map|maps?|geolocation"
_CSV = (
    r"(?:can )?(?:be )?(?:export|import)(?:s|ed|ing)?(?: (?:and|or) (?:export|import)(?:s|ed|ing)?)?(?: \w{1,30}){0,3} csv(?: files?)?"
    r"|csv (?:export|import)s?(?: (?:and|or|&) (?:csv )?(?:export|import)s?)?"
)
_FILES = (
    r"(?:export|import)(?:s|ed|ing)?(?: \w{1,30}){0,3} (?:excel|pdf|spreadsheets?)|(?:excel|pdf) (?:export|import)"
    r"|print(?:ing|able)?|spreadsheets?"
)
_NATIVE = r"ios|android|native app|offline|push notification|app store"
_LIVE = r"real[- ]?time|live chat|chatbot|websockets?|video calls?|machine learning|chatgpt|artificial intelligence|ai[- ]powered|ai"
_LANGUAGES = r"multi-?lingual|translat(?:e|es|ed|ing|ions?)|several languages|multiple languages|locali[sz]\w+"
_SERVICES = r"google|outlook|slack|zapier|shopify|whatsapp|twitter api|integrat(?:e|es|ion|ions) with"
_DERIVED = r"(?:automatically )?(?:generated|calculated|computed|derived|compiled) from"
_TIMES = r"background jobs?|scheduled?ly|every (?:night|morning|monday)|automatic(?:ally)?|recurring jobs?"

_WISHES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{wanted})\b", re.IGNORECASE), point)
    for wanted, point in (
        (_SIGNING_IN, "How people sign in was not understood: say “users sign in” or “everyone sees only their own records”."),
        (_ROLES, "Who may do what was not understood: say it as in “only managers may delete orders”."),
        (_CHARTS, "Reports and other figures are not generated yet; the start page counts the records and draws charts."),
        (_PAYING, "Taking payments is not generated yet."),
        (_MESSAGES, "Sending e-mail, notifications or reminders is not generated yet."),
        (_VIEWS, "Calendars, maps and drag and drop are not generated yet; records are shown in lists and forms."),
        (_FILES, "Excel, PDF and printing are not generated yet; every list can be taken out and brought in as CSV."),
        (_NATIVE, "Native and offline apps are not generated; the page works on a phone."),
        (_LIVE, "Live updates, chat and artificial intelligence are not generated yet."),
        (_LANGUAGES, "Translations are not generated yet; the page is in English."),
        (_SERVICES, "Integrations with other services are not generated yet."),
        (_DERIVED, "Lists and figures that are worked out from other records are not generated yet."),
        (WISHED, "Lists of only some records are not made by themselves; every list can be searched, filtered and sorted."),
        (_TIMES, "Things that happen by themselves at certain times are not generated yet."),
    )
)
_GRANTED = re.compile(rf"\b(?:{_CSV})\b", re.IGNORECASE)
"""What every application does without being asked."""


def open_points(said: str, missed: Sequence[str] = ()) -> tuple[str, ...]:
    """What of a text is left open: known wishes by name, the rest quoted."""
    known = [point for pattern, point in _WISHES if pattern.search(said)]
    unread = [part for part in missed if not is_wish(part) and theme_of(part) == Theme()]
    return tuple(dict.fromkeys([*known, *quoted(unread)]))[:20]


def quoted(parts: Sequence[str]) -> list[str]:
    """What was not understood, told."""
    return [f"Not built, as I did not understand it: “{_short(part)}”" for part in parts]


def without_granted(text: str) -> str:
    """The text without what every application does anyway."""
    return _GRANTED.sub(" ", text)


def is_wish(text: str) -> bool:
    """Whether a text names something that an application has anyway, or cannot have yet, rather than a thing to keep."""
    return bool(_GRANTED.search(text)) or any(pattern.search(text) for pattern, _ in _WISHES)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"

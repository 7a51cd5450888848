"""Words and what they say about a field."""

import re

ARTICLES = frozenset("a an the each every some their its his her our my your one any".split())
CONTAINERS = frozenset(
    "app application apps system site website tool platform tracker manager planner portal api service dashboard organiser organizer "
    "directory office backoffice program software project product page register registry log journal".split()
)
PEOPLE = frozenset(
    "author customer client user owner teacher coach employee manager writer seller buyer patient doctor student agent supplier vendor "
    "instructor trainer host organiser organizer reviewer assignee contact".split()
)
JOINS = frozenset(
    "booking reservation enrolment enrollment registration loan rental appointment ticket order purchase signup visit attendance "
    "subscription checkout lesson payment invoice review rating vote".split()
)
PARTS = frozenset("line item row entry detail".split())

# (pattern over the field's words, type). The first that fits decides.
TYPES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"(?:^|_)(?:{pattern})(?:$|_)"), kind)
    for pattern, kind in (
        ("e_?mail|email_address", "email"),
        ("phone|telephone|mobile|phone_number", "phone"),
        ("url|website|homepage|link|web_address", "url"),
        ("colou?r", "color"),
        ("photo|image|picture|attachment|file|document|avatar|logo|cover|scan", "file"),
        ("price|cost|amount|fee|salary|budget|total|balance|rate|discount|tax|wage|deposit", "decimal"),
        ("weight|height|width|length|distance|temperature|latitude|longitude|area|score|percentage|depth|speed", "float"),
        ("starts_at|ends_at|.*_at|start_time|end_time|timestamp|.*_time|when|datetime", "datetime"),
        ("opening_hour|time|time_of_day", "time"),
        ("date|.*_date|birthday|deadline|born|day|dob|due|date_of.*|.*_on|since|until", "date"),
        (
            "quantity|count|capacity|age|stock|number_of.*|servings?|seats?|pages?|duration|minutes|hours|points|floors?|tonnage|wattage|year|rank|steps_count",
            "int",
        ),
        (
            "description|notes?|body|text|content|summary|bio|biography|comment|remarks?|instructions|steps|ingredients|message|story|details|address",
            "text",
        ),
        ("done|active|completed|paid|published|archived|available|enabled|visible|finished|is_.*|has_.*|favou?rite", "bool"),
        ("settings|metadata_value|json|options_json", "json"),
    )
)
TYPE_WORDS = {
    "text": "text", "long text": "text", "markdown": "markdown", "number": "float", "integer": "int", "whole number": "int", "int": "int",
    "decimal": "decimal", "money": "decimal", "date": "date", "time": "time", "datetime": "datetime", "date and time": "datetime",
    "flag": "bool", "boolean": "bool", "bool": "bool", "checkbox": "bool", "email": "email", "url": "url", "link": "url", "file": "file",
    "image": "file", "photo": "file", "string": "string", "json": "json", "colour": "color", "color": "color", "phone": "phone",
}  # fmt: skip
COLOURS = {
    "red": "#dc2626", "dark red": "#991b1b", "orange": "#ea580c", "yellow": "#ca8a04", "green": "#16a34a", "dark green": "#166534",
    "teal": "#0d9488", "blue": "#2563eb", "dark blue": "#1e3a8a", "navy": "#1e3a8a", "purple": "#7c3aed", "violet": "#7c3aed",
    "pink": "#db2777", "brown": "#92400e", "grey": "#4b5563", "gray": "#4b5563", "black": "#111827",
}  # fmt: skip

WISHES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), point)
    for pattern, point in (
        (
            r"\b(sign(s|ing)? in|log(s|ging)? ?in|login|sign ?up|accounts?|authentication|passwords?|only see (their|his|her) own)\b",
            "Signing in and private records are not generated yet: everybody who can open the application sees everything.",
        ),
        (r"\b(charts?|graphs?|dashboards?|statistics|reports?)\b", "Charts are not generated yet; the start page counts the records."),
        (r"\b(stripe|payments? online|pay online|checkout|paypal|credit cards?)\b", "Taking payments is not generated yet."),
        (
            r"\b(send(s|ing)? (an )?e-?mails?|e-?mail (notifications?|reminders?)|notif(y|ies|ications?)|reminders?)\b",
            "Sending e-mail or notifications is not generated yet.",
        ),
        (r"\b(admins?|roles?|permissions?|only (managers|owners|editors))\b", "Roles and permissions are not generated yet."),
    )
)

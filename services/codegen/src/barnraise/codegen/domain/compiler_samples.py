"""Values for the generated tests and for the rows of a first look, as Python expressions."""

import re
from decimal import Decimal
from functools import lru_cache

from barnraise.codegen.domain.compiler_fields import LARGEST_INT, NUMBERS, bounds, longest, unique
from barnraise.codegen.domain.compiler_text import python
from barnraise.contracts.manifest import Field

ROWS = 6
_CAPPED = ("string", "text", "markdown")
_STEP = {"int": Decimal(1), "float": Decimal(1), "decimal": Decimal("0.01")}
_PEOPLE = ("Ada Lovelace", "Alan Turing", "Grace Hopper", "Katherine Johnson", "Niels Bohr", "Emmy Noether")
_PERSON = re.compile(
    r"(person|people|user|customer|client|member|guest|author|contact|employee|student|teacher|coach|patient|doctor|attendee|"
    r"participant|owner|speaker|trainer|candidate|applicant|tenant|driver|player|staff|supplier_contact|manager|instructor)$"
)
_SENTENCES = (
    "The first draft is ready; details follow this week.",
    "Agreed with everyone involved, no open questions.",
    "Needs a second look before it goes out.",
    "Worked better than expected and cost less.",
    "Waiting for an answer, ask again on Monday.",
    "Small, useful and long overdue.",
)
_BY_FIELD = (
    (r"first_?name", ("Ada", "Alan", "Grace", "Katherine", "Niels", "Emmy")),
    (r"(last|family|sur)_?name", ("Lovelace", "Turing", "Hopper", "Johnson", "Bohr", "Noether")),
    (r"(user_?name|login|handle|nick)", ("ada", "alan", "grace", "katherine", "niels", "emmy")),
    (r"(city|town|place)$", ("Bergen", "Lyon", "Porto", "Graz", "Utrecht", "Turku")),
    (r"country$", ("Norway", "France", "Portugal", "Austria", "Netherlands", "Finland")),
    (r"(address|street)", ("12 Mill Lane", "4 Harbour Street", "88 Station Road", "7 Orchard Way", "31 High Street", "5 Park Row")),
    (r"(venue|location|room)", ("Town hall", "Harbour house", "Room 204", "Old library", "Garden pavilion", "Studio B")),
    (r"(zip|postal|post_?code)", ("5003", "69001", "4050", "8010", "3511", "20100")),
    (r"slug$", ("first-steps", "a-good-start", "field-notes", "small-wins", "lessons-learned", "what-is-next")),
    (r"(sku|code|number|reference|serial)", ("A-1001", "A-1002", "B-2040", "B-2041", "C-3007", "C-3008")),
    (r"(company|organi[sz]ation|employer|supplier|vendor|brand)", ("Northwind", "Acme", "Blue Harbor", "Oak & Iron", "Fjord", "Lumen")),
    (r"(colour|color)", ("Blue", "Green", "Amber", "Red", "Violet", "Teal")),
    (r"(membership|plan|tier|level)", ("Basic", "Plus", "Premium", "Student", "Family", "Trial")),
    (r"(position|job|role|occupation)", ("Engineer", "Designer", "Analyst", "Manager", "Editor", "Consultant")),
    (r"(department|team)", ("Sales", "Support", "Engineering", "Finance", "Marketing", "Operations")),
    (r"(author|coach|teacher|owner|assignee|customer|contact|instructor|trainer|speaker|person|guest|host)", _PEOPLE),
    (r"(note|comment|summary|description|message|body|content|bio|about|remark|detail)", _SENTENCES),
    (r"(subject|headline)", ("A good start", "Notes from the field", "What changed", "Next steps", "Small wins", "Lessons learned")),
)
_BY_ENTITY = (
    (r"project", ("Website relaunch", "Mobile app", "Office move", "Annual report", "Customer survey", "Warehouse upgrade")),
    (r"(task|todo|ticket|issue|chore|action)", ("Write the brief", "Collect feedback", "Fix the login page", "Order supplies",
                                                "Plan the release", "Call the supplier")),
    (r"(post|article|story|page|news)", ("A good start", "Notes from the field", "What changed this year", "Small wins",
                                         "Lessons learned", "What comes next")),
    (r"(product|item|article|good)", ("Oak desk", "Reading lamp", "Wool blanket", "Steel bottle", "Canvas bag", "Desk organiser")),
    (r"(class|course|lesson|workshop|training)", ("Morning yoga", "Spinning", "Pilates", "Boxing", "Strength", "Stretching")),
    (r"(event|meeting|conference|session|appointment)", ("Spring meet-up", "Product launch", "Summer party", "Open house",
                                                         "Planning day", "Winter dinner")),
    (r"(category|topic|tag|label|genre|type)", ("General", "Urgent", "Ideas", "Research", "Internal", "Archive")),
    (r"(company|organi[sz]ation|supplier|vendor|brand|account)", ("Northwind", "Acme", "Blue Harbor", "Oak & Iron", "Fjord", "Lumen")),
    (r"(team|department|group)", ("Sales", "Support", "Engineering", "Finance", "Marketing", "Operations")),
    (r"(book|novel)", ("The Lighthouse", "Northern Roads", "A Quiet Year", "The Glass Garden", "Two Rivers", "Salt and Stone")),
    (r"(recipe|dish|meal|menu)", ("Tomato soup", "Lentil curry", "Apple cake", "Mushroom risotto", "Greek salad", "Fish stew")),
    (r"(ingredient|food)", ("Tomatoes", "Lentils", "Apples", "Mushrooms", "Feta", "Cod")),
    (r"(movie|film|show)", ("Northern Light", "The Long Way", "Paper Boats", "Night Train", "First Snow", "The Orchard")),
    (r"(room|venue|location|place|office)", ("Town hall", "Harbour house", "Room 204", "Old library", "Garden pavilion", "Studio B")),
    (r"(car|vehicle)", ("Volvo V60", "Renault Zoe", "Skoda Octavia", "Fiat 500", "Toyota Yaris", "Kia Niro")),
    (r"(pet|animal|dog|cat)", ("Milo", "Luna", "Bella", "Charlie", "Rocky", "Nala")),
    (r"(city|town)", ("Bergen", "Lyon", "Porto", "Graz", "Utrecht", "Turku")),
    (r"(country)", ("Norway", "France", "Portugal", "Austria", "Netherlands", "Finland")),
)  # fmt: skip


def room(field: Field) -> int | None:
    """How many records can differ in a unique field; None when there is no limit that matters."""
    if not unique(field):
        return None
    low, high = bounds(field)
    if field.type in NUMBERS and low is not None and high is not None:
        return int((high - low) / _STEP[field.type]) + 1
    return 36 ** longest(field) if field.type == "string" and longest(field) < 4 else None


def fresh(field: Field) -> str:
    """A valid value that depends on the call's number ``n``."""
    kind = field.type
    if kind in NUMBERS:
        return _fresh_number(field)
    if kind in ("string", "text", "markdown"):
        text = f'f"{field.name.replace("_", " ").capitalize()} {{n}}"'
        return text if longest(field) >= len(field.name) + 6 else f"str(n)[-{longest(field)}:]"
    return {
        "bool": "n % 2 == 0",
        "date": 'f"2030-01-{n % 28 + 1:02}"',
        "time": 'f"{n // 60 % 24:02}:{n % 60:02}:00"',
        "datetime": 'f"2030-01-{n % 28 + 1:02}T10:{n // 28 % 60:02}:00Z"',
        "enum": f'"{field.values[0]}"' if field.values else "",
        "email": 'f"person{n}@example.com"',
        "url": 'f"https://example.com/{n}"',
        "phone": 'f"+49 30 {100_000 + n}"',
        "color": 'f"#{n:06x}"',
        "file": 'f"{n:032x}/file.txt"',
        "json": '{"n": n, "list": [1, None, "x"]}',
    }[kind]


def _fresh_number(field: Field) -> str:
    low, high = bounds(field)
    start = low if low is not None else (min(high, Decimal(0)) if high is not None else Decimal(0))
    start = start if low is not None or high is None else high - 1000
    step = _STEP[field.type]
    span = min(1000, int(((high if high is not None else start + 1000) - start) / step) + 1)
    if field.type == "int":
        return f"{int(start)} + n % {span}" if start else f"n % {span}"
    if field.type == "float":
        return f"{float(start)!r} + n % {span}"
    return f'exact("{start:f}", n % {span})'


def wrong(field: Field) -> list[str]:
    """Values that the API must refuse."""
    kind = field.type
    if kind in NUMBERS:
        return [*_WRONG[kind], *_outside(field)]
    if kind in ("string", "text", "markdown"):
        return ["5", '"a\\0b"', '"\\ud800"', f'"x" * {longest(field) + 1}', *(['""'] if field.required else [])]
    return list(_WRONG[kind])


def _outside(field: Field) -> list[str]:
    low, high = bounds(field)
    beyond = [value for value in (low - 1 if low is not None else None, high + 1 if high is not None else None) if value is not None]
    if field.type == "decimal":
        return [f'"{value:f}"' for value in beyond]
    return [repr(float(value)) if field.type == "float" else str(int(value)) for value in beyond]


_WRONG = {
    "int": ('"many"', "1.5", "True", str(LARGEST_INT + 1), "10**400", 'float("nan")'),
    "float": ('"many"', 'float("nan")', 'float("inf")', "10**400"),
    "decimal": ('"many"', '"1.23456"', '"NaN"', '"1e300"', "[]", 'float("nan")'),
    "bool": ('"maybe"', "2", "[]"),
    "date": ('"tomorrow"', '"2030-02-30"', '"0000-00-00"', "{}", "10**30"),
    "time": ('"noon"', '"25:00:00"', '"10:00:00+02:00"'),
    "datetime": ('"soon"', '"2030-02-30T10:00:00Z"', '"9999-12-31T23:59:59-23:00"', "10**30"),
    "enum": ('"no_such_value"', '""', "0", "[]"),
    "email": ('"nobody"', '"a@b"', '"a b@example.com"', '"a\\0@example.com"', "5"),
    "url": ('"example.com"', '"javascript:alert(1)"', '"http://[::1"', '"https://"', '"https://a b.com"'),
    "phone": ('"call me"', '"12"', '"+49 30 \\u0661\\u0662\\u0663"'),
    "color": ('"blue"', '"#12345"', '"#12345g"'),
    "file": ('"../../etc/passwd"', '"a/b"', f'"{"0" * 32}/../x"'),
    "json": ('float("nan")', '{"a": "\\ud800"}', '"x" * 70_000', 'nested(40)'),
}  # fmt: skip


def shown(field: Field, entity: str, row: int) -> str:
    """The value of the n-th sample row; ``entity`` is the snake-case name."""
    kind = field.type
    if kind in NUMBERS:
        return _shown_number(field, row)
    if kind in ("string", "text", "markdown"):
        return python(fitting(field, _words(field, entity, row), row))
    person = _PEOPLE[row].lower().replace(" ", ".")
    return {
        "bool": str(row % 3 == 1),
        "date": f"day({_days(field, row)})",
        "time": f"dt.time({9 + row})",
        "datetime": f"moment({_days(field, row)}, {9 + row})",
        "enum": f'"{field.values[row % len(field.values)]}"' if field.values else "",
        "email": f'"{person}@example.com"',
        "url": f'"https://example.com/{person.replace(".", "-")}"',
        "phone": f'"+47 55 50 {10 + row} {20 + row}"',
        "color": f'"{("#2563eb", "#16a34a", "#d97706", "#dc2626", "#7c3aed", "#0d9488")[row]}"',
        "file": "None",
        "json": f'{{"priority": {row + 1}, "tags": ["sample"]}}',
    }[kind]


def _days(field: Field, row: int) -> int:
    past = re.search(r"(publish|start|join|hire|creat|since|register|sign|paid|order|sent|purchas|from)", field.name)
    if re.search(r"birth", field.name):
        return -9000 - 700 * row
    return (-3 - 9 * row) if past else 2 + 5 * row


def _words(field: Field, entity: str, row: int) -> str:
    if field.name in ("name", "title", "full_name", "display_name", "label"):
        if _PERSON.search(entity):
            return _PEOPLE[row]
        found = _known(_BY_ENTITY, entity)
        return found[row] if found else f"{entity.replace('_', ' ').capitalize()} {'ABCDEF'[row]}"
    found = _known(_BY_FIELD, field.name)
    if found is None:
        numbered = tuple(f"{field.name.replace('_', ' ').capitalize()} {at + 1}" for at in range(ROWS))
        found = numbered if field.type == "string" else _SENTENCES
    return f"## {_BY_FIELD[-1][1][row]}\n\n{_SENTENCES[row]}" if field.type == "markdown" else found[row]


@lru_cache(2000)
def _known(pools: tuple[tuple[str, tuple[str, ...]], ...], name: str) -> tuple[str, ...] | None:
    return next((values for pattern, values in pools if re.search(pattern, name)), None)


def typed(field: Field) -> tuple[str, str]:
    """A browser's verb and its argument that give the field's control a value."""
    if field.type == "bool":
        return ("check", "") if field.required else ("select_option", '"true"')
    if field.type == "enum":
        return "select_option", f'"{field.values[0]}"'
    if field.type == "file":
        return "set_input_files", '{"name": "file.txt", "mimeType": "text/plain", "buffer": b"text"}'
    return "fill", python(_entered(field))


def _entered(field: Field) -> str:
    if field.type in NUMBERS:
        low, high = bounds(field)
        return f"{low if low is not None else min(Decimal(1), high if high is not None else Decimal(1)):f}"
    if field.type in _CAPPED:
        return fitting(field, "A first text", 0)
    return _ENTERED[field.type]


_ENTERED = {
    "date": "2030-01-31", "time": "10:30", "datetime": "2030-01-31T10:30", "email": "ada@example.com", "url": "https://example.com",
    "phone": "+47 55 50 10 20", "color": "#16a34a", "json": '{"n": 1}',
}  # fmt: skip


def fitting(field: Field, text: str, row: int) -> str:
    limit = longest(field)
    return text if len(text) <= limit else (text[: limit - 1] + str(row) if unique(field) else text[:limit].strip() or str(row))


def _shown_number(field: Field, row: int) -> str:
    low, high = bounds(field)
    usual = _usual(field, row)
    start = low if low is not None else min(usual, high if high is not None else usual)
    if low is not None and usual < low:
        usual = low + row
    if high is not None and usual > high:
        span = max(1, int((high - start) / _STEP[field.type]) + 1)
        usual = start + _STEP[field.type] * (row % span)
    if field.type == "decimal":
        return f'exact("{usual:f}")'
    return str(int(usual)) if field.type == "int" else repr(float(usual))


def _usual(field: Field, row: int) -> Decimal:
    name = field.name
    if re.search(r"(price|cost|amount|total|fee|salary|budget|rate)$", name):
        return Decimal(("19.90", "49.00", "8.50", "120.00", "34.95", "75.25")[row])
    if re.search(r"year", name):
        return Decimal(2018 + row)
    if re.search(r"age$", name):
        return Decimal(24 + 7 * row)
    if re.search(r"(capacity|seats|stock)", name):
        return Decimal(10 + 5 * row)
    return Decimal(row + 1) if field.type == "int" else Decimal(row + 1) * Decimal("12.5")

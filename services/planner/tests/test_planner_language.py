"""Requirements become manifests: measured on prompts with known answers, and safe on any text."""

import importlib.util
import json
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Field, Manifest
from barnraise.planner.domain.planning import plan

AT = datetime(2026, 1, 1, tzinfo=UTC)
DATA = Path(__file__).parent / "data"
PROMPTS: list[dict[str, Any]] = [json.loads(line) for line in (DATA / "prompts.jsonl").read_text().splitlines()]
ASKING = [prompt for prompt in PROMPTS if prompt.get("asks_back")]
OTHERS = [prompt for prompt in PROMPTS if "kind" in prompt]
MAKING = [prompt for prompt in PROMPTS if "entities" in prompt]
_SPEC = importlib.util.spec_from_file_location("planner_gold", Path(__file__).with_name("planner_gold.py"))
assert _SPEC and _SPEC.loader
gold = importlib.util.module_from_spec(_SPEC)
sys.modules["planner_gold"] = gold
_SPEC.loader.exec_module(gold)
TUNED = {"entities": 0.98, "fields": 0.95, "relations": 0.94, "charts": 0.98}
DEVELOPMENT = {"entities": 0.93, "fields": 0.84, "relations": 0.78}
HELD_OUT = {"entities": 0.91, "fields": 0.87, "relations": 0.74}
"""What was reached on prompts at whose failures nobody has looked."""

MANY = 50_000
MUTUAL = {("Book", "Genre"), ("CrewMember", "Voyage"), ("Exam", "Student"), ("Playlist", "Video")}
TASKS = (
    "Tasks have a title, a description, a due date, a priority (low, medium, high) and a done flag, and belong to a project. "
    "Projects have a name and a colour."
)


def read(text: str, manifest: Manifest | None = None, name: str | None = None) -> PlanMade | PlanAnswered:
    # Longer than the gateway lets through, so built without the check of its length.
    command = MakePlan.model_construct(id="a:plan:1", project_id="p", job_id="a", at=AT, text=text, manifest=manifest, name=name)
    return plan(command, AT)


def made(text: str, manifest: Manifest | None = None) -> Manifest:
    result = read(text, manifest)
    assert isinstance(result, PlanMade), result
    assert result.manifest is not None
    return result.manifest


def field(manifest: Manifest, place: str) -> Field:
    entity, _, name = place.partition(".")
    return next(field for field in manifest.entity(entity).fields if field.name == name)


def assert_sound(result: PlanMade | PlanAnswered) -> None:
    """It is a message that survives the bus, and says something."""
    assert type(result).model_validate_json(result.model_dump_json()) == result
    if isinstance(result, PlanMade):
        assert result.summary
    else:
        assert result.text


# The measured quality


def entities(manifest: Manifest) -> set[object]:
    return {entity.name for entity in manifest.entities}


def fields(manifest: Manifest) -> set[object]:
    return {(entity.name, field.name) for entity in manifest.entities for field in entity.fields}


def relations(manifest: Manifest) -> set[object]:
    """Child and parent of each; the two of many to many in alphabetical order."""
    one = {(relation.target, relation.source) for relation in manifest.relations if relation.kind == "one_to_many"}
    return one | {tuple(sorted((r.source, r.target))) for r in manifest.relations if r.kind == "many_to_many"}


@pytest.mark.parametrize(("held_out", "floors"), [(False, TUNED), (True, HELD_OUT)], ids=["tuned", "held out"])
def test_gold_prompts_are_read_as_a_sensible_person_would(held_out: bool, floors: dict[str, float]) -> None:
    chosen = gold.cases(held_out=held_out)
    assert {look: gold.f1(getattr(gold.Case, look)(case) for case in chosen) >= floor for look, floor in floors.items()} == dict.fromkeys(
        floors, True
    )


def test_hard_prompts_are_read_no_worse_than_before() -> None:
    chosen = gold.development()
    reached = {look: gold.f1(getattr(gold.Case, look)(case) for case in chosen) for look in DEVELOPMENT}
    assert len(chosen) >= 120
    assert all(reached[look] >= floor for look, floor in DEVELOPMENT.items()), reached


def test_there_is_enough_to_measure() -> None:
    assert len(gold.cases()) >= 150
    assert len(gold.cases(held_out=True)) * 3 >= len(gold.cases())


def test_the_measure_counts_what_is_missing_and_what_is_too_much() -> None:
    found, wanted = Counter([("a",), ("b",)]), Counter([("b",), ("c",), ("d",)])
    assert gold.f1([(found, wanted)]) == 2 / 5


@pytest.mark.parametrize("case", gold.cases(held_out=False), ids=lambda case: case.prompt[:40])
def test_gold_enumerations_have_their_values(case: Any) -> None:
    assert case.enums() == case.wanted["enums"]


@pytest.mark.parametrize(
    "case", [case for case in gold.cases(held_out=False) if "access" in case.wanted], ids=lambda case: case.prompt[:40]
)
def test_gold_prompts_say_who_comes_in(case: Any) -> None:
    access = case.wanted["access"]
    assert case.manifest.access.sign_in
    assert list(case.manifest.access.own) == access.get("own", [])
    assert {role.name: list(role.may) for role in case.manifest.roles} == access.get("roles", {})


@pytest.mark.parametrize("case", MAKING, ids=lambda case: case["id"])
def test_prompts_give_the_expected_entities_fields_and_relations(case: dict[str, Any]) -> None:
    manifest = made(case["prompt"])
    assert entities(manifest) == set(case["entities"])
    assert fields(manifest) >= {(entity, name) for entity, names in case["entities"].items() for name in names}
    assert relations(manifest) >= {tuple(pair) for pair in case.get("relations", ())}


@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case["id"])
def test_prompts_for_sites_and_scripts_make_them(case: dict[str, Any]) -> None:
    assert made(case["prompt"]).kind == case["kind"]


@pytest.mark.parametrize("case", ASKING, ids=lambda case: case["id"])
def test_prompts_that_are_no_application_ask_back(case: dict[str, Any]) -> None:
    result = read(case["prompt"])
    assert isinstance(result, PlanAnswered)
    assert result.asks
    assert "For example" in result.text


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Chess club app - members with name and rating", {"Member": ["name", "rating"]}),
        ("A garage needs to keep records of spots (number, floor)", {"Spot": ["number", "floor"]}),
        ("I'm building a wine tracker. Bottles have a name and a vintage.", {"Bottle": ["name", "vintage"]}),
        ("- Book: title, author\n- Shelf: name\n\nA book belongs to a shelf.", {"Book": ["title", "author"], "Shelf": ["name"]}),
        ("There are kiosks with a code and a floor. Vendors have a name.", {"Kiosk": ["code", "floor"], "Vendor": ["name"]}),
        ("Keep track of software licences: product, vendor, seats", {"SoftwareLicence": ["product", "vendor", "seats"]}),
        ("gift list: person, price, bought? and delivery status", {"Gift": ["person", "price", "bought", "delivery_status"]}),
        ("Players have a shirt number and a height.", {"Player": ["name", "shirt_number", "height"]}),
        ("recipes with a rating", {"Recipe": ["title", "rating"]}),
    ],
)
def test_entities_may_be_written_in_many_ways(prompt: str, expected: dict[str, list[str]]) -> None:
    result = read(prompt)
    assert isinstance(result, PlanMade)
    assert result.manifest is not None
    assert fields(result.manifest) == {(entity, field) for entity, names in expected.items() for field in names}
    assert result.decision.open_points == ()


@pytest.mark.parametrize(
    ("prompt", "things", "links"),
    [
        ("author(name), book(title); author 1-n book; book n-m genre", "Author Book Genre", {("Book", "Author"), ("Book", "Genre")}),
        ("Post: title, user_id. User: username, email", "Post User", {("Post", "User")}),
        ("Crew members (name, rank) sail on voyages. Voyages have a date.", "CrewMember Voyage", {("CrewMember", "Voyage")}),
        ("Between two airports there are flights with a number and a price", "Flight Airport", {("Flight", "Airport")}),
        ("Users write reviews about products. A review has a text.", "Review Product", {("Review", "Product")}),
        ("Bands play gigs at venues. Gigs have a date. Venues have a name.", "Gig Band Venue", {("Gig", "Band"), ("Gig", "Venue")}),
        ("Members pay fees yearly (amount, year). Members have a name.", "Member Fee", {("Fee", "Member")}),
        ("Items are stored in bins. Bins are in aisles. Items have a weight.", "Item Bin Aisle", {("Item", "Bin"), ("Bin", "Aisle")}),
        ("Exams have a date and are taken by students.", "Exam Student", {("Exam", "Student")}),
        (
            "Library of board games for our cafe. Games: title, min players, shelf. A loan has a date and a game.",
            "Game Loan",
            {("Loan", "Game")},
        ),
        (
            "As a reader I can borrow books\nAs a librarian I can add books with a title",
            "Book Reader Loan",
            {("Loan", "Book"), ("Loan", "Reader")},
        ),
        ("For each route I note the grade and the style (lead, boulder).", "Route", set()),
        ("Invoices (number, date, lines[description, price])", "Invoice Line", {("Line", "Invoice")}),
        ("Quotes belong to a lead with an amount. Leads have a name.", "Quote Lead", {("Quote", "Lead")}),
        ("Teachers add videos to playlists. Videos have a url.", "Video Teacher Playlist", {("Video", "Teacher"), ("Playlist", "Video")}),
    ],
)
def test_things_and_their_links_may_be_told_in_many_ways(prompt: str, things: str, links: set[object]) -> None:
    manifest = made(prompt)
    assert entities(manifest) == set(things.split())
    assert relations(manifest) == {tuple(sorted(pair)) if pair in MUTUAL else pair for pair in links}


def test_signing_up_for_something_is_no_sign_in() -> None:
    result = read("Volunteers sign up for shifts. Shifts have a start time and a number of places. Volunteers have a name.")
    assert result.decision.open_points == ()


# What is decided for a field


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("an email", "email"),
        ("a due date", "date"),
        ("a start time", "datetime"),
        ("opening hours", "text"),
        ("a price", "decimal"),
        ("a number of copies", "int"),
        ("a weight in kg", "float"),
        ("a done flag", "bool"),
        ("whether it is paid", "bool"),
        ("a body in markdown", "markdown"),
        ("a website", "url"),
        ("a photo", "file"),
        ("a phone number", "phone"),
        ("a colour", "color"),
        ("a description", "text"),
        ("hours worked", "float"),
        ("a next service", "date"),
        ("special requests", "text"),
        ("a party size", "int"),
        ("a code (integer)", "int"),
        ("an integer code", "int"),
        ("a code of type text", "text"),
        ("a code", "string"),
    ],
)
def test_types_follow_the_words(text: str, kind: str) -> None:
    assert made(f"Widgets have a name and {text}.").entities[0].fields[1].type == kind


def test_bounds_notes_and_reserved_words_are_kept() -> None:
    manifest = made("Widgets have a required code, a unique serial, an optional name, a rating from 1 to 5, a class and an id.")
    known = {field.name: field for field in manifest.entities[0].fields}
    assert list(known) == ["code", "serial", "name", "rating", "class_value"]
    assert known["code"].required
    assert known["serial"].unique
    assert not known["name"].required
    assert (known["rating"].type, known["rating"].min, known["rating"].max) == ("int", 1, 5)


@pytest.mark.parametrize(
    ("said", "relation"),
    [
        ("Orders have a number and a customer. Customers have a name.", ("one_to_many", "Customer", "Order", "customer")),
        ("Customers have a name and orders. Orders have a number.", ("one_to_many", "Customer", "Order", "customer")),
        ("Orders have a number and a billing customer. Customers have a name.", ("one_to_many", "Customer", "Order", "billing_customer")),
        ("Posts have a title and many tags. Tags have a name.", ("many_to_many", "Post", "Tag", "tags")),
        ("Cars have a plate. Repair jobs have a price.", ("one_to_many", "Car", "RepairJob", "car")),
        ("I want to track my members' payments", ("one_to_many", "Member", "Payment", "member")),
        ("A board with companies and job postings; postings have a title", ("one_to_many", "Company", "Posting", "company")),
    ],
)
def test_one_belongs_and_several_are_owned_or_shared(said: str, relation: tuple[str, str, str, str]) -> None:
    assert [(r.kind, r.source, r.target, r.field) for r in made(said).relations] == [relation]


def test_a_tree_and_a_many_to_many_are_relations() -> None:
    manifest = made("Pages have a title and tags. Pages can have a parent page. Tags have a name.")
    assert {(r.kind, r.source, r.target) for r in manifest.relations} == {
        ("one_to_many", "Page", "Page"),
        ("many_to_many", "Page", "Tag"),
    }


def test_what_is_understood_assumed_and_left_open_is_said() -> None:
    result = read("Track books with a title and an author. Users sign in with their own accounts. Send reminders every morning.")
    assert any("title" in said for said in result.decision.understood)
    assert [point.split(" ")[0] for point in result.decision.open_points] == ["Sending", "Things"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Build a help desk called Lifeline. Tickets have a subject.", "Lifeline"),
        ("Create a movie watchlist with title and director", "Movie Watchlist"),
        ("todo list", "Todo List"),
    ],
)
def test_applications_get_a_title(text: str, title: str) -> None:
    assert made(text).title == title


FOREIGN = [
    (
        "Ich möchte meine Rezepte verwalten. Jedes Rezept hat einen Titel und eine Bewertung von 1 bis 5. Zutaten haben einen Namen und "
        "eine Menge und gehören zu einem Rezept.",
        {("Recipe", "title"), ("Recipe", "rating"), ("Ingredient", "name"), ("Ingredient", "quantity")},
        {"Rezept: Rezepte (Titel, Bewertung)", "Zutat: Zutaten (Name, Menge)"},
    ),
    (
        "J'ai besoin d'un outil pour gérer une école : les élèves (nom, date de naissance) et les cours avec un titre et une salle. Chaque "
        "cours appartient à un élève.",
        {("Student", "name"), ("Student", "birth_date"), ("Course", "title"), ("Course", "room")},
        {"Élève: Élèves (Nom, Date de naissance)", "Cours: Cours (Titre, Salle)"},
    ),
]


@pytest.mark.parametrize(("text", "expected", "labels"), FOREIGN, ids=["German", "French"])
def test_german_and_french_are_read_and_stay_in_the_labels(text: str, expected: set[object], labels: set[str]) -> None:
    result = read(text)
    assert isinstance(result, PlanMade)
    assert result.manifest is not None
    assert fields(result.manifest) == expected
    assert len(result.manifest.relations) == 1
    shown = {f"{e.label}: {e.plural_label} ({', '.join(field.label for field in e.fields)})" for e in result.manifest.entities}
    assert shown == labels
    assert result.decision.open_points == ()
    assert any(said.startswith("I read it as") for said in result.decision.assumed)


def test_a_given_name_is_the_title() -> None:
    result = read(TASKS, name="Mine")
    assert isinstance(result, PlanMade)
    assert result.manifest is not None
    assert (result.manifest.title, result.manifest.name) == ("Mine", "mine")


def test_the_look_is_read() -> None:
    theme = made(f"{TASKS} Use a dark green theme and dark mode.").theme
    assert (theme.accent, theme.scheme) == ("#166534", "dark")


@pytest.mark.parametrize(
    ("said", "design"),
    [
        ("A todo list with a playful look.", "playful"),
        ("A CRM with contacts, in a clean, minimalist style and dark green", "minimal"),
        ("An inventory of tools. It should look elegant and serious.", "classic"),
        ("Track books; bold brutalist UI", "bold"),
        ("Bücher haben einen Titel und einen Autor. Das Design soll schlicht sein.", "minimal"),
        ("A simple app to track clean rooms and bold ideas", "modern"),
        ("Kitchens have a name and a style (simple, playful, classic)", "modern"),
    ],
)
def test_words_for_the_look_choose_a_design(said: str, design: str) -> None:
    assert made(said).theme.design == design


@pytest.mark.parametrize(
    "said",
    [
        "Fix this error of the preview:\n\n```\nOn /#/tasks\n\nTypeError: x is undefined\n\n    at App\n```",
        "please fix it",
        "repair the failing tests errors",
        "Debug this problem!",
    ],
)
def test_a_wish_for_a_repair_is_answered_with_what_helps(said: str) -> None:
    result = read(said, manifest=made(TASKS))
    assert isinstance(result, PlanAnswered)
    assert result.asks
    assert "undo" in result.text


def test_what_is_to_be_repaired_may_be_what_an_application_is_about() -> None:
    assert [entity.name for entity in made("Fix the problems of our garage: track cars and repairs. Cars have a plate.").entities][:1] == [
        "Car"
    ]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Fish have a name and belong to a tank. Tanks have a name.", {"Fish": ["name"], "Tank": ["name"]}),
        ("Each sheep has a tag number and belongs to a farm. Farms have a name.", {"Sheep": ["tag_number"], "Farm": ["name"]}),
        ("pet log: dogs (name), cats (name), fish (name, colour)", {"Dog": ["name"], "Cat": ["name"], "Fish": ["name", "colour"]}),
        ("volunteer hours tracker for a scout troop",
         {"Volunteer": ["name", "email"], "TimeEntry": ["date", "number_of_hours", "activity", "notes"]}),
        ("study hours log", {"StudyEntry": ["date", "number_of_hours", "notes"]}),
        ("a tractor hours log", {"TractorEntry": ["date", "number_of_hours", "notes"]}),
    ],
)  # fmt: skip
def test_animals_whose_plural_is_their_singular_and_hours_that_are_spent(text: str, fields: dict[str, list[str]]) -> None:
    told = made(text)
    kept = {entity.name: [field.name for field in entity.fields] for entity in told.entities}
    assert {name: kept.get(name) for name in fields} == fields
    assert all(relation.field in ("tank", "farm", "volunteer") for relation in told.relations)


# Asking back


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no words"),
        ("   \n\t ", "no words"),
        ("😀 🎉", "no words"),
        ("12345 67", "no words"),
        ("hello there", "Hello"),
        ("test", "Hello"),
        ("Jag vill ha en app för böcker och författare", "English"),
        ("Ich möchte mit der Fernbedienung und für alle Zeit glücklich sein", "Datenbank"),
        ("Je veux danser dans la rue avec les nuages et les étoiles du soir", "base de données"),
        ("Quiero una aplicación para gestionar mis libros", "base de datos"),
        ("Мне нужно приложение", "English"),
        ("asdf", "nothing in that"),
        ("undo", "nothing here yet"),
        ("run the tests", "nothing here yet"),
        ("translate to german", "nothing in that"),
        ("a landing page", "what it is about"),
        ("Write a python script that renames files", "data that you give me"),
        ("how does this work?", "I build small"),
    ],
)
def test_what_cannot_be_built_is_answered_with_a_question(text: str, said: str) -> None:
    result = read(text)
    assert isinstance(result, PlanAnswered)
    assert result.asks
    assert said in result.text


# Any text at all

VOCABULARY = st.sampled_from(
    "a an the each every has have with belongs to of and or , : ; . ( ) / - tasks projects title due date status of from 1 5 between make "
    "rename add remove called is optional unique many page app undo class id created at \n \" ' # <b> </b> ../.. \\ \0 é 日本 😀 𝒳 ﷺ".split(
        " "
    )
)
SPEECH = st.lists(VOCABULARY, max_size=60).map(" ".join)
ANYTHING = st.one_of(st.text(max_size=300), SPEECH)


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_any_text_gives_a_plan_or_an_answer(text: str) -> None:
    assert_sound(read(text))


@settings(max_examples=300, deadline=None)
@given(ANYTHING)
def test_any_text_changes_an_application_or_is_answered(text: str) -> None:
    assert_sound(read(text, made(TASKS)))


@settings(max_examples=100, deadline=None)
@given(SPEECH)
def test_the_same_text_gives_the_same_plan(text: str) -> None:
    assert read(text) == read(text)


def test_plans_do_not_depend_on_the_order_of_sets() -> None:
    """Text hashes differ from process to process; plans do not."""
    script = (
        "import sys; from datetime import datetime, UTC; from barnraise.contracts.commands import MakePlan;"
        "from barnraise.planner.domain.planning import plan; at = datetime(2026, 1, 1, tzinfo=UTC);"
        "first = plan(MakePlan(id='a', project_id='p', job_id='j', at=at, text=sys.argv[1]), at);"
        "more = MakePlan(id='b', project_id='p', job_id='j', at=at, text=sys.argv[2], manifest=first.manifest);"
        "print(first.model_dump_json(), plan(more, at).model_dump_json())"
    )
    change = "Tasks and projects have a budget and a start date; add tags to tasks"
    outputs = [
        subprocess.run(
            [sys.executable, "-c", script, TASKS, change], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    ]
    assert "start_date" in outputs[0]
    assert len(set(outputs)) == 1


@pytest.mark.parametrize(
    "thing", ["class", "None", "self", "import", "../../etc/passwd", "a/b", "<script>", "Ünïcödé", "metadata", "x" * 300]
)
def test_no_name_is_too_strange(thing: str) -> None:
    assert_sound(read(f"{thing}s have a {thing}, a name and a {thing} of {thing} or name. Each {thing} belongs to a {thing}."))
    assert_sound(read(f"add a {thing} to tasks, rename tasks to {thing} and remove the {thing}", made(TASKS)))


def test_markup_is_not_read() -> None:
    manifest = made("<p class=x>Books have a <b>title</b> and an author.</p><img src=x onerror=alert(1)>")
    assert "<" not in manifest.model_dump_json()
    assert {"title", "author"} <= {field.name for field in manifest.entity("Book").fields}


# No text takes long

REPEATED = {
    "conjunctions": "a and " * MANY,
    "open parentheses": "tasks (" * MANY,
    "closed parentheses": "()" * MANY,
    "digits": "1" * 1_000_000,
    "ranges": "1 to 5 " * MANY,
    "spaces": f"add a{' ' * 1_000_000}field",
    "lines": "\n \n" * MANY,
    "one word": "x" * 1_000_000,
    "humps": "aB" * MANY,
    "hyphens": "a-" * MANY,
    "bullets": "Tasks:\n" + "- a\n" * MANY,
    "verbs": "can be " * MANY,
    "values": "status a, b, " * MANY,
    "alternatives": "a or " * MANY,
    "names": "called A " * MANY,
    "wishes": f"export {'a ' * MANY}csv",
    "tags": "<a " * MANY,
    "sentences": "Tasks have a name. " * MANY,
    "entities": " ".join(f"Kind{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}s have a name and belong to a task." for n in range(MANY)),
    "renames": "rename a to " * MANY,
    "types": "the type of " * MANY,
    "additions": f"add {'a to ' * MANY}",
    "politeness": "please can you " * MANY,
    "undoes": f"undo{' please' * MANY}x",
    "ligatures": "\ufdfa" * MANY,
    "accents": "a" + "\u0301" * MANY,
    "charts": "a chart of a by b and " * MANY,
    "rights": "only a and b may delete c and " * MANY,
    "own": "users sign in and only see their own " * MANY,
    "German": "ich und der mit " * MANY,
    "a German word": f"ich und der mit {'kunden' * MANY}",
    "German lists": "um " + "und der die das mit " * MANY + "verwalten",
    "lists in brackets": "status (" + "und der, " * MANY,
    "movements": "ins in or out " * MANY,
    "typed lines": "Thing\n" + "- a: string\n" * MANY,
    "clauses": "tasks have " + "how often it and where it stands, " * MANY,
}


@pytest.mark.parametrize("text", REPEATED.values(), ids=REPEATED.keys())
def test_repetition_does_not_take_long(text: str) -> None:
    existing = made(TASKS)
    for manifest in (None, existing):
        began = time.process_time()
        assert_sound(read(text, manifest))
        assert time.process_time() - began < 6  # it takes 0.1 s; what grows with the square of the length takes minutes


def test_what_is_too_long_is_read_in_part_and_that_is_said() -> None:
    result = read(f"{TASKS} {'More of the same. ' * 60_000}")
    assert isinstance(result, PlanMade)
    assert any("only the first" in point for point in result.decision.open_points)


def test_importing_the_language_loads_no_library_beyond_those_of_the_contracts() -> None:
    """A library for plurals once cost three seconds at every start."""
    script = (
        "import sys; import barnraise.contracts.commands, barnraise.contracts.events; before = set(sys.modules);"
        "import barnraise.planner.domain.language; print(*sorted(set(sys.modules) - before))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in loaded if name.split(".")[0] not in {"barnraise", *sys.stdlib_module_names}] == []

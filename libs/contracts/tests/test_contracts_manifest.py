"""A manifest is strict: what contradicts itself is refused with the place, and every accepted name can be used as it is."""

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from barnraise.contracts.manifest import Entity, Field, Manifest, Page, Relation
from barnraise.contracts.names import (
    RESERVED_FIELDS,
    check_entity_name,
    check_field_name,
    plural,
    safe_entity_name,
    safe_field_name,
    snake,
)


def entity(name: str = "Task", *fields: Field) -> dict:
    return {"name": name, "label": name, "plural_label": f"{name}s", "fields": fields or (Field(name="title", label="Title"),)}


def manifest(**parts) -> Manifest:
    return Manifest.model_validate({"name": "app", "title": "App", "entities": (entity(),)} | parts)


def relation(**parts) -> dict:
    whole = {"kind": "one_to_many", "source": "Project", "target": "Task", "field": "project", "inverse": "tasks"}
    return whole | parts


def chart(**parts) -> dict:
    return {"name": "tasks-by-title", "title": "Tasks by title", "entity": "Task", "by": "title"} | parts


BOTH = (entity(), entity("Project"))


def test_a_chart_groups_by_a_field_or_by_what_records_belong_to() -> None:
    numbered = entity("Task", Field(name="title", label="Title"), Field(name="hours", label="Hours", type="float"))
    charts = (chart(), chart(name="hours", by="project", measure="sum", of="hours"))
    made = manifest(entities=(numbered, entity("Project")), relations=(relation(),), charts=charts)
    assert [figure.by for figure in made.charts] == ["title", "project"]


def test_members_are_fields_keys_relations_and_implicit_fields() -> None:
    made = manifest(entities=BOTH, relations=(relation(), relation(kind="many_to_many", field="members", inverse="memberships")))
    assert made.members("Task") == ["title", "created_at", "id", "updated_at", "project", "project_id", "memberships"]
    assert made.members("Project")[-2:] == ["tasks", "members"]
    assert made.entity("Task").table == "tasks"
    with pytest.raises(KeyError):
        made.entity("Nobody")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"entities": ()}, "needs an entity"),
        ({"entities": (entity(), entity())}, "stands twice"),
        ({"entities": (entity("Task"), entity("TASK"))}, "stands twice"),
        ({"entities": (entity("Task", Field(name="a", label="A"), Field(name="a", label="A")),)}, "stands twice"),
        ({"entities": ({**entity(), "display": "nothing"},)}, "does not exist"),
        ({"relations": (relation(),)}, "does not exist"),
        ({"entities": BOTH, "relations": (relation(), relation(field="owner"))}, "stands twice"),
        ({"entities": BOTH, "relations": (relation(field="title"),)}, "stands twice"),
        ({"entities": BOTH, "relations": (relation(required=True, on_delete="set_null"),)}, "required"),
        ({"relations": (relation(source="Task", target="Task", field="tasks"),)}, "two names"),
        ({"pages": (Page(name="p", title="P", kind="entity", entity="Nobody"),)}, "does not exist"),
        ({"roles": ({"name": "admin", "label": "A", "may": ("Nobody.read",)},)}, "does not exist"),
        ({"checks": ({"id": "x", "text": "x", "entity": "Nobody"},)}, "does not exist"),
        ({"charts": (chart(entity="Nobody"),)}, "does not exist"),
        ({"charts": (chart(by="size"),)}, "cannot be grouped"),
        ({"charts": (chart(by="project"),)}, "cannot be grouped"),
        ({"charts": (chart(), chart())}, "stands twice"),
        ({"charts": (chart(measure="sum"),)}, "are of a number"),
        ({"charts": (chart(measure="sum", of="title"),)}, "has no number"),
        ({"access": {"own": ("Task",)}}, "need signing in"),
        ({"access": {"sign_in": True, "own": ("Nobody",)}}, "does not exist"),
        ({"name": "Not a slug"}, "pattern"),
        ({"surprise": 1}, "Extra inputs"),
        ({"version": 2}, "Input should be 1"),
        ({"theme": {"accent": "red"}}, "pattern"),
    ],
)
def test_what_contradicts_itself_is_refused(parts: dict, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        manifest(**parts)


@pytest.mark.parametrize(
    "field",
    [
        {"type": "enum"},
        {"values": ("a",)},
        {"type": "enum", "values": ("a", "a")},
        {"type": "enum", "values": ("a", "b"), "default": "c"},
        {"type": "enum", "values": ("Not an identifier",)},
        {"type": "int", "min": 2, "max": 1},
        {"type": "string", "max": 1},
        {"type": "unknown"},
        {"max_length": 0},
        {"label": ""},
    ],
)
def test_a_field_that_makes_no_sense_is_refused(field: dict) -> None:
    with pytest.raises(ValidationError):
        Field.model_validate({"name": "x", "label": "X"} | field)


def test_pages_of_entities_name_one() -> None:
    for page in ({"kind": "entity"}, {"kind": "dashboard", "entity": "Task"}):
        with pytest.raises(ValidationError):
            Page.model_validate({"name": "p", "title": "P"} | page)


def test_a_self_relation_makes_a_tree() -> None:
    made = manifest(relations=(relation(source="Task", target="Task", field="parent", inverse="children"),))
    assert {"parent", "parent_id", "children"} <= set(made.members("Task"))


@pytest.mark.parametrize(
    "name", ["class", "import", "metadata", "id", "json", "Title", "a__b", "_a", "a_", "1a", "a-b", "é", "", "x" * 49, "a b"]
)
def test_field_names_that_code_cannot_use_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"name|reserved"):
        check_field_name(name)


@pytest.mark.parametrize("name", ["task", "None", "Object", "Order_Line", "1Task", "Täsk", "", "X" * 49])
def test_entity_names_that_code_cannot_use_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"name|reserved"):
        check_entity_name(name)


@pytest.mark.parametrize("name", ["order", "group", "user", "type", "key", "values", "select", "from_date", "a1"])
def test_words_of_sql_may_be_fields(name: str) -> None:
    if name not in RESERVED_FIELDS:
        assert check_field_name(name) == name


@pytest.mark.parametrize(
    ("one", "many"),
    [("task", "tasks"), ("category", "categories"), ("order_line", "order_lines"), ("person", "people"), ("bus", "buses"), ("box", "boxes"),
     ("quiz", "quizzes"), ("book_shelf", "book_shelves"), ("diagnosis", "diagnoses"),
     ("dish", "dishes"), ("day", "days"), ("news", "news"), ("child", "children")],
)  # fmt: skip
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


def test_snake_case() -> None:
    assert [snake(name) for name in ("OrderLine", "HTTPServer", "A", "Rsvp2Status")] == ["order_line", "http_server", "a", "rsvp2_status"]


@given(st.text(min_size=1))
def test_any_text_with_a_letter_gives_a_safe_field_name(text: str) -> None:
    try:
        name = safe_field_name(text)
    except ValueError:
        return
    assert check_field_name(name) == name
    assert not keyword.iskeyword(name)


@given(st.text(min_size=1))
def test_any_text_with_a_letter_gives_a_safe_entity_name(text: str) -> None:
    try:
        name = safe_entity_name(text)
    except ValueError:
        return
    assert check_entity_name(name) == name


@pytest.mark.parametrize("word", sorted(RESERVED_FIELDS - {"_"}))
def test_every_reserved_word_has_a_safe_form(word: str) -> None:
    assert check_field_name(safe_field_name(word)) not in RESERVED_FIELDS


def test_relation_names_follow_the_same_rules() -> None:
    with pytest.raises(ValidationError):
        Relation.model_validate(relation(field="class"))


def test_an_entity_shows_one_of_its_fields() -> None:
    assert Entity.model_validate(entity() | {"display": "title"}).display == "title"


def site(**changes: object) -> dict:
    page = {"name": "index", "title": "Home", "sections": [{"name": "story", "title": "Our story", "kind": "text"}]}
    return {"name": "bakery", "title": "Bakery", "kind": "site", "site": {"pages": [page], **changes}}


def script(**figure: object) -> dict:
    columns = [{"name": "month", "label": "Month"}, {"name": "rain", "label": "Rain", "type": "number"}]
    table = {"name": "rainfall", "columns": columns, "rows": [["Jan", "255"], ["Feb", ""]]}
    drawn = {"name": "rain_by_month", "title": "Rain", "kind": "bar", "table": "rainfall", "x": "month", "y": ["rain"], **figure}
    return {"name": "rain", "title": "Rain", "kind": "script", "script": {"tables": [table], "figures": [drawn]}}


@pytest.mark.parametrize("given", [site(), script()])
def test_a_site_and_a_script_are_manifests_too(given: dict) -> None:
    manifest = Manifest.model_validate(given)
    assert Manifest.model_validate_json(manifest.model_dump_json()) == manifest


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (site() | {"site": None}, "needs a site"),
        (site() | {"entities": [entity()]}, "an entity does not belong"),
        (site() | {"script": script()["script"]}, "a script does not belong"),
        (site(pages=[]), "at least 1"),
        (site(contact={"email": "a b@c"}), "pattern"),
        (site(contact={"links": [{"label": "x", "address": "javascript:alert(1)"}]}), "pattern"),
        (script(y=["month"]), "no number column 'month'"),
        (script(x="year"), "no column 'year'"),
        (script(table="nowhere"), "no column"),
        (script(name="rainfall"), "stands twice"),
    ],
)
def test_a_site_or_a_script_that_contradicts_itself_is_refused(given: dict, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Manifest.model_validate(given)

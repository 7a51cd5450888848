"""A schema in the message is the plan: SQL and OpenAPI become manifests."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Field, Manifest, Relation
from barnraise.planner.domain.planning import plan

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LIBRARY = """
CREATE TYPE binding AS ENUM ('soft', 'hard cover');
CREATE TABLE authors (id SERIAL PRIMARY KEY, name VARCHAR(80) NOT NULL, email TEXT UNIQUE, born DATE);
CREATE TABLE books (
  id INT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title TEXT NOT NULL,
  isbn CHAR(13) NOT NULL UNIQUE,
  price NUMERIC(8, 2) CHECK (price >= 0),
  status VARCHAR(10) NOT NULL DEFAULT 'lent' CHECK (status IN ('here', 'lent')),
  cover binding,
  rating INT CHECK (rating BETWEEN 1 AND 5),
  in_print BOOLEAN DEFAULT TRUE,
  extra JSONB,
  author_id INT NOT NULL REFERENCES authors (id) ON DELETE CASCADE,
  created_at TIMESTAMPTZ DEFAULT now()
);
CREATE TABLE tags (id SERIAL PRIMARY KEY, label VARCHAR(20));
CREATE TABLE book_tags (book_id INT REFERENCES books (id), tag_id INT REFERENCES tags (id), PRIMARY KEY (book_id, tag_id));
CREATE TABLE loans (
  id SERIAL PRIMARY KEY, due DATE NOT NULL, book_id INT, lender_id INT,
  CONSTRAINT of_book FOREIGN KEY (book_id) REFERENCES books (id) ON DELETE SET NULL,
  FOREIGN KEY (lender_id) REFERENCES authors (id)
);
CREATE INDEX by_title ON books (title);
"""
MYSQL = """
CREATE TABLE `order` (`id` INT AUTO_INCREMENT, `paid` TINYINT(1) NOT NULL DEFAULT 0, `size` ENUM('s','m') DEFAULT 'm', `memo` MEDIUMTEXT,
  `placed` DATETIME, PRIMARY KEY (`id`)) ENGINE=InnoDB;
"""
PETS: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Pet Store API", "version": "1"},
    "paths": {},
    "components": {
        "schemas": {
            "PetCreate": {
                "type": "object",
                "required": ["name", "ownerId"],
                "properties": {
                    "name": {"type": "string", "maxLength": 50},
                    "status": {"type": "string", "enum": ["available", "sold"], "default": "sold"},
                    "ownerId": {"type": "integer"},
                    "birthday": {"type": ["string", "null"], "format": "date"},
                    "age": {"type": "integer", "minimum": 0, "maximum": 40},
                    "tags": {"type": "array", "items": {"$ref": "#/components/schemas/Tag"}},
                },
            },
            "PetRead": {
                "allOf": [
                    {"$ref": "#/components/schemas/PetCreate"},
                    {
                        "type": "object",
                        "properties": {"id": {"type": "integer"}, "weight": {"anyOf": [{"type": "number"}, {"type": "null"}]}},
                    },
                ]
            },
            "Owner": {"type": "object", "properties": {"full_name": {"type": "string"}, "email": {"type": "string"}}},
            "Tag": {"type": "object", "properties": {"name": {"type": "string"}}},
            "ValidationError": {"type": "object", "properties": {"detail": {"type": "string"}}},
        }
    },
}


def read(text: str) -> PlanMade | PlanAnswered:
    return plan(MakePlan(id="p1:plan:1", project_id="p1", job_id="j1", at=NOW, text=text), NOW)


def made(text: str) -> Manifest:
    planned = read(text)
    assert isinstance(planned, PlanMade), planned
    assert planned.manifest
    return planned.manifest


def fields(manifest: Manifest, entity: str) -> dict[str, Field]:
    return {field.name: field for field in manifest.entity(entity).fields}


def relation(manifest: Manifest, target: str, field: str) -> Relation:
    return next(each for each in manifest.relations if each.target == target and each.field == field)


def test_tables_become_entities_with_types_and_rules() -> None:
    manifest = made(LIBRARY)
    assert [entity.name for entity in manifest.entities] == ["Author", "Book", "Tag", "Loan"]
    book = fields(manifest, "Book")
    assert {name: field.type for name, field in book.items()} == {
        "title": "string", "isbn": "string", "price": "decimal", "status": "enum", "cover": "enum", "rating": "int", "in_print": "bool",
        "extra": "json",
    }  # fmt: skip
    assert (book["isbn"].required, book["isbn"].unique, book["isbn"].max_length) == (True, True, 13)
    assert (book["status"].values, book["status"].default, book["cover"].values) == (("here", "lent"), "lent", ("soft", "hard_cover"))
    assert (book["rating"].min, book["rating"].max, book["price"].min, book["in_print"].default) == (1, 5, 0, True)
    assert fields(manifest, "Author")["email"].type == "email"


def test_foreign_keys_become_relations_and_tables_that_only_tie_become_many_to_many() -> None:
    manifest = made(LIBRARY)
    author = relation(manifest, "Book", "author")
    assert (author.source, author.required, author.on_delete, author.inverse) == ("Author", True, "cascade", "books")
    assert relation(manifest, "Loan", "book").on_delete == "set_null"
    assert relation(manifest, "Loan", "lender").source == "Author"
    assert [(each.source, each.target) for each in manifest.relations if each.kind == "many_to_many"] == [("Book", "Tag")]


def test_other_dialects_are_read() -> None:
    order = fields(made(MYSQL), "Order")
    assert {name: field.type for name, field in order.items()} == {"paid": "bool", "size": "enum", "memo": "text", "placed": "datetime"}


def test_words_around_a_fenced_script_are_its_description() -> None:
    manifest = made(f"Please build an app called Bookworm from this:\n```sql\n{LIBRARY}```\nThanks!")
    assert (manifest.title, manifest.name) == ("Bookworm", "bookworm")
    assert manifest.description.startswith("Please build")


@pytest.mark.parametrize("write", [json.dumps, lambda pets: yaml.safe_dump(pets, sort_keys=False)], ids=["json", "yaml"])
@pytest.mark.parametrize("before", ["", "Build this:\n"])
def test_an_openapi_document_becomes_its_things(write: Any, before: str) -> None:
    manifest = made(before + write(PETS))
    assert manifest.title == "Pet Store"
    assert [entity.name for entity in manifest.entities] == ["Pet", "Owner", "Tag"]
    pet = fields(manifest, "Pet")
    assert {name: field.type for name, field in pet.items()} == {
        "name": "string", "status": "enum", "birthday": "date", "age": "int", "weight": "float",
    }  # fmt: skip
    assert (pet["name"].required, pet["name"].max_length, pet["status"].default, pet["age"].max) == (True, 50, "sold", 40)
    assert not pet["birthday"].required
    owner = relation(manifest, "Pet", "owner")
    assert (owner.source, owner.required) == ("Owner", True)
    assert [each.field for each in manifest.relations if each.kind == "many_to_many"] == ["tags"]


def test_what_is_not_taken_is_said() -> None:
    planned = read(
        "CREATE TABLE tasks (title text);\nCREATE TABLE task (title text);\nCREATE TABLE notes (task_id int references nosuch(id));"
    )
    assert isinstance(planned, PlanMade)
    assert any("the table task" in point for point in planned.decision.open_points)
    assert any("notes.task_id" in point for point in planned.decision.open_points)


@pytest.mark.parametrize(
    "text",
    [
        "create table (", "create table x (" + "(" * 50_000, "create table create table (id int);" * 2_000, '{"openapi": "3.0.0"}',
        '{"openapi": "3.0.0", "components": {"schemas": {"A": {"$ref": "#/components/schemas/A"}}}}', "openapi: 3.0\n" + "- " * 40_000,
        '{"openapi": "3.0.0", "components": {"schemas": [1]}}', "CREATE TABLE t (a int);" * 3_000, "openapi: 3.0\na: &a [*a]",
        '{"openapi": "3.0.0", "components": {"schemas": {"A": {"allOf": [{"$ref": "#/components/schemas/A"}], "properties": {"b": 1}}}}}',
    ],
)  # fmt: skip
def test_a_schema_that_is_none_is_answered_or_read_as_far_as_it_goes(text: str) -> None:
    began = time.process_time()
    planned = read(text)
    assert isinstance(planned, PlanMade | PlanAnswered)
    assert time.process_time() - began < 30  # it takes one or two; what grows with the square of the length takes minutes

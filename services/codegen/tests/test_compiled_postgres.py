"""Compiled applications on a real PostgreSQL: their own tests, and what a changed plan does to the rows that are there."""

import asyncio
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from compiled import Project
from compiled_manifests import MANIFESTS, entity, field, to_one

from barnraise.contracts.manifest import Manifest

pytestmark = pytest.mark.connected
_VISIT = """
import json, logging, pathlib, sys
from fastapi.testclient import TestClient
from app.main import create_app
from app.settings import Settings
url, requests = sys.argv[1], json.loads(sys.argv[2])
folder = pathlib.Path("none")
with TestClient(create_app(Settings(url, folder, dist=folder, seed=False, log_level="WARNING"))) as client:
    answers = [client.request(method, path, json=body) for method, path, body in requests]
print(json.dumps([[answer.status_code, answer.json()] for answer in answers]))
"""


class Application:
    """The application of one plan after another, on the same database."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder

    def visit(self, manifest: Manifest, *requests: tuple[str, str, Any]) -> tuple[list[Any], str]:
        """(status, body) of requests to a freshly started application, and what it logged."""
        shutil.rmtree(self._folder, ignore_errors=True)
        project = Project.make(manifest, self._folder)
        done = project.output(project.backend, sys.executable, "-S", "-c", _VISIT, self._url, json.dumps(requests))
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1]), done.stderr + done.stdout


@pytest.fixture
def application(database_url: str, tmp_path: Path) -> Application:
    return Application(database_url, tmp_path / "application")


def plan(*fields: Any, **more: Any) -> Manifest:
    shelf = entity("Shelf", field("name"))
    return Manifest(name="shop", title="Shop", entities=(shelf, entity("Item", field("name"), *fields)), **more)


@pytest.mark.parametrize("name", ["charted", "single"])
def test_their_own_tests_pass(database_url: str, tmp_path: Path, name: str) -> None:
    project = Project.make(MANIFESTS[name], tmp_path)
    assert project.run(project.backend, sys.executable, "-S", "-m", "pytest", "-q", more={"TEST_DATABASE_URL": database_url}) == []


def test_links_to_one_become_the_first_of_several(database_url: str, tmp_path: Path) -> None:
    project, there = Project.make(MANIFESTS["guarded"], tmp_path), {"TEST_DATABASE_URL": database_url}
    assert project.run(project.backend, sys.executable, "-S", "-m", "pytest", "-q", "tests/test_schema.py", more=there) == []


def test_values_follow_their_field_into_another_type(application: Application) -> None:
    before = plan(field("count", "int"), field("price", "decimal"), field("done", "bool"), field("due", "date"), field("note"))
    values = {"name": "a", "count": 2**40, "price": "9.95", "done": True, "due": "2026-02-03", "note": "hello"}
    application.visit(before, ("POST", "/api/items", values))
    after = plan(field("count"), field("price", "float"), field("done", "int"), field("due", "datetime"), field("note", "int"))
    answers, _ = application.visit(after, ("GET", "/api/items/1", None))
    item = answers[0][1]
    assert [item["count"], item["price"], item["done"], item["due"][:10], item["note"]] == [str(2**40), 9.95, 1, "2026-02-03", 0]


def test_new_fields_are_filled_and_removed_ones_come_back(application: Application) -> None:
    short, long = plan(), plan(field("code", unique=True), field("stage", "enum", values=("new", "old")), field("pages", "int"))
    application.visit(short, ("POST", "/api/items", {"name": "a"}), ("POST", "/api/items", {"name": "b"}))
    answers, _ = application.visit(long, ("PATCH", "/api/items/2", {"pages": 7, "stage": "old"}), ("GET", "/api/items/1", None))
    assert [answers[1][1][name] for name in ("code", "stage", "pages")] == ["code 1", "new", 0]
    answers, _ = application.visit(short, ("POST", "/api/items", {"name": "c"}))
    assert answers[0][0] == 201
    answers, _ = application.visit(long, ("GET", "/api/items/2", None), ("GET", "/api/items/3", None))
    assert [item["pages"] for _, item in answers] == [7, 0]


def test_choices_that_are_gone_become_the_first_one(application: Application) -> None:
    application.visit(plan(field("stage", "enum", values=("new", "old"))), ("POST", "/api/items", {"name": "a", "stage": "old"}))
    answers, _ = application.visit(plan(field("stage", "enum", values=("new", "sold"))), ("GET", "/api/items/1", None))
    assert answers[0][1]["stage"] == "new"


def test_rows_that_break_a_new_rule_win(application: Application) -> None:
    twice = [("POST", "/api/items", {"name": "a" * 50, "count": 5})] * 2
    application.visit(plan(field("count", "int")), *twice)
    strict = Manifest(
        name="shop",
        title="Shop",
        entities=(
            entity("Shelf", field("name")),
            entity("Item", field("name", max_length=10), field("count", "int", unique=True, max=3)),
        ),
    )
    answers, log = application.visit(strict, ("GET", "/api/items", None))
    assert [item["count"] for item in answers[0][1]["items"]] == [5, 5]
    assert log.count("old rows break a new rule") == 4


def test_what_belongs_to_something_is_kept_by_the_database(application: Application) -> None:
    application.visit(plan(), ("POST", "/api/shelves", {"name": "s"}), ("POST", "/api/items", {"name": "a"}))
    tied = plan(relations=(to_one("Shelf", "Item", "shelf", "items", required=True),))
    answers, log = application.visit(tied, ("GET", "/api/items/1", None), ("DELETE", "/api/shelves/1", None))
    assert (answers[0][1]["shelf"]["id"], answers[1][0]) == (1, 409)
    assert "old rows" not in log


def test_an_administrator_keeps_indexes_of_any_name(application: Application, run_sql: Callable[..., list[Any]]) -> None:
    tied = (to_one("Shelf", "Item", "shelf", "items"),)
    application.visit(plan(field("note"), field("count", "int"), relations=tied), ("POST", "/api/items", {"name": "a"}))
    run_sql("CREATE INDEX ix_items_name ON items (name)", "CREATE INDEX ix_slow ON items (note, count)")
    kept = ("ix_items_name", "ix_slow")
    assert _indexes(run_sql) == {*kept, "ix_items_shelf_id"}
    application.visit(plan(field("note"), field("count", "int"), field("more"), relations=tied))
    assert _indexes(run_sql) == {*kept, "ix_items_shelf_id"}
    application.visit(plan(field("note"), field("count", "int")))
    assert _indexes(run_sql) == {*kept}
    run_sql("CREATE INDEX ix_items_shelf_id ON items (count)")
    _, log = application.visit(plan(field("note"), field("count", "int"), relations=tied))
    assert "somebody else's index" in log
    application.visit(plan(field("note"), field("count", "int"), field("more")))
    assert _indexes(run_sql) == {*kept, "ix_items_shelf_id"}


def test_indexes_of_before_they_said_who_made_them_are_known_by_their_names(
    application: Application, run_sql: Callable[..., list[Any]]
) -> None:
    application.visit(plan(relations=(to_one("Shelf", "Item", "shelf", "items"),)))
    run_sql(
        "COMMENT ON TABLE items IS 'definition 0'", "COMMENT ON INDEX ix_items_shelf_id IS NULL", "CREATE INDEX ix_slow ON items (name)"
    )
    application.visit(plan())
    assert _indexes(run_sql) == {"ix_slow"}


def test_an_administrator_keeps_rules_of_any_name(application: Application, run_sql: Callable[..., list[Any]]) -> None:
    counted = (field("note"), field("count", "int", unique=True, max=3))
    application.visit(plan(*counted), ("POST", "/api/items", {"name": "a"}))
    made = _rules(run_sql)
    assert "uq_items_count" in made and "ck_items_count_range" in made
    run_sql(
        "ALTER TABLE items ADD CONSTRAINT ck_items_polite CHECK (note <> 'rude')",
        "ALTER TABLE items ADD CONSTRAINT uq_items_note UNIQUE (note)",
        "ALTER TABLE items ADD CONSTRAINT fk_items_self FOREIGN KEY (id) REFERENCES items (id)",
    )
    kept = {"ck_items_polite", "uq_items_note", "fk_items_self"}
    application.visit(plan(*counted, field("more")))
    assert _rules(run_sql) == made | kept | {"ck_items_more_length"}
    application.visit(plan(field("note"), field("count", "int")))
    assert _rules(run_sql) >= kept and not _rules(run_sql) & {"uq_items_count", "ck_items_more_length"}
    _, log = application.visit(plan(field("note", unique=True), field("count", "int")))
    assert "somebody else's rule" in log and _rules(run_sql) >= kept


@pytest.mark.parametrize("was", ["definition 0", "made from 0"])
def test_rules_of_before_they_said_who_made_them_are_known_by_their_names(
    application: Application, run_sql: Callable[..., list[Any]], was: str
) -> None:
    tied = (to_one("Shelf", "Item", "shelf", "items"),)
    stage = field("stage", "enum", values=("new", "old"))
    application.visit(plan(field("count", "int", unique=True, max=3), stage, relations=tied))
    made = _rules(run_sql)
    run_sql(
        f"COMMENT ON TABLE items IS '{was}'",
        *(f"COMMENT ON CONSTRAINT {name} ON items IS NULL" for name in made),
        "ALTER TABLE items ADD CONSTRAINT ck_items_polite CHECK (name <> 'rude')",
    )
    application.visit(plan())
    assert _rules(run_sql) == {"ck_items_polite", "ck_items_name_length"}


def _rules(run_sql: Callable[..., list[Any]]) -> set[str]:
    query = "SELECT conname FROM pg_constraint WHERE conrelid = 'items'::regclass AND contype IN ('c', 'f', 'u')"
    return {name for (name,) in run_sql(query)}


def _indexes(run_sql: Callable[..., list[Any]]) -> set[str]:
    return {name for (name,) in run_sql("SELECT indexname FROM pg_indexes WHERE tablename = 'items' AND indexname LIKE 'ix_%'")}


@pytest.fixture
def run_sql(database_url: str) -> Callable[..., list[Any]]:
    """Runs statements as an administrator would; the rows of the last one."""

    async def run(*statements: str) -> list[Any]:
        connection = await asyncpg.connect(database_url)
        try:
            return [[tuple(row) for row in await connection.fetch(statement)] for statement in statements][-1]
        finally:
            await connection.close()

    return lambda *statements: asyncio.run(run(*statements))

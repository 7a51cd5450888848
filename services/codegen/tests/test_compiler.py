"""The compiler as a function: deterministic, complete, clean, stable when a manifest grows, safe with any text."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from barnraise.codegen.domain import compiler_samples
from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.codegen.domain.compiler_access import ACTIONS, roles
from barnraise.contracts.manifest import Access, Chart, Entity, Field, Manifest, Page, Relation, Role
from barnraise.sandbox.adapters import layer as layers

CHECKOUT = Path(__file__).resolve().parents[3]
TYPES = [
    "string", "text", "markdown", "int", "float", "decimal", "bool", "date", "time", "datetime", "enum", "email", "url", "phone",
    "color", "file", "json",
]  # fmt: skip
HOSTILE = '""" {{ x }} {% y %} {# z #} </script><b>\\ \' "q" `${z}` \n# *md* | é 漢字 \u202e\u2028 -->'


def field(name: str, kind: str = "string", label: str = "A label", **more: object) -> Field:
    values = ("one", "two") if kind == "enum" else ()
    return Field.model_validate({"name": name, "label": label, "type": kind, "values": values, **more})


def entity(name: str, *fields: Field, label: str = "A thing") -> Entity:
    return Entity(name=name, label=label, plural_label=f"{label}s", fields=fields)


def to_one(source: str, target: str, name: str, inverse: str, **more: object) -> Relation:
    return Relation.model_validate({"kind": "one_to_many", "source": source, "target": target, "field": name, "inverse": inverse, **more})


def to_many(source: str, target: str, name: str, inverse: str) -> Relation:
    return Relation(kind="many_to_many", source=source, target=target, field=name, inverse=inverse)


def tasks(*more: Field) -> Manifest:
    return Manifest(
        name="tasks",
        title="Tasks",
        entities=(
            entity("Project", field("name", unique=True), field("color", "color", required=False)),
            entity("Task", field("title"), field("priority", "enum", default="one"), field("done", "bool"), *more),
        ),
        relations=(to_one("Project", "Task", "project", "tasks", required=True, on_delete="cascade"),),
    )


def every_type() -> Manifest:
    return Manifest(
        name="types",
        title="Types",
        entities=(
            entity("Required", *(field(f"f_{kind}", kind) for kind in TYPES)),
            entity("Optional", *(field(f"f_{kind}", kind, required=False) for kind in TYPES)),
            entity("Unique", *(field(f"f_{kind}", kind, unique=True) for kind in TYPES)),
            entity(
                "Bounded",
                field("i", "int", min="0.5", max=3, default=2),
                field("d", "decimal", min="0.05", max="9.99", default="1.5"),
                field("x", "float", min=-1, max=1),
                field("s", max_length=3),
                field("few", "int", unique=True, min=1, max=2),
                field("dt", "datetime", default="2024-05-06T07:08:09+02:00"),
                field("t", "time", default="nonsense"),
                field("j", "json", default='{"a": [1, null]}'),
                field("long", "text", default="x" * 100),
            ),
            entity("Empty"),
            entity("A", field("name")),
            entity("Stat", field("name")),
        ),
    )


def adversarial() -> Manifest:
    names = ["Session", "Field", "Class", "Order", "Record", "Any2"]
    words = [
        "type", "order", "group", "key", "index", "value", "items", "query", "values", "list", "str", "int", "float", "bool", "types",
        "typing", "sa", "orm", "db", "dt", "decimal", "crud", "schemas", "limit", "offset", "q", "sort", "keys", "get", "update", "path",
        "id_2", "constructor", "then", "label",
    ]  # fmt: skip
    kinds = [*TYPES, *TYPES, *TYPES]
    entities = tuple(
        entity(name, *(field(word, kinds[at + number], HOSTILE) for at, word in enumerate(words[number::6])), label=HOSTILE[:100])
        for number, name in enumerate(names)
    )
    return Manifest(
        name="adversarial",
        title=HOSTILE,
        description=HOSTILE * 3,
        entities=entities,
        relations=(
            to_one("Session", "Field", "session", "fields", required=True, on_delete="cascade"),
            to_one("Field", "Session", "field", "sessions", required=True),
            to_one("Class", "Class", "above", "below", required=True),
            to_one("Order", "Record", "first", "firsts", on_delete="set_null"),
            to_one("Order", "Record", "second", "seconds"),
            to_many("Class", "Class", "friends", "friend_of"),
            to_many("Order", "Class", "classes", "orders"),
        ),
        pages=(Page(name="home", title=HOSTILE, kind="dashboard"), Page(name="x", title="</script>${1}`", kind="entity", entity="Class")),
    )


def charted() -> Manifest:
    """The tasks with a chart of every kind."""
    manifest = tasks(
        field("due", "date", required=False),
        field("begun", "datetime"),
        field("place", required=False),
        field("hours", "int", min=0),
        field("cost", "decimal", required=False),
        field("share", "float"),
        field("urgent", "bool", required=False),
    )
    wanted = (
        ("tasks-by-priority", "priority", "count", None, "bar"),
        ("cost-by-urgency", "urgent", "sum", "cost", "bar"),
        ("tasks-by-month", "due", "count", None, "line"),
        ("cost-by-beginning", "begun", "average", "cost", "line"),
        ("hours-by-place", "place", "sum", "hours", "bar"),
        ("share-by-project", "project", "average", "share", "bar"),
    )
    charts = [
        Chart(name=name, title=HOSTILE[:100], entity="Task", by=by, measure=how, of=of, kind=kind) for name, by, how, of, kind in wanted
    ]
    names = Chart(name="names", title="Names", entity="Project", by="name")
    return manifest.model_copy(update={"name": "charted", "charts": (*charts, names)})


def guarded() -> Manifest:
    """Everything at once: accounts, roles, records of one's own, files, charts, and entities called like the machinery."""
    manifest = charted()
    machinery = (
        entity("Account", field("email", "email"), field("role"), field("password"), field("owner"), field("owners", "int")),
        entity("Session", field("token"), field("account_id_2")),
        entity("User", field("name"), field("photo", "file", required=False)),
        entity("Chart", field("name"), field("access", "bool"), field("accounts", "json")),
    )
    return manifest.model_copy(
        update={
            "name": "guarded",
            "entities": (*manifest.entities, *machinery),
            "relations": (
                *manifest.relations,
                to_one("Account", "Session", "account", "sessions", required=True),
                to_one("Task", "Chart", "task", "charts"),
                to_many("User", "Task", "tasks", "users"),
            ),
            "roles": (
                Role(name="member", label="Member", may=("*.read", "Task.*", "Session.create")),
                Role(name="boss", label="Boss", may=("*.*",)),
                Role(name="guest", label="Guest", may=("Project.read",)),
            ),
            "access": Access(sign_in=True, own=("Task", "Session")),
        }
    )


def lengthy() -> Manifest:
    """Long names, wherever a line could become too long."""
    first, second = "First" + "Abcdefgh" * 4, "Second" + "Abcdefgh" * 4
    long = "a_long_name_of_something_"
    kinds = ("string", "enum", "bool", "date", "decimal", "json")
    fields = [field(f"{long}{kind}", kind, unique=kind == "string", required=kind != "json") for kind in kinds]
    charts = [
        Chart(name=f"{long}{by}".replace("_", "-"), title="T", entity=second, by=f"{long}{by}", measure="average", of=f"{long}decimal")
        for by in ("string", "enum", "bool", "date", "one")
    ]
    return Manifest(
        name="lengthy",
        title="Lengthy",
        entities=(entity(first, *fields), entity(second, *fields)),
        relations=(
            to_one(first, second, f"{long}one", f"{long}ones", required=True),
            to_many(second, second, f"{long}many", f"{long}more"),
        ),
        charts=tuple(charts),
        roles=(Role(name="boss", label="Boss"), Role(name="nobody", label="Nobody")),
        access=Access(sign_in=True, own=(first, second)),
    )


MANIFESTS = {
    "tasks": tasks(),
    "every_type": every_type(),
    "adversarial": adversarial(),
    "charted": charted(),
    "guarded": guarded(),
    "lengthy": lengthy(),
}


@pytest.fixture(params=sorted(MANIFESTS))
def manifest(request: pytest.FixtureRequest) -> Manifest:
    return MANIFESTS[request.param]


def write(tree: dict[str, bytes], folder: Path) -> Path:
    for path, content in tree.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_equal_manifests_give_equal_bytes_in_the_same_order(manifest: Manifest) -> None:
    again = Manifest.model_validate_json(manifest.model_dump_json())
    assert list(compile_manifest(manifest).items()) == list(compile_manifest(again).items())


def test_the_tree_has_what_an_application_needs() -> None:
    tree = compile_manifest(tasks())
    assert {
        "README.md", "Dockerfile", "docker-compose.yml", "sbom.cdx.json", ".gitignore", ".dockerignore", ".env.example",
        ".github/workflows/ci.yml",
        "backend/requirements.txt", "backend/pyproject.toml", "backend/app/main.py", "backend/app/models/tasks.py",
        "backend/app/schemas/tasks.py", "backend/app/routes/tasks.py", "backend/tests/entities/test_tasks.py",
        "frontend/package.json", "frontend/package-lock.json", "frontend/vite.config.ts", "frontend/index.html",
        "frontend/src/entities/tasks.ts", "frontend/src/App.tsx",
    } <= tree.keys()  # fmt: skip
    assert not any(path.endswith(".j2") or path.startswith(("/", "..")) for path in tree)


def test_what_no_entity_needs_is_left_out() -> None:
    small, large = compile_manifest(tasks()), compile_manifest(every_type())
    assert "backend/app/uploads.py" not in small
    assert "backend/app/uploads.py" in large
    assert "backend/app/models/_links.py" not in small
    assert "backend/app/models/_links.py" in compile_manifest(adversarial())


def test_every_file_ends_with_one_newline_and_has_no_stray_spaces(manifest: Manifest) -> None:
    for path, content in compile_manifest(manifest).items():
        text = content.decode()
        assert text.endswith("\n") and not text.endswith("\n\n"), path
        assert not [line for line in text.splitlines() if line != line.rstrip() and "\u2028" not in line], path


def test_data_files_are_valid(manifest: Manifest) -> None:
    for path, content in compile_manifest(manifest).items():
        text = content.decode()
        if path.endswith(".json"):
            json.loads(text)
        elif path.endswith(".toml"):
            tomllib.loads(text)
        elif path.endswith(".yml"):
            yaml.safe_load(text)
        elif path.endswith(".py"):
            ast.parse(text)


def test_the_lock_holds_no_addresses() -> None:
    assert '"resolved"' not in compile_manifest(tasks())["frontend/package-lock.json"].decode()


def test_the_bill_of_materials_names_every_pinned_package_once() -> None:
    tree = compile_manifest(tasks())
    bill = json.loads(tree["sbom.cdx.json"])
    found = [f"{part.get('group', '')}/{part['name']}@{part['version']}".lstrip("/") for part in bill["components"]]
    pins = [line.split(" ")[0].replace("==", "@") for line in tree["backend/requirements.txt"].decode().splitlines()]
    packages = json.loads(tree["frontend/package-lock.json"])["packages"]
    locked = {f"{path.rpartition('node_modules/')[2]}@{package['version']}" for path, package in packages.items() if path}
    assert sorted(found) == sorted({*pins, *locked})
    required = {part["name"] for part in bill["components"] if part["scope"] == "required"}
    assert {"react", "fastapi"} <= required
    assert not {"vite", "colorama"} & required


def test_every_variable_of_the_settings_is_in_the_example_and_the_readme() -> None:
    tree = {path: content.decode() for path, content in compile_manifest(tasks()).items()}
    names = set(re.findall(r'environ\.get\("(\w+)"', tree["backend/app/settings.py"]))
    names |= set(re.findall(r"\$\{(\w+)", tree["docker-compose.yml"]))
    assert {"DATA_DIR", "DATABASE_URL", "SEED", "LOG_LEVEL", "PORT"} <= names
    for name in names:
        assert f"# {name}=" in tree[".env.example"], name
        assert f"| `{name}` |" in tree["README.md"], name


def test_linter_and_formatter_find_nothing(manifest: Manifest, tmp_path: Path) -> None:
    clean(write(compile_manifest(manifest), tmp_path) / "backend")


def clean(folder: Path) -> None:
    """The linter and the formatter find nothing in the folder."""
    for command in (["check"], ["format", "--diff"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--no-cache", "."]
        run = subprocess.run(ruff, cwd=folder, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout[-4000:]


def test_an_application_with_one_kind_of_chart_has_no_code_for_others(tmp_path: Path) -> None:
    for chart in charted().charts:
        write(compile_manifest(charted().model_copy(update={"charts": (chart,)})), tmp_path / chart.name)
        clean(tmp_path / chart.name / "backend")
    source = (tmp_path / "tasks-by-priority/backend/app/charts.py").read_text()
    assert [word for word in ("_by_month", "_by_record", "average", "Other", "decimal") if word in source] == []


def test_an_application_without_signing_in_has_no_code_for_it() -> None:
    for path, content in compile_manifest(charted()).items():
        if path.startswith(("backend/app/", "backend/tests/", "frontend/src/")):
            words = [word for word in ("token", "sign_in", "signIn", "account", "passwords", "owner", "may(") if word in content.decode()]
            assert words == [], path


def test_signing_in_without_roles_or_records_of_ones_own_is_clean_too(tmp_path: Path) -> None:
    tree = compile_manifest(tasks().model_copy(update={"access": Access(sign_in=True)}))
    clean(write(tree, tmp_path) / "backend")
    assert "backend/app/owners.py" not in tree
    assert b'"member": {\n        "projects": EVERYTHING,' in tree["backend/app/roles.py"]


def test_rights_are_written_out_and_the_administrator_comes_first() -> None:
    found = {role.name: role.rights for role in roles(guarded())}
    assert list(found) == ["boss", "member", "guest"]
    assert set(found["boss"].values()) == {ACTIONS}
    assert found["member"]["Task"] == ACTIONS
    assert found["member"]["Session"] == ("read", "create")
    assert found["guest"] == {"Project": ("read",)}


def test_somebody_may_do_everything_even_if_no_role_says_so() -> None:
    (only,) = roles(tasks().model_copy(update={"roles": (Role(name="clerk", label="Clerk", may=("Task.read",)),)}))
    assert (only.name, only.rights) == ("clerk", {"Project": ACTIONS, "Task": ACTIONS})


def test_a_new_field_adds_lines_and_changes_none() -> None:
    before, after = compile_manifest(tasks()), compile_manifest(tasks(field("due_date", "date", "Due date", required=False)))
    assert before.keys() == after.keys()
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {
        "README.md",
        "backend/app/models/tasks.py",
        "backend/app/samples.py",
        "backend/app/schemas/tasks.py",
        "backend/tests/entities/test_tasks.py",
        "backend/tests/factory.py",
        "frontend/src/entities/tasks.ts",
    }
    for path in changed - {"README.md"}:
        kept = iter(after[path].decode().splitlines())
        missing = [line for line in before[path].decode().splitlines() if line not in kept]
        assert missing == [], path


def test_a_new_entity_leaves_the_others_alone() -> None:
    grown = tasks().model_copy(update={"entities": (*tasks().entities, entity("Note", field("text", "text")))})
    before, after = compile_manifest(tasks()), compile_manifest(grown)
    assert {path for path in after if path not in before} == {
        "backend/app/models/notes.py",
        "backend/app/routes/notes.py",
        "backend/app/schemas/notes.py",
        "backend/tests/entities/test_notes.py",
        "frontend/src/entities/notes.ts",
    }
    assert {path for path in before if before[path] != after[path]} == {
        "README.md",
        "backend/app/models/__init__.py",
        "backend/app/routes/__init__.py",
        "backend/app/samples.py",
        "backend/tests/factory.py",
        "backend/tests/test_application.py",
        "backend/tests/test_schema.py",
        "frontend/src/app.ts",
        "frontend/src/entities/index.ts",
    }


def test_hostile_text_never_leaves_its_literal() -> None:
    tree = {path: content.decode() for path, content in compile_manifest(adversarial()).items()}
    page = tree["frontend/index.html"]
    assert page.count("</script>") == 2
    assert "<b>" not in page
    for path, text in tree.items():
        assert "{{ x }}" not in text or not path.startswith(".github/"), path
        assert "\u202e" not in text, path
        if path.startswith("frontend/src/"):
            assert "</script>" not in text and "\u2028" not in text, path


@pytest.fixture(scope="module")
def packages() -> Path:
    """The packages that previews have, and nothing else."""
    base = Path(os.environ.get("BARNRAISE_BASE_DIR") or CHECKOUT / ".barnraise/shared/base")
    templates = CHECKOUT / "services/codegen/src/barnraise/codegen/templates"
    requirements = [templates / "app/backend/requirements.txt", templates / "script/requirements.txt"]
    return layers.build(requirements, templates / "app/frontend", base, lambda _: None).path / "root/opt/site"


@pytest.mark.parametrize("name", ["charted", "guarded"])
def test_the_tests_of_the_application_pass(name: str, packages: Path, tmp_path: Path) -> None:
    folder = write(compile_manifest(MANIFESTS[name]), tmp_path) / "backend"
    surroundings = {"PATH": os.environ["PATH"], "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [sys.executable, "-S", "-m", "pytest", "-q"], cwd=folder, env=surroundings, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert "warning" not in run.stdout


@pytest.mark.parametrize("pool", [pool for _, pool in (*compiler_samples._BY_FIELD, *compiler_samples._BY_ENTITY)])
def test_every_pool_of_samples_has_a_value_for_each_row(pool: tuple[str, ...]) -> None:
    assert len(set(pool)) == compiler_samples.ROWS

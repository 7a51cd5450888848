"""The compiler as a function: deterministic, complete, clean, stable when a manifest grows, safe with any text."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from compiled_manifests import MANIFESTS, adversarial, charted, entity, every_type, field, guarded, paid, single, tasks, to_one

from barnraise.codegen.domain import compiler, compiler_samples
from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.codegen.domain.compiler_access import ACTIONS, roles
from barnraise.codegen.domain.compiler_memory import Memory
from barnraise.contracts.manifest import Access, Integration, Manifest, Role

CHECKOUT = Path(__file__).resolve().parents[3]


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


def test_what_is_remembered_is_what_would_be_rendered(manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each after many others: what any file depends on must be part of what it is remembered by."""
    changed = [
        manifest.model_copy(update={"access": Access(sign_in=not manifest.access.sign_in)}),
        manifest.model_copy(update={"relations": ()}),
        *(
            manifest.model_copy(update={"entities": (*manifest.entities[:at], other, *manifest.entities[at + 1 :])})
            for at, each in enumerate(manifest.entities)
            for other in (each.model_copy(update={"label": "Other"}), each.model_copy(update={"fields": (field("added", unique=True),)}))
        ),
        *(
            manifest.model_copy(update={"relations": (*manifest.relations[:at], *manifest.relations[at + 1 :])})
            for at in range(len(manifest.relations))
        ),
    ]
    remembered = [compile_manifest(each) for each in changed]
    for each, tree in zip(changed, remembered, strict=True):
        monkeypatch.setattr(compiler, "_memory", Memory())
        assert compile_manifest(each) == tree


def test_an_entity_is_remembered_by_what_happens_far_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last relation of a circle is optional, whatever it says: without one on the other side it is required."""
    ends = ("A", "B"), ("B", "C"), ("C", "D"), ("D", "A")
    circle = tuple(to_one(source, target, f"{source.lower()}_one", f"{target.lower()}_many", required=True) for source, target in ends)
    whole = Manifest(name="circle", title="Circle", entities=tuple(entity(name, field("name")) for name in "ABCD"), relations=circle)
    compile_manifest(whole)
    opened = whole.model_copy(update={"relations": (circle[0], *circle[2:])})
    remembered = compile_manifest(opened)
    monkeypatch.setattr(compiler, "_memory", Memory())
    assert compile_manifest(opened) == remembered


def test_memory_forgets_the_oldest() -> None:
    memory, rendered = Memory(most_bytes=10), []

    def recall(name: str) -> bytes:
        return memory.recall(name, lambda: rendered.append(name) or name * 4)

    assert [recall(name) for name in ("a", "b", "a", "c", "a", "b")] == [b"aaaa", b"bbbb", b"aaaa", b"cccc", b"aaaa", b"bbbb"]
    assert rendered == ["a", "b", "c", "b"]


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


@pytest.mark.parametrize("built", [tasks(), single()], ids=["tasks", "single"])
def test_the_bill_of_materials_names_every_pinned_package_once(built: Manifest) -> None:
    tree = compile_manifest(built)
    bill = json.loads(tree["sbom.cdx.json"])
    found = [f"{part.get('group', '')}/{part['name']}@{part['version']}".lstrip("/") for part in bill["components"]]
    pins = [line.split(" ")[0].replace("==", "@") for line in tree["backend/requirements.txt"].decode().splitlines()]
    packages = json.loads(tree["frontend/package-lock.json"])["packages"]
    locked = {f"{path.rpartition('node_modules/')[2]}@{package['version']}" for path, package in packages.items() if path}
    assert sorted(found) == sorted({*pins, *locked})
    required = {part["name"] for part in bill["components"] if part["scope"] == "required"}
    assert {"react", "fastapi"} <= required
    assert not {"vite", "colorama"} & required


@pytest.mark.parametrize("built", [tasks(), paid(), single()], ids=["tasks", "paid", "single"])
def test_every_variable_of_the_settings_is_in_the_example_and_the_readme(built: Manifest) -> None:
    tree = {path: content.decode() for path, content in compile_manifest(built).items()}
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


def test_an_application_without_integrations_has_no_code_for_them() -> None:
    bare = guarded().model_copy(update={"integrations": (Integration(kind="stripe"), Integration(kind="email"))})
    for path, content in compile_manifest(bare).items():
        assert "stripe" not in content.decode().lower() or path in ("sbom.cdx.json", "frontend/package-lock.json"), path
        assert "smtp" not in content.decode().lower(), path
        assert [word for word in ("payment", "outbox") if word in path.lower()] == [], path


def test_what_signing_in_at_a_provider_needs_is_only_where_that_is_wanted() -> None:
    wanted, open_ = single(), single().model_copy(update={"access": Access()})
    trees = {"wanted": compile_manifest(wanted), "open": compile_manifest(open_), "bare": compile_manifest(guarded())}
    pinned = {name: tree["backend/requirements.txt"].decode().splitlines() for name, tree in trees.items()}
    assert set(pinned["bare"]) < set(pinned["wanted"])
    assert {line.partition("==")[0] for line in {*pinned["wanted"]} - {*pinned["bare"]}} == {"cffi", "cryptography", "pycparser", "pyjwt"}
    assert pinned["wanted"] == sorted(pinned["wanted"])
    assert pinned["open"] == pinned["bare"]
    assert "backend/app/oidc.py" in trees["wanted"]
    for path, content in (item for name in ("open", "bare") for item in trees[name].items()):
        words = [word for word in ("oidc", "openid", "pyjwt", "UNUSABLE") if word in content.decode()]
        assert words == [], path


@pytest.mark.parametrize(
    ("provider", "label", "issuer"),
    [("google", "Google", "https://accounts.google.com"), ("okta", "Okta", ""), ("my-own", "My Own", ""), (None, "single sign-on", "")],
)
def test_a_provider_that_is_known_brings_its_name_and_where_it_is(provider: str | None, label: str, issuer: str, tmp_path: Path) -> None:
    block = Integration(kind="oidc", provider=provider)
    tree = compile_manifest(single().model_copy(update={"integrations": (block,)}))
    settings = tree["backend/app/settings.py"].decode()
    assert f'oidc_name: str = "{label}"' in settings
    assert f'oidc_issuer: str = "{issuer}"' in settings
    assert f"Signing in with {label}" in tree["README.md"].decode()
    clean(write(tree, tmp_path) / "backend")


def test_integrations_are_clean_one_by_one_and_without_signing_in_too(tmp_path: Path) -> None:
    for kind in ("stripe", "email"):
        blocks = tuple(block for block in paid().integrations if block.kind == kind)
        clean(write(compile_manifest(paid().model_copy(update={"integrations": blocks})), tmp_path / kind) / "backend")
    tree = compile_manifest(paid().model_copy(update={"access": Access()}))
    clean(write(tree, tmp_path / "open") / "backend")
    assert b"access" not in tree["backend/app/payments.py"]


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


@pytest.mark.parametrize("pool", [pool for _, pool in (*compiler_samples._BY_FIELD, *compiler_samples._BY_ENTITY)])
def test_every_pool_of_samples_has_a_value_for_each_row(pool: tuple[str, ...]) -> None:
    assert len(set(pool)) == compiler_samples.ROWS

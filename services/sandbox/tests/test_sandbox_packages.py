"""Which packages sandboxes have, and what is said of the others."""

import json
from pathlib import Path

import pytest

from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.contracts.manifest import Manifest
from barnraise.sandbox.adapters import layer as layers
from barnraise.sandbox.domain.needs import needs_of
from barnraise.sandbox.domain.packages import Installed, Packages

HAVE = Packages(
    {"fastapi": Installed("1.2", ("jinja9>=3; extra == 'all'", "anyio")), "typing-extensions": Installed("4.16.0")},
    {"react": "19.1.0", "@types/react": "19.0.0", "inner": "1.0.0"},
    {"react": "^19.0.0", "@types/react": "19.0.0"},
)


def lacking(files: dict[str, bytes]) -> list[str]:
    return HAVE.lacking(needs_of(files))


@pytest.mark.parametrize(
    ("requirements", "names"),
    [
        ("fastapi==1.2\nTyping_Extensions>=4  # for types\n", []),
        ("fastapi~=2.0\npandas\nnumpy==2\n", ["fastapi~=2.0", "numpy", "pandas"]),
        ("fastapi[all]", ["fastapi[all]"]),
        ("colorama==0.4 ; sys_platform == 'win32'\n# pandas\n\n", []),
        ("pandas \\\n  >= 2 \\\n  --hash=sha256:aa --hash=sha256:bb\n", ["pandas"]),
    ],
)
def test_python_packages_are_compared_by_names_and_versions(requirements: str, names: list[str]) -> None:
    for path in ("backend/requirements.txt", "requirements.txt", "backend/requirements-dev.txt"):
        assert lacking({path: requirements.encode()}) == names


def test_a_project_file_says_what_it_needs_too() -> None:
    told = b'[project]\nname = "x"\ndependencies = ["numpy>=2", "fastapi", "./here"]\n'
    assert lacking({"pyproject.toml": told}) == lacking({"backend/pyproject.toml": told}) == ["numpy"]
    assert [str(one) for one in needs_of({"pyproject.toml": told}).refused] == ["pyproject.toml: dependency 3: ./here"]
    assert lacking({"pyproject.toml": b"[project"}) == lacking({"pyproject.toml": b"project = 1"}) == []


@pytest.mark.parametrize(
    "line",
    ["git+https://x.example/y.git", "https://x.example/y.whl", "y @ https://x.example/y.whl", "./here", "/etc", "y @ file:///etc",
     "-e .", "--index-url https://x.example", "--extra-index-url=https://x.example", "-r ../../etc/passwd", "-r other.txt",
     "--find-links /", "--trusted-host x", "numpy --global-option=x", "numpy; os.system('x')", "\x00\xff" + "a" * 10_000 + "!!"],
)  # fmt: skip
def test_what_is_no_name_with_a_version_is_refused_by_its_line(line: str) -> None:
    asked = needs_of({"requirements.txt": f"# first\nnumpy\n{line}\n".encode("latin-1")})
    (refusal,) = asked.refused
    assert refusal.where == "requirements.txt:3"
    assert refusal.asked == line.encode("latin-1").decode(errors="replace")[:300]
    assert asked.python == ("numpy",)


def test_another_file_of_the_same_kind_is_read_anyway() -> None:
    files = {"backend/requirements-dev.txt": b"-r requirements.txt\n-c requirements-base.txt\npandas", "backend/requirements.txt": b"numpy"}
    asked = needs_of(files)
    assert asked.python == ("numpy", "pandas")
    assert [one.where for one in asked.refused] == ["backend/requirements-dev.txt:2"]


def test_hashes_are_kept_with_their_name() -> None:
    one, two = "sha256:" + "a" * 64, "sha256:" + "b" * 64
    assert needs_of({"requirements.txt": f"Num.Py==1 --hash={two} --hash={one}".encode()}).hashes == (("num-py", (one, two)),)


@pytest.mark.parametrize("package", [b"", b"nonsense", b"[]", b'{"dependencies": []}', b"[" * 5000])
def test_what_is_no_package_file_asks_for_nothing(package: bytes) -> None:
    assert lacking({"frontend/package.json": package}) == []


def test_npm_packages_with_a_scope_and_other_versions_too() -> None:
    asked = {
        "dependencies": {"react": "^19.0.0", "d3": "7", "inner": "~1.0.0"},
        "devDependencies": {"@types/react": "18", "@types/d3": ">=7 <9"},
    }
    assert lacking({"frontend/package.json": json.dumps(asked).encode()}) == ["@types/d3", "@types/react 18", "d3"]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("d3", "file:../d3"), ("d3", "git+ssh://x/y"), ("d3", "user/repo"), ("d3", "npm:other@1"), ("d3", "https://x.example/y.tgz"),
     ("d3", "workspace:*"), ("d3", "link:."), ("d3", ["1"]), ("../d3", "1"), ("@x/../../d3", "1"), ("d3", "1" * 400)],
)  # fmt: skip
def test_what_is_no_range_of_an_npm_name_is_refused(name: str, wanted: object) -> None:
    asked = needs_of({"frontend/package.json": json.dumps({"dependencies": {name: wanted}}).encode()})
    assert asked.node == ()
    assert str(asked.refused[0]).startswith(f"frontend/package.json: dependencies: {name}: ")


def test_there_is_a_bound() -> None:
    asked = needs_of({"requirements.txt": "\n".join(f"p{number}" for number in range(151)).encode()})
    assert [str(one) for one in asked.refused] == ["all together: 151 packages, of 150 at most"]


@pytest.mark.sandbox
@pytest.mark.parametrize("integrations", [(), ({"kind": "oidc", "provider": "google"},)])
def test_the_layer_has_all_that_compiled_applications_ask_for(base_dir: Path, integrations: tuple[dict[str, str], ...]) -> None:
    layer = layers.find(base_dir)
    assert layer
    note = {"name": "Note", "label": "Note", "plural_label": "Notes", "fields": [{"name": "text", "label": "Text"}]}
    said = {"name": "n", "title": "N", "entities": [note], "access": {"sign_in": True}, "integrations": integrations}
    assert layer.packages().lacking(needs_of(compile_manifest(Manifest.model_validate(said)))) == []
    assert {"fastapi", "psycopg", "pyjwt"} <= set(layer.packages().python)
    assert {"react", "@types/react", "vite"} <= set(layer.packages().node)

"""Which packages sandboxes have, and what is said of the others."""

import json
from pathlib import Path

import pytest

from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.contracts.manifest import Manifest
from barnraise.sandbox.adapters import layer as layers
from barnraise.sandbox.domain.packages import Packages

HAVE = Packages(frozenset({"fastapi", "typing-extensions"}), frozenset({"react", "@types/react"}))


@pytest.mark.parametrize(
    ("requirements", "lacking"),
    [
        ("fastapi==1\nTyping_Extensions>=4  # for types\n", []),
        ("fastapi[all]~=1.0\npandas\nnumpy==2\n", ["numpy", "pandas"]),
        ("-r other.txt\n--index-url https://example.com\n\n# pandas\n./here\nhttps://x.example/y.whl\n", []),
        ("colorama==0.4 ; sys_platform == 'win32'\n", []),
        ("\x00\xff" + "a" * 10_000 + "!!", []),
    ],
)
def test_python_packages_are_compared_by_their_normal_names(requirements: str, lacking: list[str]) -> None:
    assert HAVE.lacking({"backend/requirements.txt": requirements.encode("latin-1")}) == lacking
    assert HAVE.lacking({"requirements.txt": requirements.encode("latin-1")}) == lacking


@pytest.mark.parametrize("package", [b"", b"nonsense", b"[]", b'{"dependencies": []}', b"[" * 5000])
def test_what_is_no_package_file_asks_for_nothing(package: bytes) -> None:
    assert HAVE.lacking({"frontend/package.json": package}) == []


def test_npm_packages_with_a_scope_too() -> None:
    asked = {"dependencies": {"react": "1", "d3": "7"}, "devDependencies": {"@types/react": "1", "@types/d3": "7"}}
    assert HAVE.lacking({"frontend/package.json": json.dumps(asked).encode()}) == ["@types/d3", "d3"]


@pytest.mark.sandbox
@pytest.mark.parametrize("integrations", [(), ({"kind": "oidc", "provider": "google"},)])
def test_the_layer_has_all_that_compiled_applications_ask_for(base_dir: Path, integrations: tuple[dict[str, str], ...]) -> None:
    layer = layers.find(base_dir)
    assert layer
    note = {"name": "Note", "label": "Note", "plural_label": "Notes", "fields": [{"name": "text", "label": "Text"}]}
    said = {"name": "n", "title": "N", "entities": [note], "access": {"sign_in": True}, "integrations": integrations}
    assert layer.packages().lacking(compile_manifest(Manifest.model_validate(said))) == []
    assert {"fastapi", "psycopg", "pyjwt"} <= layer.packages().python
    assert {"react", "@types/react", "vite"} <= layer.packages().node

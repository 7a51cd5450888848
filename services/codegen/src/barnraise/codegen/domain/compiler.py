"""The blueprint compiler: a manifest in, a source tree out.

Every file is a template under ``templates/``: those without ``.j2`` are copied, those named ``entity.*`` are rendered once for
each entity, all others once; the bill of materials is made of the lock files. Equal manifests give equal bytes.
"""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from barnraise.codegen.domain import compiler_text as text
from barnraise.codegen.domain.compiler_sbom import bill
from barnraise.codegen.domain.compiler_view import AppView
from barnraise.contracts.manifest import Manifest

_PACKAGE = "barnraise.codegen"


def compile_manifest(manifest: Manifest) -> dict[str, bytes]:
    """The files of the application, by path."""
    app = AppView(manifest)
    tree = dict(_plain())
    for name in _templates():
        template = _environment().get_template(name)
        path = name.removesuffix(".j2")
        if "/entity." not in path:
            rendered = template.render(app=app)
            if rendered.strip():
                tree[path] = rendered.encode()
            continue
        for entity in app.entities:
            tree[_entity_path(path, entity.module)] = template.render(app=app, e=entity, n=entity.n).encode()
    tree["sbom.cdx.json"] = bill(app.slug, "0.1.0", tree["backend/requirements.txt"].decode(), tree["frontend/package-lock.json"].decode())
    return dict(sorted(tree.items()))


def prepare() -> None:
    """Loads the templates, so that the first manifest does not wait for that."""
    _plain()
    for name in _templates():
        _environment().get_template(name)


def _entity_path(path: str, module: str) -> str:
    prefix = "test_" if path.startswith("backend/tests/") else ""
    return path.replace("/entity.", f"/{prefix}{module}.")


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - source code, not HTML: each language has its own filter
        loader=PackageLoader(_PACKAGE),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    filters: dict[str, Any] = {"py": text.python, "ts": text.typescript, "html": text.markup, "md": text.markdown, "line": text.one_line}
    filters |= {"only_if": text.only_if}
    tests: dict[str, Any] = {"using": text.uses, "using_alias": text.uses_alias, "in_code": text.in_code, "secretive": text.secretive}
    calls: dict[str, Any] = {"call": text.call, "listed": text.listed, "imported": text.imported, "row": text.row, "member": text.member}
    environment.filters.update(filters)
    environment.tests.update(tests)
    environment.globals.update(calls)
    return environment


@cache
def _templates() -> tuple[str, ...]:
    return tuple(path for path, _ in _files() if path.endswith(".j2"))


@cache
def _plain() -> tuple[tuple[str, bytes], ...]:
    return tuple((path, file.read_bytes()) for path, file in _files() if not path.endswith(".j2"))


def _files() -> Iterator[tuple[str, Traversable]]:
    yield from sorted(_walk(resources.files(_PACKAGE) / "templates", ""), key=lambda found: found[0])


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _walk(item, f"{prefix}{item.name}/") if item.name != "__pycache__" else ()
        else:
            yield f"{prefix}{item.name}", item

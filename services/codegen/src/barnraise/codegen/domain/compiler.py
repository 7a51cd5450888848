"""The blueprint compiler: a manifest in, a source tree out. Equal manifests give equal bytes.

Of an application every file is a template: those named ``entity.*`` are rendered once for each entity, all others once; the bill of
materials is made of the lock files. Scripts and sites have blueprints of their own.
"""

from collections.abc import Callable
from functools import partial

from barnraise.codegen.domain.compiler_app import AppView
from barnraise.codegen.domain.compiler_memory import Memory
from barnraise.codegen.domain.compiler_oidc import merged
from barnraise.codegen.domain.compiler_sbom import bill
from barnraise.codegen.domain.compiler_script import compile_script
from barnraise.codegen.domain.compiler_site import compile_site
from barnraise.codegen.domain.compiler_templates import templates
from barnraise.contracts.manifest import Manifest

_memory = Memory()


def compile_manifest(manifest: Manifest) -> dict[str, bytes]:
    """The files of the project, by path."""
    return dict(sorted(_BLUEPRINTS[manifest.kind](manifest).items()))


def prepare() -> None:
    """Loads the templates, so that the first manifest does not wait for that."""
    for kind in (*_BLUEPRINTS, "oidc"):
        templates(kind).load()


def _compile_app(manifest: Manifest) -> dict[str, bytes]:
    app = AppView(manifest)
    tree = dict(templates("app").plain)
    if app.oidc:
        tree["backend/requirements.txt"] = merged(tree["backend/requirements.txt"], templates("oidc").plain["requirements.txt"])
    for path, template in templates("app").rendered.items():
        if "/entity." not in path:
            rendered = template.render(app=app)
            if rendered.strip():
                tree[path] = rendered.encode()
            continue
        for entity in app.entities:
            render = partial(template.render, app=app, e=entity, n=entity.n)
            tree[_entity_path(path, entity.module)] = _memory.recall(f"{path}\n{entity.essence}", render)
    tree["sbom.cdx.json"] = bill(app.slug, "0.1.0", tree["backend/requirements.txt"].decode(), tree["frontend/package-lock.json"].decode())
    return tree


def _entity_path(path: str, module: str) -> str:
    prefix = "test_" if path.startswith("backend/tests/") else ""
    return path.replace("/entity.", f"/{prefix}{module}.")


_BLUEPRINTS: dict[str, Callable[[Manifest], dict[str, bytes]]] = {"app": _compile_app, "script": compile_script, "site": compile_site}

# ruff: noqa: S108 - paths in the sandbox
"""What runs in a sandbox of each profile, and the variables that it finds there: the same for every driver."""

from collections.abc import Mapping

from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.domain.limits import MODULES, MORE, Profile
from barnraise.sandbox.ports import Spec

RUNNER = "/opt/runner"
FIRST = f"import os, sys; sys.path.insert(0, {RUNNER!r}); import barnraise_init; os._exit(barnraise_init.main())"
"""A container's first process, as Python is told it: what is imported may have been compiled before, a program itself is compiled anew."""
_FILES: dict[Profile, str] = {
    "test": "run_tests.py",
    "preview": "show_preview.py",
    "shot": "take_picture.py",
    "document": "read_document.py",
    "build": "build_layer.py",
    "attack": "attack.py",
}
_VARIABLES: dict[Profile, dict[str, str]] = {
    "test": {"DATA_DIR": "/tmp/data"},
    "preview": {"DATA_DIR": "/data", "DATABASE_URL": "sqlite:////data/app.db", "SEED": "1", "API_SOCKET": "/tmp/api.sock"},
    "shot": {"DATA_DIR": "/tmp/data", "DATABASE_URL": "sqlite:////tmp/app.db", "SEED": "1", "API_SOCKET": "/tmp/api.sock"},
    "document": {},
    "build": {},
    "attack": {},
}


def program(layer: Layer, profile: Profile) -> tuple[list[str], Mapping[str, str]]:
    """The command line of a profile's program, and its own variables."""
    return [layer.python, f"{RUNNER}/{_FILES[profile]}"], _VARIABLES[profile]


def common(layer: Layer, spec: Spec, domain: str) -> dict[str, str]:
    """Where packages are, the project's own first; ``domain`` is the suffix under which the page's server is asked for, beside
    ``.localhost``."""
    own = spec.more and (spec.more / "site").is_dir()
    variables = {"PYTHONPATH": f"{MORE}/site:/opt/site" if own else "/opt/site"}
    if layer.python.startswith("/opt/"):
        variables["LD_LIBRARY_PATH"] = "/opt/python/lib"
    if domain:
        variables["__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS"] = domain
    return variables


def modules(spec: Spec) -> str | None:
    """Where in a sandbox the page's packages are; None when it has no page."""
    if spec.profile not in ("test", "preview", "shot"):
        return None
    return f"{MORE}/node_modules" if spec.more and (spec.more / "node_modules").is_dir() else MODULES

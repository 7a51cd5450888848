"""Where the layer that previews run on keeps the packages that generated applications import.

Looked up at each run: the layer may be made, or replaced, while the validator runs.
"""

from pathlib import Path


def python_packages(base_dir: Path | None) -> Path | None:
    return _there(base_dir, "current/root/opt/site")


def node_modules(base_dir: Path | None) -> Path | None:
    return _there(base_dir, "current/root/opt/web/node_modules")


def typescript(modules: Path) -> Path | None:
    """The native compiler among the node modules."""
    return next(iter(sorted(modules.glob("@typescript/typescript-linux-*/lib/tsc"))), None)


def _there(base_dir: Path | None, path: str) -> Path | None:
    return found.resolve() if base_dir and (found := base_dir / path).is_dir() else None

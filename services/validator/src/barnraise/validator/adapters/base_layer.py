"""Where the layer that previews run on keeps the packages that generated applications import."""

from pathlib import Path

_DEPTHS = ("", "*/", "*/*/", "*/*/*/")


def python_prefix(base_dir: Path | None) -> Path | None:
    """The folder whose ``lib/python3*/site-packages`` holds the Python packages."""
    packages = _first(base_dir, "lib/python3*/site-packages")
    return packages.parents[2] if packages else None


def node_modules(base_dir: Path | None) -> Path | None:
    return _first(base_dir, "node_modules")


def typescript(modules: Path) -> Path | None:
    """The native compiler among the node modules."""
    return next(iter(sorted(modules.glob("@typescript/typescript-linux-*/lib/tsc"))), None)


def _first(base_dir: Path | None, pattern: str) -> Path | None:
    if base_dir is None:
        return None
    return next((found for depth in _DEPTHS for found in sorted(base_dir.glob(depth + pattern)) if found.is_dir()), None)

"""Which package indexes the installers of this machine are configured with. What they would take unasked is not taken: nothing is reached
that nobody has named."""

import configparser
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_PYTHON_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")
_NODE_VARIABLES = ("npm_config_registry", "NPM_CONFIG_REGISTRY")
_REGISTRY = re.compile(r"^\s*registry\s*=\s*(\S+)", re.MULTILINE)
_SHARED = Path("/etc")


def python_index(environment: Mapping[str, str], home: Path) -> str:
    """pip's or uv's own; nothing when there is none."""
    return _first(environment, _PYTHON_VARIABLES, _of_pip(environment, home))


def node_index(environment: Mapping[str, str], home: Path) -> str:
    """npm's own; nothing when there is none."""
    files = (Path(environment.get("npm_config_userconfig") or home / ".npmrc"), _SHARED / "npmrc")
    return _first(environment, _NODE_VARIABLES, (found[1] for text in _texts(files) if (found := _REGISTRY.search(text))))


def _of_pip(environment: Mapping[str, str], home: Path) -> Iterator[str]:
    own = [Path(environment["PIP_CONFIG_FILE"])] if environment.get("PIP_CONFIG_FILE") else []
    for text in _texts((*own, home / ".config/pip/pip.conf", home / ".pip/pip.conf", _SHARED / "pip.conf")):
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read_string(text)
        except configparser.Error:
            continue
        yield from (parser.get(part, "index-url", fallback="") for part in ("install", "global"))


def _first(environment: Mapping[str, str], names: tuple[str, ...], files: Iterator[str]) -> str:
    said = (*(environment.get(name, "") for name in names), *files)
    return next((one.strip() for one in said if one.strip().startswith(("http://", "https://"))), "")


def _texts(files: tuple[Path, ...]) -> Iterator[str]:
    for file in files:
        try:
            yield file.read_text()
        except (OSError, UnicodeDecodeError):
            continue


def of_this_machine() -> tuple[str, str]:
    """For Python and for Node."""
    return python_index(os.environ, Path.home()), node_index(os.environ, Path.home())

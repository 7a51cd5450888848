"""The validator's settings."""

from pathlib import Path

from barnraise.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """``base_dir``: the layer with the generated applications' Python packages and node_modules; without it, types are not checked.
    ``advisories``: a folder with a copy of OSV advisories, one JSON file each; without it, pinned packages are not audited.
    ``tool_seconds``, ``tool_memory`` (bytes), ``tool_output`` (bytes): what one tool may take. ``tools_at_once``: how many run together.
    ``language_servers``: of how many projects, those that were looked at last, a server remembers the types of Python (150 MB), and
    another those of TypeScript (210 MB), for two minutes."""

    base_dir: Path | None = None
    advisories: Path | None = None
    tool_seconds: float = 30.0
    tool_memory: int = 2 << 30
    tool_output: int = 4 << 20
    tools_at_once: int = 4
    language_servers: int = 2

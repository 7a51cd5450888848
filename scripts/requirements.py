"""Print the outside requirements of all members and of the root's dependency groups, one a line."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def outside() -> set[str]:
    root = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {requirement for group in root["dependency-groups"].values() for requirement in group}
    for file in [*sorted(ROOT.glob("*/*/pyproject.toml")), ROOT / "cli/pyproject.toml"]:
        wanted |= set(tomllib.loads(file.read_text())["project"]["dependencies"])
    return {requirement for requirement in wanted if not requirement.startswith("barnraise-")}


if __name__ == "__main__":
    print("\n".join(sorted(outside())))  # noqa: T201

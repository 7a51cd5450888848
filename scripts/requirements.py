"""Print the outside requirements of all members and of the root's dependency groups, one a line; with the name of a service, only its."""

import runpy
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def outside() -> set[str]:
    root = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = {requirement for group in root["dependency-groups"].values() for requirement in group}
    for file in [*sorted(ROOT.glob("*/*/pyproject.toml")), ROOT / "cli/pyproject.toml"]:
        project = tomllib.loads(file.read_text())["project"]
        wanted |= set(project["dependencies"]).union(*project.get("optional-dependencies", {}).values())
    return {requirement for requirement in wanted if not requirement.startswith("barnraise-")}


def of_service(service: str) -> list[str]:
    return runpy.run_path(str(ROOT / "deploy/docker/members.py"))["outside"](service)


if __name__ == "__main__":
    print("\n".join(of_service(sys.argv[1]) if sys.argv[1:] else sorted(outside())))  # noqa: T201

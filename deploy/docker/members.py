"""The members of this repository that a service is made of, itself last: ``members.py gateway``. Needs nothing but Python."""

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def members(service: str) -> dict[str, Path]:
    """Name and folder of the service, and of the libraries that it names, and so on."""
    folders = {_described(folder)["name"]: folder for folder in (*ROOT.glob("libs/*"), *ROOT.glob("services/*")) if _is_member(folder)}
    found: dict[str, None] = {}

    def visit(name: str) -> None:
        for requirement in _described(folders[name])["dependencies"]:
            if requirement in folders:
                visit(requirement)
        found.setdefault(name)

    visit(f"barnraise-{service}")
    return {name: folders[name] for name in found}


def outside(service: str) -> list[str]:
    """What the service needs from elsewhere, as requirements."""
    named = {requirement for folder in members(service).values() for requirement in _described(folder)["dependencies"]}
    return sorted(requirement for requirement in named if not requirement.startswith("barnraise-"))


def _is_member(folder: Path) -> bool:
    return (folder / "pyproject.toml").is_file()


def _described(folder: Path) -> dict:
    return tomllib.loads((folder / "pyproject.toml").read_text())["project"]


if __name__ == "__main__":
    print("\n".join(members(sys.argv[1])))  # noqa: T201

"""``barnraise experiments``: variants of what models are told, and of which are asked."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from barnraise.cli.commands.projects import Json
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.output import Output

experiments = typer.Typer(help="Experiments with what models are told and which are asked.", no_args_is_help=True)


@experiments.command("list")
def list_(as_json: Json = False) -> None:
    """All experiments, and what came of each variant."""
    from barnraise.cli.client import Client

    _show(Client().get("/experiments"), as_json)


@experiments.command()
def start(
    file: Annotated[Path, typer.Argument(help="TOML; see docs/experiments.md.")],
    as_json: Json = False,
) -> None:
    """Give projects variants of a role from now on."""
    from barnraise.cli.client import Client

    try:
        wanted = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CliError(Exit.INVALID, f"{file} cannot be read: {error}.", "See docs/experiments.md.") from error
    _show(Client().put(f"/experiments/{wanted.get('name', '')}", wanted), as_json)


@experiments.command()
def rollback(name: Annotated[str, typer.Argument(help="The experiment's name.")], as_json: Json = False) -> None:
    """End it, also when it has a winner: the role is as it was, for all projects, from the next call on."""
    from barnraise.cli.client import Client

    _show(Client().post(f"/experiments/{name}/rollback"), as_json)


def _show(found: dict[str, Any], as_json: bool) -> None:
    output = Output(as_json)
    if as_json:
        output.document(found)
        return
    head = ("variant", "projects", "known", "kept", "undone", "repairs", "findings", "failing", "score", "dollars", "seconds")
    for one in found["items"]:
        output.text(f"{one['experiment']['name']} ({one['experiment']['role']}, {one['state'].replace('_', ' ')}): {one['said']}")
        output.table(head, [_row(outcome) for outcome in one["outcomes"]])
    if not found["items"]:
        output.note("There are no experiments. See docs/experiments.md")


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    counts = (str(one[name]) for name in ("given", "settled", "kept", "undone"))
    means = (f"{one[name]:.1f}" for name in ("repairs", "findings", "failing"))
    score = "" if one.get("score") is None else f"{one['score']:.0f}"
    return (one["name"], *counts, *means, score, f"{float(one['cost']):.4f}", f"{one['seconds']:.0f}")

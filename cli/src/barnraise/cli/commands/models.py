"""``barnraise models``: the language models that are set up, and whether they can be reached."""

import asyncio
import os
from dataclasses import asdict
from typing import Annotated, Any

import typer

from barnraise.cli.commands.projects import Json
from barnraise.cli.commands.running import layout
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.output import Output

models = typer.Typer(help="Language models: which are set up, and whether they can be reached.", no_args_is_help=True)


@models.command("list")
def list_(as_json: Json = False) -> None:
    """The models of the running platform, in order of preference, and how they are."""
    from barnraise.cli.client import Client

    state, output = Client().get("/health/models"), Output(as_json)
    if as_json:
        output.document(state)
        return
    rows = [(one["name"], one["model"], one["state"], _percent(one), one["failure"], ", ".join(one["tasks"])) for one in state["models"]]
    output.table(("name", "model", "state", "success", "last failure", "for"), rows)
    if state["problem"]:
        raise CliError(Exit.INVALID, state["problem"], f"Correct it in {layout().models}, or in BARNRAISE_MODELS.")
    if not rows:
        output.note(
            f"No model is set up: the built-in engine does everything. Models are written into {layout().models}; see docs/models.md"
        )


@models.command()
def test(
    names: Annotated[list[str] | None, typer.Argument(help="These alone. Default: all.", metavar="[NAME]...")] = None, as_json: Json = False
) -> None:
    """Ask each model one small question; exits 1 when one does not answer. Needs no running platform."""
    from barnraise.models.profiles import FILE, ProfilesInvalid, load

    try:
        profiles = load({FILE: str(layout().models), **os.environ})
    except ProfilesInvalid as error:
        raise CliError(Exit.INVALID, str(error), f"Correct it in {layout().models}, or in BARNRAISE_MODELS.") from error
    chosen = [profile for profile in profiles if not names or profile.name in names]
    if missing := set(names or ()) - {profile.name for profile in profiles}:
        raise CliError(Exit.NOT_FOUND, f"No model is called {sorted(missing)[0]}.", "See: barnraise models list")
    if not chosen:
        raise CliError(Exit.NOT_FOUND, "No model is set up.", f"Models are written into {layout().models}; see docs/models.md")
    verdicts = asyncio.run(_probe(chosen))
    output = Output(as_json)
    if as_json:
        output.document({"models": [asdict(verdict) for verdict in verdicts]})
    else:
        for verdict in verdicts:
            output.text(f"{'✓' if verdict.ok else '✗'} {verdict.profile:<13} {verdict.sentence}")
    raise typer.Exit(Exit.OK if all(verdict.ok for verdict in verdicts) else Exit.FAILED)


async def _probe(profiles: Any) -> list[Any]:
    from barnraise.models.probing import probe

    return list(await asyncio.gather(*(probe(profile) for profile in profiles)))


def _percent(one: dict[str, Any]) -> str:
    return f"{one['success']:.0%}" if one["attempts"] else ""

"""``barnraise memory``: what a project remembers, and what it shall remember."""

import uuid
from typing import Annotated

import typer

from barnraise.cli.commands.projects import Json, Project, find_project
from barnraise.cli.output import Output, read_input


def memory(
    project: Project,
    text: Annotated[str, typer.Argument(help="A standing wish to remember. '-' reads standard input.")] = "",
    change: Annotated[str | None, typer.Option("--change", help="Give this entry these words instead.", metavar="ID")] = None,
    forget: Annotated[str | None, typer.Option("--forget", help="Forget this entry.", metavar="ID")] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Forget everything.")] = False,
    as_json: Json = False,
) -> None:
    """Show what a project remembers: standing wishes, and what models have changed in its code. Models are told it."""
    from barnraise.cli.client import Client

    if change and not text:
        raise typer.BadParameter("Give the new words, too.")
    client, output = Client(), Output(as_json)
    where = f"/projects/{find_project(client, project)['id']}/memory"
    if forget or clear:
        client.delete(f"{where}/{forget}" if forget else where)
    if text:
        client.put(f"{where}/{change or uuid.uuid4().hex[:12]}", {"text": read_input(text)})
    found = client.get(where)
    rows = [(one["id"], one["kind"], one["at"][:16], one["text"]) for one in found["items"]]
    output.document(found) if as_json else output.table(("id", "kind", "since", "what"), rows)

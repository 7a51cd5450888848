"""``barnraise share``: links that show a project's preview to others."""

import re
from typing import Annotated

import typer

from barnraise.cli.commands.projects import Json, Project, find_project
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.output import Output

_UNITS = {"m": 60, "h": 3600, "d": 86400}


def share(
    project: Project,
    lasts: Annotated[str, typer.Option("--for", help="How long it opens the preview, such as 30m, 12h, 7d.")] = "7d",
    note: Annotated[str, typer.Option("--note", help="What it is for.")] = "",
    listed: Annotated[bool, typer.Option("--list", "-l", help="The links that open it now.")] = False,
    revoke: Annotated[str | None, typer.Option("--revoke", help="Take this link back.", metavar="ID")] = None,
    as_json: Json = False,
) -> None:
    """Make a link that shows the preview to whoever has it, until it expires or is taken back."""
    from barnraise.cli.client import Client

    seconds = duration(lasts)
    client, output = Client(), Output(as_json)
    where = f"/projects/{find_project(client, project)['id']}/shares"
    if revoke:
        client.delete(f"{where}/{revoke}")
        output.document({"revoked": revoke}) if as_json else output.note(f"{revoke} opens nothing any more")
    elif listed:
        found = client.get(where)
        rows = [(one["id"], one["expires_at"][:16], one["note"], one["url"]) for one in found["items"]]
        output.document(found) if as_json else output.table(("id", "until", "note", "link"), rows)
    else:
        made = client.post(where, {"expires_in": seconds, "note": note})
        if as_json:
            output.document(made)
        else:
            output.text(made["url"])
            output.note(
                f"opens the preview until {made['expires_at'][:16]}; take it back with: barnraise share {project} --revoke {made['id']}"
            )


def duration(text: str) -> int:
    """Seconds; CliError when it is none."""
    match = re.fullmatch(r"([0-9]{1,6})([mhd])", text.strip().lower())
    if match is None:
        raise CliError(Exit.INVALID, f"{text!r} is no time.", "Say minutes, hours or days, such as 30m, 12h or 7d.")
    return int(match[1]) * _UNITS[match[2]]

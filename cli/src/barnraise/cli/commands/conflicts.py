"""Where a change and a person's edits meet: conflict, resolve."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from barnraise.cli.commands.projects import Json, Project, Wait, find_project, follow
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.output import Output

_SIDES = ("mine", "theirs", "both")


class Side(StrEnum):
    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


Choices = Annotated[
    list[str] | None, typer.Argument(metavar="[PLACE=SIDE]...", help="A place's id and what to take: mine, theirs or both.")
]
Rest = Annotated[Side | None, typer.Option("--take", help="What to take in every place that is not named.")]


def conflict(project: Project, as_json: Json = False) -> None:
    """Show where the newest change meets your edits, place by place."""
    from barnraise.cli.client import Client

    client, output = Client(), Output(as_json)
    found = client.get(f"/jobs/{_waiting(client, find_project(client, project))}/conflict")
    if as_json:
        output.document(found)
        return
    for file in found["files"]:
        for hunk in file["hunks"]:
            output.text(f"{file['path']}:{hunk['line']}  place {hunk['id']}")
            for side in ("mine", "theirs"):
                output.text(_lines(side, hunk[side], binary=file["binary"]))
        if not file["hunks"]:
            output.text(f"{file['path']}  is a file on one side and a folder on the other; no choice settles that")
    output.note("Choose: barnraise resolve PROJECT --take mine, or PLACE=theirs for one place; both is mine, then theirs.")


def resolve(project: Project, choices: Choices = None, take: Rest = None, wait: Wait = False, as_json: Json = False) -> None:
    """Settle a conflict, and let the change that met it go on."""
    from barnraise.cli.client import Client

    client = Client()
    found = find_project(client, project)
    body = {"choices": [_choice(said) for said in choices or ()], "rest": take.value if take else None}
    job = client.post(f"/jobs/{_waiting(client, found)}/resolve", body)
    follow(client, Output(as_json), found["id"], job, wait=wait, after=found.get("last_seq") or 0)


def _choice(said: str) -> dict[str, str]:
    place, _, side = said.partition("=")
    if side not in _SIDES:
        raise CliError(
            Exit.USAGE, f"'{said}' is no choice.", "Say PLACE=mine, PLACE=theirs or PLACE=both; barnraise conflict shows places."
        )
    return {"hunk": place, "take": side}


def _waiting(client: Any, project: dict[str, Any]) -> str:
    """The id of the newest job that waits for choices."""
    for job in client.get(f"/projects/{project['id']}/jobs", limit=100)["items"]:
        if job["status"] == "needs_input" and (job["problem"] or {}).get("code") == "merge_conflict":
            return job["id"]
    raise CliError(Exit.NOT_FOUND, f"Nothing waits for a choice in '{project['name']}'.", "Say what should change: barnraise say")


def _lines(side: str, text: str | None, *, binary: bool) -> str:
    if text is None or binary:
        return f"  {side}: {'not there' if text is None else 'binary'}"
    return "\n".join([f"  {side}:", *(f"    {line}" for line in text.splitlines())])

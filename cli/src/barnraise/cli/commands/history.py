"""Where lines and projects come from, and names for versions: blame, tag, branch, merge, clone, import."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from barnraise.cli.commands.projects import Json, Project, Wait, find_project, follow
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.output import Output


def blame(
    project: Project,
    path: Annotated[str, typer.Argument(help="The file.")],
    revision: Annotated[str | None, typer.Option("--commit", help="A version of the project; by default the newest.")] = None,
    as_json: Json = False,
) -> None:
    """Show which step each line of a file comes from."""
    from barnraise.cli.client import Client

    client, output = Client(), Output(as_json)
    found = find_project(client, project)
    wanted = {"commit": revision} if revision else {}
    told = client.get(f"/projects/{found['id']}/blame/{quote(path)}", **wanted)
    if as_json:
        output.document(told)
        return
    text = client.raw(f"/projects/{found['id']}/files/{quote(path)}", commit=told["commit"]).decode("utf-8", "replace").split("\n")
    for run in told["items"]:
        for number in range(run["line"], run["line"] + run["count"]):
            output.text(f"{run['commit'][:10]} {run['at'][:10]} {run['summary'][:40]:<40} {number:>5}  {text[number - 1]}")


def tag(
    project: Project,
    name: Annotated[str | None, typer.Argument(help="The name to give; without it, the names that there are.")] = None,
    revision: Annotated[str, typer.Argument(help="The version to name, such as main~3.")] = "main",
    delete: Annotated[bool, typer.Option("--delete", "-d", help="Take the name away.")] = False,
    as_json: Json = False,
) -> None:
    """Give a version a name, or list the names."""
    from barnraise.cli.client import Client

    client, output = Client(), Output(as_json)
    where = f"/projects/{find_project(client, project)['id']}/tags"
    if name is None:
        _list(output, client.get(where))
    elif delete:
        client.delete(f"{where}/{quote(name)}")
        output.document({"deleted": name}) if as_json else output.note(f"{name} is taken away; the version stays")
    else:
        made = client.post(where, {"name": name, "commit": revision})
        output.document(made) if as_json else output.note(f"{name} is {made['commit']['commit'][:10]}: {made['commit']['summary']}")


def branch(
    project: Project,
    name: Annotated[str | None, typer.Argument(help="The branch to begin; without it, the branches that there are.")] = None,
    revision: Annotated[str, typer.Argument(help="Where it begins, such as main~3.")] = "main",
    delete: Annotated[bool, typer.Option("--delete", "-d", help="Delete a branch that is merged.")] = False,
    as_json: Json = False,
) -> None:
    """Begin a branch, or list the branches. Write to it with: write --branch."""
    from barnraise.cli.client import Client

    client, output = Client(), Output(as_json)
    where = f"/projects/{find_project(client, project)['id']}/branches"
    if name is None:
        _list(output, client.get(where))
    elif delete:
        client.delete(f"{where}/{quote(name)}")
        output.document({"deleted": name}) if as_json else output.note(f"{name} is deleted")
    else:
        made = client.post(where, {"name": name, "commit": revision})
        output.document(made) if as_json else output.note(f"{name} begins at {made['commit']['commit'][:10]}: {made['commit']['summary']}")


def merge(
    project: Project,
    name: Annotated[str, typer.Argument(metavar="BRANCH", help="The branch.")],
    commit: Annotated[str | None, typer.Option("--at", help="Only if the branch is at this commit, which you have looked at.")] = None,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Merge a branch into main, as one step."""
    from barnraise.cli.client import Client

    client = Client()
    found = find_project(client, project)
    made = client.post(f"/projects/{found['id']}/branches/{quote(name)}/merge", {"commit": commit})
    follow(client, Output(as_json), found["id"], made["job"], wait=wait, after=found.get("last_seq") or 0)


def clone(
    project: Project,
    name: Annotated[str | None, typer.Option(help="The new project's name.")] = None,
    revision: Annotated[str | None, typer.Option("--commit", help="Where it begins, such as v1.0; by default at the newest.")] = None,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Make a new project from a project, with its whole history."""
    from barnraise.cli.client import Client

    client = Client()
    source = find_project(client, project)
    wanted = {key: value for key, value in (("name", name), ("commit", revision)) if value is not None}
    made = client.post(f"/projects/{source['id']}/clone", wanted)
    follow(client, Output(as_json), made["project"]["id"], made["job"], wait=wait)


def import_(
    file: Annotated[Path, typer.Argument(help="A zip archive or a git bundle.")],
    name: Annotated[str | None, typer.Option(help="The project's name; by default the file's.")] = None,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Make a project from a file: a zip archive or a git bundle."""
    from barnraise.cli.client import Client

    try:
        data = file.read_bytes()
    except OSError as error:
        raise CliError(Exit.USAGE, f"{file} cannot be read: {error.strerror}", "Name a zip archive or a git bundle.") from error
    client = Client()
    made = client.upload("/projects/import", data, name=name or file.stem)
    follow(client, Output(as_json), made["project"]["id"], made["job"], wait=wait)


def _list(output: Output, found: dict[str, Any]) -> None:
    if output.as_json:
        output.document(found)
        return
    rows = [(item["name"], item["commit"]["commit"][:10], item["commit"]["at"][:10], item["commit"]["summary"]) for item in found["items"]]
    output.table(("name", "commit", "at", "summary"), rows)

"""A project's code: files, write, log, diff, undo, redo, restore, test, export, events."""

import base64
import sys
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from barnraise.cli.commands.projects import Json, Project, Wait, find_project, follow
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.output import Output, clean


def files(
    project: Project,
    path: Annotated[str | None, typer.Argument(help="A file to print; without it, the tree is listed.")] = None,
    as_json: Json = False,
) -> None:
    """List a project's files, or print one."""
    from barnraise.cli.client import Client

    client, output = Client(), Output(as_json)
    found = find_project(client, project)
    where = f"/projects/{found['id']}/files"
    if path is None:
        tree = client.get(where)
        output.document(tree) if as_json else output.text("\n".join(item["path"] for item in tree["items"]))
    elif as_json:
        output.document(client.get(f"{where}/{quote(path)}"))
    else:
        output.content(client.raw(f"{where}/{quote(path)}"))


def write(
    project: Project,
    path: Annotated[str, typer.Argument(help="The file to write.")],
    base: Annotated[str | None, typer.Option(help="The commit that you started from; a file that changed since is a conflict.")] = None,
    branch: Annotated[str, typer.Option(help="The branch to write to.")] = "main",
    as_json: Json = False,
) -> None:
    """Write a file from standard input, as a commit of its own."""
    from barnraise.cli.client import Client

    client, output = Client(), Output(as_json)
    found = find_project(client, project)
    where = f"/projects/{found['id']}/files"
    content = sys.stdin.buffer.read()
    seen = base or client.get(where, commit=branch)["commit"]
    body = {"content": base64.b64encode(content).decode(), "encoding": "base64", "base": seen}
    saved = client.put(f"{where}/{quote(path)}", body, branch=branch)
    output.document(saved) if as_json else output.note(f"{path} {'written' if saved['changed'] else 'unchanged'} at {saved['commit'][:10]}")


def log(
    project: Project,
    limit: Annotated[int, typer.Option("-n", help="How many.")] = 30,
    branch: Annotated[str, typer.Option(help="The branch.")] = "main",
    as_json: Json = False,
) -> None:
    """Show the history, newest first."""
    from barnraise.cli.client import Client

    client, output = Client(), Output(as_json)
    found = find_project(client, project)
    page = client.get(f"/projects/{found['id']}/commits", limit=limit, branch=branch)
    if as_json:
        output.document(page)
    else:
        rows = [(item["commit"][:10], item["origin"], item["at"][:19].replace("T", " "), _named(item)) for item in page["items"]]
        output.table(("commit", "origin", "at", "summary"), rows)


def diff(
    project: Project,
    revisions: Annotated[str | None, typer.Argument(metavar="[REV..REV]", help="Two revisions; one means: from its parent to it.")] = None,
    as_json: Json = False,
) -> None:
    """Show what changed: by default the newest commit."""
    from barnraise.cli.client import Client

    client, output = Client(), Output(as_json)
    found = find_project(client, project)
    where, between = f"/projects/{found['id']}", _revisions(revisions)
    changes = client.get(f"{where}/diff", **between)
    touched = _impact(client, where, between)
    if as_json:
        output.document(changes | {"impact": touched})
        return
    if touched and touched["text"]:
        output.note(touched["text"])
    for file in changes["files"]:
        if file["patch"]:
            _print_patch(file["patch"])
        else:
            output.text(f"{file['change']} {file['path']} (binary)")


def _impact(client: Any, where: str, between: dict[str, str]) -> dict[str, Any] | None:
    """What the change touches; a difference is shown also where nobody can tell."""
    try:
        return client.get(f"{where}/impact", **between)
    except CliError:
        return None


def undo(
    project: Project,
    step: Annotated[str | None, typer.Option(help="A commit of the log: undo its step alone, and keep what came after it.")] = None,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Take back the newest step, or any one step."""
    if step is None:
        _start("undo", project, wait, as_json)
        return
    from barnraise.cli.client import Client

    client = Client()
    found = find_project(client, project)
    made = client.post(f"/projects/{found['id']}/steps/{_commit(client, found['id'], step)}/undo")
    follow(client, Output(as_json), found["id"], made["job"], wait=wait, after=found.get("last_seq") or 0)


def redo(project: Project, wait: Wait = False, as_json: Json = False) -> None:
    """Do again what was taken back."""
    _start("redo", project, wait, as_json)


def restore(
    project: Project,
    revision: Annotated[str, typer.Argument(help="A commit of the log, or one like main~3.")],
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Bring a version back as a new commit; what came after it stays in the history."""
    from barnraise.cli.client import Client

    client = Client()
    found = find_project(client, project)
    made = client.post(f"/projects/{found['id']}/restore", {"commit": _commit(client, found["id"], revision)})
    follow(client, Output(as_json), found["id"], made["job"], wait=wait, after=found.get("last_seq") or 0)


def test(project: Project, wait: Annotated[bool, typer.Option(help="Wait for the result.")] = True, as_json: Json = False) -> None:
    """Run the application's own tests again."""
    _start("tests", project, wait, as_json)


def check(
    project: Project,
    sarif: Annotated[Path | None, typer.Option("--sarif", help="Write the findings into this file as SARIF 2.1.0.")] = None,
    as_json: Json = False,
) -> None:
    """Show what the checks found in the newest version that was checked."""
    from barnraise.cli.client import Client

    client, output = Client(), Output(as_json)
    found = find_project(client, project)
    if sarif is not None:
        return _save(output, sarif, client.raw(f"/projects/{found['id']}/diagnostics.sarif"), "sarif", as_json)
    checks = client.get(f"/projects/{found['id']}/checks")
    if as_json:
        return output.document(checks)
    for one in checks["diagnostics"]:
        place = ":".join(str(part) for part in (one.get("path"), one.get("line"), one.get("column")) if part)
        output.text(f"{one['severity']:<8} {place or one['about']}  {one['message']}  ({one['tool']} {one['code']})")
    return output.note(f"{'passed' if checks['passed'] else 'not passed'}, score {checks['score']}, by {len(checks['tools'])} tools")


def export(
    project: Project,
    target: Annotated[Path, typer.Option("-o", "--output", help="Where to write; .bundle gives a git bundle, else a zip.")],
    as_json: Json = False,
) -> None:
    """Save the application as a zip, or with its history as a git bundle."""
    from barnraise.cli.client import Client

    client, output = Client(), Output(as_json)
    found = find_project(client, project)
    kind = "bundle" if target.suffix == ".bundle" else "zip"
    data = client.raw(f"/projects/{found['id']}/export", format=kind)
    _save(output, target, data, kind, as_json)


def _save(output: Output, target: Path, data: bytes, kind: str, as_json: bool) -> None:
    try:
        target.write_bytes(data)
    except OSError as error:
        raise CliError(Exit.USAGE, f"{target} cannot be written: {error.strerror}", "Choose another place.") from error
    result = {"path": str(target), "bytes": len(data), "format": kind}
    output.document(result) if as_json else output.note(f"{target} ({len(data):,} bytes)")


def events(
    project: Project,
    after: Annotated[int, typer.Option(help="The last sequence number that you have.")] = 0,
    keep: Annotated[bool, typer.Option("--follow", help="Go on as things happen.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON lines.")] = False,
) -> None:
    """Print a project's events, in order."""
    from barnraise.cli.client import Client

    client, output = Client(), Output(as_json)
    found = find_project(client, project)
    for item in client.events(found["id"], after) if keep else _pages(client, found["id"], after):
        output.line(item) if as_json else output.text(f"{item['seq']:>7}  {item['event']['at'][11:19]}  {_brief(item['event'])}")


def _pages(client: Any, project: str, after: int) -> Any:
    while items := client.page(project, after):
        yield from items
        after = items[-1]["seq"]


def _brief(event: dict[str, Any]) -> str:
    keys = ("step", "status", "seconds", "commit", "summary", "text", "name")
    said = " ".join(str(event[key]).replace("\n", " ")[:100] for key in keys if event.get(key) not in (None, ""))
    return f"{event['type']:<22} {said}"


def _commit(client: Any, project: str, revision: str) -> str:
    """The whole id of the commit that a revision names."""
    return client.get(f"/projects/{project}/files", commit=revision)["commit"]


def _start(verb: str, project: str, wait: bool, as_json: bool) -> None:
    from barnraise.cli.client import Client

    client = Client()
    found = find_project(client, project)
    made = client.post(f"/projects/{found['id']}/{verb}")
    follow(client, Output(as_json), found["id"], made["job"], wait=wait, after=found.get("last_seq") or 0)


def _named(commit: dict[str, Any]) -> str:
    """Its summary, behind the names that it has."""
    return "".join(f"[{name}] " for name in commit["tags"]) + commit["summary"]


def _revisions(text: str | None) -> dict[str, str]:
    if text is None:
        return {}
    old, dots, new = text.partition("..")
    if not dots:
        return {"from": f"{old}~1", "to": old}
    return {key: value for key, value in (("from", old), ("to", new or "main")) if value}


def _print_patch(patch: str) -> None:
    from rich.console import Console
    from rich.text import Text

    styles = {"+": "green", "-": "red", "@": "cyan"}
    console = Console(soft_wrap=True, highlight=False)
    for line in clean(patch).splitlines():
        console.print(Text(line, style=styles.get(line[:1], "")))

"""Projects and their conversation: new, say, ls, show, rm, cancel, retry."""

from pathlib import Path
from typing import Annotated, Any

import typer

from barnraise.cli.errors import CliError, Exit, job_exit
from barnraise.cli.output import Output, read_files, read_input, seconds

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait for the job; the exit code says how it ended.")]
Files = Annotated[list[Path] | None, typer.Option("--file", "-f", help="What to go by: PDF, DOCX, text, JSON, CSV or a picture.")]
Project = Annotated[str, typer.Argument(help="A project's id, the beginning of one, or its name.")]


def new(
    prompt: Annotated[str, typer.Argument(help="What to build, in words; not needed with --file. '-' reads standard input.")] = "",
    file: Files = None,
    name: Annotated[str | None, typer.Option(help="The project's name.")] = None,
    open_: Annotated[bool, typer.Option("--open", help="Open the preview in a browser when it is ready.")] = False,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Build an application, a site or a script from a sentence, from documents and pictures, or both."""
    from barnraise.cli.client import Client

    text, files = _said(prompt, file)
    client, output = Client(), Output(as_json)
    made = client.post("/projects", {"prompt": text} | ({"name": name} if name else {}), files)
    follow(client, output, made["project"]["id"], made["job"], wait=wait or open_, show_in_browser=open_)


def say(
    project: Project,
    message: Annotated[str, typer.Argument(help="What to change, or a question. '-' reads standard input.")] = "",
    file: Files = None,
    attempts: Annotated[int, typer.Option(min=1, max=4, help="In how many ways a model shall try it; the best one is taken.")] = 1,
    wait: Wait = False,
    as_json: Json = False,
) -> None:
    """Say something to a project: change it, ask, undo."""
    from barnraise.cli.client import Client

    text, files = _said(message, file)
    client = Client()
    found = find_project(client, project)
    made = client.post(f"/projects/{found['id']}/messages", {"text": text} | ({"attempts": attempts} if attempts > 1 else {}), files)
    follow(client, Output(as_json), found["id"], made["job"], wait=wait, after=found.get("last_seq") or 0)


def _said(words: str, paths: list[Path] | None) -> tuple[str, list[tuple[str, bytes]]]:
    """The words and the files; one of the two is needed."""
    if not words and not paths:
        raise typer.BadParameter("Say it in words, or give a document or a picture with --file.")
    return read_input(words), read_files(paths or [])


def ls(as_json: Json = False) -> None:
    """List the projects, newest first."""
    from barnraise.cli.client import Client

    items = list(all_projects(Client()))
    output = Output(as_json)
    if as_json:
        output.document({"items": items})
    elif not items:
        output.note('No projects yet. Make one: barnraise new "a todo list"')
    else:
        rows = [
            (item["id"], item["status"], item["name"], item["updated_at"][:19].replace("T", " "), item["preview_url"]) for item in items
        ]
        output.table(("id", "status", "name", "changed", "preview"), rows)


def show(project: Project, as_json: Json = False) -> None:
    """Show a project: status, plan, newest job."""
    from barnraise.cli.client import Client

    client, output = Client(), Output(as_json)
    found = find_project(client, project)
    plan = plan_of(client, found["id"])
    if as_json:
        output.document(found | {"manifest": plan.get("manifest"), "decision": plan.get("decision")})
        return
    output.text(f"{found['name']}  ({found['id']}, {found['status']})")
    if address := preview_of(client, found):
        output.text(f"preview  {address}")
    for entity in (plan.get("manifest") or {}).get("entities", []):
        output.text(f"\n{entity['label']}")
        output.table(("field", "type", ""), [(f"  {f['name']}", f["type"], _traits(f)) for f in entity["fields"]])
    job = found.get("job")
    if job:
        output.text(f"\n{job['action']} {job['status']}: {job.get('summary') or ''}")
        output.table(("step", "status", "time"), [(f"  {s['step']}", s["status"], seconds(s["seconds"])) for s in job["steps"]])


def rm(project: Project, as_json: Json = False) -> None:
    """Delete a project: its code, its history, its preview and the preview's data."""
    from barnraise.cli.client import Client

    client = Client()
    found = find_project(client, project)
    client.delete(f"/projects/{found['id']}")
    output = Output(as_json)
    output.document({"deleted": found["id"]}) if as_json else output.note(f"deleted {found['name']}")


def cancel(job: Annotated[str, typer.Argument(help="A job's id.")], as_json: Json = False) -> None:
    """Stop a job."""
    _act(f"/jobs/{job}/cancel", as_json)


def retry(job: Annotated[str, typer.Argument(help="A job's id.")], as_json: Json = False) -> None:
    """Run a failed or cancelled job again from where it ended."""
    _act(f"/jobs/{job}/retry", as_json)


def follow(
    client: Any, output: Output, project: str, job: dict[str, Any], *, wait: bool, after: int = 0, show_in_browser: bool = False
) -> None:
    """Print a job that was just accepted; with ``wait``, follow it to its end and exit accordingly."""
    from barnraise.cli.story import Story

    if not wait:
        result = {"project_id": project, "job_id": job["id"], "status": job["status"], "ahead": job.get("ahead", 0)}
        output.document(result) if output.as_json else output.text(f"{project}  job {job['id']} {job['status']}")
        return
    ended = client.wait(project, job["id"], after, Story(output, job["id"]).tell)
    if output.as_json:
        output.document(result_of(client, project, ended))
    elif address := preview_of(client, ended):
        output.text(address)
    if show_in_browser and (address := preview_of(client, ended)):
        typer.launch(address)
    raise typer.Exit(job_exit(ended["status"]))


def preview_of(client: Any, thing: dict[str, Any]) -> str | None:
    """The address that opens the preview of a project or a job in its owner's browser, also where the bare host does not."""
    if not thing.get("preview_url"):
        return None
    address = client.get(f"/projects/{thing.get('project_id') or thing['id']}/preview")["url"]
    return str(address or thing["preview_url"])


def result_of(client: Any, project: str, job: dict[str, Any]) -> dict[str, Any]:
    """What a script wants to know of a job that has ended."""
    keys = ("status", "summary", "problem", "commit", "preview_url", "tests", "timings", "steps")
    plan = plan_of(client, project)
    head = {"project_id": project, "job_id": job["id"], "manifest": plan.get("manifest"), "decision": plan.get("decision")}
    return head | {key: job.get(key) for key in keys}


def plan_of(client: Any, project: str) -> dict[str, Any]:
    """The project's plan; empty before there is one."""
    try:
        return client.get(f"/projects/{project}/manifest")
    except CliError as error:
        if error.exit is Exit.NOT_FOUND:
            return {}
        raise


def all_projects(client: Any) -> Any:
    """Every project, page by page."""
    cursor: dict[str, str] = {}
    while True:
        page = client.get("/projects", limit=100, **cursor)
        yield from page["items"]
        if not page["has_more"]:
            return
        cursor = {"cursor": page["next_cursor"]}


def find_project(client: Any, wanted: str) -> dict[str, Any]:
    """The project of that id, id's beginning, or name; CliError when there is none, or more than one."""
    try:
        if wanted.isalnum():
            return client.get(f"/projects/{wanted}")
    except CliError as error:
        if error.exit is not Exit.NOT_FOUND:
            raise
    projects = list(all_projects(client))
    found = [item for item in projects if item["name"] == wanted] or [item for item in projects if item["id"].startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise CliError(Exit.USAGE, f"'{wanted}' is not one project but {len(found)}.", "Use the id: barnraise ls")
    raise CliError(Exit.NOT_FOUND, f"There is no project '{wanted}'.{_meant(wanted, projects)}", "List them: barnraise ls")


def _meant(wanted: str, projects: list[dict[str, Any]]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(wanted, [item["name"] for item in projects] + [item["id"] for item in projects], 1)
    return f" Did you mean '{close[0]}'?" if close else ""


def _traits(field: dict[str, Any]) -> str:
    traits = ["required"] * field["required"] + ["unique"] * field["unique"]
    return ", ".join([*traits, *field["values"]])


def _act(path: str, as_json: bool) -> None:
    from barnraise.cli.client import Client

    job = Client().post(path)
    output = Output(as_json)
    output.document(job) if as_json else output.text(f"job {job['id']} {job['status']}")

"""The demonstration: a sentence becomes a running application before your eyes."""

import sys
import time
from typing import Annotated, Any

import typer

from barnraise.cli.commands import running
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.instance import read_state
from barnraise.cli.output import Output

SAMPLE = (
    "Build a REST API and web app for managing tasks: tasks have a title, description, due date, priority (low, medium, high) "
    "and a done flag, and belong to a project. Projects have a name and a colour."
)


def demo(prompt: Annotated[str, typer.Argument(help="What to build.")] = SAMPLE) -> None:
    """Build an application from a sentence, live; starts the platform if none runs."""
    output = Output(False)
    started = read_state() is None
    if started:
        output.note("starting the platform")
        running.up(port=None, detach=True, as_json=False)
    try:
        passed = _show(prompt, output)
        if started and passed and sys.stdin.isatty() and sys.stdout.isatty():
            output.note(f"Try it. The platform: {running._fresh_link(read_state() or {})}\nEnter stops everything.")
            sys.stdin.readline()
    finally:
        if started:
            running.down()
    raise typer.Exit(Exit.OK if passed else Exit.FAILED)


def _show(prompt: str, output: Output) -> bool:
    """Whether the preview answered and the tests passed."""
    from barnraise.cli.client import Client
    from barnraise.cli.commands.projects import preview_of
    from barnraise.cli.story import Story

    client = Client()
    output.note(f"\n> {prompt}\n")
    start = time.monotonic()
    made = client.post("/projects", {"prompt": prompt})
    story, first = Story(output, made["job"]["id"]), []

    def seen(item: dict[str, Any]) -> None:
        story.tell(item)
        if item["event"]["type"] == "preview.ready.v1" and not first and _answers(client, made["project"]["id"]):
            first.append(time.monotonic() - start)

    job = client.wait(made["project"]["id"], made["job"]["id"], 0, seen)
    tests = job.get("tests") or {"passed": 0, "failed": 0, "skipped": 0}
    output.text(f"\npreview       {preview_of(client, job) or 'none'}")
    output.text(f"tests         {tests['passed']} passed, {tests['failed']} failed, {tests['skipped']} skipped")
    output.text(f"first answer  {first[0]:.2f} s after the prompt" if first else "first answer  none")
    if job.get("problem"):
        output.note(f"{job['problem']['detail']} {job['problem']['next']}")
    return job["status"] == "succeeded" and bool(first) and tests["passed"] > 0 and tests["failed"] == 0


def _answers(client: Any, project: str) -> bool:
    """Whether page and API of the preview answer 200, asked as a browser would."""
    import httpx

    state = read_state()
    if state is None:
        raise CliError(Exit.UNREACHABLE, "The platform is gone.", "Start it again.")
    url = client.get(f"/projects/{project}/preview")["url"]
    host = httpx.URL(url).netloc.decode()
    with httpx.Client(base_url=f"http://127.0.0.1:{state['port']}", headers={"Host": host}, timeout=20) as browser:
        return all(browser.get(path).status_code == 200 for path in ("/", "/api/health"))

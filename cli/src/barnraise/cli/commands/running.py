"""Running the platform on this machine: prepare, up, down, status."""

import json
import os
import signal
import sys
import time
from typing import Annotated, Any

import typer

from barnraise.cli.commands.operations import sentences, targets
from barnraise.cli.commands.projects import Json
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.instance import cache, checkout, home, is_locked, read_state
from barnraise.cli.output import Output


def prepare() -> None:
    """Build what a start needs: the web app, and the base layer that previews run on."""
    from barnraise.cli.embedded.prepare import prepare as make

    make(layout(), Output(False).note)


def up(
    port: Annotated[int | None, typer.Option(help="The port of the page; 0 is any free one. Default: 7700, or the next free one.")] = None,
    detach: Annotated[bool, typer.Option("--detach", help="Return when everything is ready, and leave it running.")] = False,
    as_json: Json = False,
) -> None:
    """Start everything and print one link; Ctrl-C stops it."""
    from barnraise.cli.embedded.prepare import prepare as make

    output, place = Output(as_json), layout()
    if is_locked():
        raise CliError(Exit.CONFLICT, f"The platform runs already in {place.home}.", "See: barnraise status")
    make(place, output.note)
    if detach:
        _detach(port, output)
        return
    import asyncio

    from barnraise.cli.embedded.supervisor import Supervisor

    start = time.monotonic()

    def ready(state: dict[str, Any]) -> None:
        if as_json:
            output.document(_public(state))
            sys.stdout.flush()
            return
        output.note(f"ready in {time.monotonic() - start:.1f} s; logs in {state['logs']}")
        output.text(f"\n  Open  {state['link']}\n")
        output.note("Ctrl-C stops everything; nothing is lost.")
        sys.stdout.flush()

    asyncio.run(Supervisor(place, port, output.note).run(ready))
    output.note("stopped")


def down(as_json: Json = False) -> None:
    """Stop the platform of this home."""
    output, state = Output(as_json), read_state()
    if state is None:
        raise CliError(Exit.UNREACHABLE, f"No platform runs in {home()}.", "")
    os.kill(state["pid"], signal.SIGTERM)
    deadline = time.monotonic() + 60
    while is_locked():
        if time.monotonic() > deadline:
            raise CliError(Exit.FAILED, "The platform did not stop within a minute.", f"Look into {state['logs']}")
        time.sleep(0.05)
    output.document({"stopped": state["pid"]}) if as_json else output.note("stopped")


def status(
    as_json: Json = False,
    for_prometheus: Annotated[bool, typer.Option("--targets", help="Print the processes for Prometheus' file_sd_configs.")] = False,
) -> None:
    """Say what runs and how it is, with a fresh link."""
    output, state = Output(as_json), read_state()
    if state is None:
        if as_json:
            output.document({"running": False, "home": str(home())})
        else:
            output.note(f"No platform runs in {home()}. Start one: make up")
        raise typer.Exit(Exit.UNREACHABLE)
    if for_prometheus:
        output.text(targets({name: json.loads(layout().runtime_file(name).read_text())["port"] for name in _services()}))
        return
    services = {name: _health(name) for name in _services()}
    result = _public(state) | {"running": True, "services": services, "link": _fresh_link(state)}
    if as_json:
        output.document(result)
    else:
        rows = [(name, info["pid"], services.get(name, {}).get("status", "running")) for name, info in state["processes"].items()]
        output.table(("process", "pid", "state"), rows)
        for sentence in _trouble():
            output.text(sentence)
        output.text(f"\n  Open  {result['link']}")
    if any(health["status"] != "ready" for health in services.values()):
        raise typer.Exit(Exit.FAILED)


def layout() -> Any:
    from barnraise.cli.embedded.layout import Layout

    return Layout(home(), cache(), checkout())


def _services() -> tuple[str, ...]:
    from barnraise.cli.embedded.layout import SERVICES

    return SERVICES


def _detach(port: int | None, output: Output) -> None:
    """Start the supervisor in the background and wait until it has written its state."""
    from barnraise.cli.embedded.supervisor import spawn_detached

    log = home() / "logs" / "supervisor.log"
    pid = spawn_detached(["--port", str(port)] if port is not None else [], log)
    while (state := read_state()) is None or state["pid"] != pid:
        try:
            ended, _ = os.waitpid(pid, os.WNOHANG)
        except ChildProcessError:
            ended = pid
        if ended:
            raise CliError(Exit.FAILED, f"The platform did not start:\n{_tail(log)}", f"Look into {log.parent}")
        time.sleep(0.02)
    output.document(_public(state)) if output.as_json else output.text(state["link"])


def _public(state: dict[str, Any]) -> dict[str, Any]:
    """The state without passwords; the link's token is what its reader needs."""
    return {key: state[key] for key in ("pid", "port", "url", "link", "logs", "processes")}


def _health(service: str) -> dict[str, Any]:
    """A service's own word on whether it can work."""
    import httpx

    try:
        where = json.loads(layout().runtime_file(service).read_text())
        return httpx.get(f"http://127.0.0.1:{where['port']}/readyz", timeout=3).json()
    except (OSError, ValueError, httpx.HTTPError) as error:
        return {"status": "not ready", "reason": repr(error)}


def _fresh_link(state: dict[str, Any]) -> str:
    """A link that has not been used; the run's own one when the gateway does not answer."""
    from barnraise.cli.client import Client

    try:
        return str(Client().post("/links")["url"])
    except CliError:
        return str(state["link"])


def _trouble() -> list[str]:
    """What an operator should know, in sentences; that nobody can say, when the gateway or telemetry does not answer."""
    from barnraise.cli.client import Client

    try:
        return sentences(Client().get("/operations"))
    except CliError as error:
        return [f"The queues cannot be looked at: {error.detail}"]


def _tail(log: Any) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""

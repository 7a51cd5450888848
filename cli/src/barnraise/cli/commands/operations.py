"""For operators: what is wrong, who works, what waits, what has died; dead letters back into their queues."""

import json
from typing import Annotated, Any

import typer

from barnraise.cli.commands.projects import Json
from barnraise.cli.errors import Exit
from barnraise.cli.output import Output


def ops(as_json: Json = False) -> None:
    """Say what is wrong, who works, what waits and who spends; exits 1 when something is wrong."""
    from barnraise.cli.client import Client

    found, output = Client().get("/operations"), Output(as_json)
    if as_json:
        output.document(found)
    else:
        _tell(found, output)
    raise typer.Exit(Exit.FAILED if found["trouble"] else Exit.OK)


def dead(as_json: Json = False) -> None:
    """The dead letters: messages that left their queue unhandled, those first that nobody has dealt with."""
    from barnraise.cli.client import Client

    letters, output = Client().get("/operations")["dead"], Output(as_json)
    if as_json:
        output.document({"dead": letters})
        return
    rows = [(one["id"], one["cause"], one["deliveries"], one["at"], one["replayed_at"]) for one in letters]
    output.table(("id", "why", "deliveries", "died", "replayed"), rows)
    if not rows:
        output.note("No dead letters.")


def replay(letter: Annotated[str, typer.Argument(help="As `barnraise dead` shows it.", metavar="ID")], as_json: Json = False) -> None:
    """Put a dead command back into its queue; once, however often it is asked for."""
    from barnraise.cli.client import Client

    done, output = Client().post(f"/operations/dead/{letter}/replay"), Output(as_json)
    output.document(done) if as_json else output.note(f"{done['id']} is in its queue again since {done['at']}.")


def targets(services: dict[str, int]) -> str:
    """Processes of this machine as Prometheus' ``file_sd_configs`` reads them. ``services``: their ports."""
    return json.dumps([{"targets": [f"127.0.0.1:{port}"], "labels": {"job": name}} for name, port in services.items()], indent=1)


def sentences(found: dict[str, Any]) -> list[str]:
    """What is wrong; one sentence when nothing is."""
    return found["trouble"] or ["All is well: every service has workers, nothing waits too long, nothing has died."]


def _tell(found: dict[str, Any], output: Output) -> None:
    for sentence in sentences(found):
        output.text(sentence)
    heard = [(one["service"], one["workers"], "" if one["heard"] is None else f"{one['heard']:.0f} s ago") for one in found["services"]]
    output.table(("service", "workers", "heard"), heard)
    busy = [one for one in found["queues"] if one["pending"] or one["ack_pending"]]
    if busy:
        rows = [(one["consumer"], one["service"], one["pending"], one["ack_pending"], one["oldest"]) for one in busy]
        output.table(("queue", "service", "waiting", "at work", "oldest (s)"), rows)
    if found["spenders"]:
        rows = [(one["project_id"], one["calls"], one["tokens"], one["cost"]) for one in found["spenders"]]
        output.table(("project", "calls", "tokens", "US dollars"), rows)

"""The ``barnraise`` command."""

import io
import os
import sys
from typing import Any

import typer

from barnraise.cli.commands import code, conflicts, doctor, history, memory, operations, projects, running, sharing
from barnraise.cli.commands.backup import backup
from barnraise.cli.commands.demo import demo
from barnraise.cli.commands.experiments import experiments
from barnraise.cli.commands.models import models
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.output import Output, clean

app = typer.Typer(
    name="barnraise",
    help="From a sentence to a running, tested, versioned application on your own machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (running.up, running.down, running.status, doctor.doctor, demo, running.prepare):
    app.command()(command)
for command in (projects.new, projects.say, projects.ls, projects.show, projects.rm, projects.cancel, projects.retry):
    app.command()(command)
for command in (
    code.files,
    code.write,
    code.log,
    code.diff,
    code.undo,
    code.redo,
    code.restore,
    code.test,
    code.check,
    code.export,
    code.events,
):
    app.command()(command)
for command in (history.blame, history.tag, history.branch, history.merge, history.clone):
    app.command()(command)
app.command("import")(history.import_)
app.command()(sharing.share)
for command in (operations.ops, operations.dead, operations.replay):
    app.command()(command)
app.command()(memory.memory)
app.add_typer(models, name="models")
app.add_typer(experiments, name="experiments")
app.add_typer(backup, name="backup")
for command in (conflicts.conflict, conflicts.resolve):
    app.command()(command)


def main() -> None:
    """Run the command; every error becomes a sentence and an exit code, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except CliError as error:
        _report(error)
        sys.exit(error.exit)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.OK)
    except Exception as error:
        _report(_unexpected(error))
        sys.exit(Exit.FAILED)


def _report(error: CliError) -> None:
    output: Any = Output(as_json="--json" in sys.argv)
    if output.as_json:
        output.document({"error": error.problem})
    sys.stderr.write(clean(f"barnraise: {error.detail}\n"))
    if error.next:
        sys.stderr.write(clean(f"  {error.next}\n"))


def _unexpected(error: Exception) -> CliError:
    """A fault of ours: the trace goes into a file, where a report can take it from."""
    import traceback

    from barnraise.cli.instance import home

    log = home() / "logs" / "cli.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as file:
            traceback.print_exception(error, file=file)
        where = f"Please report it; the details are in {log}"
    except OSError:
        where = "Please report it."
    return CliError(Exit.FAILED, f"This should not happen: {type(error).__name__}: {error}", where)

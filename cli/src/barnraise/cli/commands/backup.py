"""``barnraise backup``: everything in one file, back again, and the drill that shows that it works."""

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from barnraise.cli.commands.projects import Json
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.output import Output

backup = typer.Typer(help="Keep everything in one file, bring it back, and try that out.", no_args_is_help=True)


@backup.command()
def create(
    file: Annotated[Path | None, typer.Argument(help="The archive to write.")] = None,
    as_json: Json = False,
) -> None:
    """Write streams, database and objects of a running platform into one file. Nothing is stopped."""
    from barnraise.cli.backup import archive, place

    output, start = Output(as_json), time.monotonic()
    target = (file or Path(f"barnraise-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar")).absolute()
    if target.exists():
        raise CliError(Exit.CONFLICT, f"{target} is there already.", "Choose another name.")
    contents = asyncio.run(archive.take(place.running(), target, output.note))
    result = {"file": str(target), "bytes": target.stat().st_size, "taken_at": contents.taken_at, "seconds": time.monotonic() - start}
    _tell(output, result, f"{target} ({result['bytes'] >> 10} KiB, {result['seconds']:.1f} s)")


@backup.command()
def restore(file: Annotated[Path, typer.Argument(help="An archive.")], as_json: Json = False) -> None:
    """Fill an empty home, or the empty place that the environment names, with what an archive holds. Then start it."""
    from barnraise.cli.backup import archive, place
    from barnraise.cli.backup.home import opened
    from barnraise.cli.commands.running import layout

    output, start = Output(as_json), time.monotonic()
    archive.contents_of(file)

    async def work() -> dict[str, int]:
        if elsewhere := place.elsewhere():
            await archive.bring_back(file, elsewhere, output.note)
            return await archive.orphans(elsewhere)
        async with opened(layout()) as here:
            await archive.bring_back(file, here, output.note)
            return await archive.orphans(here)

    left = asyncio.run(work())
    _tell(
        output,
        {"orphans": left, "seconds": time.monotonic() - start},
        f"restored in {time.monotonic() - start:.1f} s; then: barnraise up",
    )
    _fail_on(left)


@backup.command()
def drill(as_json: Json = False) -> None:
    """Back up the running platform, restore and start it beside itself, open every project; say what was lost, and how long it took."""
    from barnraise.cli.backup.drill import rehearse

    output = Output(as_json)
    with tempfile.TemporaryDirectory(prefix="barnraise-drill-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        result = rehearse(Path(folder), output.note)
    lines = [
        f"RPO  {result['rpo_seconds']:.0f} s: {result['lost']} of {result['acknowledged']} acknowledged jobs lost",
        f"RTO  {result['rto_seconds']:.1f} s from the empty machine to every project open ({result['projects']} projects)",
        f"orphans  {sum(result['orphans'].values())}",
    ]
    _tell(output, result, "\n".join(lines))
    _fail_on(result["orphans"])
    if result["lost"] or result["unreadable"]:
        raise typer.Exit(Exit.FAILED)


def _tell(output: Output, result: dict[str, Any], text: str) -> None:
    if output.as_json:
        output.document({key: value.isoformat() if isinstance(value, datetime) else value for key, value in result.items()})
    else:
        output.text(text)


def _fail_on(orphans: dict[str, int]) -> None:
    if orphans:
        what = ", ".join(f"{count} {name}" for name, count in orphans.items())
        raise CliError(Exit.FAILED, f"What belongs together is not all there: {what}.", "Take another backup; report it if it stays so.")

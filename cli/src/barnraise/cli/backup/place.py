"""Where an instance keeps what it knows."""

import os
from dataclasses import dataclass
from pathlib import Path

from barnraise.cli.errors import CliError, Exit
from barnraise.cli.instance import home, read_state

SCHEMAS = ("gateway", "planner", "codegen", "validator", "sandbox", "telemetry")
_NAMES = ("BARNRAISE_NATS_URL", "BARNRAISE_DATABASE_URL", "BARNRAISE_OBJECTS_URL")


@dataclass(frozen=True)
class Place:
    """``replicas``: on how many NATS servers streams are kept there."""

    nats_url: str
    database_url: str
    objects_url: str
    replicas: int = 1


def elsewhere() -> Place | None:
    """What the environment names, as it does for services; None when it names nothing. CliError when it names a part."""
    given = [os.environ.get(name, "") for name in _NAMES]
    if not any(given):
        return None
    if not all(given):
        raise CliError(Exit.USAGE, f"Of {', '.join(_NAMES)} only some are set.", "Set all three, or none for the platform of this home.")
    return Place(*given, replicas=int(os.environ.get("BARNRAISE_STREAM_REPLICAS", "1")))


def running() -> Place:
    """What the environment names, else the platform that runs in this home; CliError when none does."""
    if place := elsewhere():
        return place
    state = read_state()
    if state is None:
        raise CliError(Exit.UNREACHABLE, f"No platform runs in {home()}.", "Start it, or name another by " + ", ".join(_NAMES) + ".")
    return Place(state["nats_url"], state["database_url"], objects_of(home()))


def objects_of(folder: Path) -> str:
    return (folder / "objects").as_uri()

"""``python -m barnraise.chassis.migrate SERVICE...`` brings schemas up to date, and ends: what a cluster does before new versions start.

The services' code must be there. Services that then run with ``BARNRAISE_MIGRATIONS=await`` need no right to change tables.
With ``--check`` nothing is changed: the exit code is 0 when there is nothing to do, 3 when migrations wait, 4 when the database is ahead.
"""

import sys
from importlib.resources import files
from importlib.resources.abc import Traversable

import uvloop

from barnraise.chassis import database, logs
from barnraise.chassis.settings import MigrationSettings

NOTHING, WAITING, AHEAD = 0, 3, 4


def migrations_of(service: str) -> Traversable | None:
    """The service's migrations; None when it has only the chassis' own tables. ModuleNotFoundError when it is not installed."""
    folder = files(f"barnraise.{service}") / "migrations"
    return folder if folder.is_dir() else None


async def migrate(url: str, services: list[str]) -> None:
    found = {service: migrations_of(service) for service in services}
    pool = await database.connect(url, size=1)
    try:
        for service, migrations in found.items():
            await database.migrate(pool, service, migrations)
            logs.get_logger().info("migrated", schema=service)
    finally:
        await pool.close()


async def check(url: str, services: list[str]) -> int:
    """Print what is to be done in each schema; the exit code, the gravest of all."""
    worst, pool = NOTHING, await database.connect(url, size=1)
    try:
        for service in services:
            waiting, unknown = await database.difference(pool, service, migrations_of(service))
            for name in waiting:
                sys.stdout.write(f"{service}: {name} will run\n")
            for name in unknown:
                sys.stdout.write(f"{service}: {name} has run, and this version does not know it\n")
            worst = max(worst, AHEAD if unknown else WAITING if waiting else NOTHING)
    finally:
        await pool.close()
    return worst


def main(arguments: list[str]) -> int:
    settings = MigrationSettings.model_validate({})
    logs.configure("migrations", settings.log_level, settings.log_format)
    if arguments[:1] == ["--check"]:
        return uvloop.run(check(settings.database_url, arguments[1:]))
    uvloop.run(migrate(settings.database_url, arguments))
    return NOTHING


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

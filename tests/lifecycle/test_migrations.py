"""Migrations that people do not notice: linted, run under load, and understood by the version before."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from barnraise.chassis.database import migrate
from barnraise.chassis.migrate import migrations_of

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(ROOT.glob("services/*/src/barnraise/*/migrations/*.sql"))
NOT_OURS = {
    "require-lock-timeout": "the runner sets one for every migration",
    "require-statement-timeout": "no statement waits for locks longer than that; one that works long must be a backfill in batches",
    "prefer-bigint-over-int": "versions, positions and tries of one project never pass two thousand million",
}
EXCEPTED = {
    "0002_replays.sql": {"require-concurrent-index-creation"},  # of dead letters, of which there are few
    "0001_jobs.sql": {"ban-drop-table"},  # before the first release; drops what no release has had
    "0002_restore.sql": {"ban-drop-constraint", "constraint-missing-not-valid"},  # widens a check of a table of hundreds of rows
    "0003_revert.sql": {"ban-drop-constraint", "constraint-missing-not-valid"},  # the same
}
SERVICES = ("gateway", "planner", "codegen", "validator", "sandbox", "telemetry")


def squawk(*files: Path) -> set[tuple[str, str]]:
    """(file, rule) of each finding."""
    command = [
        str(Path(sys.executable).parent / "squawk"),
        "--assume-in-transaction",
        "--reporter=json",
        *(f"--exclude={rule}" for rule in NOT_OURS),
    ]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return {(Path(found["file"]).name, found["rule_name"]) for found in json.loads(done.stdout)}


def test_migrations_keep_nobody_waiting_and_break_no_older_version() -> None:
    assert len(FILES) >= 12
    found = squawk(*FILES)
    assert found == {(name, rule) for name, rules in EXCEPTED.items() for rule in rules}


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("alter table gateway.projects rename column name to title;", "renaming-column"),
        ("alter table gateway.projects drop column name;", "ban-drop-column"),
        ("alter table gateway.projects alter column name type text;", "changing-column-type"),
        ("create index jobs_by_name on gateway.jobs (name);", "require-concurrent-index-creation"),
        ("alter table gateway.projects add column kind text not null;", "adding-required-field"),
    ],
)
def test_what_would_hurt_is_found(tmp_path: Path, sql: str, rule: str) -> None:
    file = tmp_path / "0009_bad.sql"
    file.write_text(sql)
    assert ("0009_bad.sql", rule) in squawk(file)


async def test_every_migration_runs_under_load(database_url: str) -> None:
    """Each service's schema is brought from its first migration to its last while its tables are written; nobody waits long."""
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=8)
    for service in SERVICES:
        first = [file for file in FILES if file.parent.parent.name == service][:1]
        folder = first[0].parent if first else None
        await migrate(pool, service, _Only(folder, 1) if folder else None)
    stop, slowest, written = asyncio.Event(), 0.0, 0

    async def write(number: int) -> None:
        nonlocal slowest, written
        while not stop.is_set():
            begun = asyncio.get_running_loop().time()
            key = f"{number}-{written}"
            await pool.execute(
                "insert into codegen.steps (project_id, step_id, group_id, origin, main_after) values ('p', $1, 'g', 'compile', 'x')", key
            )
            await pool.execute(
                "insert into gateway.projects (id, name, created_at, updated_at, facts) values ($1, '', now(), now(), '{}')", key
            )
            slowest = max(slowest, asyncio.get_running_loop().time() - begun)
            written += 1

    writers = [asyncio.create_task(write(number)) for number in range(4)]
    while written < 50:
        await asyncio.sleep(0.01)
    for service in SERVICES:
        await migrate(pool, service, migrations_of(service))
    before = written
    while written < before + 50:  # what the old version writes goes on fitting the new schema
        await asyncio.sleep(0.01)
    stop.set()
    await asyncio.gather(*writers)
    assert slowest < 5, f"a write waited {slowest:.1f} s"
    assert await pool.fetchval("select count(*) from codegen.steps") == written
    await pool.close()


class _Only:
    """The first migrations of a folder."""

    def __init__(self, folder: Path, count: int) -> None:
        self._files = sorted(folder.glob("*.sql"))[:count]

    def iterdir(self) -> list[Path]:
        return self._files

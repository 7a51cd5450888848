"""A backup of a platform that works on, restored beside it: nothing that was acknowledged is missing."""

import asyncio
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from kept import kept
from platform_client import ROOT, SITE, Platform

from barnraise.cli.backup.home import opened
from barnraise.cli.backup.place import Place, objects_of
from barnraise.cli.embedded.layout import Layout

pytestmark = [pytest.mark.flow, pytest.mark.timeout(600)]

LONG = 300.0


def test_the_drill_says_that_nothing_is_lost(platform: Platform) -> None:
    platform.ended(platform.create(SITE)["job"]["id"])
    done = platform.cli("backup", "drill", "--json", timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    assert (result["rpo_seconds"], result["lost"], result["orphans"], result["unreadable"]) == (0, 0, {}, [])
    assert result["projects"] >= 1
    assert 0 < result["rto_seconds"] < 120


def test_an_archive_is_for_its_owner_alone_and_nothing_is_overwritten(platform: Platform, tmp_path: Path) -> None:
    assert platform.cli("backup", "create", str(tmp_path / "all.tar")).returncode == 0
    assert (tmp_path / "all.tar").stat().st_mode & 0o077 == 0
    with tarfile.open(tmp_path / "all.tar") as archive:
        assert {"contents.json", "database", "streams/EVENTS", "streams/COMMANDS"} <= set(archive.getnames())
    assert platform.cli("backup", "create", str(tmp_path / "all.tar")).returncode == 5


def test_what_was_restored_is_kept_and_restored_again(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> None:
    """With what has been made since: the third instance has all that the second one has."""
    folder = tmp_path_factory.mktemp("generations")
    second, third = (Platform(tmp_path_factory.mktemp(name), {}) for name in ("second", "third"))
    platform.ended(platform.create(SITE)["job"]["id"], timeout=LONG)
    assert platform.cli("backup", "create", str(folder / "first.tar"), timeout=LONG).returncode == 0
    assert second.cli("backup", "restore", str(folder / "first.tar"), timeout=LONG).returncode == 0
    second = Platform.start(second.home)
    try:
        assert second.ended(second.create(SITE)["job"]["id"], timeout=LONG)["status"] == "succeeded"
        done = second.cli("backup", "create", str(folder / "second.tar"), timeout=LONG)
        assert done.returncode == 0, done.stderr
        state = second.state()
        there = asyncio.run(kept(Place(state["nats_url"], state["database_url"], objects_of(second.home))))
    finally:
        second.stop()
    done = third.cli("backup", "restore", str(folder / "second.tar"), timeout=LONG)
    assert done.returncode == 0, done.stderr
    assert asyncio.run(_kept_in(third.home)) == there
    assert len(there["codegen.refs"]) >= 4
    assert third.cli("backup", "restore", str(folder / "second.tar")).returncode == 5


async def _kept_in(folder: Path) -> dict[str, Any]:
    async with opened(Layout(folder, folder / "shared", ROOT)) as place:
        return await kept(place)

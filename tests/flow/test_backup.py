"""A backup of a platform that works on, restored beside it: nothing that was acknowledged is missing."""

import json
import tarfile
from pathlib import Path

import pytest
from platform_client import Platform

pytestmark = [pytest.mark.flow, pytest.mark.timeout(600)]

SITE = "A site for a lamp maker with our story, a gallery and a contact form"


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

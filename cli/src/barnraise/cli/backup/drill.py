"""A backup of the running platform that is restored on an empty home, started there and looked through by its public interface."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from barnraise.cli.backup import archive, database, place
from barnraise.cli.backup.archive import Say
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.instance import cache

_SECONDS = 300


def rehearse(folder: Path, say: Say) -> dict[str, Any]:
    """RPO and RTO in seconds, and what was not there or could not be opened. Nothing of it stays."""
    source, file, home = place.running(), folder / "backup.tar", folder / "home"
    before = asyncio.run(database.acknowledged(source.database_url))
    begun = datetime.now().astimezone()
    asyncio.run(archive.take(source, file, say))
    start = time.monotonic()
    _command(home, "backup", "restore", str(file))
    _command(home, "up", "--detach", "--port", "0")
    try:
        state = json.loads((home / "state.json").read_text())
        projects, unreadable = _open_all(state)
        seconds = time.monotonic() - start
        there = place.Place(state["nats_url"], state["database_url"], place.objects_of(home))
        after = asyncio.run(database.acknowledged(there.database_url))
        lost = {job: at for job, at in before.items() if job not in after}
        return {
            "rpo_seconds": (begun - min(lost.values())).total_seconds() if lost else 0.0,
            "rto_seconds": seconds,
            "acknowledged": len(before),
            "lost": len(lost),
            "projects": projects,
            "unreadable": unreadable,
            "orphans": asyncio.run(archive.orphans(there)),
        }
    finally:
        _command(home, "down")


def _open_all(state: Mapping[str, Any]) -> tuple[int, list[str]]:
    """How many projects there are, and those whose code, messages or events cannot be read."""
    head = {"Authorization": f"Bearer {state['token']}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{state['port']}/api/v2", headers=head, timeout=30) as http:
        projects = _all(http)
        return len(projects), [project["id"] for project in projects if not _opens(http, project)]


def _all(http: httpx.Client) -> list[dict[str, Any]]:
    found, cursor = list[dict[str, Any]](), None
    while True:
        page = http.get("/projects", params={"limit": 100} | ({"cursor": cursor} if cursor else {})).raise_for_status().json()
        found += page["items"]
        if not page["has_more"]:
            return found
        cursor = page["next_cursor"]


def _opens(http: httpx.Client, project: Mapping[str, Any]) -> bool:
    base = f"/projects/{project['id']}"
    asked = [f"{base}/messages", f"{base}/jobs", f"{base}/events"]
    if project["commit"]:
        asked += [f"{base}/files", f"{base}/commits"]
    return all(http.get(path, headers={"Accept": "application/json"}).status_code == 200 for path in asked)


def _command(home: Path, *arguments: str) -> None:
    """This command line for another home, without sandboxes: the machine has one instance's worth of them."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("BARNRAISE_")}
    environment = kept | {"BARNRAISE_HOME": str(home), "BARNRAISE_CACHE_HOME": str(cache()), "BARNRAISE_SANDBOX_DRIVER": "none"}
    done = subprocess.run(
        [sys.executable, "-m", "barnraise.cli", *arguments], env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode:
        raise CliError(Exit.FAILED, f"'barnraise {' '.join(arguments[:2])}' failed: {done.stderr.strip()[-1000:]}", "Look at what it says.")

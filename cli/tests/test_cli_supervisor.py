"""The supervisor with real servers and two real services: it comes up, heals, and leaves nothing behind."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.connected, pytest.mark.slow]

SUPERVISE = """
import asyncio, sys
from pathlib import Path
from barnraise.cli.embedded import supervisor
from barnraise.cli.embedded.layout import Layout
supervisor.SERVICES = ("telemetry", "validator")
home = Path(sys.argv[1])
layout = Layout(home, home / "shared", home)
layout.make()
asyncio.run(supervisor.Supervisor(layout, 0, lambda text: print(text, flush=True)).run(lambda state: print("ready", flush=True)))
"""


class Running:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, home], stdout=(home / "out").open("ab"), stderr=subprocess.STDOUT, start_new_session=True
        )

    def state(self) -> dict[str, Any]:
        return json.loads((self.home / "state.json").read_text())

    def pids(self) -> dict[str, int]:
        return {name: process["pid"] for name, process in self.state()["processes"].items()}

    def ready(self) -> bool:
        assert self.process.poll() is None, (self.home / "out").read_text()
        return (self.home / "state.json").exists() and self.state()["pid"] == self.process.pid

    def healthy(self) -> bool:
        """Every service has written where it is, as the process that is in the state."""
        pids = self.pids()
        files = {name: self.home / f"run/{name}.json" for name in ("telemetry", "validator")}
        return all(file.exists() and json.loads(file.read_text())["pid"] == pids[name] for name, file in files.items())


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    tmp_path.chmod(0o711)
    found = Running(tmp_path)
    until(found.ready)
    yield found
    found.process.kill()
    found.process.wait()


@pytest.mark.parametrize("name", ["telemetry", "nats", "postgres"])
def test_whatever_dies_is_started_again_where_it_was(running: Running, name: str) -> None:
    before, ports = running.pids(), running.state()["ports"]
    os.kill(before[name], signal.SIGKILL)
    until(lambda: running.pids()[name] != before[name])
    until(running.healthy)
    assert running.state()["ports"] == ports
    assert {other for other, pid in running.pids().items() if pid == before[other]} == set(before) - {name}


def test_a_stop_ends_every_process_and_removes_the_state(running: Running) -> None:
    pids = running.pids()
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0
    assert not [pid for pid in pids.values() if alive(pid)]
    assert not (running.home / "state.json").exists()


def test_a_killed_supervisor_leaves_nothing_and_the_next_one_starts_at_once(running: Running) -> None:
    pids = running.pids()
    running.process.kill()
    running.process.wait()
    again = Running(running.home)
    try:
        until(again.ready)
        assert not [pid for pid in pids.values() if alive(pid)]
    finally:
        again.process.terminate()
        again.process.wait(30)


def test_a_second_supervisor_on_the_same_home_is_refused(running: Running) -> None:
    second = Running(running.home)
    assert second.process.wait(30) != 0
    assert "runs already" in (running.home / "out").read_text()
    assert running.ready()


def test_the_state_is_the_owners_alone(running: Running) -> None:
    assert (running.home / "state.json").stat().st_mode & 0o077 == 0


async def test_a_long_log_is_cut_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from barnraise.cli.embedded import supervisor
    from barnraise.cli.embedded.layout import Layout

    layout = Layout(tmp_path, tmp_path / "shared", tmp_path)
    layout.make()
    monkeypatch.setattr(supervisor, "LOG_BYTES", 100)
    with layout.log("planner").open("a") as log:
        log.write("x" * 200)
        log.flush()
        guard = asyncio.create_task(supervisor.Supervisor(layout, 0, print)._guard_logs())
        while not layout.log("planner").with_suffix(".log.1").exists() or layout.log("planner").stat().st_size:
            await asyncio.sleep(0.01)
        guard.cancel()
        log.write("after")
        log.flush()
    assert layout.log("planner").read_text() == "after"

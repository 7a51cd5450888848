"""Kill -9 of the sandbox service, of its supervisor and of sandboxes at random moments; what is left of them on the machine."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import docker
from figures import Row
from grounds import grounds, skipped
from platform_client import SITE, Platform, until

from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.domain.containers import LABEL

KILLS = 200
RESTARTS = 0.08
"""The part of the kills that the supervisor gets: everything ends with it, and is started again."""


def rows(platform: Platform, rounds: int, kills: int = KILLS) -> Iterator[Row]:
    """``rounds`` is not asked: the bar names the number of kills. The platform's own driver, and then an engine's containers, a quarter as
    often, because they take ten times as long to start."""
    chance = random.Random(int(os.environ.get("BARNRAISE_CHAOS_SEED", "20261121")))
    killed, left = hunt(platform, kills, chance)
    platform.cli("up", "--detach", "--port", "0", timeout=180)
    yield from _told("the platform's driver", kills, killed, left)
    with grounds() as found:
        for ground in (one for one in found if one.name == "docker"):
            if ground.lacking:
                yield skipped("kill -9", ground.name, ground.lacking)
                continue
            with started(ground.settings) as second:
                yield from _told(ground.name, kills // 4, *hunt(second, kills // 4, chance))


def _told(driver: str, kills: int, killed: Counter[str], left: dict[str, int]) -> Iterator[Row]:
    victims = ", ".join(f"{name} {count}x" for name, count in sorted(killed.items()))
    yield Row(f"kill -9, {driver}, of {victims}", {"p50": kills}, "", str(KILLS), None)
    for what, count in left.items():
        yield Row(f"  {what} left, {driver}", {"p50": count}, "", "0", count == 0)


@contextmanager
def started(settings: dict[str, str]) -> Iterator[Platform]:
    with TemporaryDirectory(prefix="barnraise-leaks-", ignore_cleanup_errors=True) as folder:
        platform = Platform.start(Path(folder), **settings)
        try:
            yield platform
        finally:
            platform.stop()


def hunt(platform: Platform, kills: int, chance: random.Random) -> tuple[Counter[str], dict[str, int]]:
    """Who was killed how often, and how much is left of what, now that the platform has been stopped."""
    made = platform.create(SITE)
    project = made["project"]["id"]
    platform.ended(made["job"]["id"], timeout=120)
    before = remains(platform)
    assert before["cgroups"] or before["containers"], "nothing runs that could be left"
    killed: Counter[str] = Counter()
    for _ in range(kills):
        time.sleep(chance.random() * 0.6)  # at any moment of whatever goes on
        victim = "supervisor" if chance.random() < RESTARTS else chance.choice(("service", "sandbox"))
        killed[victim] += strike(platform, victim, chance)
        with suppress(Exception), platform.http() as http:
            # Looking wakes the preview: there is always something that starts.
            http.post(f"/api/v2/projects/{project}/preview/start")
    # What a killed service has left is swept when it begins again.
    until(lambda: runs(platform), timeout=60)
    platform.stop()
    left = remains(platform)
    deadline = time.monotonic() + 5  # what was just told to end
    while any(left.values()) and time.monotonic() < deadline:
        time.sleep(0.1)
        left = remains(platform)
    return killed, left


def strike(platform: Platform, victim: str, chance: random.Random) -> int:
    """Kill one, and wait until there is one again; how many were killed."""
    processes = platform.state()["processes"]
    if victim == "supervisor":
        os.kill(processes["supervisor"]["pid"], signal.SIGKILL)
        until_gone([info["pid"] for info in processes.values()])
        done = platform.cli("up", "--detach", "--port", "0", timeout=180)
        assert done.returncode == 0, done.stderr
        return 1
    service = int(processes["sandbox"]["pid"])
    if victim == "sandbox":
        family = until(lambda: inhabitants(platform) or descendants(int(platform.state()["processes"]["sandbox"]["pid"])))
        with suppress(ProcessLookupError):
            os.kill(chance.choice(family), signal.SIGKILL)
        return 1
    with suppress(ProcessLookupError):
        os.kill(service, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while int(platform.state()["processes"]["sandbox"]["pid"]) == service:
        assert time.monotonic() < deadline, "the service was not started again"
        time.sleep(0.02)
    return 1


def runs(platform: Platform) -> bool:
    with suppress(Exception):
        return bool(platform.get("/system")["sandbox"]["available"])
    return False


def until_gone(pids: list[int], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < deadline, "processes outlive their supervisor"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def descendants(pid: int) -> list[int]:
    pending, found = [pid], []
    while pending:
        one = pending.pop()
        with suppress(OSError):
            children = [int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()]
            found += children
            pending += children
    return found


def containers(platform: Platform) -> list[Any]:
    """The instance's, in its engine, if it has one."""
    url = platform.extra_env.get("BARNRAISE_SANDBOX_DOCKER")
    if url is None:
        return []
    with closing(docker.DockerClient(url)) as client:
        ours = {"label": f"{LABEL}={Runtime(platform.home / 'data').instance}"}
        return [one.attrs for one in client.containers.list(all=True, filters=ours, ignore_removed=True)]


def inhabitants(platform: Platform) -> list[int]:
    """The first processes of its containers."""
    return [pid for one in containers(platform) if (pid := one["State"].get("Pid"))]


def remains(platform: Platform) -> dict[str, int]:
    """What there is of this instance on the machine now, found without asking it: by its name, its home and its sandboxes' users."""
    runtime = Runtime(platform.home / "data")
    name, home = runtime.instance, str(platform.home)
    groups = [path for path in Path("/sys/fs/cgroup").glob(f"**/{name}") if path.is_dir()]
    mounts = [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if name in line or home in line]
    files = list(runtime.folder.rglob("*")) if runtime.folder.exists() else []
    spare = platform.home / "data" / "spare"
    return {
        "processes": sum(1 for pid in processes() if belongs(pid, home, name)),
        "mounts": len(mounts),
        "containers": len(containers(platform)),
        "cgroups": sum(1 for group in groups for path in (group, *group.rglob("*")) if path.is_dir()),
        "sockets": sum(1 for path in files if path.is_socket()),
        "directories": sum(1 for path in files if path.is_dir()) + (len(list(spare.iterdir())) if spare.exists() else 0),
    }


def processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and int(path.name) != os.getpid()]


def belongs(pid: int, home: str, name: str) -> bool:
    """A process of the instance: it says so in its command, its environment, or its control group."""
    for file in ("cmdline", "environ", "cgroup"):
        with suppress(OSError):
            said = Path(f"/proc/{pid}/{file}").read_bytes().decode("latin-1")
            if home in said or name in said:
                return alive(pid)
    return False

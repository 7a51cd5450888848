"""The driver's parts that look at the host: control groups, users, processes, folders, what cannot run at all."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from barnraise.sandbox.adapters import trees, users
from barnraise.sandbox.adapters.folders import DataFolders
from barnraise.sandbox.adapters.local import cgroups
from barnraise.sandbox.adapters.local.driver import LocalDriver
from barnraise.sandbox.adapters.local.probe import probe
from barnraise.sandbox.adapters.local.processes import resident
from barnraise.sandbox.adapters.runtime import INSIDE
from barnraise.sandbox.adapters.visitor import HttpVisitor
from barnraise.sandbox.domain.limits import Exit, Limits
from barnraise.sandbox.ports import Infrastructure, SandboxUnavailable, Spec
from barnraise.sandbox.service.choosing import admit


def hierarchy(root: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content)


def test_version_2_writes_its_limits_and_reads_its_events(tmp_path: Path) -> None:
    hierarchy(tmp_path, {"cgroup.controllers": "cpuset cpu io memory pids", "cgroup.subtree_control": "cpu memory pids"})
    hierarchy(tmp_path / "mine", {"cgroup.controllers": "cpu memory pids", "cgroup.subtree_control": "cpu memory pids"})
    groups = cgroups._version_2(tmp_path, "mine")
    assert groups
    assert (tmp_path / "mine/cgroup.subtree_control").read_text() == "+cpu +memory +pids"
    (tmp_path / "mine/cgroup.subtree_control").write_text("cpu memory pids")
    groups = cgroups.HierarchyV2(tmp_path / "mine")
    assert groups.enforces == ("memory", "processes", "cpu")
    made = groups.make("box")
    assert made.folder == tmp_path / "mine/box"
    hierarchy(made.folder, {"memory.events": "low 0\noom 1\noom_kill 2\n", "pids.events": "max 0\n", "cgroup.kill": ""})
    assert (made.out_of_memory(), made.pids_refused()) == (True, False)
    made.kill()
    assert (made.folder / "cgroup.kill").read_text() == "1"
    assert [one.folders for one in groups.leftovers()] == [[made.folder]]


def test_version_2_limits_what_the_kernel_offers(tmp_path: Path) -> None:
    group = tmp_path / "box"
    groups = cgroups.HierarchyV2(tmp_path)
    original = Path.mkdir

    def mkdir_with_files(self: Path, *arguments: Any, **options: Any) -> None:
        original(self, *arguments, **options)
        for name in ("memory.max", "pids.max", "cpu.max"):
            (self / name).touch()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "mkdir", mkdir_with_files)
        groups.make("box").limit(Limits(cpus=1.5, memory=1000, pids=7))
    assert {name: (group / name).read_text() for name in ("memory.max", "pids.max", "cpu.max")} == {
        "memory.max": "1000",
        "pids.max": "7",
        "cpu.max": "150000 100000",
    }
    assert not (group / "memory.swap.max").exists()


def test_a_group_with_processes_is_emptied_into_a_leaf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hierarchy(tmp_path, {"cgroup.procs": "11\n12\n", "cgroup.controllers": "memory"})
    (tmp_path / "daemon").mkdir()
    refused = iter([OSError("busy")])

    def write(folder: Path) -> None:
        for error in refused:
            raise error

    monkeypatch.setattr(cgroups, "_write_controllers", write)
    cgroups._enable(tmp_path)
    assert (tmp_path / "daemon/cgroup.procs").read_text() == "12", "one after the other"


def test_the_leaf_is_not_nested_again() -> None:
    assert cgroups._delegated(Path("/x/scope/daemon")) == Path("/x/scope")
    assert cgroups._delegated(Path("/x/scope")) == Path("/x/scope")


def test_without_a_kill_file_each_process_is_killed(tmp_path: Path) -> None:
    sleeper = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(60)"])
    hierarchy(tmp_path, {"cgroup.procs": f"{sleeper.pid}\n"})
    cgroups._kill([tmp_path], None)
    assert sleeper.wait(5) == -9


def test_users_are_lent_once() -> None:
    lent = users.Users("barnraise-x")
    first, second = lent.take(), lent.take()
    assert first != second
    lent.give_back(first)
    assert lent.take() == first
    assert users.Users("barnraise-x").take() == users.Users("barnraise-x").take() >= 1000


def test_a_container_with_few_users_gets_numbers_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda self: "0 100000 65536\n")
    assert users._first("barnraise-x") + 1000 <= 65536


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_giving_a_folder_away_follows_no_link(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.write_text("x")
    (inside / "deep").mkdir(parents=True)
    (inside / "deep/link").symlink_to(outside)
    (inside / "up").symlink_to(tmp_path)
    trees.give(inside, 12345)
    assert outside.stat().st_uid == 0
    assert tmp_path.stat().st_uid == 0
    assert {path.lstat().st_uid for path in (inside, *inside.rglob("*"))} == {12345}


def test_memory_of_a_child_that_a_thread_has_started_is_seen() -> None:
    hoard = "import time; hoard = bytes(range(256)) * (1 << 18); print('x', flush=True); time.sleep(60)"
    line = f"import subprocess, sys, threading, time; start = lambda: subprocess.run([sys.executable, '-S', '-c', {hoard!r}])\n"
    child = subprocess.Popen([sys.executable, "-S", "-c", f"{line}threading.Thread(target=start).start()"], stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    try:
        assert 60 << 20 < resident(child.pid) < 110 << 20
    finally:
        subprocess.run(["pkill", "-9", "-P", str(child.pid)], check=False)
        child.kill()
        child.wait()
        child.stdout.close()


def test_memory_of_a_family_is_seen() -> None:
    line = "import os, time; hoard = bytes(range(256)) * (1 << 18); os.fork() and os.wait(); print('x', flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-S", "-c", line], stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    try:
        assert 60 << 20 < resident(child.pid) < 110 << 20, "what is shared after the fork counts once"
        assert resident(1 << 30) == 0
    finally:
        subprocess.run(["pkill", "-9", "-P", str(child.pid)], check=False)
        child.kill()
        child.wait()
        child.stdout.close()


def test_folders_are_measured_by_what_they_occupy(tmp_path: Path) -> None:
    folders = DataFolders(tmp_path)
    spare = folders.spare()
    assert folders.of("p1") is None
    folder = folders.adopt(spare, "p1")
    assert (folders.of("p1"), spare.exists()) == (folder, False)
    with (folder / "sparse").open("wb") as file:
        file.truncate(1 << 30)
    (folder / "out").symlink_to("/usr")
    assert folders.used(folder, 1 << 30) < 1 << 16
    (folder / "deep").mkdir()
    (folder / "deep/full").write_bytes(os.urandom(1 << 20))
    assert 1 << 20 <= folders.used(folder, 1 << 30) < 2 << 20
    left = folders.spare()
    DataFolders(tmp_path)
    assert not left.exists()
    assert folders.of("p1")


@pytest.mark.parametrize("steps", range(4))
def test_what_a_project_has_stored_moves_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    folders = DataFolders(tmp_path)
    before = folders.adopt(folders.spare(), "p1")
    (before / "app.db").write_text("rows")
    (before / "uploads").mkdir()
    (before / "uploads/one").write_text("1")
    assert folders.movable("p1")
    spare = folders.spare()
    whole, done = Path.rename, 0

    def killed(path: Path, target: Path) -> Path:
        nonlocal done
        done += 1
        if done > steps:
            raise KeyboardInterrupt
        return whole(path, target)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "rename", killed)
        folders.adopt(spare, "p1")
    again = DataFolders(tmp_path)
    folder = again.of("p1")
    assert folder
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")) == ["app.db", "uploads", "uploads/one"]
    inode = (moved := again.spare()).stat().st_ino
    assert again.adopt(moved, "p1").stat().st_ino == inode
    assert (folder / "app.db").read_text() == "rows"
    assert [path.name for path in (tmp_path / "previews").iterdir()] == ["p1"]


def test_what_cannot_be_moved(tmp_path: Path) -> None:
    folders = DataFolders(tmp_path)
    folder = folders.adopt(folders.spare(), "p1")
    (folder / "out").symlink_to("/nowhere")
    assert folders.movable("p1")
    for number in range(200):
        (folder / str(number)).touch()
    assert not folders.movable("p1")


class Stubborn:
    """A driver whose children answer as told."""

    name = "local"
    python = "/usr/bin/python3"

    def __init__(self, programs: list[str], answers: Mapping[str, Any], broken: str | None = None) -> None:
        self.programs = programs
        self.used: list[str] = []
        self._answers = answers
        self._broken = broken

    def use(self, program: str) -> None:
        self.used.append(program)

    async def run(self, spec: Spec, argv: list[str], environment: Mapping[str, str]) -> "Stubborn":
        self._what = argv[-1]
        box = Stubborn(self.programs, self._answers, self._broken)
        box._what = argv[-1]
        return box

    async def receive(self) -> Any:
        if self._broken:
            return None
        return self._answers.get(self._what)

    async def kill(self) -> None: ...

    async def ended(self) -> Exit:
        if self._broken:
            raise Infrastructure(self._broken)
        return Exit("out_of_memory", 137) if self._what == "memory" and "memory" not in self._answers else Exit("killed", None)


WALLS = {"network": True, "files": True, "system calls": True, "privileges": True, "disk": True}


def try_out(driver: Stubborn, groups: tuple[str, ...]) -> Any:
    return asyncio.run(probe(cast(LocalDriver, driver), groups))


def test_what_holds_is_said() -> None:
    known = try_out(Stubborn(["/usr/bin/bwrap"], {"walls": WALLS, "processes": {"children": 12}}), ("memory", "processes", "cpu"))
    assert known.missing == ()
    known = try_out(Stubborn(["/usr/bin/bwrap"], {"walls": WALLS | {"processors": 2}, "processes": {"children": 12}}), ())
    assert known.missing == ("cpu",), "it has come onto more processors than it was given"
    known = try_out(Stubborn(["/usr/bin/bwrap"], {"walls": WALLS | {"processors": 1}, "processes": {"children": 12}}), ())
    assert known.missing == ()
    assert {"memory (watched)", "cpu (whole processors)"} <= set(known.enforced)


@pytest.mark.parametrize("wall", WALLS)
def test_a_wall_that_does_not_hold_is_no_sandbox(wall: str) -> None:
    with pytest.raises(SandboxUnavailable, match=wall):
        admit(
            try_out(Stubborn(["/usr/bin/bwrap"], {"walls": WALLS | {wall: False}, "processes": {"children": 12}}), ("memory",)), frozenset()
        )


def test_unbounded_processes_are_no_sandbox() -> None:
    with pytest.raises(SandboxUnavailable, match="processes"):
        admit(try_out(Stubborn(["/usr/bin/bwrap"], {"walls": WALLS, "processes": {"children": 64}}), ("memory", "cpu")), frozenset())


@pytest.mark.parametrize(
    ("said", "fix"),
    [
        ("bwrap: setting up uid map: Permission denied", "user namespaces"),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", "systempaths"),
        ("something else", "barnraise doctor"),
    ],
)
def test_why_nothing_runs_and_what_to_do(said: str, fix: str) -> None:
    driver = Stubborn(["/usr/bin/bwrap", "tools/bwrap"], {}, broken=said)
    with pytest.raises(SandboxUnavailable, match=said.rsplit(":", maxsplit=1)[-1].strip()) as error:
        try_out(driver, ())
    assert fix in error.value.problem.next
    assert driver.used == ["/usr/bin/bwrap", "tools/bwrap"]
    with pytest.raises(SandboxUnavailable, match="no bubblewrap"):
        try_out(Stubborn([], {}), ())


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204),
        (b"HTTP/1.1 200\r\n\r\n", 200),
        (b"nonsense", None),
        (b"", None),
        (b"HTTP/1.1 99999 x", None),
    ],
)
async def test_a_visitor_believes_a_status_line_only(tmp_path: Path, answer: bytes, status: int | None) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    endpoint = tmp_path / "s"
    server = await asyncio.start_unix_server(serve, str(endpoint))
    assert await HttpVisitor(2).get(endpoint, "/", "x.localhost") == status
    server.close()
    assert await HttpVisitor(2).get(tmp_path / "nobody", "/", "x") is None


async def test_a_visitor_does_not_wait_for_ever(tmp_path: Path) -> None:
    server = await asyncio.start_unix_server(lambda reader, writer: asyncio.sleep(60), str(tmp_path / "s"))
    assert await HttpVisitor(0.05).get(tmp_path / "s", "/", "x") is None
    server.close()


def deep(folder: Path, levels: int) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("x", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.fchmod(here, 0)
    os.close(here)


def test_what_hostile_code_leaves_is_counted_given_and_removed(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "data"
    outside.mkdir()
    (outside / "kept").write_text("x" * 100_000)
    folder.mkdir()
    (folder / "link").symlink_to(outside)
    (folder / b"bad\nname\xff".decode("utf-8", "surrogateescape")).write_text("x")
    deep(folder, 3000)
    trees.give(folder, os.geteuid())
    assert 3000 * 4096 < trees.size(folder) < 3000 * 16384
    trees.remove(folder)
    assert not folder.exists()
    assert (outside / "kept").exists()
    trees.remove(folder)


def test_empty_files_count_too(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / str(number)).touch()
    assert trees.size(tmp_path) >= 100 * 4096


def test_a_link_in_place_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "kept").touch()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    trees.remove(tmp_path / "link")
    assert (tmp_path / "real" / "kept").exists()
    assert trees.size(tmp_path / "link") == 0


def test_garbage_is_not_looked_for_while_libraries_load_nor_in_them_afterwards(tmp_path: Path) -> None:
    (tmp_path / "library.py").write_text("import gc\nmeanwhile = gc.isenabled()\n")
    said = "import gc, barnraise_preload as p; p.preload(('library', 'no_library')); import library\n"
    said += "print(library.meanwhile, gc.isenabled(), gc.get_freeze_count() > 1000)"
    path = os.pathsep.join((str(INSIDE), str(tmp_path)))
    ended = subprocess.run([sys.executable, "-c", said], env={"PYTHONPATH": path}, capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["False", "True", "True"]

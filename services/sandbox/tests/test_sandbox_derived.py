"""Packages that the base layer lacks, from an index on the loopback: what a project gets, what is refused, and what cannot be reached."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sandbox_drivers import AnyDriver
from tiny_index import TinyIndex

from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.contracts.manifest import Manifest
from barnraise.sandbox.adapters import layer as layers
from barnraise.sandbox.adapters.folders import DataFolders
from barnraise.sandbox.adapters.indexes.gateway import ConfiguredIndexes
from barnraise.sandbox.adapters.memory import MemoryAnnouncer, MemoryCode, MemoryPreviews
from barnraise.sandbox.adapters.shelf import Shelf, lease
from barnraise.sandbox.adapters.visitor import HttpVisitor
from barnraise.sandbox.domain.limits import LIMITS, Capability
from barnraise.sandbox.domain.locks import Lock
from barnraise.sandbox.ports import Driver, Spec, UnfitError
from barnraise.sandbox.service import provisioning
from barnraise.sandbox.service.logs import Cause
from barnraise.sandbox.service.pool import Pool, spec_for
from barnraise.sandbox.service.previewing import PreviewHost, Rules
from barnraise.sandbox.service.provisioning import Provision, Provisioner, Workshop
from barnraise.sandbox.service.testing import TestRuns, passed

A, B = "a" * 40, "b" * 40
CAUSE = Cause("j1:test:1", "p1", "j1")
RAN = "import os; open(('/data/site' if os.path.isdir('/data/site') else '/tmp') + '/RAN', 'w')\n"
EMPTY = Lock(python=(), node=())


@pytest.fixture(scope="module")
def index() -> Iterator[TinyIndex]:
    made = TinyIndex()
    made.wheel(
        "tinysum", {"tinysum/__init__.py": "from tinydep import one\ndef total(*n): return sum(n) + one - 1\n"}, requires=("tinydep",)
    )
    made.wheel("tinydep", {"tinydep.py": "one = 1\n", "tinydep.pth": RAN, "setup.py": RAN})
    made.source("onlysource", {"setup.py": RAN, "PKG-INFO": "Metadata-Version: 2.1\nName: onlysource\nVersion: 1.0\n"})
    made.wheel("climbing", {"climbing.py": "", "../../climbed.py": "x = 1\n"})
    made.wheel("shadowing", {"json.py": RAN})
    made.wheel("elsewhere", {"elsewhere.py": ""}, link="http://169.254.169.254/elsewhere-1.0-py3-none-any.whl")
    made.package("tiny-left", {"package/index.js": "export { right } from 'tiny-right'\n"}, type="module", exports="./index.js",
                 dependencies={"tiny-right": "^1"}, scripts={"postinstall": "touch /data/RAN"})  # fmt: skip
    made.package("tiny-right", {"package/index.js": "import { version } from 'react'\nexport const right = version\n"}, type="module",
                 exports="./index.js", peerDependencies={"react": "*"})  # fmt: skip
    made.package("tiny-climbing", {"package/../../../climbed.js": "1"})
    yield made
    made.close()


@dataclass
class Stage:
    shelf: Shelf
    provisioner: Provisioner
    driver: Driver


def stage(driver: Driver, base_dir: Path, folder: Path, index: TinyIndex | None, **more: int) -> Stage:
    base = layers.find(base_dir)
    assert base
    shelf = Shelf(folder, base.modules, room=more.get("room", 1 << 30), largest=more.get("largest", 64 << 20))
    indexes = ConfiguredIndexes(index.python, index.node) if index else ConfiguredIndexes("", "")
    workshop = Workshop(driver, shelf, indexes, base.path.name, base.installers)
    return Stage(shelf, Provisioner(base.packages(), workshop), driver)


@pytest.fixture
async def made(driver: AnyDriver, base_dir: Path, tmp_path: Path, index: TinyIndex) -> AsyncIterator[Stage]:
    opened = stage(driver, base_dir, tmp_path / "derived", index)
    yield opened
    await opened.provisioner.close()


def python(*lines: str) -> dict[str, bytes]:
    return {"backend/requirements.txt": "\n".join(lines).encode()}


def node(**wanted: str) -> dict[str, bytes]:
    return {"frontend/package.json": json.dumps({"dependencies": wanted}).encode()}


def found(folder: Path, *names: str) -> list[Path]:
    return [path for name in names for path in folder.rglob(name)]


def left(folder: Path) -> list[str]:
    """What a build has left in the folder of layers beside them and what is locked."""
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.sandbox
@pytest.mark.drivers("local", "docker")
async def test_a_projects_own_packages_are_there_in_its_tests(made: Stage, tmp_path: Path, index: TinyIndex) -> None:
    """Of both languages, with what they need themselves; made once, and nothing that came with them has run."""
    files = {
        **python("fastapi", "TinySum>=1  # of the index"),
        **node(**{"tiny-left": "^1.0.0"}),
        "frontend/src/own.test.ts": b"""
import { right } from 'tiny-left'
import { version } from 'react'
import { expect, it } from 'vitest'
it('is one React', () => expect(right).toBe(version))
""",
        "backend/tests/test_own.py": b"""
import os, fastapi, tinysum
def test_own():
    assert tinysum.total(1, 2) == 3
    assert tinysum.__file__.startswith('/opt/more/site/')
    assert not os.path.exists('/tmp/RAN') and not os.access(tinysum.__file__, os.W_OK)
""",
    }
    code = MemoryCode()
    code.put("p1", A, files)
    announcer = MemoryAnnouncer()
    runs = TestRuns(Pool(made.driver, lambda: spec_for("test"), spare=0), code, announcer, packages=made.provisioner)
    end, report = await runs.run(CAUSE, A)
    said = "".join(getattr(event, "text", "") for event in announcer.events)
    assert passed(end, report), said
    assert report.passed == 2
    assert "The project has packages of its own: tinydep 1.0, tinysum 1.0, tiny-left 1.0.0, tiny-right 1.0.0." in said
    before = len(index.asked)
    first, second = await asyncio.gather(*(made.provisioner.provide(files) for _ in range(2)))
    assert first.more == second.more
    assert first.more
    assert len(index.asked) == before, "what was locked and made is asked for no more"
    assert not list(first.more.rglob("RAN"))
    assert {path.stat().st_mode & 0o7022 for path in first.more.rglob("*") if not path.is_symlink()} == {0}
    assert left(tmp_path / "derived") == []


@pytest.mark.sandbox
@pytest.mark.drivers("local")
async def test_a_preview_gets_them_with_the_commit_that_asks_for_them(made: Stage, tmp_path: Path) -> None:
    """In another sandbox, which looks whether the page can be built before it is shown."""
    task = {"name": "Task", "label": "Task", "plural_label": "Tasks", "fields": [{"name": "title", "label": "Title"}]}
    plain = dict(compile_manifest(Manifest.model_validate({"name": "todo", "title": "Todo", "entities": [task]})))
    package = json.loads(plain["frontend/package.json"])
    package["dependencies"]["tiny-right"] = "1"
    own = plain | {
        "backend/requirements.txt": plain["backend/requirements.txt"] + b"tinysum\n",
        "backend/app/main.py": b"import tinysum\n" + plain["backend/app/main.py"],
        "frontend/package.json": json.dumps(package).encode(),
        "frontend/src/main.tsx": b"import { right } from 'tiny-right'\nconsole.log(right)\n" + plain["frontend/src/main.tsx"],
    }
    code = MemoryCode()
    code.put("p1", A, plain)
    code.put("p1", B, own)
    folders = DataFolders(tmp_path / "data")
    pool = Pool(made.driver, lambda: Spec("preview", LIMITS["preview"], folders.spare(), listens=True), spare=0)
    host = PreviewHost(
        made.driver, pool, code, MemoryPreviews(), folders, HttpVisitor(), MemoryAnnouncer(), lambda: "l" * 26, Rules(),
        Capability("any", ("network",)), made.provisioner,
    )  # fmt: skip
    try:
        await host.show("p1", A, None)
        shown = await host.show("p1", B, None)
        assert (shown.status, shown.commit, shown.detail) == ("running", B, None)
        assert shown.endpoint
        reader, writer = await asyncio.open_unix_connection(shown.endpoint)
        writer.write(b"GET /src/main.tsx HTTP/1.0\r\nHost: l.localhost\r\n\r\n")
        assert b"/node_modules/.vite/deps/tiny-right.js" in await asyncio.wait_for(reader.read(), 20)
        writer.close()
    finally:
        await host.close()


@pytest.mark.sandbox
@pytest.mark.drivers("local")
async def test_what_cannot_be_had_is_said_with_the_reason(made: Stage, tmp_path: Path) -> None:
    cases = (
        (python("nothing-like-this"), "nothing-like-this"),
        (python("onlysource"), "onlysource"),
        (python("shadowing"), "replace modules of Python itself: json"),
        (python("elsewhere"), "169.254.169.254 is an address that is not reached"),
        (python(f"tinydep==1.0 --hash=sha256:{'0' * 64}"), "other files than those whose hashes"),
        (node(**{"tiny-climbing": "1.0.0"}), "a file outside of its folder"),
    )
    for got, (_, reason) in zip(await asyncio.gather(*(made.provisioner.provide(files) for files, _ in cases)), cases, strict=True):
        assert got.problem
        assert (got.more, got.problem.code) == (None, "packages_unavailable")
        assert reason in got.problem.detail
        assert "asks for packages that sandboxes do not have" in got.problem.detail
    assert [path.name for path in (tmp_path / "derived").iterdir()] == ["locks"]
    assert not found(tmp_path, "RAN", "climbed.*")


@pytest.mark.sandbox
@pytest.mark.drivers("local")
async def test_a_wheels_file_that_leads_elsewhere_is_left_out(made: Stage, tmp_path: Path) -> None:
    got = await made.provisioner.provide(python("climbing"))
    assert got.more
    assert (got.more / "site/climbing.py").exists()
    assert not found(tmp_path, "climbed.*")


@pytest.mark.sandbox
@pytest.mark.drivers("local")
async def test_packages_that_are_too_large_end_their_sandbox(
    driver: AnyDriver, base_dir: Path, tmp_path: Path, index: TinyIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provisioning, "LOOK_SECONDS", 0.0)
    got = await stage(driver, base_dir, tmp_path / "derived", index, largest=4096).provisioner.provide(python("tinysum"))
    assert "take more than" in got.trouble
    assert left(tmp_path / "derived") == []


PROBE = """
import json, socket, sys, urllib.error, urllib.request
sys.path.insert(0, "/opt/runner")
from barnraise_channel import Channel
from build_layer import relay
channel, address = Channel(3), relay()
channel.send({"ready": True})
tried = channel.receive()["tried"]
def status(path, method="GET"):
    try:
        return urllib.request.urlopen(urllib.request.Request(address + path, method=method)).status
    except urllib.error.HTTPError as error:
        return error.code
def dial(host, port):
    try:
        socket.create_connection((host, port), 2).close()
        return True
    except OSError:
        return False
answers = {path: status(path) for path in tried}
answers["POST"] = status("/simple/tinydep/", "POST")
proxy = socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])))
proxy.sendall(b"CONNECT 127.0.0.1:%d HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % int(sys.argv[1]))
answers["CONNECT"] = int(proxy.recv(100).split()[1])
proxy = socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])))
proxy.sendall(b"GET http://127.0.0.1:%s/secret HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" % sys.argv[1].encode())
answers["absolute"] = int(proxy.recv(100).split()[1])
answers["direct"] = dial("127.0.0.1", int(sys.argv[1])) or dial("169.254.169.254", 80)
channel.send(answers)
"""


@pytest.mark.sandbox
@pytest.mark.drivers("local")
async def test_a_build_sandbox_reaches_the_pages_of_its_packages_and_nothing_else(
    driver: AnyDriver, base_dir: Path, index: TinyIndex
) -> None:
    tried = ["/simple/tinydep/", "/simple/tinysum/", "/files/0/tinydep-1.0-py3-none-any.whl", "/files/1/x", "/secret", "/simple/../secret",
             "/npm/tiny-left", "/"]  # fmt: skip
    port = index.address.rpartition(":")[2]
    box = await driver.run(Spec("build", LIMITS["build"], listens=True), [driver.python, "-c", PROBE, port], {})
    assert await box.receive() == {"ready": True}
    assert box.endpoint
    before = len(index.asked)
    async with ConfiguredIndexes(index.python, index.node).serve(box.endpoint, (1 << 20, 100), {"tinydep"}):
        await box.send({"tried": tried})
        answer = await box.receive()
    await box.kill()
    assert answer == dict(zip(tried, (200, 404, 200, 404, 404, 404, 404, 404), strict=True)) | {
        "POST": 404, "CONNECT": 404, "absolute": 404, "direct": False,
    }  # fmt: skip
    assert index.asked[before:] == ["/simple/tinydep/", "/files/tinydep-1.0-py3-none-any.whl"]


async def test_without_an_index_or_where_there_is_no_place_the_reason_is_said(base_dir: Path, tmp_path: Path) -> None:
    nobody = stage(None, base_dir, tmp_path / "derived", None)  # type: ignore[arg-type]
    got = await nobody.provisioner.provide({**python("tinysum"), **node(left="1")})
    assert got.problem
    assert got.problem.detail == (
        "The project asks for packages that sandboxes do not have: left, tinysum. No package index is configured for Python and Node."
    )
    assert "BARNRAISE_PACKAGE_INDEX and BARNRAISE_NODE_INDEX" in got.problem.next
    refused = await nobody.provisioner.provide(python("fastapi", "git+https://example.com/x.git", "tinysum"))
    assert refused.problem
    assert refused.problem.code == "packages_refused"
    assert "Not taken: backend/requirements.txt:2: git+https://example.com/x.git." in refused.problem.detail
    assert await nobody.provisioner.provide(python("fastapi")) == Provision()
    base = layers.find(base_dir)
    assert base
    got = await Provisioner(base.packages(), why_not="Not in a cluster.").provide(python("tinysum"))
    assert "Not in a cluster." in got.trouble


# the shelf


def shelf(folder: Path, **more: int) -> Shelf:
    modules = folder / "modules"
    (modules / "react").mkdir(parents=True, exist_ok=True)
    return Shelf(folder / "derived", modules, room=more.get("room", 1 << 30), largest=1 << 20)


async def keep(made: Shelf, key: str) -> Path:
    async with made.draft(key) as draft:
        (draft.content / "site").mkdir()
        (draft.content / "site/own.py").write_text("1")
        return made.keep(draft, key)


async def test_only_one_makes_a_layer_at_a_time(tmp_path: Path) -> None:
    made, inside = shelf(tmp_path), 0

    async def one() -> None:
        nonlocal inside
        async with made.draft("k") as draft:
            inside += 1
            assert inside == 1
            assert list(draft.content.iterdir()) == []
            await asyncio.sleep(0.01)
            (draft.content / "half").write_text("")
            inside -= 1

    await asyncio.gather(*(one() for _ in range(4)))
    assert left(tmp_path / "derived") == []


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from barnraise.sandbox.adapters.shelf import Shelf
async def main():
    made = Shelf(Path(sys.argv[1]), Path(sys.argv[1]), room=1, largest=1 << 20)
    async with made.draft("k") as draft:
        (draft.content / "site").mkdir()
        (draft.content / "site/own.py").write_text("1")
        made.keep(draft, "k") if os.environ.get("BARNRAISE_FAILPOINT_DIR") else None
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


@pytest.mark.parametrize("point", ["", "sandbox.layer_checked", "sandbox.layer_kept"])
async def test_whoever_is_killed_leaves_nothing_half(tmp_path: Path, point: str) -> None:
    """In the middle, before and after the renaming: another process takes over, or finds it whole."""
    armed = {"BARNRAISE_FAILPOINT_DIR": str(tmp_path)} if point else {}
    if point:
        (tmp_path / point).touch()
    command = [sys.executable, "-c", KILLED, str(tmp_path / "derived")]
    killed = await asyncio.create_subprocess_exec(*command, env=os.environ | armed)
    assert await killed.wait() == -signal.SIGKILL
    made = shelf(tmp_path)
    whole = tmp_path / "derived/k/site/own.py"
    assert whole.exists() == (point == "sandbox.layer_kept")
    assert left(tmp_path / "derived") == [".draft-k"]
    if not whole.exists():
        assert (await keep(made, "k")).name == "k"
    made.sweep()
    assert left(tmp_path / "derived") == []
    assert whole.read_text() == "1"


async def test_what_is_unused_for_long_or_too_much_goes_and_what_is_used_stays(tmp_path: Path) -> None:
    made = shelf(tmp_path)
    old, used, new = [await keep(made, key) for key in ("old", "used", "new")]
    for age, path in enumerate((new, used, old)):
        os.utime(path, (path.stat().st_mtime - age * 40 * 86_400,) * 2)
    holding = lease(used)
    try:
        assert made.sweep() == 1
        assert (old.exists(), used.exists(), new.exists()) == (False, True, True)
        assert shelf(tmp_path, room=1).sweep() == 1
        assert (used.exists(), new.exists()) == (True, False)
    finally:
        os.close(holding)
    assert made.sweep() == 1
    assert not used.exists()
    assert made.find("used") is None
    with pytest.raises(FileNotFoundError):
        lease(used)


@pytest.mark.parametrize("kind", ["link", "hard", "pipe"])
async def test_a_layer_is_made_of_files_alone(tmp_path: Path, kind: str) -> None:
    made = shelf(tmp_path)
    secret = tmp_path / "secret"
    secret.write_text("x")
    async with made.draft("k") as draft:
        entry = draft.content / "entry"
        {"link": entry.symlink_to, "hard": entry.hardlink_to, "pipe": lambda _: os.mkfifo(entry)}[kind](secret)
        with pytest.raises(UnfitError):
            made.keep(draft, "k")
    assert secret.stat().st_mode & 0o777 == 0o644
    assert made.find("k") is None


def test_what_needs_have_led_to_is_kept(tmp_path: Path) -> None:
    made = shelf(tmp_path)
    made.note("n", EMPTY)
    assert made.locked("n") == EMPTY
    (tmp_path / "derived/locks/n.json").write_text("half")
    assert made.locked("n") is None

"""ty by a server that remembers the project: it must say what the program says, whatever has changed since, and end when it should."""

import json
import os
import sysconfig
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from pathlib import Path

import pytest

from barnraise.contracts.diagnostics import Diagnostic
from barnraise.validator.adapters import ty_servers
from barnraise.validator.adapters.fork_server import ForkServer
from barnraise.validator.adapters.process import Limits
from barnraise.validator.adapters.programs import KEPT, program_of
from barnraise.validator.adapters.seats import Seats, ServerError
from barnraise.validator.adapters.toolbox import ServedTool, toolbox
from barnraise.validator.adapters.ty_servers import TyServers

LIMITS = Limits(seconds=30, memory=2 << 30, output=4 << 20)
CLEAN = {
    "backend/app/__init__.py": "",
    "backend/app/makes.py": "def made() -> int:\n    return 1\n",
    "backend/app/uses.py": "from app.makes import made\n\nnumber: int = made()\n",
}
HISTORY: list[tuple[dict[str, str | None], list[tuple[str, str]]]] = [
    ({}, []),
    ({"backend/app/uses.py": CLEAN["backend/app/uses.py"] + "\n\nlen(1)\n"}, [("backend/app/uses.py", "invalid-argument-type")]),
    ({"backend/app/uses.py": CLEAN["backend/app/uses.py"]}, []),
    ({"backend/app/makes.py": "def made() -> str:\n    return 'a'\n"}, [("backend/app/uses.py", "invalid-assignment")]),
    ({"backend/app/makes.py": None}, [("backend/app/uses.py", "import-not-found")]),
    ({"backend/app/makes/__init__.py": CLEAN["backend/app/makes.py"]}, []),
    ({"backend/app/makes/__init__.py": None, "backend/app/makes.py": CLEAN["backend/app/makes.py"]}, []),
    ({"backend/app/new.py": "from app.nowhere import nothing\n"}, [("backend/app/new.py", "import-not-found")]),
    ({"ty.toml": "[rules]\nall = 'ignore'\n", "backend/app/pyproject.toml": "[tool.ty.src]\nexclude = ['**']\n"},
     [("backend/app/new.py", "import-not-found")]),
    (dict.fromkeys(("backend/app/new.py", *CLEAN)) | {"main.py": "x: int = 'a'\n"}, [("main.py", "invalid-assignment")]),
]  # fmt: skip


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[TyServers]:
    async with aclosing(TyServers(program_of("ty"), tmp_path / "ty", LIMITS, most=1)) as made:
        yield made


@pytest.fixture
def tool(servers: TyServers, tmp_path: Path) -> ServedTool:
    packages = tmp_path / "base/current/root/opt"
    packages.mkdir(parents=True)
    (packages / "site").symlink_to(sysconfig.get_path("purelib"))
    made = toolbox(tmp_path / "base", tmp_path / "config", LIMITS, ForkServer(), None, servers)
    return next(each for each in made if isinstance(each, ServedTool))


@pytest.fixture
def checkout(tmp_path: Path) -> Callable[[str, Mapping[str, str]], Path]:
    """Each in a place of its own, with what is kept of the project."""
    numbers = iter(range(1000))

    def make(project: str, files: Mapping[str, str]) -> Path:
        around = tmp_path / f"checkout-{next(numbers)}"
        for path, content in files.items():
            (around / "files" / path).parent.mkdir(parents=True, exist_ok=True)
            (around / "files" / path).write_text(content)
        (tmp_path / "kept" / project).mkdir(parents=True, exist_ok=True)
        (around / KEPT).symlink_to(tmp_path / "kept" / project)
        return around / "files"

    return make


async def look(tool: ServedTool, directory: Path, files: Mapping[str, str], *, cold: bool = False) -> list[Diagnostic]:
    run = await (tool.cold if cold else tool).run(directory, tool.among(files))
    assert run.ending == "exited", run
    return sorted(tool.reader(directory)(run.output), key=str)


def running(word: bytes = b"server") -> list[int]:
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    alive = [int(child) for child in children if Path(f"/proc/{child}/stat").read_text().split()[2] != "Z"]
    return [child for child in alive if word in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")]


async def test_a_server_says_what_the_program_says_after_any_change(tool: ServedTool, checkout) -> None:
    files: dict[str, str] = dict(CLEAN)
    servers = set()
    for number, (change, expected) in enumerate(HISTORY):
        for path, content in change.items():
            files.pop(path, None)
            files |= {} if content is None else {path: content}
        warm = await look(tool, checkout("one", files), files)
        assert [(one.path, one.code) for one in warm] == expected, number
        assert warm == await look(tool, checkout("one", files), files, cold=True), number
        servers |= set(running())
    assert len(servers) == 1


async def test_a_new_project_is_given_the_server_of_another_and_hears_nothing_of_that(tool: ServedTool, checkout) -> None:
    one = CLEAN | {"backend/app/wrong.py": "x: int = 'a'\n"}
    two = {"backend/app/uses.py": CLEAN["backend/app/uses.py"]}
    assert [each.code for each in await look(tool, checkout("one", one), one)] == ["invalid-assignment"]
    first = running()
    told = await look(tool, checkout("two", two), two)
    assert [each.code for each in told] == ["import-not-found"]
    assert told == await look(tool, checkout("two", two), two, cold=True)
    assert [each.code for each in await look(tool, checkout("one", one), one)] == ["invalid-assignment"]
    assert running() == first


async def test_a_server_that_died_is_started_again(tool: ServedTool, checkout) -> None:
    await look(tool, checkout("two", CLEAN), CLEAN)
    (first,) = running()
    os.kill(first, 9)
    broken = CLEAN | {"backend/app/uses.py": "x: int = 'a'\n"}
    for _ in range(2):
        assert [one.code for one in await look(tool, checkout("two", broken), broken)] == ["invalid-assignment"]
    (second,) = running()
    assert second != first


async def test_a_server_that_nobody_asks_ends(tool: ServedTool, checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []
    monkeypatch.setattr(Seats, "_leave_later", lambda self, seat: ended.append((self, seat)))
    await look(tool, checkout("one", CLEAN), CLEAN)
    ((seats, seat),) = ended
    assert len(running()) == 1
    seats._end(seat)
    assert seats._leaving
    await seats._leaving
    assert (running(), list(seat.folder.parent.iterdir())) == ([], [])


async def test_where_nothing_is_kept_of_a_project_the_program_is_asked(tool: ServedTool, checkout) -> None:
    directory = checkout("one", CLEAN)
    (directory.parent / KEPT).unlink()
    assert (await look(tool, directory, CLEAN), running()) == ([], [])


def test_a_report_that_is_not_understood_is_no_report(tmp_path: Path) -> None:
    for report in (None, {}, {"items": [{"uri": "file:///etc/passwd", "items": [{"severity": 1}]}]}, {"items": 3}, {"items": []}):
        with pytest.raises(ServerError):
            json.dumps(ty_servers._findings(tmp_path, report))

"""Types by servers that remember the project: they must say what the programs say, whatever has changed since, and end when they should."""

import json
import os
import random
import sysconfig
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing
from pathlib import Path

import pytest

from barnraise.cli.instance import cache
from barnraise.contracts.diagnostics import Diagnostic
from barnraise.validator.adapters import tsc_servers, ty_servers
from barnraise.validator.adapters.base_layer import node_modules
from barnraise.validator.adapters.fork_server import ForkServer
from barnraise.validator.adapters.process import Limits
from barnraise.validator.adapters.programs import KEPT, program_of
from barnraise.validator.adapters.seats import Seats, ServerError
from barnraise.validator.adapters.toolbox import ServedTool, Servers, toolbox
from barnraise.validator.adapters.tsc_servers import TscServers
from barnraise.validator.adapters.ty_servers import TyServers
from barnraise.validator.domain.reach import reached

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
async def servers(tmp_path: Path) -> AsyncIterator[Servers]:
    async with (
        aclosing(TyServers(program_of("ty"), tmp_path / "ty", LIMITS, most=1)) as ty,
        aclosing(TscServers(tmp_path / "tsc", LIMITS, most=1)) as tsc,
    ):
        yield Servers(ty, tsc)


@pytest.fixture
def tools(servers: Servers, tmp_path: Path) -> Mapping[str, ServedTool]:
    packages = tmp_path / "base/current/root/opt"
    (packages / "web").mkdir(parents=True)
    (packages / "site").symlink_to(sysconfig.get_path("purelib"))
    if modules := node_modules(Path(os.environ.get("BARNRAISE_BASE_DIR") or cache() / "base")):
        (packages / "web/node_modules").symlink_to(modules)
    made = toolbox(tmp_path / "base", tmp_path / "config", LIMITS, ForkServer(), None, servers)
    return {each.name: each for each in made if isinstance(each, ServedTool)}


@pytest.fixture
def tool(tools: Mapping[str, ServedTool]) -> ServedTool:
    return tools["ty"]


@pytest.fixture
def tsc(tools: Mapping[str, ServedTool], tmp_path: Path) -> ServedTool:
    if node_modules(tmp_path / "base") is None:
        pytest.skip("there is no base layer with TypeScript; `make setup` makes one")
    return tools["tsc"]


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


async def test_settings_are_looked_at_with_all_that_they_may_speak_of_before_anything_is_said_of_them(
    tools: Mapping[str, ServedTool], tsc: ServedTool, checkout: Callable[[str, Mapping[str, str]], Path]
) -> None:
    settings = {
        "node": "import { defineConfig } from 'vite';\n\nexport default defineConfig({ base: process.env.BASE });\n",
        "browser": "window.name = import.meta.env.MODE;\n",
        "wrong": "export const port: number = process.env.PORT;\n",
    }
    found = {}
    for name, text in settings.items():
        directory = checkout(name, {"frontend/vite.config.ts": text})
        run = await tools["tsc-settings"].run(directory, ["frontend/vite.config.ts"])
        config = json.loads((directory.parent / "tsconfig.settings.json").read_text())["compilerOptions"]
        found[name] = "DOM" in config["lib"], [one.code for one in tools["tsc-settings"].reader(directory)(run.output)]
    assert found == {"node": (False, []), "browser": (True, []), "wrong": (True, ["TS2322"])}
    assert tools["tsc-settings"].by_file


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


SRC = "frontend/src/"
PAGES = {
    "frontend/package.json": '{"name": "lamps"}',
    "frontend/tsconfig.json": '{"compilerOptions": {"strict": false}}',
    SRC + "makes.ts": "export const made = (): number => 1;\n",
    SRC + "passes.ts": 'export * from "./makes";\n',
    SRC + "uses.ts": 'import { made } from "./passes";\nexport const number: number = made();\n',
    SRC + "reads.ts": 'import data from "./data.json";\nexport const a: number = data.a;\n',
    SRC + "data.json": '{"a": 1}',
    SRC + "window.ts": "declare global { interface Window { lamp: string } }\nexport {};\n",
    SRC + "looks.ts": "export const lamp: string = window.lamp;\n",
    SRC + "page.tsx": "export const Page = () => <p title='a'>it's</p>;\n",
}
WRONG = "export const wrong: number = 'a';\n"
EDITS: list[tuple[dict[str, str | None], list[tuple[str, str]]]] = [
    ({}, []),
    ({SRC + "page.tsx": WRONG}, [("page.tsx", "TS2322")]),
    ({SRC + "page.tsx": PAGES[SRC + "page.tsx"], SRC + "makes.ts": "export const made = (): string => 'a';\n"}, [("uses.ts", "TS2322")]),
    ({SRC + "makes.ts": PAGES[SRC + "makes.ts"], SRC + "data.json": '{"a": "b"}'}, [("reads.ts", "TS2322")]),
    ({SRC + "data.json": '{"a": 1}', SRC + "window.ts": "declare global { interface Window { lamp: number } }\nexport {};\n"},
     [("looks.ts", "TS2322")]),
    ({SRC + "window.ts": PAGES[SRC + "window.ts"], SRC + "makes.ts": None}, [("passes.ts", "TS2307"), ("uses.ts", "TS2305")]),
    ({SRC + "makes/index.ts": PAGES[SRC + "makes.ts"]}, []),
    ({SRC + "makes/index.ts": None, SRC + "makes.ts": PAGES[SRC + "makes.ts"], SRC + "half.ts": "export const a = ;\n"},
     [("half.ts", "TS1109")]),
    ({SRC + "half.ts": WRONG, SRC + "tsconfig.json": '{"exclude": ["**"]}'}, [("half.ts", "TS2322")]),
    ({SRC + "tsconfig.json": None, SRC + "half.ts": 'import type { Plugin } from "vite";\nexport const plugin: Plugin = 1;\n'},
     [("half.ts", "TS2322")]),
]  # fmt: skip


async def agrees(tsc: ServedTool, checkout, files: Mapping[str, str]) -> list[Diagnostic]:
    warm = await look(tsc, checkout("one", files), files)
    assert warm == await look(tsc, checkout("one", files), files, cold=True)
    return warm


async def test_the_compilers_server_says_what_the_compiler_says_after_any_change(tsc: ServedTool, checkout) -> None:
    files: dict[str, str] = dict(PAGES)
    servers = set()
    for number, (edit, expected) in enumerate(EDITS):
        for path, content in edit.items():
            files.pop(path, None)
            files |= {} if content is None else {path: content}
        told = await agrees(tsc, checkout, files)
        assert sorted(((one.path or "").removeprefix(SRC), one.code) for one in told) == expected, number
        servers |= set(running(b"--lsp"))
    assert len(servers) == 2  # one went when the project had settings of its own


async def test_the_compilers_server_agrees_after_random_changes(tsc: ServedTool, checkout) -> None:
    choices = random.Random(5)
    pages = [path for path in PAGES if path.startswith(SRC)]
    files: dict[str, str] = dict(PAGES)
    for _ in range(6):
        path, other = choices.sample(pages, 2)
        stem = "./" + other.removeprefix(SRC).removesuffix(".ts")
        edits = (
            lambda text: text.replace("number", "string"),
            lambda text, stem=stem: text + f'export const all: typeof import("{stem}") = 1;\n',
            lambda text: text.replace("made", "unmade", 1),
            lambda _: WRONG,
        )
        files[path] = choices.choice(edits)(PAGES[path])
        await agrees(tsc, checkout, files)


async def test_a_project_that_is_new_is_not_given_a_compilers_server(tsc: ServedTool, checkout) -> None:
    wrong = PAGES | {SRC + "page.tsx": WRONG}
    assert [one.code for one in await look(tsc, checkout("one", wrong), wrong)] == ["TS2322"]
    assert running(b"--lsp") == []
    assert [one.code for one in await look(tsc, checkout("one", wrong), wrong)] == ["TS2322"]
    (server,) = running(b"--lsp")
    os.kill(server, 9)
    assert await look(tsc, checkout("one", PAGES), PAGES) == []


def test_a_page_that_the_canary_does_not_vouch_for_is_not_believed() -> None:
    for contents in ({SRC + "jsconfig.json": b""}, {SRC + "node_modules/a/index.ts": b""}, {SRC + "a.ts": b"import './tsconfig.json'"}):
        with pytest.raises(ServerError):
            tsc_servers._check(contents)


@pytest.mark.parametrize(
    ("path", "content", "expected"),
    [
        ("makes.ts", "export const made = (): string => '';\n", {"makes.ts", "passes.ts", "uses.ts"}),
        ("page.tsx", "export const Page = () => <p>it's</p>;\n", {"page.tsx"}),
        ("looks.ts", "declare /**/ global { interface Window { a: 1 } }\n", None),
        ("looks.ts", "/// <reference lib='webworker' />\n", None),
        ("looks.ts", "import /* a */ 'react';\n", None),
        ("looks.ts", "type A = typeof import(`./uses`);\n", None),
        ("looks.ts", "import './\\u0075ses';\n", None),
        ("window.ts", "export {};\n", None),
        ("data.json", "{}", None),
        ("new.ts", "", None),
    ],
)
def test_an_edit_reaches_what_imports_the_file_or_all(path: str, content: str, expected: set[str] | None) -> None:
    before = {path: text.encode() for path, text in PAGES.items()}
    after = before | {SRC + path: content.encode()}
    is_page = lambda path: path.endswith((".ts", ".tsx"))  # noqa: E731
    found = reached(before, after, is_page, lambda name: name == "react")
    assert set(found) == ({path for path in after if is_page(path)} if expected is None else {SRC + name for name in expected})


def test_what_may_import_anything_is_always_reached() -> None:
    before = {path: text.encode() for path, text in PAGES.items()} | {SRC + "odd.ts": b"export * from './\\x75ses';\n"}
    after = before | {SRC + "uses.ts": before[SRC + "uses.ts"] + WRONG.encode()}
    assert set(reached(before, after, lambda path: path.endswith((".ts", ".tsx")), lambda _: False)) == {SRC + "uses.ts", SRC + "odd.ts"}

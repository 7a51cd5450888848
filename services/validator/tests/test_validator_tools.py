"""The real tools on small projects with seeded defects, and on hostile ones."""

import asyncio
import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from barnraise.cli.instance import cache
from barnraise.contracts.diagnostics import Diagnostic, ToolReport
from barnraise.validator.adapters.fork_server import ForkServer
from barnraise.validator.adapters.process import NICE, Limits, run_tool, yield_to_others
from barnraise.validator.adapters.toolbox import CommandTool, ForkedTool, toolbox
from barnraise.validator.domain.judgement import judge
from barnraise.validator.domain.runs import judge_run

MODULES = "current/root/opt/web/node_modules"
WELL = Path(__file__).resolve().parents[3] / "tests/data/critic/plain"
SERVER = ForkServer()
LIMITS = Limits(seconds=30, memory=2 << 30, output=4 << 20)
MODELS = "class Thing:\n    name: str = ''\n"
CLEAN = {
    "backend/app/__init__.py": "",
    "backend/app/models.py": MODELS.replace("''", '""'),
    "backend/app/main.py": "from fastapi import FastAPI\n\nfrom app.models import Thing\n\napp = FastAPI(title=Thing.name)\n",
    "backend/tests/test_main.py": "from app.main import app\n\n\ndef test_title() -> None:\n    assert app.title\n",
    "frontend/src/App.tsx": "export default function App(): string {\n  return 'hello';\n}\n",
    "frontend/tsconfig.json": "{ // comments are allowed here\n}",
    "compose.yaml": "services:\n  app: {}\n",
    "pyproject.toml": "[tool.ruff]\nline-length = 100\n",
    "README.md": "# Clean\n",
}
DEFECTS = [
    ("ruff", "F401", "backend/app/main.py", "import os\n"),
    ("ruff", "F821", "backend/app/main.py", "print(nothing_of_this_name)\n"),
    ("ruff", "invalid-syntax", "backend/app/main.py", "def (:\n"),
    ("ruff-format", "unformatted", "backend/app/main.py", "x = {  'a':1 }\n"),
    ("ruff-format", "unformatted", "backend/app/models.py", "x=1\n"),
    ("ty", "missing-attribute", "backend/app/main.py", "from app.models import Thing\n\nThing().missing()\n"),
    ("ty", "invalid-explicit-return", "backend/app/main.py", "def f(a: int) -> str:\n    return a + 1\n"),
    ("bandit", "B602", "backend/app/main.py", "import subprocess\n\nsubprocess.call(input(), shell=True)\n"),
    ("bandit", "B307", "backend/app/main.py", "print(eval(input()))\n"),
    ("syntax", "invalid-json", "frontend/package.json", '{"name": }'),
    ("syntax", "invalid-yaml", "compose.yaml", "a: [1\nb: 2\n"),
    ("syntax", "invalid-toml", "pyproject.toml", "[tool\n"),
    ("syntax", "invalid-python", "backend/app/main.py", "def f(:\n    pass\n"),
    ("syntax", "invalid-json", "data.json", b"\xff\xfe"),
    ("tsc", "TS2322", "frontend/src/App.tsx", "export const n: number = 'text';\n"),
    ("tsc-settings", "TS2322", "frontend/vite.config.ts", "export const port: number = process.env.PORT ?? 'none';\n"),
    ("tsc-settings", "TS2304", "frontend/vitest.config.ts", "export default nothingOfThisName;\n"),
    ("tsc", "TS2304", "frontend/src/more.ts", "export const n = nothingOfThisName;\n"),
]


@pytest.fixture(scope="session")
def base_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base layer: this interpreter's packages, and the node_modules of the base layer that previews run on."""
    base = tmp_path_factory.mktemp("base")
    packages = base / "current/root/opt"
    (packages / "web").mkdir(parents=True)
    (packages / "site").symlink_to(sysconfig.get_path("purelib"))
    made = Path(os.environ.get("BARNRAISE_BASE_DIR") or cache() / "base")
    if (made / MODULES).exists():
        (base / MODULES).symlink_to(made / MODULES)
    return base


@pytest.fixture(scope="module", autouse=True)
def server() -> Iterator[ForkServer]:
    with closing(SERVER):
        yield SERVER


def tool(name: str, base: Path | None, config: Path, limits: Limits = LIMITS) -> CommandTool | ForkedTool:
    found = {tool.name: tool for tool in toolbox(base, config, limits, SERVER)}[name]
    if name.startswith("tsc") and base and not (base / MODULES).exists():
        pytest.skip("there is no base layer with TypeScript; `make setup` makes one")
    return found


def write(directory: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = directory / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return directory / "files"


def paths_in(directory: Path) -> list[str]:
    return [path.relative_to(directory).as_posix() for path in sorted(directory.rglob("*")) if path.is_file()]


async def look(tool: CommandTool | ForkedTool, directory: Path) -> tuple[ToolReport, list[Diagnostic]]:
    files = tool.among(paths_in(directory))
    return judge_run(tool.name, tool.reader(directory), await tool.run(directory, files))


@pytest.mark.parametrize("name", ["ruff", "ruff-format", "ty", "bandit", "syntax", "tsc"])
async def test_a_clean_project_has_no_findings(name: str, base_dir: Path, tmp_path: Path) -> None:
    report, found = await look(tool(name, base_dir, tmp_path / "config"), write(tmp_path, CLEAN))
    assert (report.outcome, found) == ("passed", [])


async def test_projects_that_people_wrote_well_raise_no_alarm(base_dir: Path, tmp_path: Path) -> None:
    """What nobody here can look at is noted, and costs nothing."""
    files = {path: (WELL / path).read_bytes() for path in paths_in(WELL)}
    directory = write(tmp_path, files)
    tools = [one for one in toolbox(base_dir, tmp_path / "config", LIMITS, SERVER) if one.among(files)]
    judgement = judge(await asyncio.gather(*(look(one, directory) for one in tools)))
    assert (judgement.passed, judgement.score) == (True, 100)
    assert {(one.tool, one.code, one.severity, one.about) for one in judgement.diagnostics} == {
        ("advisories", "not-audited", "info", "platform"),
        ("tsc-elsewhere", "not-checked", "info", "platform"),
    }


async def test_typescript_whose_types_nothing_here_can_check_is_named(base_dir: Path, tmp_path: Path) -> None:
    settings = "import react from '@vitejs/plugin-react';\nimport { own } from './own';\n\nexport default [react(), own];\n"
    worker = "export const n: number = 'text';\n"
    directory = write(tmp_path, CLEAN | {"frontend/vite.config.ts": settings, "worker/index.ts": worker, "worker/global.d.ts": ""})
    report, found = await look(tool("tsc-elsewhere", base_dir, tmp_path / "config"), directory)
    assert report.outcome == "found" and [(one.code, one.about, one.severity) for one in found] == [("not-checked", "platform", "info")]
    assert "worker/index.ts" in found[0].message and "frontend" not in found[0].message.replace("below frontend/src", "")
    report, found = await look(tool("tsc-settings", base_dir, tmp_path / "config"), directory)
    assert [(one.code, one.about, one.path) for one in found] == [("not-checked", "platform", "frontend/vite.config.ts")]


@pytest.mark.parametrize(("name", "code", "path", "content"), DEFECTS, ids=[f"{d[0]}-{d[1]}-{n}" for n, d in enumerate(DEFECTS)])
async def test_a_seeded_defect_is_found(name: str, code: str, path: str, content: str, base_dir: Path, tmp_path: Path) -> None:
    directory = write(tmp_path, CLEAN | {path: content})
    report, found = await look(tool(name, base_dir, tmp_path / "config"), directory)
    assert report.outcome == "found"
    assert (code, path) in [(finding.code, finding.path) for finding in found]


@pytest.mark.parametrize(
    ("name", "asking", "importing", "code"),
    [
        ("ty", {"backend/requirements-more.txt": "Nothing_Like.This>=1\n"}, {"backend/app/more.py": "import other\nimport app.absent\n"},
         "import-not-found"),
        ("ty", {"pyproject.toml": '[project]\ndependencies = ["nothing"]\n'}, {"backend/app/more.py": "import other\nimport app.absent\n"},
         "import-not-found"),
        ("tsc", {"frontend/package.json": '{"dependencies": {"@my/other": "1"}}'},
         {"frontend/src/more.ts": 'import { x } from "@my/other/deep";\nimport { y } from "./absent";\nexport { x, y };\n'}, "TS2307"),
    ],
)  # fmt: skip
async def test_an_import_that_the_projects_own_packages_may_have_is_left_to_its_tests(
    name: str, asking: dict[str, str], importing: dict[str, str], code: str, base_dir: Path, tmp_path: Path
) -> None:
    for asked, severities in ((asking, ["info", "error"]), ({}, ["error", "error"])):
        folder = tmp_path / str(len(asked))
        _, found = await look(tool(name, base_dir, folder / "config"), write(folder, CLEAN | importing | asked))
        assert [one.severity for one in found if one.code == code] == severities, found


@pytest.mark.parametrize("name", ["ty", "tsc"])
async def test_without_a_base_layer_types_are_reported_as_not_checked(name: str, tmp_path: Path) -> None:
    report, found = await look(tool(name, None, tmp_path / "config"), write(tmp_path, CLEAN))
    assert report.outcome == "missing"
    assert [(f.code, f.severity) for f in found] == [("tool-missing", "warning")]


async def test_a_project_cannot_switch_checks_off_by_its_own_configuration(base_dir: Path, tmp_path: Path) -> None:
    hiding = {
        "backend/app/main.py": "import os\nimport subprocess\n\nsubprocess.call(input(), shell=True)\nx: int = 'text'\n",
        "ruff.toml": "exclude = ['*']\n",
        "ty.toml": "[src]\nexclude = ['**']\n",
        ".bandit": "[bandit]\nskips: B602\n",
        ".gitignore": "*\n",
        ".ignore": "*\n",
    }
    directory = write(tmp_path, CLEAN | hiding)
    for name, code in [("ruff", "F401"), ("ty", "invalid-assignment"), ("bandit", "B602")]:
        _, found = await look(tool(name, base_dir, tmp_path / "config"), directory)
        assert code in [finding.code for finding in found], name


@pytest.mark.parametrize("name", ["ruff", "ruff-format"])
async def test_what_a_tool_needs_of_the_others_is_enough_to_look_at_one_file(name: str, base_dir: Path, tmp_path: Path) -> None:
    """Which imports are the project's own, and how long its lines are, decides how they are sorted and wrapped."""
    imports = "import zlib\n\nimport httpx\n\nfrom app.models import Thing\n\nprint(zlib, httpx, Thing)\n"
    project = CLEAN | {
        "backend/app/sorted.py": imports,
        "backend/app/unsorted.py": "from app.models import Thing\nimport httpx\n\nx = {Thing:httpx}\n",
    }
    subject = tool(name, base_dir, tmp_path / "config")
    whole, part = write(tmp_path / "whole", project), tmp_path / "part/files"
    shown = ["backend/app/sorted.py", "backend/app/unsorted.py"]
    write(part.parent, {path: project[path] for path in subject.needs(project, shown)})
    _, expected = await look(subject, whole)
    assert {one.path for one in expected} == {"backend/app/unsorted.py"}
    for path in shown:
        found = subject.reader(part)((await subject.run(part, [path])).output)
        assert found == [one for one in expected if one.path == path]


@pytest.mark.parametrize("name", ["ruff", "ruff-format", "ty", "tsc", "oxlint", "links"])
def test_the_context_changes_with_what_findings_depend_on(name: str, base_dir: Path, tmp_path: Path) -> None:
    """path -> git id: of a file that each tool looks at, of one beside it, of a new one, of one that nobody looks at."""
    subject = tool(name, base_dir, tmp_path / "config")
    files = {
        "backend/a.py": "1",
        "frontend/src/a.ts": "1",
        "index.html": "1",
        "pyproject.toml": "1",
        "frontend/package.json": "1",
        "notes.bin": "1",
    }
    changes = {"looked at": subject.among(files)[0], "toml": "pyproject.toml", "json": "frontend/package.json", "nobody": "notes.bin"}
    contexts = {what: subject.context(files | {path: "2"}) for what, path in changes.items()} | {
        "new": subject.context(files | {"b.bin": "1"})
    }
    assert {what for what, context in contexts.items() if context != subject.context(files)} == {
        "ruff": {"toml", "new"}, "ruff-format": {"toml", "new"}, "ty": {"looked at", "toml", "new"},
        "tsc": {"looked at", "json", "new"}, "oxlint": set(), "links": {"looked at", "new"},
    }[name]  # fmt: skip


async def test_tools_stand_behind_others_for_the_processor(tmp_path: Path) -> None:
    expected = max(NICE, os.nice(0))
    waits = f"import os\nwhile os.nice(0) < {expected}: pass\nprint(os.nice(0))"
    run = await run_tool([sys.executable, "-c", waits], tmp_path, LIMITS)
    assert run.output == f"{expected}\n"


def test_every_thread_of_a_server_stands_behind_others() -> None:
    threads = "import sys, threading\nfor _ in range(4): threading.Thread(target=sys.stdin.read).start()\nprint(flush=True)"
    with subprocess.Popen([sys.executable, "-c", threads], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        yield_to_others(process.pid)
        found = [os.getpriority(os.PRIO_PROCESS, int(thread.name)) for thread in Path(f"/proc/{process.pid}/task").iterdir()]
        process.communicate()
    assert len(found) == 5
    assert set(found) == {max(NICE, os.nice(0))}


async def test_style_is_measured_by_the_projects_own_line_length(base_dir: Path, tmp_path: Path) -> None:
    names = ", ".join(f"module_{letter}" for letter in "abcdefg")
    long = {
        "backend/app/long.py": f"x = [{', '.join(['1'] * 30)}]\n",
        "backend/app/imports.py": f"from app import {names}\n\nprint({names})\n",
    }
    for number, (extra, formatted) in enumerate([({}, True), ({"backend/pyproject.toml": "[tool.ruff]\nline-length = 60\n"}, False)]):
        folder = tmp_path / str(number)
        directory = write(folder, CLEAN | long | extra)
        report, _ = await look(tool("ruff-format", base_dir, folder / "config"), directory)
        assert (report.outcome == "passed") == formatted
        _, found = await look(tool("ruff", base_dir, folder / "config"), directory)
        assert ("I001" in {each.code for each in found}) != formatted


async def test_the_parser_names_the_place_and_passes_over_what_is_not_its_business(tmp_path: Path) -> None:
    files = {
        "a.py": "x = (\n",
        "b.json": '{\n "a": }',
        "c.yaml": "a: [1\nb: 2\n",
        "d.toml": "a = 1\nb = \n",
        "e.yml": "a: \x01",
        "f.py": b"\xff",
        "tagged.yaml": "a: !custom {b: 1}\n---\nsecond: document\n",
        "tsconfig.json": "{ /* comment */ }",
        "node_modules/x/broken.json": "{",
        "notes.txt": "{",
    }
    directory = write(tmp_path, files)
    (directory / "link.json").symlink_to("/etc/passwd")
    _, told = await look(tool("syntax", None, tmp_path / "config"), directory)
    found = {one.path: (one.code.removeprefix("invalid-"), one.line) for one in told}
    assert found == {
        "a.py": ("python", 1),
        "b.json": ("json", 2),
        "c.yaml": ("yaml", 2),
        "d.toml": ("toml", 2),
        "e.yml": ("yaml", None),
        "f.py": ("python", None),
    }


async def test_a_deeply_nested_file_does_not_take_the_parser_down(tmp_path: Path) -> None:
    deep = {"deep.json": "[" * 200_000, "deep.py": "(" * 200_000, "deep.toml": "a=" + "[" * 200_000, "bomb.yaml": bomb()}
    _, found = await look(tool("syntax", None, tmp_path / "config"), write(tmp_path, CLEAN | deep))
    assert {finding.path for finding in found} >= {"deep.json", "deep.py", "deep.toml"}


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    return "\n".join(lines)


async def test_a_tool_that_does_not_end_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    script = "sleep 300 & echo $! > child; wait"
    run = await run_tool(["/bin/sh", "-c", script], tmp_path, Limits(0.3, 1 << 30, 1000), {"PATH": "/bin:/usr/bin"})
    assert run.ending == "timed_out"
    child = int((tmp_path / "child").read_text())
    async with asyncio.timeout(5):
        while running(child):
            await asyncio.sleep(0.01)


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


async def test_a_tool_that_says_too_much_is_stopped(tmp_path: Path) -> None:
    run = await run_tool(["/usr/bin/yes"], tmp_path, Limits(20, 1 << 30, 1 << 20))
    assert run.ending == "flooded"


async def test_a_tool_that_takes_too_much_memory_ends(tmp_path: Path) -> None:
    eat = "import time; time.sleep(0.2); x = bytearray(1 << 30); print(len(x))"
    run = await run_tool([sys.executable, "-c", eat], tmp_path, Limits(20, 256 << 20, 1000))
    assert (run.ending, run.output) == ("exited", "")
    assert "MemoryError" in run.errors


async def test_a_tool_sees_no_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARNRAISE_DATABASE_URL", "secret")
    run = await run_tool([sys.executable, "-c", "import os, json; print(json.dumps(dict(os.environ)))"], tmp_path, LIMITS)
    assert not {name for name in json.loads(run.output) if not name.startswith("LC_")}


async def test_a_program_that_is_not_there_is_missing(tmp_path: Path) -> None:
    run = await run_tool([tmp_path / "nowhere"], tmp_path, LIMITS)
    assert (run.ending, run.errors) == ("missing", "nowhere cannot be run: No such file or directory")


async def test_only_tools_with_something_to_look_at_apply(tmp_path: Path) -> None:
    names = {tool.name for tool in toolbox(None, tmp_path, LIMITS, SERVER) if tool.among(["README.md", "a.json"])}
    assert names == {"syntax", "secrets"}

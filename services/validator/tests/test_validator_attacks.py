"""Projects that try to configure the tools: to run something, to look elsewhere, or to look away."""

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from barnraise.contracts.diagnostics import Diagnostic, ToolReport
from barnraise.validator.adapters.crews import ForkedCrew
from barnraise.validator.adapters.fork_server import ForkServer
from barnraise.validator.adapters.process import Limits, _alone, run_tool
from barnraise.validator.adapters.toolbox import Tools, toolbox
from barnraise.validator.domain.runs import Run, judge_run

LIMITS = Limits(seconds=20, memory=2 << 30, output=4 << 20)
DEFECTS = {
    "ruff": ("backend/app/main.py", "import os\n", "F401"),
    "bandit": ("backend/app/danger.py", "eval(input())  # nosec\n", "B307"),
    "oxlint": ("src/a.js", "debugger;\n", "eslint(no-debugger)"),
    "hadolint": ("Dockerfile", "# hadolint global ignore=DL3000\nFROM a:1\n# hadolint ignore=DL3000\nWORKDIR srv\n", "DL3000"),
    "shellcheck": ("a.sh", '#!/bin/sh\ncd "$1"\necho `ls $1`\n', "SC2086"),
    "security": ("src/b.ts", "// eslint-disable-next-line\ndocument.body.innerHTML = location.hash;\n", "unescaped-page"),
    "secrets": ("a.py", 'KEY = "AKIA\u0051Q3EGVJWQ5TN6BZ2"  # pragma: allowlist secret\n', "aws-key"),
    "html": ("a.html", "<!doctype html><title>a</title><div>\n", "unclosed-element"),
    "schemas": ("compose.yaml", "services: [a]\n", "invalid-compose-spec"),
}
RUNS = "import pathlib; pathlib.Path('{mark}').write_text('ran')"
CONFIGURATIONS = {
    "ruff.toml": "exclude = ['*']\nlint.select = []\n",
    ".ruff.toml": "exclude = ['*']\n",
    "backend/ruff.toml": "exclude = ['*']\n",
    "pyproject.toml": "[tool.ruff]\nexclude = ['*']\n[tool.ruff.lint]\nignore = ['ALL']\n[tool.bandit]\nskips = ['B307']\n"
    "[tool.ty.src]\nexclude = ['**']\n[tool.mypy]\nplugins = ['evil']\n",
    "setup.cfg": "[mypy]\nplugins = evil\n[bandit]\nskips = B307\n",
    ".bandit": "[bandit]\nskips: B307\n",
    ".bandit.yaml": "skips: [B307]\n",
    ".oxlintrc.json": '{"rules": {"no-debugger": "off"}, "ignorePatterns": ["**"], "jsPlugins": ["./evil.js"]}',
    "src/.oxlintrc.json": '{"rules": {"no-debugger": "off"}, "jsPlugins": ["./evil.js"]}',
    "oxlint.config.ts": "import { writeFileSync } from 'node:fs';\nwriteFileSync('{mark}', 'ran');\nexport default {};\n",
    ".eslintrc.js": "require('fs').writeFileSync('{mark}', 'ran'); module.exports = { rules: { 'no-debugger': 0 } };\n",
    ".eslintignore": "**\n",
    ".gitignore": "*\n",
    ".ignore": "*\n",
    ".hadolint.yaml": "ignored: [DL3000]\nfailure-threshold: none\n",
    ".hadolint.yml": "ignored: [DL3000]\n",
    ".shellcheckrc": "disable=all\n",
    "shellcheckrc": "disable=all\n",
    "tsconfig.json": '{"compilerOptions": {"noCheck": true, "plugins": [{"name": "./evil"}]}, "exclude": ["**"]}',
    "frontend/tsconfig.json": '{"compilerOptions": {"noCheck": true, "plugins": [{"name": "./evil"}]}, "exclude": ["**"]}',
    "evil.js": "require('fs').writeFileSync('{mark}', 'ran');\n",
    "evil.py": RUNS,
    "conftest.py": RUNS,
    "sitecustomize.py": RUNS,
    "usercustomize.py": RUNS,
    "bandit.py": RUNS,
    "yaml/__init__.py": RUNS,
    "sqlglot/__init__.py": RUNS,
    "barnraise/__init__.py": RUNS,
    "json.py": RUNS,
    ".secrets.baseline": '{"plugins_used": [{"name": "Evil", "path": "file://evil.py"}]}',
}


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with closing(ForkServer()) as made:
        yield made


@pytest.fixture(scope="module")
def tools(server: ForkServer, tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return toolbox(None, tmp_path_factory.mktemp("config"), LIMITS, server)


def write(directory: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(content)
    return directory


def _paths(directory: Path) -> list[str]:
    return [path.relative_to(directory).as_posix() for path in sorted(directory.rglob("*")) if path.is_file()]


async def look(tools: Tools, name: str, directory: Path) -> tuple[ToolReport, list[Diagnostic]]:
    tool = next(tool for tool in tools if tool.name == name)
    files = tool.among(_paths(directory))
    return judge_run(name, tool.reader(directory), await tool.run(directory, files))


async def test_no_file_of_a_project_makes_a_tool_look_away_or_runs(tools: Tools, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    hiding = {path: content.replace("{mark}", str(mark)) for path, content in CONFIGURATIONS.items()}
    directory = write(tmp_path / "files", hiding | {path: content for path, content, _ in DEFECTS.values()})
    looks = await asyncio.gather(*(look(tools, name, directory) for name in DEFECTS))
    for (name, (path, _, code)), (report, found) in zip(DEFECTS.items(), looks, strict=True):
        assert report.outcome == "found", (name, report, found)
        assert (path, code) in [(one.path, one.code) for one in found], (name, found)
    alone = {name: [one.model_dump() for one in found] for name, (_, found) in zip(DEFECTS, looks, strict=True)}
    assert {name: alone[name] for name in SHARING} == await together(tools, directory)
    assert not mark.exists()


SHARING = ("bandit", "security", "secrets", "html", "schemas")


async def together(tools: Tools, directory: Path) -> dict[str, list[dict[str, object]]]:
    """What those find that share a fork."""
    sharing = {tool.name: tool for tool in tools if tool.name in SHARING}
    (crew,) = {tool.crew for tool in sharing.values()}
    assert crew
    runs = await crew.run(directory, {name: tool.among(_paths(directory)) for name, tool in sharing.items()})
    assert runs
    return {name: [one.model_dump() for one in judge_run(name, tool.reader(directory), runs[name])[1]] for name, tool in sharing.items()}


@pytest.mark.parametrize(("module", "seconds"), [("not_there", 20), ("cProfile", 20), ("timeit", 0.5)])
async def test_where_one_check_breaks_or_exits_or_hangs_the_others_of_its_fork_are_not_believed(
    module: str, seconds: float, server: ForkServer, tools: Tools, tmp_path: Path
) -> None:
    directory = write(tmp_path / "files", {"a.sh": "#!/bin/sh\n"})
    names = {"security": "barnraise.validator.adapters.checks.security", "other": module}
    await look(tools, "security", directory)  # from here on, the server has read its module
    crew = ForkedCrew(server, replace(LIMITS, seconds=seconds), names)
    assert await crew.run(directory, {"security": ["a.sh"]}) is not None
    assert await crew.run(directory, {name: ["a.sh"] for name in names}) is None


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("backend/app/main.py", "# ruff: noqa\nimport os\n"),
        ("backend/app/main.py", "# type: ignore\nx: int = 'a'\n"),
        ("src/a.ts", "// @ts-nocheck\nexport const x: number = 'a';\n"),
        ("src/a.js", "/* eslint-disable */\ndebugger;\n"),
        ("a.sh", "#!/bin/sh\n# shellcheck disable=all\necho $1\n"),
    ],
)
async def test_a_comment_that_silences_a_tool_for_a_whole_file_is_told(path: str, content: str, tools: Tools, tmp_path: Path) -> None:
    _, found = await look(tools, "security", write(tmp_path / "files", {path: content}))
    assert [(one.path, one.code) for one in found] == [(path, "silenced-check")]


async def test_links_out_of_the_project_are_not_followed(tools: Tools, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text('KEY = "AKIA\u0051Q3EGVJWQ5TN6BZ2"\n')
    directory = write(tmp_path / "files", {"a.md": "text\n"})
    (directory / "b.py").symlink_to(tmp_path / "outside.py")
    for name in ("secrets", "security", "syntax"):
        report, found = await look(tools, name, directory)
        assert (report.outcome, found) == ("passed", []), name


async def test_files_made_to_be_hard_do_not_hide_the_others(tools: Tools, tmp_path: Path) -> None:
    lines = "\n".join([f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" if n else "a0: &a0 [x]" for n in range(30)])
    hard = {
        "compose.yaml": lines, "deep.go": "package a\n" + "(" * 20_000, "deep.css": "a{" * 5_000, "deep.html": "<div>" * 5_000,
        "deep.sql": "select " + "(" * 5_000, "deep.ts": "x" + "[" * 5_000,
    }  # fmt: skip
    small = {
        "docker-compose.yml": "services: [a]\n", "bad.go": "package {\n", "bad.css": "a { colr: red }\n",
        "bad.html": "<title>a</title><b>\n",
        "bad.sql": "selct 1\n", "bad.ts": "document.body.innerHTML = x;\n",
    }  # fmt: skip
    directory = write(tmp_path / "files", hard | small)
    for name, path in zip(("schemas", "grammar", "css", "html", "sql", "security"), small, strict=True):
        report, found = await look(tools, name, directory)
        assert (report.outcome, path in {one.path for one in found}) == ("found", True), (name, report, found[:3])


ENDLESS = """
import pathlib, subprocess
child = subprocess.Popen(["/bin/sleep", "300"])
pathlib.Path("child").write_text(str(child.pid))
child.wait()
"""
HUNGRY = "print(len(bytearray(1 << 30)))"
DYING = "import os\nos.abort()"
TALKING = "while True: print('x' * 1000)"
TELLING = "import os, sys\nprint(sorted(os.environ.keys() - {'LC_CTYPE'}), sys.stdin.read())"


@pytest.mark.parametrize(("script", "ending", "code"), [(DYING, "exited", -9), (HUNGRY, "exited", 70), (TALKING, "flooded", 70)])
async def test_a_check_that_breaks_does_not_break_the_next(script: str, ending: str, code: int, server: ForkServer, tmp_path: Path) -> None:
    limits = Limits(10, 400 << 20, 1 << 16)
    run = await _run(server, script, tmp_path, limits)
    assert (run.ending, run.code) == (ending, code), run
    assert (await _run(server, TELLING, tmp_path, limits, "said")).output == "[] said\n", "a check sees no environment"


CALLING = """
import socket
try:
    socket.create_connection(("127.0.0.1", %d), 5)
    print("reached")
except OSError as error:
    print(error.errno)
"""


async def test_no_tool_has_a_network(server: ForkServer, tmp_path: Path) -> None:
    if not _alone():
        pytest.skip("this machine lets nobody make namespaces")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        script, limits = CALLING % listening.getsockname()[1], Limits(10, 1 << 30, 1 << 16)
        assert (await _run(server, script, tmp_path, limits)).output == f"{errno.ENETUNREACH}\n"
        run = await run_tool([sys.executable, "-I", "-c", script], tmp_path, limits)
        assert (run.output, run.code) == (f"{errno.ENETUNREACH}\n", 0), run
    assert (await run_tool(["no-such-tool"], tmp_path, limits)).ending == "missing"


async def test_a_check_that_does_not_end_is_killed_with_what_it_started(server: ForkServer, tmp_path: Path) -> None:
    run = await _run(server, ENDLESS, tmp_path, Limits(1, 1 << 30, 1 << 16))
    assert run.ending == "timed_out"
    child = int((tmp_path / "child").read_text())
    async with asyncio.timeout(5):
        while _runs(child):
            await asyncio.sleep(0.01)


async def test_a_server_that_was_killed_is_started_again(server: ForkServer, tmp_path: Path) -> None:
    await _run(server, TELLING, tmp_path, LIMITS)
    (killed,) = _servers()
    os.kill(killed, signal.SIGKILL)
    await asyncio.to_thread(os.waitid, os.P_PID, killed, os.WEXITED | os.WNOWAIT)
    assert (await _run(server, TELLING, tmp_path, LIMITS)).output == "[] \n"
    assert _servers() != [killed]


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def _servers() -> list[int]:
    """The fork servers among this process's children."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(child) for child in children if b"adapters.forking" in Path(f"/proc/{child}/cmdline").read_bytes()]


async def _run(server: ForkServer, script: str, directory: Path, limits: Limits, said: str = "") -> Run:
    """A script in a fork; the profiler is what the standard library has to run one."""
    (directory / "script.py").write_text(script)
    return await server.run("cProfile:main", ["-o", "/dev/null", "script.py"], directory, limits, said)

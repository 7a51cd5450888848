# ruff: noqa: S108, PTH118, PTH123 - the folders are the sandbox's own
"""Runs the application's tests once, those of the page beside those of the API. Started ahead of time: what the API's tests import is
loaded before the files arrive."""

import base64
import gc
import os
import stat
import subprocess
import sys
from pathlib import Path

REPORT = Path("/tmp/report.xml")
PAGE_REPORT = Path("/tmp/page.xml")
MAX_REPORT = 4 << 20
RESULTS = Path("/app/results")
MOST_LEFT, MAX_LEFT = 20, 4 << 20
FRONTEND = Path("/app/frontend")
VITEST = FRONTEND / "node_modules/vitest/vitest.mjs"
VITEST_OPTIONS = [
    "--pool=threads",
    "--maxWorkers=1",
    "--no-isolate",
    "--no-color",
    "--reporter=default",
    "--reporter=junit",
    f"--outputFile.junit={PAGE_REPORT}",
]
PAGE_TESTS = ("*.test.ts", "*.test.tsx")


def main() -> int:
    from barnraise_channel import Channel, disk_full, keep_few, write

    channel = Channel(3)
    keep_few()
    warm_up()
    channel.send({"ready": True})
    request = channel.receive()
    if request is None:
        return 0
    try:
        write(request["files"])
    except OSError as error:
        channel.send({"report": None, "disk_full": disk_full("/app"), "problem": str(error)})
        return 1
    os.environ["RESULTS_DIR"] = str(RESULTS)
    if request.get("trace"):
        os.environ["TRACEPARENT"] = request["trace"]
    page = start_vitest()
    code = run_pytest()
    answer = {"report": read_report(REPORT)}
    if page:
        code = page.wait() or code
        answer["page_report"] = read_report(PAGE_REPORT)
    answer["files"] = left_files()
    channel.send(answer | {"disk_full": disk_full("/app", "/tmp")})
    return code


def warm_up() -> None:
    from barnraise_preload import APPLICATION, TESTS, preload

    preload(TESTS + APPLICATION)
    # pytest warns about plugins that were imported before it could rewrite their assertions; this mark says that it need not.
    for name in ("anyio", "pytest_asyncio"):
        if name in sys.modules:
            sys.modules[name].__doc__ = f"{sys.modules[name].__doc__ or ''}\nPYTEST_DONT_REWRITE"
    gc.set_threshold(20_000)  # garbage is not looked for after every few hundred objects


def start_vitest() -> subprocess.Popen[bytes] | None:
    """As ``npm test`` in the folder of the page does; None where the page has no tests."""
    if not VITEST.exists() or not any(any((FRONTEND / "src").rglob(name)) for name in PAGE_TESTS):
        return None
    return subprocess.Popen(["/opt/bin/node", str(VITEST), "run", *VITEST_OPTIONS], cwd=FRONTEND, env=os.environ | {"CI": "1"})


def run_pytest() -> int:
    """As ``python -m pytest`` in the folder of the API does."""
    import pytest

    folder = Path("/app/backend") if Path("/app/backend").is_dir() else Path("/app")
    os.chdir(folder)
    sys.path[0] = str(folder)
    sys.argv = ["pytest"]
    Path(os.environ["DATA_DIR"]).mkdir(parents=True, exist_ok=True)
    return int(pytest.main(["-q", "--color=no", "-p", "no:cacheprovider", f"--junitxml={REPORT}"]))


def left_files() -> list[tuple[str, str]]:
    """Name and content (base64) of what the tests have left among their results. Links are not followed, and much is left out."""
    found, room = [], MAX_LEFT
    for folder, _, names in os.walk(RESULTS):
        for name in sorted(names):
            if len(found) == MOST_LEFT:
                return found
            try:
                opened = os.open(os.path.join(folder, name), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            except OSError:
                continue
            with open(opened, "rb") as file:
                content = file.read(room + 1) if stat.S_ISREG(os.fstat(opened).st_mode) else None
            if content is not None and len(content) <= room:
                room -= len(content)
                path = os.path.relpath(os.path.join(folder, name), RESULTS)
                found.append((path.encode(errors="replace").decode(), base64.b64encode(content).decode()))
    return found


def read_report(path: Path) -> str | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return base64.b64encode(content).decode() if len(content) <= MAX_REPORT else None


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # The sandbox ends with this process: taking a large interpreter apart first would only take time.
    os._exit(code)

# ruff: noqa: S108 - the folders are the sandbox's own
"""The supervisor of a preview: writes files, keeps the API and the page's development server running, runs a script for its results.

The API is forked from this process, which has loaded its libraries already. A new API takes over the socket's name once it answers;
until then the old one does. Files that do not work, because the page cannot be built of them or the API does not answer with them, are
taken back, before any page that is open has heard of them. A preview whose page server ends has ended; an API that ends is started again
a few times.
"""

import contextlib
import importlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

API = Path("/tmp/api.sock")
CONTROL, LISTENER = 3, 4
START_SECONDS = 20.0
HEALTH_SECONDS = 2.0
"""How long an API that takes connections may answer that it is not well."""
RESTARTS = 3
LEAVE_SECONDS = 3.0
_MOST_OPEN = 256
"""This process has a handful of files open, which are no business of the API's."""
WAIT_SECONDS = 0.3
"""Who has not got files by then waits for them."""
FOLDERS = {"app": "/app/frontend", "site": "/app", "script": "/tmp/results"}
"""Where the page is."""


class Page:
    """Vite's development server, as a child that listens on the preview's socket."""

    def __init__(self) -> None:
        self._said, said = os.pipe()
        os.set_blocking(self._said, False)
        command = ["/opt/bin/node", "/opt/runner/serve_page.mjs", str(LISTENER), str(said)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=(LISTENER, said))
        os.close(said)
        os.close(LISTENER)
        self.up = False
        self._asked = 0
        self._warming = False

    def warm(self) -> None:
        """Let it serve a page that nobody sees, while there is none to serve."""
        if not self._warming:
            self._warming = True
            self.tell("warm")

    def settle(self) -> None:
        """Wait until it is through with that: it has files of its own where the page's are to be."""
        if self._warming:
            self._warming = not self.wait("warmed", time.monotonic() + START_SECONDS)

    def tell(self, word: str) -> None:
        assert self.process.stdin
        with contextlib.suppress(OSError):
            self.process.stdin.write(f"{word}\n".encode())
            self.process.stdin.flush()

    def builds(self, files: str) -> bool:
        """Whether the page can be built now that these files are others; it says itself why not."""
        self._asked += 1
        self.tell(f"check {self._asked} {files}")
        return self.wait(f"good {self._asked}", time.monotonic() + START_SECONDS, other=f"bad {self._asked}")

    def wait(self, word: str, until: float, other: str = "") -> bool:
        """Whether it says the word in time, and not the other."""
        heard = b""
        while time.monotonic() < until and self.process.poll() is None:
            select.select([self._said], [], [], 0.2)
            with contextlib.suppress(BlockingIOError):
                heard += os.read(self._said, 4096)
            for said in heard.decode(errors="replace").split("\n")[:-1]:
                if said in (word, other):
                    return said == word
        return False


class Api:
    """uvicorn with the application, in a child; generation after generation."""

    def __init__(self) -> None:
        self.pid = 0
        self._generation = 0
        self._next: tuple[int, Path, int] | None = None
        self._leaving: dict[int, float] = {}
        self._deaths: list[float] = []

    def load(self) -> None:
        """Let a new one load its code. It does not start, so that it leaves the data as they are, before ``replace``."""
        self._generation += 1
        path = Path(f"/tmp/api-{self._generation}.sock")
        held, go = os.pipe()
        self._next = self._fork(path, held), path, go
        os.close(held)

    def forget(self) -> None:
        """End the one that was loaded."""
        if self._next:
            pid, _, go = self._next
            self._next = None
            end(pid)
            os.close(go)

    def replace(self) -> bool:
        """Start the one that was loaded, or a new one; when it accepts connections it takes the old one's place. False: it ended or did
        not answer."""
        if not self._next:
            self.load()
        assert self._next
        pid, path, go = self._next
        self._next = None
        with contextlib.suppress(BrokenPipeError):
            os.write(go, b"!")
        os.close(go)
        if not self._answers(pid, path):
            return False
        path.rename(API)
        old, self.pid = self.pid, pid
        if old:
            self._dismiss(old)
        return True

    def _dismiss(self, pid: int) -> None:
        """Ask it to end its open answers; nobody waits for that, but ``tend`` insists in the end."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGTERM)
        self._leaving[pid] = time.monotonic() + LEAVE_SECONDS

    def tend(self) -> None:
        """Start it again when it has ended by itself, unless it keeps doing so. See off those that were replaced."""
        for pid, until in list(self._leaving.items()):
            if ended(pid):
                del self._leaving[pid]
            elif time.monotonic() > until:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)
        if not self.pid or not ended(self.pid):
            return
        self.pid = 0
        now = time.monotonic()
        self._deaths = [moment for moment in self._deaths if now - moment < 60] + [now]
        if len(self._deaths) <= RESTARTS:
            self.replace()

    def _fork(self, path: Path, held: int) -> int:
        pid = os.fork()
        if pid:
            return pid
        try:
            self._run(path, held)
        except SystemExit as leaving:
            os._exit(leaving.code if isinstance(leaving.code, int) else 1)
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(1)

    def _run(self, path: Path, held: int) -> None:
        import uvicorn

        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.closerange(CONTROL, held)
        os.closerange(held + 1, _MOST_OPEN)
        os.chdir("/app/backend")
        sys.path[0] = "/app/backend"
        application = importlib.import_module("app.main").app
        if os.read(held, 1):
            os.close(held)
            uvicorn.run(application, uds=str(path), log_level="info", access_log=False, timeout_graceful_shutdown=2)

    def _answers(self, pid: int, path: Path) -> bool:
        until = time.monotonic() + START_SECONDS
        accepted = False
        while time.monotonic() < until:
            if ended(pid):
                return False
            if path.exists() and (status := health(path)) is not None:
                if status < 500:
                    return True
                until, accepted = until if accepted else time.monotonic() + HEALTH_SECONDS, True
            time.sleep(0.01)
        end(pid)
        return False


def health(path: Path) -> int | None:
    """The status that the API gives its health; None when it does not take the connection or does not speak HTTP."""
    with socket.socket(socket.AF_UNIX) as probe, contextlib.suppress(OSError, ValueError, IndexError):
        probe.settimeout(HEALTH_SECONDS)
        probe.connect(str(path))
        probe.sendall(b"GET /api/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return int(probe.makefile("rb").readline(100).split()[1])
    return None


def ended(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True


def end(pid: int) -> None:
    """Ask, then insist. One that has only just begun has no group of its own yet."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
            os.killpg(pid, number)
        for _ in range(300):
            if ended(pid):
                return
            time.sleep(0.01)


def apply(request: dict, page: Page, api: Api) -> dict:
    """Write the files and bring what runs up to them. ``kind`` says what they are: an app, a site or a script. Where that does not work,
    everything is as it was before."""
    from barnraise_channel import kept, put

    page.settle()
    running = page.up
    before = {path: kept(path) for path in request["files"]} if running else {}
    if running:
        page.tell("hold")
    answer = bring(request, page, api)
    if running:
        well = answer["page"] == "up" and answer["api"] != "failed" and not answer.get("problem")
        if not well:
            for path, content in before.items():
                put(path, content)
        page.tell("release" if well else f"restored {edited(request)}")
    return answer


def bring(request: dict, page: Page, api: Api) -> dict:
    from barnraise_channel import disk_full, write

    try:
        write(request["files"])
    except OSError as error:
        return {"api": "failed", "page": "failed", "disk_full": disk_full("/app"), "problem": str(error)}
    kind, restart = request["kind"], request["restart"]
    if kind == "script" and (problem := run(restart or not page.up)):
        return {"api": "none", "page": "up", "problem": problem}
    first = not page.up
    backend = kind == "app" and Path("/app/backend/app/main.py").exists()
    new = backend and (first or restart or not api.pid)
    if new:
        api.load()
    if first:
        page.tell(f"start {FOLDERS[kind]}")
    elif kind == "app" and not page.builds(edited(request)):
        api.forget()
        return {"api": "none", "page": "broken"}
    works = api.replace() if new else bool(api.pid)
    if first:
        page.up = page.wait("made", time.monotonic() + START_SECONDS)
        if page.up and kind == "app" and request["checked"] and not page.builds(edited(request)):
            return {"api": "none", "page": "broken"}
        if page.up:
            page.tell("listen")
            page.up = page.wait("up", time.monotonic() + START_SECONDS)
    return {"api": ("up" if works else "failed") if backend else "none", "page": "up" if page.up else "failed"}


def hand_over_packages(page: Page) -> dict:
    """What the page's server has made of the base layer's packages, for the sandboxes to come."""
    page.warm()
    page.settle()
    made = Path("/app/frontend/node_modules/.vite/deps")
    if not (made / "_metadata.json").exists():
        return {"problem": "the packages were not bundled"}
    shutil.copytree(made, "/data/packages")
    return {"problem": None}


def edited(request: dict) -> str:
    """The files of the request, in one line."""
    return json.dumps([f"/app/{path}" for path in request["files"]])


def run(wanted: bool) -> str | None:
    from barnraise_results import run_script

    return run_script() if wanted else None


def main() -> int:
    from barnraise_channel import Channel, keep_few
    from barnraise_preload import APPLICATION, preload

    keep_few()
    channel, page, api = Channel(CONTROL), Page(), Api()
    preload(APPLICATION)
    channel.send({"ready": True})
    if not select.select([channel], [], [], WAIT_SECONDS)[0]:
        page.warm()
    while page.process.poll() is None:
        if select.select([channel], [], [], 0.5)[0]:
            request = channel.receive()
            if request is None:
                return 0
            channel.send(hand_over_packages(page) if request.get("packages") else apply(request, page, api))
        api.tend()
    return 1


if __name__ == "__main__":
    sys.exit(main())

"""The page in a real browser, against a double of the platform that tests can bend."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, Playwright, expect

WEB = Path(__file__).resolve().parents[2] / "web"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PREVIEW = ".localhost"
# Refused requests and cut sockets are what many tests are about.
REFUSALS = ("Failed to load resource", "WebSocket connection to")

# Nothing is faster for it: so long a page has for what is expected of it, on a machine that does other things, too.
expect.set_options(timeout=20_000)


def node() -> str:
    """The machine's Node, or the one that comes as a wheel."""
    from barnraise.cli.embedded.prepare import node_tools

    _, env = node_tools()
    found = shutil.which("node", path=env["PATH"])
    assert found, "there is no Node"
    return found


def build() -> None:
    """Build the page, unless it is built from these sources already."""
    from barnraise.cli.embedded.prepare import build_web

    build_web(WEB, print)


def chromium() -> str:
    """The headless shell where there is one: it does what tests ask for with less work than the whole browser."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    assert found, "the browser tests need Chromium: run scripts/browser"
    return found


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=chromium(), args=FLAGS)


@dataclass
class Double:
    """The double's process and what a test may do to it."""

    process: subprocess.Popen[str]
    url: str

    @classmethod
    def start(cls) -> Double:
        command = [node(), str(WEB / "dev/double.mjs"), "--with-parent"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout
        return cls(process, process.stdout.readline().strip())

    def stop(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()

    def do(self, verb: str, **body: Any) -> Any:
        answer = httpx.post(f"{self.url}/double/{verb}", json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def seed(self, name: str = "Task board", preview: bool = True) -> str:
        """A project with a past; its id."""
        return str(self.do("seed", name=name, preview=preview)["id"])

    def seen(self, prefix: str) -> list[str]:
        """The requests that began with this, in order."""
        return [line for line in self.do("state")["seen"] if line.startswith(prefix)]


class Watch:
    """Collects what must never happen on a page: script errors, broken policy, requests to anywhere else."""

    def __init__(self, page: Page, home: str, expected: tuple[str, ...] = REFUSALS) -> None:
        self.faults: list[str] = []
        self._home = home
        self._expected = expected
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("request", lambda request: self._request(request.url))

    def _console(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(part in text for part in self._expected):
            self.faults.append(f"console {kind}: {text}")

    def _request(self, url: str) -> None:
        host = httpx.URL(url).host
        if not (url.startswith((self._home, self._home.replace("http", "ws", 1))) or host.endswith(PREVIEW)):
            self.faults.append(f"request to {url}")


def axe(page: Page) -> list[str]:
    """What axe-core finds on the page as it stands, frames of other origins left out."""
    page.evaluate((WEB / "node_modules/axe-core/axe.min.js").read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("tags => axe.run({exclude: ['iframe']}, {runOnly: tags, iframes: false})", tags)
    return [f"{each['id']}: {node['html'][:160]} {json.dumps(node['target'])}" for each in found["violations"] for node in each["nodes"]]

"""A compiled application on disk, and what must be true of it: each check says what it found, and nothing is what it should find.

Everything that is started listens on loopback alone and ends with its check.
"""

from __future__ import annotations

import ast
import json
import os
import socket
import subprocess
import sys
import sysconfig
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import httpx
import yaml
from page_double import Watch, axe, chromium, node
from playwright.sync_api import Browser, Page, expect

from barnraise.cli.embedded.prepare import base_inputs
from barnraise.codegen.domain.compiler import compile_manifest
from barnraise.contracts.manifest import Manifest
from barnraise.sandbox.adapters import layer as layers

CHECKOUT = Path(__file__).resolve().parents[2]
WEB = CHECKOUT / "web/node_modules"
DEMO = ("demo@example.com", "demo-password")
Findings = list[str]


@cache
def base_layer() -> Path:
    """The packages that previews have, and nothing else."""
    base = Path(os.environ.get("BARNRAISE_BASE_DIR") or CHECKOUT / ".barnraise/shared/base")
    return layers.build(*base_inputs(), base, lambda _: None).root / "opt"


@dataclass(frozen=True)
class Project:
    """The application of a manifest in a folder of its own, with the packages that previews have."""

    manifest: Manifest
    folder: Path

    @classmethod
    def make(cls, manifest: Manifest, folder: Path) -> Project:
        for path, content in compile_manifest(manifest).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        (folder / "frontend/node_modules").symlink_to(base_layer() / "web/node_modules")
        return cls(manifest, folder)

    @property
    def backend(self) -> Path:
        return self.folder / "backend"

    @property
    def frontend(self) -> Path:
        return self.folder / "frontend"

    @cached_property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{Path(node()).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(base_layer() / "site"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "DATA_DIR": str(self.folder / "data"),
            "HOME": str(self.folder),
            "CI": "1",
        }

    def run(self, folder: Path, *command: str | Path, more: Mapping[str, str] | None = None) -> Findings:
        """What a program said when it failed; nothing when it did not."""
        done = self.output(folder, *command, more=more)
        return [] if done.returncode == 0 else [f"{Path(command[0]).name} {command[1]}: {(done.stdout + done.stderr)[-3000:]}"]

    def output(self, folder: Path, *command: str | Path, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """How a program ended, and everything that it said."""
        environment = {**self.environment, **(more or {})}
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=600)

    def parses(self) -> Findings:
        readers: dict[str, Callable[[str], Any]] = {".py": ast.parse, ".json": json.loads, ".toml": tomllib.loads, ".yml": yaml.safe_load}
        found = []
        for path in (path for path in self.folder.rglob("*") if path.suffix in readers and "node_modules" not in path.parts):
            try:
                readers[path.suffix](path.read_text())
            except ValueError as error:
                found.append(f"{path.relative_to(self.folder)}: {error}")
        return found

    def ruff(self) -> Findings:
        ruff = (sys.executable, "-m", "ruff")
        return self.run(self.backend, *ruff, "check", "--no-cache", ".") + self.run(
            self.backend, *ruff, "format", "--no-cache", "--check", "."
        )

    def ty(self) -> Findings:
        """The packages are shown as those of an installed Python, so that they count as somebody else's code."""
        prefix = self.folder / "python"
        (prefix / "lib/python3.11").mkdir(parents=True)
        (prefix / "lib/python3.11/site-packages").symlink_to(base_layer() / "site")
        return self.run(self.backend, Path(sys.executable).with_name("ty"), "check", "--no-progress", "--python", prefix)

    def bandit(self) -> Findings:
        return self.run(self.backend, sys.executable, "-m", "bandit", "-q", "-r", "app")

    def tsc(self) -> Findings:
        return self.run(self.frontend, node(), "node_modules/typescript/bin/tsc", "--noEmit")

    def oxlint(self) -> Findings:
        plugins = ("--react-plugin", "--jsx-a11y-plugin", "--import-plugin", "--promise-plugin", "--vitest-plugin")
        return self.run(self.frontend, node(), WEB / "oxlint/bin/oxlint", "--deny-warnings", *plugins, "src", "vite.config.ts")

    def own_tests(self) -> Findings:
        """Both suites, and neither empty."""
        backend = self.run(self.backend, sys.executable, "-S", "-m", "pytest", "-q")
        return backend + self.run(self.frontend, node(), "node_modules/vitest/vitest.mjs", "run", "--pool=threads")

    def build(self) -> None:
        """Build the page, once."""
        if not (self.frontend / "dist").exists():
            failed = self.run(self.frontend, node(), "node_modules/vite/bin/vite.js", "build", "--logLevel", "error")
            assert not failed, failed

    def walk(self) -> Findings:
        """The application's own walk in a browser, with the Chromium that is here and this environment's Playwright."""
        self.build()
        packages = f"{self.environment['PYTHONPATH']}{os.pathsep}{sysconfig.get_paths()['purelib']}"
        browser = {"PYTHONPATH": packages, "CHROMIUM": chromium()}
        return self.run(self.backend, sys.executable, "-S", "-m", "pytest", "-q", "tests/browser", more=browser)

    @contextmanager
    def running(self, more: Mapping[str, str] | None = None) -> Iterator[str]:
        """The address of the application with its built page and fresh sample rows; ``more`` are environment variables."""
        self.build()
        listener = socket.create_server(("127.0.0.1", 0))
        server = [sys.executable, "-S", "-m", "uvicorn", "app.main:app", "--fd", str(listener.fileno()), "--log-level", "warning"]
        with tempfile.TemporaryDirectory() as data, (self.folder / "server.log").open("ab") as output, listener:
            environment = {**self.environment, "DATA_DIR": data, **(more or {})}
            process = subprocess.Popen(
                server, cwd=self.backend, env=environment, pass_fds=[listener.fileno()], stdout=output, stderr=output
            )
            try:
                # The socket listens already: whoever asks now waits until the application answers, or hears of its end.
                yield f"http://127.0.0.1:{listener.getsockname()[1]}"
            finally:
                process.terminate()
                process.wait(20)

    def starts(self) -> Findings:
        with self.running() as url:
            answers = {path: httpx.get(f"{url}{path}", timeout=30) for path in ("/api/health", "/", "/api/openapi.json")}
        return [f"{path}: {answer.status_code}" for path, answer in answers.items() if answer.status_code != 200]

    def schemathesis(self, examples: int = 3, seed: int = 1) -> Findings:
        """No request that the description allows or forbids is answered with a failure of the server."""
        checks = ["--checks", "not_a_server_error", "--phases", "examples,fuzzing", "--max-examples", str(examples)]
        fixed = ["--seed", str(seed), "--generation-deterministic", "--no-shrink", "--workers", "1"]
        with self.running() as url:
            more = []
            if self.manifest.access.sign_in:
                more = ["--header", f"Authorization: Bearer {_token(url)}", "--exclude-operation-id", "sign_out_api_session_delete"]
            program = Path(sys.executable).with_name("schemathesis")
            quiet = ["--no-color", "--warnings", "off", "--suppress-health-check", "all"]
            return self.run(self.folder, program, "run", f"{url}/api/openapi.json", *checks, *fixed, *quiet, *more)

    def axe(self, browser: Browser) -> Findings:
        """What axe-core finds on every kind of page, and whatever else must not happen on one; in the dark, on those of one entity."""
        found = []
        with self.running() as url:
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=scheme, reduced_motion="reduce")
                page = context.new_page()
                watch = Watch(page, url)
                found += [f"{scheme} {each}" for each in [*_look(page, url, self.manifest, brief=scheme == "dark"), *watch.faults]]
                context.close()
        return found


def _token(url: str) -> str:
    answer = httpx.post(f"{url}/api/session", json=dict(zip(("email", "password"), DEMO, strict=True)), timeout=30)
    return str(answer.raise_for_status().json()["token"])


def _look(page: Page, url: str, manifest: Manifest, brief: bool) -> Findings:
    page.goto(url)
    found = []
    if manifest.access.sign_in:
        page.get_by_role("button", name="Fill in").click()
        found += [f"sign in: {each}" for each in axe(page)]
        page.get_by_role("button", name="Sign in").click()
    for address in _addresses(manifest, brief):
        page.goto(f"{url}/#/{address}")
        expect(page.locator("main h1")).to_be_visible()
        expect(page.get_by_label("Loading")).to_have_count(0)
        if address == "" or address.endswith("/1"):  # these go on loading what is below
            page.wait_for_load_state("networkidle")
        found += [f"#/{address}: {each}" for each in axe(page)]
    return found


def _addresses(manifest: Manifest, brief: bool) -> list[str]:
    """Of every kind of page of each entity; of the first alone when it shall be ``brief``."""
    names = [entity.table.replace("_", "-") for entity in manifest.entities][: 1 if brief else None]
    return ["", *(f"{name}{rest}" for name in names for rest in ("", "/new", "/1", "/1/edit"))]

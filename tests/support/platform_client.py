"""What a user of the platform does, in a few words: start it, talk to it over HTTP and the command line, look at a preview."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
ENDED = {"succeeded", "failed", "cancelled", "needs_input"}
SITE = "A site for a lamp maker with our story, a gallery and a contact form"
"""Its jobs have the steps of an application's, and tests that end in a moment: for what is not about applications."""


@dataclass
class Platform:
    """A running instance, found by its home directory."""

    home: Path
    extra_env: dict[str, str]

    @classmethod
    def start(cls, home: Path, **extra_env: str) -> Platform:
        platform = cls(home, extra_env)
        done = platform.cli("up", "--detach", "--port", "0", timeout=180)
        assert done.returncode == 0, done.stderr
        return platform

    def stop(self) -> None:
        self.cli("down", timeout=60)

    @property
    def env(self) -> dict[str, str]:
        clean = {key: value for key, value in os.environ.items() if not key.startswith("BARNRAISE_") or key in KEPT}
        return clean | {"BARNRAISE_HOME": str(self.home)} | self.extra_env

    def cli(self, *args: str, timeout: float = 120, stdin: bytes | None = None) -> subprocess.CompletedProcess[str]:
        """Run the command line tool; text in, text out."""
        command = [sys.executable, "-m", "barnraise.cli", *args]
        done = subprocess.run(command, check=False, input=stdin, capture_output=True, env=self.env, timeout=timeout, cwd=ROOT)
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def state(self) -> dict[str, Any]:
        return json.loads((self.home / "state.json").read_text())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.state()['port']}"

    @property
    def token(self) -> str:
        return str(self.state()["token"])

    def http(self, **options: Any) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, verify=False, **options)

    def create(self, prompt: str, **body: Any) -> dict[str, Any]:
        with self.http() as http:
            answer = http.post("/api/v2/projects", json={"prompt": prompt, **body})
            assert answer.status_code == 202, answer.text
            return answer.json()

    def say(self, project: str, text: str) -> dict[str, Any]:
        with self.http() as http:
            answer = http.post(f"/api/v2/projects/{project}/messages", json={"text": text})
            assert answer.status_code == 202, answer.text
            return answer.json()

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        with self.http() as http:
            answer = http.get(f"/api/v2{path}", params=params)
            assert answer.status_code == 200, answer.text
            return answer.json()

    def ended(self, job: str, timeout: float = 180) -> dict[str, Any]:
        """The job, once it has ended. Outages on the way are waited out."""
        deadline = time.monotonic() + timeout
        seen: dict[str, Any] = {}
        while time.monotonic() < deadline:
            try:
                seen = self.get(f"/jobs/{job}")
            except (httpx.HTTPError, AssertionError, FileNotFoundError, json.JSONDecodeError) as outage:
                seen = {"outage": repr(outage)}
            if seen.get("status") in ENDED:
                return seen
            time.sleep(0.05)
        raise AssertionError(f"job {job} did not end within {timeout} s: {seen}")

    def events(self, project: str, after: int = 0) -> list[dict[str, Any]]:
        """All events of a project, in order, as ``{seq, event}``."""
        items: list[dict[str, Any]] = []
        while True:
            with self.http(headers={"Accept": "application/json"}) as http:
                page = http.get(f"/api/v2/projects/{project}/events", params={"after": after, "limit": 500}).json()
            items += page["items"]
            if not page["items"]:
                return items
            after = page["items"][-1]["seq"]

    def preview(self, url: str, path: str = "/", **options: Any) -> httpx.Response:
        """Ask a preview, as a browser would: its host name resolves to loopback."""
        host = httpx.URL(url).netloc.decode()
        with httpx.Client(base_url=self.url, headers={"Host": host}, timeout=30, verify=False) as http:
            return http.request(options.pop("method", "GET"), path, **options)


KEPT = {"BARNRAISE_BASE_DIR", "BARNRAISE_CACHE_HOME"}


def sample_prompts() -> list[dict[str, Any]]:
    return [json.loads(line) for line in (ROOT / "tests/data/prompts.jsonl").read_text().splitlines()]


def until(condition: Any, timeout: float = 90, every: float = 0.05) -> Any:
    """The condition's first true value; AssertionError when time is up."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(every)
    raise AssertionError(f"not within {timeout} s")


def ends(events: list[dict[str, Any]], job: str) -> Iterator[dict[str, Any]]:
    return (item for item in events if item["event"]["type"] == "job.ended.v1" and item["event"]["job_id"] == job)

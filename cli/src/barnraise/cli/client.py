"""The HTTP API, as the commands use it."""

import json
import os
import ssl
import time
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import httpx

from barnraise.cli.errors import CliError, Exit, from_problem
from barnraise.cli.instance import find

_PATIENCE = 8.0  # seconds that the gateway may be away, for a restart
_ENDED = frozenset({"succeeded", "failed", "cancelled", "needs_input"})


def _trusted() -> ssl.SSLContext | bool:
    """The usual authorities, or those of ``SSL_CERT_FILE`` alone, such as Caddy's own of a machine. CliError when there are none in it."""
    if not (file := os.environ.get("SSL_CERT_FILE")):
        return True
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:
        raise CliError(
            Exit.INVALID, f"SSL_CERT_FILE has no certificates: {error}", "Name a file of them, or take the variable away."
        ) from error


class Client:
    """One command's connection. Errors are CliErrors. A call is repeated while the platform is away for a moment: writes are commits on
    a base or carry an idempotency key, so a repetition does no harm."""

    def __init__(self) -> None:
        instance = find()
        headers = {"Authorization": f"Bearer {instance.token}"}
        limits = httpx.Timeout(30, read=60)
        self._http = httpx.Client(base_url=f"{instance.url}/api/v2", headers=headers, timeout=limits, trust_env=False, verify=_trusted())

    def get(self, path: str, **params: Any) -> Any:
        return self._call("GET", path, params=params).json()

    def raw(self, path: str, **params: Any) -> bytes:
        return self._call("GET", path, params=params, headers={"Accept": "application/octet-stream"}).content

    def post(self, path: str, body: Any = None, files: Sequence[tuple[str, bytes]] = ()) -> Any:
        """With ``files``, names and contents, the body goes as a form."""
        if files:
            headers = {"Idempotency-Key": uuid.uuid4().hex}
            return self._call("POST", path, data=body, files=[("files", file) for file in files], headers=headers).json()
        answer = self._call("POST", path, json=body if body is not None else {}, headers={"Idempotency-Key": uuid.uuid4().hex})
        return answer.json()

    def upload(self, path: str, data: bytes, **params: Any) -> Any:
        """A file, as it is."""
        headers = {"Idempotency-Key": uuid.uuid4().hex, "Content-Type": "application/octet-stream"}
        return self._call("POST", path, params=params, content=data, headers=headers).json()

    def put(self, path: str, body: Any, **params: Any) -> Any:
        return self._call("PUT", path, json=body, params=params).json()

    def delete(self, path: str) -> None:
        self._call("DELETE", path)

    def events(self, project: str, after: int) -> Iterator[dict[str, Any]]:
        """A project's events from there on, for ever: ``{seq, event}``, over as many connections as it takes."""
        while True:
            try:
                for item in self._stream(project, after):
                    after = item["seq"]
                    yield item
            except (httpx.TransportError, CliError) as outage:
                if isinstance(outage, CliError) and outage.exit is not Exit.UNREACHABLE:
                    raise
                self._wait_until_back()

    def page(self, project: str, after: int) -> list[dict[str, Any]]:
        """The events that are there now, after that number; at most a few hundred."""
        headers = {"Accept": "application/json"}
        return self._call("GET", f"/projects/{project}/events", params={"after": after, "limit": 500}, headers=headers).json()["items"]

    def wait(self, project: str, job: str, after: int = 0, seen: Any = None) -> dict[str, Any]:
        """The job, once it has ended; each event on the way is handed to ``seen``."""
        for item in self.events(project, after):
            if seen is not None:
                seen(item)
            event = item["event"]
            if event["type"] == "job.ended.v1" and event.get("job_id") == job:
                break
        return self._settled(job)

    def _settled(self, job: str) -> dict[str, Any]:
        """The job as the API shows it; its page may be a moment behind the event."""
        for _ in range(200):
            found = self.get(f"/jobs/{job}")
            if found["status"] in _ENDED:
                return found
            time.sleep(0.02)
        return found

    def _stream(self, project: str, after: int) -> Iterator[dict[str, Any]]:
        headers = {"Accept": "text/event-stream"}
        with self._http.stream("GET", f"/projects/{project}/events", params={"after": after}, headers=headers) as answer:
            if answer.status_code != 200:
                answer.read()
                raise _problem(answer)
            sequence = None
            for line in answer.iter_lines():
                if line.startswith("id:"):
                    sequence = int(line[3:])
                elif line.startswith("data:") and sequence is not None:
                    yield {"seq": sequence, "event": json.loads(line[5:])}
                elif not line:
                    sequence = None

    def _wait_until_back(self, patience: float = 60.0) -> None:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            try:
                if self._http.get("/projects", params={"limit": 1}).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        raise CliError(Exit.UNREACHABLE, f"The platform has not answered for {patience:.0f} s.", "See: barnraise status")

    def _call(self, method: str, path: str, **options: Any) -> httpx.Response:
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                answer = self._http.request(method, path, **options)
                if not answer.is_error:
                    return answer
                refused = _problem(answer)
            except httpx.TransportError as error:
                refused = CliError(Exit.UNREACHABLE, f"The platform does not answer: {error}", "See: barnraise status")
            if refused.problem["code"] not in ("unreachable", "unavailable") or time.monotonic() > deadline:
                raise refused
            time.sleep(0.1)


def _problem(answer: httpx.Response) -> CliError:
    try:
        problem = answer.json()
    except json.JSONDecodeError:
        problem = {"code": "internal", "detail": f"The platform answered {answer.status_code}.", "next": "See: barnraise status"}
    return from_problem(answer.status_code, problem)

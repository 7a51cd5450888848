"""The few calls of the Kubernetes API that sandboxes need: pods made, watched, spoken to and deleted, and one network policy."""

import json
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_PROTOCOLS = ("v5.channel.k8s.io", "v4.channel.k8s.io")
_SECONDS = 30.0
_PIECE = 4 << 20
HEARTBEAT_SECONDS = 20.0
"""A connection that answers no question for so long has died without a word."""


class ApiError(Exception):
    """The API server refused; ``status`` is HTTP's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Place:
    """Where the API server is. ``token`` is read anew for each call, for clusters rotate it."""

    url: str
    namespace: str
    token: Path | None = None
    authority: Path | None = None


def find(url: str, namespace: str, environment: Mapping[str, str]) -> Place | None:
    """The given server (as ``kubectl proxy`` offers one), else that of the cluster around this process; None when there is none."""
    if url:
        return Place(url.rstrip("/"), namespace)
    host, port = environment.get("KUBERNETES_SERVICE_HOST"), environment.get("KUBERNETES_SERVICE_PORT", "443")
    if not host:
        return None
    address = f"[{host}]" if ":" in host else host
    return Place(f"https://{address}:{port}", namespace, _ACCOUNT / "token", _ACCOUNT / "ca.crt")


class Cluster:
    """Opened in a running loop. Raises ApiError, or aiohttp.ClientError when the server is not to be reached."""

    def __init__(self, place: Place) -> None:
        self._place = place
        authority = ssl.create_default_context(cafile=str(place.authority)) if place.authority else True
        connector = aiohttp.TCPConnector(ssl=authority, limit=0)
        self._session = aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=_SECONDS))

    async def create(self, pod: Mapping[str, Any]) -> None:
        await self._call("POST", self._core("pods"), json=pod)

    async def get(self, name: str) -> Mapping[str, Any]:
        return await self._call("GET", self._core(f"pods/{name}"))

    async def list(self, labels: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
        selector = ",".join(f"{key}={value}" for key, value in labels.items())
        return (await self._call("GET", self._core("pods"), params={"labelSelector": selector}))["items"]

    async def delete(self, name: str) -> bool:
        """At once; False when there is no such pod any more."""
        options = {"apiVersion": "v1", "kind": "DeleteOptions", "gracePeriodSeconds": 0}
        try:
            await self._call("DELETE", self._core(f"pods/{name}"), json=options)
        except ApiError as error:
            if error.status != 404:
                raise
            return False
        return True

    async def watch(self, name: str) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        """(what happened, the pod) from its present state on, until the server has enough of it."""
        params = {"watch": "true", "fieldSelector": f"metadata.name={name}"}
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=_SECONDS)
        async with self._session.get(self._core("pods"), params=params, headers=self._headers(), timeout=timeout) as answer:
            await _check(answer)
            rest = b""
            async for piece in answer.content.iter_any():
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    event = json.loads(line)
                    if event["type"] == "ERROR":
                        raise ApiError(event["object"].get("code", 500), event["object"].get("message", "the watch failed"))
                    yield event["type"], event["object"]

    @asynccontextmanager
    async def execute(self, name: str, container: str, command: Sequence[str]) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A command in a running container; the first byte of a message is its stream."""
        flags = [("stdin", "true"), ("stdout", "true"), ("stderr", "true"), ("tty", "false"), ("container", container)]
        params = [*flags, *(("command", part) for part in command)]
        async with self._session.ws_connect(
            self._core(f"pods/{name}/exec"),
            params=params,
            headers=self._headers(),
            protocols=_PROTOCOLS,
            max_msg_size=_PIECE,
            autoping=True,
            heartbeat=HEARTBEAT_SECONDS,
        ) as socket:
            yield socket

    async def apply_policy(self, policy: Mapping[str, Any]) -> None:
        """Make the network policy, if it is not there."""
        place = f"{self._place.url}/apis/networking.k8s.io/v1/namespaces/{self._place.namespace}/networkpolicies"
        try:
            await self._call("POST", place, json=policy)
        except ApiError as error:
            if error.status != 409:
                raise

    async def close(self) -> None:
        await self._session.close()

    def _core(self, path: str) -> str:
        return f"{self._place.url}/api/v1/namespaces/{self._place.namespace}/{path}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._place.token.read_text().strip()}"} if self._place.token else {}

    async def _call(self, method: str, url: str, **more: Any) -> Any:
        async with self._session.request(method, url, headers=self._headers(), **more) as answer:
            await _check(answer)
            return await answer.json()


async def _check(answer: aiohttp.ClientResponse) -> None:
    if answer.status < 400:
        return
    text = await answer.text()
    try:
        message = json.loads(text)["message"]
    except (ValueError, KeyError, TypeError):
        message = text[:300]
    raise ApiError(answer.status, f"{answer.status} {message}")

"""A Kubernetes API server for tests, over real HTTP and WebSockets: it takes only objects that the official schemas and the "restricted"
pod security standard allow, and runs a pod's command on this machine, in namespaces of its own made by bubblewrap."""

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import kubernetes_validate
from aiohttp import WSMsgType, web

from barnraise.sandbox.adapters.layer import Layer

VERSION = "1.37"
IMAGE = "registry.example/barnraise-sandbox:1"
_SPACES = ("mnt", "pid", "net", "ipc", "uts")


@dataclass
class Pod:
    manifest: dict[str, Any]
    process: asyncio.subprocess.Process | None = None
    first: int = 0
    watchers: list[asyncio.Queue[tuple[str, dict[str, Any]]]] = field(default_factory=list)

    @property
    def seen(self) -> dict[str, Any]:
        return json.loads(json.dumps(self.manifest))

    def tell(self, happened: str) -> None:
        for queue in self.watchers:
            queue.put_nowait((happened, self.seen))

    def change(self, phase: str, state: Mapping[str, Any], **more: Any) -> None:
        self.manifest["status"] = {"phase": phase, "containerStatuses": [{"name": "sandbox", "state": dict(state)}], **more}
        self.tell("MODIFIED")


class Cluster:
    """``short_watches``: each watch ends after one event, as those of real servers end at some time. ``reason``: why containers end,
    whatever their code. ``claims``: volume claim -> folder. ``deaf``: it answers no pings."""

    def __init__(self, layer: Layer, runner: Path, token: str, *, short_watches: bool = False) -> None:
        self.pods: dict[str, Pod] = {}
        self.policies: list[str] = []
        self.refused: list[str] = []
        self.claims: dict[str, Path] = {}
        self.reason: str | None = None
        self.evicted = False
        self._layer = layer
        self._runner = runner
        self._token = token
        self._short = short_watches
        self.deaf = False
        self._tasks: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        app = web.Application(middlewares=[self._authorise])
        core = "/api/v1/namespaces/{space}/pods"
        app.router.add_post(core, self._create)
        app.router.add_get(core, self._list)
        app.router.add_get(core + "/{name}", self._get)
        app.router.add_delete(core + "/{name}", self._delete)
        app.router.add_get(core + "/{name}/exec", self._exec)
        app.router.add_post("/apis/networking.k8s.io/v1/namespaces/{space}/networkpolicies", self._policy)
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            for pod in list(self.pods.values()):
                await _kill(pod)
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await runner.cleanup()

    # what the API server does

    @web.middleware
    async def _authorise(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {self._token}":
            return _refuse(401, "Unauthorized")
        return await handler(request)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        manifest = await request.json()
        if problem := _invalid(manifest) or _unrestricted(manifest):
            self.refused.append(problem)
            return _refuse(422, problem)
        name = manifest["metadata"]["name"]
        if name in self.pods:
            return _refuse(409, f'pods "{name}" already exists')
        if manifest["spec"]["runtimeClassName"] != "gvisor":
            return _refuse(403, "RuntimeClass not found")
        self.pods[name] = pod = Pod(manifest | {"status": {"phase": "Pending"}})
        self._task(self._run(pod))
        return web.json_response(pod.seen, status=201)

    async def _get(self, request: web.Request) -> web.StreamResponse:
        pod = self.pods.get(request.match_info["name"])
        return web.json_response(pod.seen) if pod else _refuse(404, "not found")

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("watch"):
            return await self._watch(request)
        wanted = dict(part.split("=") for part in request.query["labelSelector"].split(","))
        found = [pod.seen for pod in self.pods.values() if wanted.items() <= pod.manifest["metadata"]["labels"].items()]
        return web.json_response({"kind": "PodList", "apiVersion": "v1", "items": found})

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        name = request.query["fieldSelector"].removeprefix("metadata.name=")
        answer = web.StreamResponse()
        await answer.prepare(request)
        queue: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        pod = self.pods.get(name)
        if pod:
            pod.watchers.append(queue)
            queue.put_nowait(("ADDED", pod.seen))
        with contextlib.suppress(OSError):  # who watches may have seen enough
            while pod:
                happened, seen = await queue.get()
                await answer.write(json.dumps({"type": happened, "object": seen}).encode() + b"\n")
                if self._short or happened == "DELETED":
                    break
        return answer

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        pod = self.pods.get(request.match_info["name"])
        if pod is None:
            return _refuse(404, "not found")
        assert (await request.json())["gracePeriodSeconds"] == 0
        pod.manifest["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
        await _kill(pod)
        self.pods.pop(request.match_info["name"], None)
        pod.tell("DELETED")
        return web.json_response(pod.seen)

    async def _policy(self, request: web.Request) -> web.StreamResponse:
        policy = await request.json()
        if problem := _invalid(policy):
            return _refuse(422, problem)
        if policy["metadata"]["name"] in self.policies:
            return _refuse(409, "already exists")
        self.policies.append(policy["metadata"]["name"])
        return web.json_response(policy, status=201)

    # what a node does

    async def _run(self, pod: Pod) -> None:
        if pod.manifest["spec"]["containers"][0]["image"] != IMAGE:
            return pod.change("Pending", {"waiting": {"reason": "ErrImagePull", "message": "no such image"}})
        status, telling = os.pipe()
        pod.process = await asyncio.create_subprocess_exec(*self._bubble(pod.manifest["spec"], telling), pass_fds=(telling,), env={})
        os.close(telling)
        with os.fdopen(status) as told:
            pod.first = json.loads(await asyncio.to_thread(told.readline))["child-pid"]
            while pod.process.returncode is None and not _begun(pod.first):
                await asyncio.sleep(0.01)
            pod.change("Running", {"running": {}})
            code = await pod.process.wait()
        reason = self.reason or ("Completed" if code == 0 else "Error")
        evicted = {"reason": "Evicted", "message": "The node was low on resource: memory."} if self.evicted else {}
        pod.change("Succeeded" if code == 0 else "Failed", {"terminated": {"exitCode": code, "reason": reason}}, **evicted)
        return None

    def _bubble(self, spec: Mapping[str, Any], status: int) -> list[str]:
        container = spec["containers"][0]
        binds = [(str(self._layer.root), "/"), (str(self._runner), "/opt/runner"), *((folder, folder) for folder in self._layer.system)]
        line = ["/usr/bin/bwrap", "--die-with-parent", "--as-pid-1", "--json-status-fd", str(status)]
        line += [f"--unshare-{space}" for space in ("pid", "net", "ipc", "uts")]
        line += [part for source, target in binds for part in ("--ro-bind", source, target)] + ["--proc", "/proc", "--dev", "/dev"]
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        for mount in container["volumeMounts"]:
            volume = volumes[mount["name"]]
            if "emptyDir" in volume:
                line += ["--perms", "1777", "--size", volume["emptyDir"]["sizeLimit"], "--tmpfs", mount["mountPath"]]
            else:
                claim = self.claims[volume["persistentVolumeClaim"]["claimName"]]
                line += ["--bind", str(claim / mount["subPath"]), mount["mountPath"]]
        line += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--chdir", container["workingDir"], "--"]
        user = str(container["securityContext"]["runAsUser"])
        return [*line, "/usr/bin/setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--", *container["command"]]

    async def _exec(self, request: web.Request) -> web.StreamResponse:
        pod = self.pods[request.match_info["name"]]
        assert request.query["container"] == pod.manifest["spec"]["containers"][0]["name"]
        talk = web.WebSocketResponse(protocols=("v5.channel.k8s.io", "v4.channel.k8s.io"), autoping=not self.deaf)
        await talk.prepare(request)
        assert talk.ws_protocol == "v5.channel.k8s.io"
        enter = [
            "nsenter",
            *(f"--{space}=/proc/{pod.first}/ns/{space}" for space in _SPACES if space != "mnt"),
            f"--mount=/proc/{pod.first}/ns/mnt",
        ]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *enter, "--", *request.query.getall("command"), stdin=pipe, stdout=pipe, stderr=pipe, env={}
        )
        assert process.stdin
        said = [asyncio.create_task(_say(talk, number, stream)) for number, stream in ((1, process.stdout), (2, process.stderr))]
        ending = asyncio.create_task(_end(talk, process, said))
        with contextlib.suppress(OSError):
            async for message in talk:
                if message.type == WSMsgType.BINARY and message.data[:1] == b"\0":
                    process.stdin.write(message.data[1:])
                    await process.stdin.drain()
        process.stdin.close()
        await ending
        return talk

    def _task(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _begun(first: int) -> bool:
    """Whether the container's own program runs: bubblewrap tells its process before it has made the namespaces."""
    try:
        return Path(f"/proc/{first}/comm").read_text().startswith("python")
    except FileNotFoundError:
        return False


async def _say(talk: web.WebSocketResponse, number: int, stream: asyncio.StreamReader | None) -> None:
    assert stream
    while data := await stream.read(32768):
        with contextlib.suppress(OSError):
            await talk.send_bytes(bytes([number]) + data)


async def _end(talk: web.WebSocketResponse, process: asyncio.subprocess.Process, said: list[asyncio.Task[None]]) -> None:
    code = await process.wait()
    await asyncio.gather(*said)
    status = {"status": "Success"} if code == 0 else {"status": "Failure", "reason": "NonZeroExitCode"}
    with contextlib.suppress(OSError):
        await talk.send_bytes(b"\x03" + json.dumps(status).encode())
        await talk.close()


async def _kill(pod: Pod) -> None:
    if pod.process and pod.process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            # With the first one ends its process namespace; 0, which it is before it has begun, would mean the tests themselves.
            os.kill(pod.first or pod.process.pid, signal.SIGKILL)
        await pod.process.wait()


def _refuse(status: int, message: str) -> web.Response:
    return web.json_response({"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": status}, status=status)


def _invalid(manifest: Mapping[str, Any]) -> str | None:
    try:
        kubernetes_validate.validate(manifest, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        return error.message
    return None


def _unrestricted(manifest: Mapping[str, Any]) -> str | None:
    """What the "restricted" pod security standard forbids, after its published list."""
    spec, container = manifest["spec"], manifest["spec"]["containers"][0]
    security = container["securityContext"]
    rules = {
        "host namespaces": not any(spec.get(name) for name in ("hostNetwork", "hostPID", "hostIPC")),
        "privileged": not security.get("privileged"),
        "capabilities": security.get("capabilities") == {"drop": ["ALL"]},
        "volume types": all(set(volume) - {"name"} <= {"emptyDir", "persistentVolumeClaim"} for volume in spec["volumes"]),
        "privilege escalation": security.get("allowPrivilegeEscalation") is False,
        "running as non-root": security.get("runAsNonRoot") is True and security.get("runAsUser") != 0,
        "seccomp": security.get("seccompProfile", {}).get("type") in ("RuntimeDefault", "Localhost"),
        "host ports": "ports" not in container,
    }
    broken = [name for name, holds in rules.items() if not holds]
    return f'violates PodSecurity "restricted:latest": {", ".join(broken)}' if broken else None

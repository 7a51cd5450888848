# ruff: noqa: S108 - paths in the sandbox
"""The manifest of a pod for the Kubernetes API (v1), within the "restricted" pod security standard: pure, so that every field can be
tested without a cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from barnraise.sandbox.domain.containers import LABEL
from barnraise.sandbox.domain.limits import MIB, MODULES, SHARED_MEMORY, WORKSPACE, Limits

CONTAINER = "sandbox"
_LONGEST = 24 * 3600
_GRACE = 60


@dataclass(frozen=True)
class Mold:
    """What to run and how. ``data`` is (claim, path in it) of the folder that outlives the pod; ``runtime`` a RuntimeClass."""

    name: str
    instance: str
    image: str
    runtime: str
    user: int
    command: Sequence[str]
    data: tuple[str, str] | None = None
    modules: bool = True
    labels: Mapping[str, str] = field(default_factory=dict)


def manifest(mold: Mold, limits: Limits) -> dict[str, Any]:
    """The pod: it is told nothing of the cluster, may do nothing, writes to sized memory and its data alone, and ends by itself."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": mold.name, "labels": {**mold.labels, **labels(mold.instance)}},
        "spec": {
            "runtimeClassName": mold.runtime,
            "restartPolicy": "Never",
            "activeDeadlineSeconds": _LONGEST if limits.wall is None else ceil(limits.wall) + _GRACE,
            "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "hostNetwork": False,
            "hostPID": False,
            "hostIPC": False,
            "shareProcessNamespace": False,
            "hostname": "sandbox",
            # A name server that is not there: names of the cluster are nobody's business here.
            "dnsPolicy": "None",
            "dnsConfig": {"nameservers": ["127.0.0.1"]},
            "securityContext": {**_identity(mold.user), "fsGroup": mold.user, "seccompProfile": {"type": "RuntimeDefault"}},
            "containers": [_container(mold, limits)],
            "volumes": _volumes(mold, limits),
        },
    }


def labels(instance: str) -> dict[str, str]:
    """By which an instance's pods are found, and a network policy tells sandboxes from everything else."""
    return {"app.kubernetes.io/name": "barnraise-sandbox", "app.kubernetes.io/managed-by": "barnraise", LABEL: instance}


def policy(instance: str) -> dict[str, Any]:
    """A network policy: nothing into an instance's sandboxes and nothing out. The service speaks to them through the API server."""
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": f"{instance}-sandboxes", "labels": labels(instance)},
        "spec": {"podSelector": {"matchLabels": labels(instance)}, "policyTypes": ["Ingress", "Egress"], "ingress": [], "egress": []},
    }


def _identity(user: int) -> dict[str, Any]:
    return {"runAsNonRoot": True, "runAsUser": user, "runAsGroup": user}


def _container(mold: Mold, limits: Limits) -> dict[str, Any]:
    amounts = {"cpu": f"{int(limits.cpus * 1000)}m", "memory": str(limits.memory), "ephemeral-storage": str(16 * MIB)}
    return {
        "name": CONTAINER,
        "image": mold.image,
        "imagePullPolicy": "IfNotPresent",
        "command": list(mold.command),
        "workingDir": WORKSPACE,
        "stdin": False,
        "tty": False,
        # The same as limits: the pod is guaranteed what it may use, and never takes what was not counted.
        "resources": {"requests": amounts, "limits": amounts},
        "securityContext": {
            **_identity(mold.user),
            "privileged": False,
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "volumeMounts": [*({"name": name, "mountPath": path} for name, (path, _) in _memory(mold, limits).items()), *_data_mount(mold)],
    }


def _memory(mold: Mold, limits: Limits) -> dict[str, tuple[str, int]]:
    """name -> (mount path, bytes) of what can be written and is gone with the pod."""
    sized = {"app": (WORKSPACE, limits.disk), "tmp": ("/tmp", limits.scratch), "shm": ("/dev/shm", SHARED_MEMORY)}
    if mold.modules:
        sized |= {"vite": (f"{MODULES}/.vite", 64 * MIB), "vite-temp": (f"{MODULES}/.vite-temp", 16 * MIB)}
    return sized


def _volumes(mold: Mold, limits: Limits) -> list[dict[str, Any]]:
    sized = _memory(mold, limits).items()
    volumes: list[dict[str, Any]] = [{"name": name, "emptyDir": {"medium": "Memory", "sizeLimit": str(size)}} for name, (_, size) in sized]
    if mold.data:
        volumes.append({"name": "data", "persistentVolumeClaim": {"claimName": mold.data[0]}})
    return volumes


def _data_mount(mold: Mold) -> list[dict[str, Any]]:
    return [{"name": "data", "mountPath": "/data", "subPath": mold.data[1]}] if mold.data else []

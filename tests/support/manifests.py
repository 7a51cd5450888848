"""What the overlays of deploy/kubernetes come to: rendered by kubectl, without a cluster."""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TREE = ROOT / "deploy" / "kubernetes"
OVERLAYS = tuple(sorted(path.name for path in (TREE / "overlays").iterdir()))
SERVICES = ("gateway", "planner", "codegen", "validator", "sandbox", "telemetry")
Document = Mapping[str, Any]


@functools.cache
def render(path: str) -> Sequence[Document]:
    """The documents of a kustomization below deploy/kubernetes. A machine without kubectl skips the test, and says so."""
    kubectl = shutil.which("kubectl") or shutil.which("kubectl", path=str(ROOT / ".venv" / "bin"))
    if kubectl is None:
        pytest.skip("there is no kubectl here: run scripts/kubernetes")
    done = subprocess.run([kubectl, "kustomize", str(TREE / path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return tuple(yaml.load_all(done.stdout, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def overlay(name: str) -> Sequence[Document]:
    return render(f"overlays/{name}")


def of_kind(documents: Sequence[Document], kind: str) -> list[Document]:
    return [document for document in documents if document["kind"] == kind]


def named(documents: Sequence[Document], kind: str, name: str) -> Document:
    (found,) = [document for document in of_kind(documents, kind) if document["metadata"]["name"] == name]
    return found


def templates(documents: Sequence[Document]) -> Iterator[tuple[str, str, Document]]:
    """(namespace, name, pod template) of every workload."""
    for document in documents:
        if document["kind"] in ("Deployment", "StatefulSet", "Job"):
            yield document["metadata"]["namespace"], document["metadata"]["name"], document["spec"]["template"]


def settings(documents: Sequence[Document], service: str) -> dict[str, str]:
    """The plain environment of a service: its config map, and what its file says. Secrets are references, and not in here."""
    deployment = named(documents, "Deployment", service)
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    maps = {
        document["metadata"]["name"]: document["data"]
        for document in of_kind(documents, "ConfigMap")
        if document["metadata"]["namespace"] == deployment["metadata"]["namespace"]
    }
    values: dict[str, str] = {}
    for source in container["envFrom"]:
        values |= maps[source["configMapRef"]["name"]] if "configMapRef" in source else {}
    return values | {variable["name"]: variable["value"] for variable in container.get("env", ()) if "value" in variable}

"""The Docker Engine itself: what it is, and the image that sandboxes are made of. Asked seldom, so the synchronous client serves."""

import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException
from requests.exceptions import RequestException

from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.ports import SandboxUnavailable

_REPOSITORY = "barnraise-sandbox"
_SECONDS = 15
_FIX = "Start Docker, or let this user reach it (DOCKER_HOST, group 'docker')."


@dataclass(frozen=True)
class Engine:
    """``limits`` lists what its control groups can hold, in the words of ENFORCEABLE."""

    processors: int
    runtimes: tuple[str, ...]
    limits: tuple[str, ...]
    image: str


def look(url: str | None, layer: Layer) -> Engine:
    """What the engine can do, with the image for the layer in it. SandboxUnavailable when there is no engine to be used. Blocks."""
    try:
        client = docker.DockerClient(url, timeout=_SECONDS) if url else docker.from_env(timeout=_SECONDS)
        with closing(client):
            known = client.info()
            if known["OSType"] != "linux":
                raise SandboxUnavailable("The Docker Engine runs no Linux containers.", "Switch it to Linux containers.")
            return Engine(known["NCPU"], tuple(known["Runtimes"]), tuple(_limits(known)), _image(client, layer))
    except (DockerException, RequestException) as error:
        raise SandboxUnavailable(_reason(str(error)), _FIX) from error


def _reason(said: str) -> str:
    if "FileNotFoundError" in said:
        return "There is no Docker Engine on this machine."
    if "PermissionError" in said:
        return "This user may not use the Docker Engine."
    return f"There is no Docker Engine to be reached: {said}"


def _limits(known: Mapping[str, Any]) -> Iterator[str]:
    if known["MemoryLimit"]:
        yield "memory"
    if known["PidsLimit"]:
        yield "processes"
    if known["CpuCfsQuota"] and known["CpuCfsPeriod"]:
        yield "cpu"


def _image(client: docker.DockerClient, layer: Layer) -> str:
    """An image of a few kilobytes: what is in it are mount points. The layer's packages and the machine's system folders are mounted."""
    content = skeleton(layer.root)
    tag = hashlib.sha256(content).hexdigest()[:20]
    if not client.api.images(f"{_REPOSITORY}:{tag}", quiet=True):
        client.api.import_image_from_data(content, repository=_REPOSITORY, tag=tag)
    return f"{_REPOSITORY}:{tag}"


def skeleton(root: Path) -> bytes:
    """The layer's root without its packages, as a tar that is the same for the same root."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root)
            if name.parts[0] != "opt" or len(name.parts) == 1:
                archive.add(path, str(name), recursive=False, filter=_plain)
    return content.getvalue()


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mtime = 0
    entry.mode = 0o755 if entry.isdir() else 0o644
    return entry

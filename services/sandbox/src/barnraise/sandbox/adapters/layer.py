"""The base layer: the root file system, Python and Node packages that every sandbox sees, read-only.

Made once for its inputs, in a folder of its own that is renamed when it is whole; ``current`` names the newest. Install scripts never run
and only ready-made wheels are taken, so nothing that comes from a package index is executed here.
"""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution
from pathlib import Path

from barnraise.sandbox.adapters import toolchain
from barnraise.sandbox.domain.needs import normal
from barnraise.sandbox.domain.packages import Installed, Packages

FORMAT = 2
_KEPT = 2
Say = Callable[[str], None]

_ETC = {
    "hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "passwd": "root:x:0:0:root:/:/bin/false\napp:x:1000:1000:app:/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    "group": "root:x:0:\napp:x:1000:\nnogroup:x:65534:\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "resolv.conf": "",
}
_MOUNT_POINTS = ("app", "data", "dev", "etc", "home", "opt/bin", "opt/more", "opt/runner", "proc", "root", "run", "tmp", "usr", "var/tmp")
_MERGED = ("bin", "lib", "lib32", "lib64", "sbin")


@dataclass(frozen=True)
class Layer:
    """A finished layer. ``python`` and ``node`` are paths in the sandbox, ``bwrap`` one of the host or None; ``system`` lists the
    host folders that the sandbox needs beside the layer's root."""

    path: Path
    python: str
    node: str
    bwrap: str | None
    system: tuple[str, ...]

    @property
    def root(self) -> Path:
        return self.path / "root"

    @property
    def modules(self) -> Path:
        return self.root / "opt/web/node_modules"

    @property
    def installers(self) -> Path:
        """uv and npm, which only sandboxes see that build derived layers."""
        return self.path / "tools/installers"

    def packages(self) -> Packages:
        """What is installed in it."""
        found = (Distribution.at(path) for path in (self.root / "opt/site").glob("*.dist-info"))
        python = {normal(one.metadata["Name"]): Installed(one.version, tuple(one.requires or ())) for one in found}
        asked = json.loads((self.root / "opt/web/package.json").read_text())
        locked = json.loads((self.root / "opt/web/package-lock.json").read_text()).get("packages", {})
        node = {path.removeprefix("node_modules/"): entry.get("version", "") for path, entry in locked.items() if _is_top(path)}
        here = {name: version for name, version in node.items() if (self.modules / name).is_dir()}
        return Packages(python, here, asked.get("dependencies", {}) | asked.get("devDependencies", {}))


def find(base: Path) -> Layer | None:
    """The newest layer of the folder that ``build`` has filled; None when there is none."""
    path = (base / "current").resolve()
    try:
        described = json.loads((path / "layer.json").read_text())
    except FileNotFoundError:
        return None
    return Layer(path, described["python"], described["node"], described["bwrap"], tuple(described["system"]))


def build(requirements: Sequence[Path], node_lock: Path, out: Path, say: Say) -> Layer:
    """The layer for these inputs, made if it is not there: the packages of all requirements files, and those of the lock in the folder
    ``node_lock``, which holds package.json and package-lock.json.

    Raises ToolchainError, with what to do, when an installer is missing or fails.
    """
    key = _key(requirements, node_lock)
    path = out / key
    if not (path / "layer.json").exists():
        out.mkdir(parents=True, exist_ok=True)
        with _alone(out):
            if not (path / "layer.json").exists():
                _make(requirements, node_lock, path, say)
    _point(out, key)
    layer = find(out)
    assert layer
    return layer


def _key(requirements: Sequence[Path], node_lock: Path) -> str:
    whole = hashlib.sha256()
    parts = (str(FORMAT), platform.machine(), platform.python_version(), sys.base_prefix, toolchain.node())
    whole.update("\0".join(parts).encode())
    for file in (*requirements, node_lock / "package.json", node_lock / "package-lock.json"):
        whole.update(b"\0" + file.read_bytes())
    return whole.hexdigest()[:20]


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    with (out / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(requirements: Sequence[Path], node_lock: Path, path: Path, say: Say) -> None:
    before = os.umask(0o022)
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=path.parent))
    try:
        draft.chmod(0o755)
        layer = _fill(requirements, node_lock, draft, say)
        described = asdict(layer)
        del described["path"]
        (draft / "layer.json").write_text(json.dumps(described, indent=1))
        draft.rename(path)
    finally:
        os.umask(before)
        shutil.rmtree(draft, ignore_errors=True)
    _prune(path)


def _fill(requirements: Sequence[Path], node_lock: Path, draft: Path, say: Say) -> Layer:
    root = draft / "root"
    system = _skeleton(root)
    say("copying Python")
    python = toolchain.copy_python(root)
    say("installing Python packages")
    toolchain.install_python_packages(requirements, root / "opt/site")
    say("installing Node packages")
    node = toolchain.copy_node(root)
    toolchain.install_node_packages(node_lock, root / "opt/web")
    for name, target in (("python", python), ("python3", python), ("node", node)):
        (root / "opt/bin" / name).symlink_to(target)
    toolchain.copy_installers(draft / "tools/installers")
    return Layer(draft, python, node, toolchain.copy_bwrap(draft / "tools"), system)


def _is_top(path: str) -> bool:
    return path.startswith("node_modules/") and path.count("node_modules/") == 1


def _skeleton(root: Path) -> tuple[str, ...]:
    """Empty mount points, a minimal /etc, and the links of a merged /usr as this machine has them; the folders to bind."""
    for name in _MOUNT_POINTS:
        (root / name).mkdir(parents=True)
    for name, content in _ETC.items():
        (root / "etc" / name).write_text(content)
    system = ["/usr"]
    for name in _MERGED:
        host = Path("/", name)
        if host.is_symlink():
            (root / name).symlink_to(host.readlink())
        elif host.is_dir():
            (root / name).mkdir()
            system.append(str(host))
    return tuple(system)


def _point(out: Path, key: str) -> None:
    current = out / "current"
    if current.is_symlink() and current.readlink() == Path(key):
        return
    draft = out / f".current-{os.getpid()}"
    draft.unlink(missing_ok=True)
    draft.symlink_to(key)
    draft.rename(current)


def _prune(newest: Path) -> None:
    """Keep the layer before the newest, which running sandboxes may still use; remove what is older."""
    layers = [path for path in newest.parent.iterdir() if (path / "layer.json").exists() and not path.is_symlink()]
    layers.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in [path for path in layers if path != newest][_KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)

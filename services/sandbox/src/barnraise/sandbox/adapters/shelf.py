"""Derived layers on disk, beside the base layer: one folder for each lock, read-only for everybody, shared by all that want it.

A draft is made aside and renamed when it is whole. Who makes or uses a folder holds a lock on it that ends with the process, so that
nothing of a dead one stays and nothing of a living one is removed.
"""

import asyncio
import contextlib
import fcntl
import os
import stat
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import ValidationError

from barnraise.chassis.clock import new_id
from barnraise.chassis.failpoints import failpoint
from barnraise.sandbox.adapters import trees
from barnraise.sandbox.domain.limits import MODULES
from barnraise.sandbox.domain.locks import Lock
from barnraise.sandbox.ports import Draft, UnfitError

DAYS = 30
_DAY = 86_400
_MOST_ENTRIES = 60_000
_FORBIDDEN = frozenset({"sitecustomize", "usercustomize", "apport_python_hook"}) | sys.stdlib_module_names
_WRITABLE = (".vite", ".vite-temp")
_DRAFT, _OLD = ".draft-", ".old-"


class Shelf:
    """``modules``: the base layer's node_modules on the host. ``room``: bytes that layers may take before the unused ones go;
    ``largest``: bytes of one."""

    def __init__(self, root: Path, modules: Path, *, room: int, largest: int) -> None:
        self._root = root
        self._modules = modules
        self._room = room
        self._largest = largest

    def find(self, key: str) -> Path | None:
        """The layer, which counts as used now."""
        path = self._root / key
        with contextlib.suppress(FileNotFoundError):
            os.utime(path)
            return path
        return None

    def locked(self, needs: str) -> Lock | None:
        """What such needs have led to before."""
        file = self._root / "locks" / f"{needs}.json"
        try:
            os.utime(file)
            return Lock.model_validate_json(file.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def note(self, needs: str, lock: Lock) -> None:
        folder = self._root / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{new_id()}"
        draft.write_text(lock.model_dump_json())
        draft.rename(folder / f"{needs}.json")

    @asynccontextmanager
    async def draft(self, key: str) -> AsyncIterator[Draft]:
        """The one place where this layer is made, empty; waits for whoever makes it in this or another process."""
        self._root.mkdir(parents=True, exist_ok=True)
        path = self._root / f"{_DRAFT}{key}"
        while (descriptor := self._alone(path)) is None:
            await asyncio.sleep(0.05)
        try:
            await asyncio.to_thread(_empty, path)
            content = path / "content"
            content.mkdir(mode=0o700)
            yield Draft(path, content)
        finally:
            await asyncio.shield(asyncio.to_thread(trees.remove, path))
            os.close(descriptor)

    def _alone(self, path: Path) -> int | None:
        """A lock on the draft's folder, made if it is not there; None while somebody else has it."""
        path.mkdir(exist_ok=True)
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            return None
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The last one may have renamed or removed it since it was opened.
            if os.fstat(descriptor).st_ino == path.stat().st_ino:
                return descriptor
        os.close(descriptor)
        return None

    def keep(self, draft: Draft, key: str) -> Path:
        """Look at what a sandbox has left in the draft, and make it the layer. UnfitError when it may not be one. Blocks."""
        trees.remove(draft.content / "work")
        self._check(draft.content)
        root = draft.path / "layer"
        root.mkdir(mode=0o755)
        for name in ("site", "node_modules"):
            if (draft.content / name).is_dir():
                (draft.content / name).rename(root / name)
        if (root / "node_modules").is_dir():
            self._complete(root / "node_modules")
        failpoint("sandbox.layer_checked")
        path = self._root / key
        root.rename(path)
        failpoint("sandbox.layer_kept")
        return path

    def weight(self, draft: Draft) -> str:
        """Why it is too large already; nothing while it is not. An installer's own copies count as well."""
        return self._excess(draft.content, 2 * self._largest)

    def _excess(self, folder: Path, most: int) -> str:
        return f"The packages take more than {self._largest >> 20} MiB." if trees.size(folder) > most else ""

    def _check(self, content: Path) -> None:
        """Nothing but files and folders that everybody may read and nobody write, and no module in the place of one of Python's own."""
        if problem := self._excess(content, self._largest):
            raise UnfitError(problem)
        entries = 0
        for here, names in trees.walk(content):
            entries += len(names)
            if entries > _MOST_ENTRIES:
                raise UnfitError(f"The packages have more than {_MOST_ENTRIES} files.")
            _settle(here, names)
        site = content / "site"
        shadows = {path.name.partition(".")[0] for path in site.iterdir()} & _FORBIDDEN if site.is_dir() else set()
        if shadows:
            raise UnfitError(f"The packages replace modules of Python itself: {', '.join(sorted(shadows)[:5])}.")

    def _complete(self, modules: Path) -> None:
        """Links to what the base layer has and this one has not: one tree, in which both find each other."""
        for shape in ("[!@.]*", "@*/*"):
            for package in self._modules.glob(shape):
                name = package.relative_to(self._modules)
                (modules / name).parent.mkdir(exist_ok=True)
                if not (modules / name).exists():
                    (modules / name).symlink_to(f"{MODULES}/{name}")
        for name in _WRITABLE:
            (modules / name).mkdir(exist_ok=True)

    def sweep(self) -> int:
        """Remove what dead processes have left, what nobody has used for a month, and the longest unused of what is too much; how many
        there were. What a sandbox or another process uses stays. Blocks."""
        if not self._root.exists():
            return 0
        left = [path for path in self._root.iterdir() if path.name.startswith((_DRAFT, _OLD))]
        swept = sum(self._remove(path) for path in left)
        for file in (self._root / "locks").glob("*.json"):
            if time.time() - file.stat().st_mtime > DAYS * _DAY:
                file.unlink(missing_ok=True)
        layers = [path for path in self._root.iterdir() if path.name != "locks" and not path.name.startswith(".")]
        return swept + sum(self._remove(path) for path in self._surplus(layers))

    def _surplus(self, layers: list[Path]) -> Iterator[Path]:
        taken = 0
        for path in sorted(layers, key=lambda path: path.stat().st_mtime, reverse=True):
            taken += trees.size(path)
            if taken > self._room or time.time() - path.stat().st_mtime > DAYS * _DAY:
                yield path

    def _remove(self, path: Path) -> bool:
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not path.name.startswith("."):
                path = path.rename(self._root / f"{_OLD}{path.name}-{new_id()}")
            trees.remove(path)
        except BlockingIOError:
            return False
        finally:
            os.close(descriptor)
        return True


def lease(folder: Path) -> int:
    """A descriptor that keeps the folder from being swept until it is closed. FileNotFoundError when it is gone."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if os.fstat(descriptor).st_ino != folder.stat().st_ino:
            raise FileNotFoundError(folder)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _empty(path: Path) -> None:
    for left in path.iterdir():
        if left.is_dir() and not left.is_symlink():
            trees.remove(left)
        else:
            left.unlink()


def _settle(here: int, names: list[str]) -> None:
    """The folder's entries become the service's own, without rights beyond reading."""
    own, group = os.geteuid(), os.getegid()
    os.fchown(here, own, group)
    os.fchmod(here, 0o755)
    for name in names:
        told = os.stat(name, dir_fd=here, follow_symlinks=False)
        if stat.S_ISDIR(told.st_mode):
            os.chmod(name, 0o755, dir_fd=here)  # noqa: S103
        elif stat.S_ISREG(told.st_mode) and told.st_nlink == 1:
            os.chown(name, own, group, dir_fd=here, follow_symlinks=False)
            os.chmod(name, 0o755 if told.st_mode & 0o100 else 0o644, dir_fd=here)
        else:
            raise UnfitError("The packages have something that is neither a file nor a folder of their own.")

"""The local cache: one bare repository per project, shared by every process of the machine, lost at any time without harm.

It holds packs and nothing else: no loose objects, no lock files. Every change is a rename of something complete, so a
process may die anywhere, and two may do the same at once.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import pygit2
from pygit2.enums import RepositoryInitFlag

from barnraise.vfs.packs import Pack
from barnraise.vfs.refs import full_name

_PACKED_REFS = "# pack-refs with: peeled fully-peeled sorted \n"


class Cache:
    """Bare repositories under ``root``/git. Synchronous: call from a thread."""

    def __init__(self, root: Path) -> None:
        self._root = root / "git"

    def path(self, project_id: str) -> Path:
        """Where the project's repository is or would be."""
        return self._root / f"{project_id}.git"

    def prepare(self, project_id: str) -> Path:
        """The project's repository, made when it is not there."""
        path = self.path(project_id)
        if not (path / "HEAD").exists():
            self._create(path)
        return path

    def missing(self, project_id: str, packs: Mapping[str, int]) -> list[str]:
        """Which of the packs (id -> bytes with index) are not here whole, in the given order."""
        found: dict[str, int] = {}
        for entry in os.scandir(self._packs(project_id)):
            stem, _, suffix = entry.name.removeprefix("pack-").partition(".")
            if suffix in ("pack", "idx"):
                found[stem] = found.get(stem, 0) + entry.stat().st_size
        return [pack for pack, size in packs.items() if found.get(pack) != size]

    def install(self, project_id: str, pack: Pack) -> None:
        """Puts a checked pack in its place. Git finds packs by their index, so the index comes last."""
        directory = self._packs(project_id)
        _replace(directory / f"pack-{pack.id}.pack", pack.data)
        _replace(directory / f"pack-{pack.id}.idx", pack.index)

    def publish(self, project_id: str, refs: Mapping[str, str]) -> Path:
        """Shows the refs to plain git. All of them are in one file, so that they change together and without a lock."""
        path = self.prepare(project_id)
        lines = "".join(f"{oid} {name}\n" for name, oid in sorted((full_name(name), oid) for name, oid in refs.items()))
        content = (_PACKED_REFS + lines).encode()
        file = path / "packed-refs"
        if not file.exists() or file.read_bytes() != content:
            _replace(file, content)
        return path

    def forget(self, project_id: str) -> None:
        """Removes the project's repository; not being there is fine."""
        shutil.rmtree(self.path(project_id), ignore_errors=True)

    def resting(self, seconds: float) -> list[str]:
        """The projects to whose repositories nothing was added for so long."""
        since = time.time() - seconds
        packs = [(path.name.removesuffix(".git"), path / "objects" / "pack") for path in self._root.glob("*.git")]
        return [project_id for project_id, folder in packs if folder.is_dir() and folder.stat().st_mtime < since]

    def _packs(self, project_id: str) -> Path:
        return self.prepare(project_id) / "objects" / "pack"

    def _create(self, path: Path) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".new-", dir=self._root))
        try:
            flags = RepositoryInitFlag.BARE | RepositoryInitFlag.MKPATH
            git = pygit2.init_repository(str(made), flags=flags, initial_head="main")
            # A clone asks twice: what was offered first may be wanted after the branch has moved on.
            git.config["uploadpack.allowReachableSHA1InWant"] = True
            git.config["gc.auto"] = 0
            git.free()
            (made / "objects" / "pack").mkdir(parents=True, exist_ok=True)
            made.chmod(0o755)
            made.rename(path)
        except OSError:
            if not (path / "HEAD").exists():  # else another process was first, and its repository is as good
                raise
        finally:
            shutil.rmtree(made, ignore_errors=True)


def _replace(path: Path, content: bytes) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix="tmp_", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o444)
        Path(temporary).rename(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise

"""Where the data of previews lies: one folder for each project, and spare ones that sandboxes use before they have a project."""

import math
import os
from itertools import islice
from pathlib import Path

from barnraise.chassis.clock import new_id
from barnraise.sandbox.adapters.removed import removed
from barnraise.sandbox.adapters.trees import ENTRY, remove, size
from barnraise.sandbox.ports import Room

_FEW = 200
_RESERVE = 512 << 20
_NEXT = ".next"


class DataFolders:
    """``root`` is shared by all replicas, for what projects have stored; ``own`` is this one's."""

    def __init__(self, root: Path, own: Path | None = None) -> None:
        self._projects = root / "previews"
        self._spares = (own or root) / "spare"
        # Nothing uses a spare folder of an earlier run any more.
        remove(self._spares)
        for folder in (self._projects, self._spares):
            folder.mkdir(parents=True, exist_ok=True, mode=0o711)

    def close(self) -> None:
        """Nothing uses the spare folders any more."""
        remove(self._spares)

    def of(self, project_id: str) -> Path | None:
        folder, coming = self._projects / project_id, self._projects / f"{project_id}{_NEXT}"
        if coming.exists():  # whoever had it ended half way
            _finish(coming)
        return folder if folder.is_dir() else None

    def spare(self) -> Path:
        folder = self._spares / new_id()
        folder.mkdir(mode=0o700)
        return folder

    def movable(self, project_id: str) -> bool:
        """Moving is a step for each entry, and writes into each folder: neither what is heaped up nor what is locked."""
        entries = list(islice((self._projects / project_id).iterdir(), _FEW + 1))
        return len(entries) <= _FEW and all(entry.is_symlink() or os.access(entry, os.W_OK) for entry in entries)

    def adopt(self, spare: Path, project_id: str) -> Path:
        coming = self._projects / f"{project_id}{_NEXT}"
        if coming.exists():
            _finish(coming)
        return _finish(spare.rename(coming))

    def used(self, folder: Path, most: int) -> int:
        return size(folder, most)

    def removed(self, user: int) -> int:
        return removed(user, self._projects.stat().st_dev)

    def free(self) -> Room:
        told = os.statvfs(self._projects)
        return Room(told.f_bavail * told.f_frsize, told.f_favail * ENTRY if told.f_files else math.inf)

    def reserve(self) -> Room:
        told = os.statvfs(self._projects)
        return Room(*(min(_RESERVE, whole // 10) for whole in (told.f_blocks * told.f_frsize, told.f_files * ENTRY)))


def _finish(coming: Path) -> Path:
    """Bring what the project has stored into its next folder, which then takes the place of the old one, empty by then."""
    folder = coming.with_suffix("")
    if folder.exists():
        for entry in list(folder.iterdir()):
            entry.rename(coming / entry.name)
    return coming.rename(folder)

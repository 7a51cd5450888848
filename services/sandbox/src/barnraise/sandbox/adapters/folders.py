"""Where the data of previews lies: one folder for each project, and spare ones that sandboxes use before they have a project."""

import shutil
from pathlib import Path

from barnraise.chassis.clock import new_id


class DataFolders:
    def __init__(self, root: Path) -> None:
        self._projects = root / "previews"
        self._spares = root / "spare"
        # Nothing uses a spare folder of an earlier run any more.
        shutil.rmtree(self._spares, ignore_errors=True)
        for folder in (self._projects, self._spares):
            folder.mkdir(parents=True, exist_ok=True, mode=0o711)

    def of(self, project_id: str) -> Path | None:
        folder = self._projects / project_id
        return folder if folder.is_dir() else None

    def spare(self) -> Path:
        folder = self._spares / new_id()
        folder.mkdir(mode=0o700)
        return folder

    def adopt(self, spare: Path, project_id: str) -> Path:
        return spare.rename(self._projects / project_id)

    def used(self, folder: Path) -> int:
        """Blocks, not lengths: a sparse file takes no room. Links are not followed; what vanishes meanwhile counts nothing."""
        total = 0
        pending = [folder]
        while pending:
            try:
                entries = list(pending.pop().iterdir())
            except OSError:
                continue
            for entry in entries:
                try:
                    told = entry.lstat()
                except OSError:
                    continue
                total += told.st_blocks * 512
                if entry.is_dir() and not entry.is_symlink():
                    pending.append(entry)
        return total

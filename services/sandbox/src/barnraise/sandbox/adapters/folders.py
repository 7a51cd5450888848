"""Where the data of previews lies: one folder for each project, and spare ones that sandboxes use before they have a project."""

from pathlib import Path

from barnraise.chassis.clock import new_id
from barnraise.sandbox.adapters.trees import remove, size


class DataFolders:
    def __init__(self, root: Path) -> None:
        self._projects = root / "previews"
        self._spares = root / "spare"
        # Nothing uses a spare folder of an earlier run any more.
        remove(self._spares)
        for folder in (self._projects, self._spares):
            folder.mkdir(parents=True, exist_ok=True, mode=0o711)

    def close(self) -> None:
        """Nothing uses the spare folders any more."""
        remove(self._spares)

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
        return size(folder)

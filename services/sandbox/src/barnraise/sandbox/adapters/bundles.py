"""The page's packages, bundled: made once for a base layer, in a sandbox in which no stranger's code was, and seen by all later ones."""

import fcntl
import os
import re
import shutil
from pathlib import Path

from barnraise.sandbox.adapters import trees
from barnraise.sandbox.adapters.layer import Layer

_FOLDER = "opt/web/bundles"
_NAME = re.compile(r"^[A-Za-z0-9@_.+-]{1,200}$")
_WHOLE = "_metadata.json"
_MOST_FILES, _MOST_BYTES = 500, 64 << 20


class LayerBundles:
    """``linked``: sandboxes see the packages through a link, so that the bundles name other paths than where they are mounted."""

    def __init__(self, layer: Layer, *, linked: bool) -> None:
        self._lock = layer.path / ".bundles.lock"  # where no sandbox sees it
        self._place = layer.root / _FOLDER / ("linked" if linked else "mounted")

    def missing(self) -> bool:
        return not self._place.exists()

    def keep(self, folder: Path) -> None:
        """Make what a sandbox has left there the layer's, unless another service was first. OSError when it cannot be."""
        parent = self._place.parent
        parent.mkdir(exist_ok=True)
        with self._lock.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            draft = parent / ".next"
            shutil.rmtree(draft, ignore_errors=True)  # of a service that was killed
            if self._place.exists():
                return
            draft.mkdir()
            try:
                _copy(folder, draft)
                for place in (draft, parent):
                    place.chmod(0o755)
                draft.rename(self._place)
            finally:
                shutil.rmtree(draft, ignore_errors=True)


def _copy(folder: Path, draft: Path) -> None:
    """Plain files alone, and no more than a page's packages make."""
    left = _MOST_BYTES
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        names = os.listdir(here)  # noqa: PTH208 - a descriptor, not a path
        if len(names) > _MOST_FILES or not all(_NAME.match(name) for name in names):
            raise OSError(f"{folder} has files that nobody expects")
        for name in names:
            content = trees.read(here, name, left)
            left -= len(content)
            (draft / name).write_bytes(content)
            (draft / name).chmod(0o644)
        if _WHOLE not in names or set(os.listdir(here)) != set(names):  # noqa: PTH208
            raise OSError(f"{folder} was not left as a whole")
    finally:
        os.close(here)

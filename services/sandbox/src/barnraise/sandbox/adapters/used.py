"""Which drivers may have left something on this machine, or on another one: a life of the service may use another than the one before."""

import os
from collections.abc import Iterable
from pathlib import Path


class UsedDrivers:
    """Names, a line each, in a file of the data folder."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / "sandbox-drivers"

    def names(self) -> list[str]:
        try:
            return self._file.read_text().split()
        except FileNotFoundError:
            return []

    def keep(self, names: Iterable[str]) -> None:
        """The file holds either what it held or these, and these still after a crash."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(".new")
        with draft.open("w") as file:
            file.write("".join(f"{name}\n" for name in names))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._file)

"""A folder of a process' own, where replicas share one: nobody else takes or empties it while the process lives."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def own_folder(around: Path) -> Iterator[Path]:
    """An empty folder in ``around``, which goes in the end. What processes have left that are gone goes at once, whatever host they had."""
    around.mkdir(parents=True, exist_ok=True)
    with _held(around, fcntl.LOCK_EX):  # until the new folder is held, it looks like one that is left over
        for left in around.iterdir():
            with suppress(BlockingIOError), _held(left, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(dir=around))
        descriptor = _hold(folder, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


@contextmanager
def _held(folder: Path, how: int) -> Iterator[None]:
    descriptor = _hold(folder, how)
    try:
        yield
    finally:
        os.close(descriptor)


def _hold(folder: Path, how: int) -> int:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, how)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor

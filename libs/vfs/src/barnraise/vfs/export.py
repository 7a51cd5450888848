"""A commit's files on their way out: into a directory, a zip archive, a git bundle."""

import io
import os
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pygit2

from barnraise.vfs.packs import pack_everything
from barnraise.vfs.paths import check_path
from barnraise.vfs.refs import full_name

_ZIP_EPOCH = 315_532_800  # 1980-01-01, the earliest time that a zip archive can say
_EXECUTABLE = 0o100755


def check_out(files: Iterable[tuple[str, pygit2.Blob, int]], directory: Path) -> None:
    """Writes the files below a directory, as plain files: a link in the tree becomes a file with its target as text.

    Raises FileExistsError where one is there already, BarnraiseError ``path_invalid`` for a path that would leave it.
    """
    for path, blob, mode in files:
        target = directory / check_path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        # O_EXCL: never through something that a second writer may have put there.
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o755 if mode == _EXECUTABLE else 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(blob)


def zip_files(files: Iterable[tuple[str, pygit2.Blob, int]], at: datetime) -> bytes:
    """The files as a zip archive, byte for byte the same for the same commit: sorted, dated with the commit, one compression level."""
    stamp = datetime.fromtimestamp(max(at.timestamp(), _ZIP_EPOCH), UTC).timetuple()[:6]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path, blob, mode in sorted(files, key=lambda file: file[0]):
            entry = zipfile.ZipInfo(path, stamp)
            entry.create_system = 3
            entry.external_attr = (0o100755 if mode == _EXECUTABLE else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, bytes(memoryview(blob)))
    return buffer.getvalue()


def bundle(git: pygit2.Repository, refs: Mapping[str, str]) -> bytes:
    """A git bundle (version 2) of all branches and tags with their whole history; ``git clone FILE`` checks out ``main``."""
    lines = [f"{oid} {name}\n" for name, oid in sorted((full_name(name), oid) for name, oid in refs.items())]
    lines += [f"{refs['main']} HEAD\n"] if "main" in refs else []
    return b"# v2 git bundle\n" + "".join(lines).encode() + b"\n" + pack_everything(git, refs.values()).data

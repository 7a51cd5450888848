"""A base layer as one archive, for drivers whose sandboxes do not see this machine's folders: an image registry takes it by import."""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from barnraise.sandbox.adapters.layer import Layer
from barnraise.sandbox.adapters.runtime import INSIDE

_SPECIAL_BITS = 0o7000


def pack(layer: Layer, out: BinaryIO) -> None:
    """A tar of the layer's root, the system folders that it needs and the programs, everything owned by root and nothing setuid."""
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for source, name in _places(layer):
            archive.add(source, name, filter=_plain)


def _places(layer: Layer) -> Iterator[tuple[Path, str]]:
    yield layer.root, "."
    for folder in layer.system:
        yield Path(folder), folder.lstrip("/")
    yield INSIDE, "opt/runner"


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if not (entry.isreg() or entry.isdir() or entry.issym() or entry.islnk()):
        return None
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    entry.mode &= ~_SPECIAL_BITS
    return entry

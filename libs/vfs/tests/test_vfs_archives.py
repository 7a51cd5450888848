"""Archives that were made to reach beyond the folder they are unpacked in: each does where it is believed, and none is read."""

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.vfs.archives import read_zip

MARK = b"overwritten"
LINK, DEVICE, PIPE = stat.S_IFLNK | 0o777, stat.S_IFCHR | 0o666, stat.S_IFIFO | 0o666
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="devices are made by root")


@dataclass(frozen=True)
class Place:
    """Where an archive is unpacked, and a secret beside it."""

    folder: Path
    secret: Path

    def signs(self) -> Iterator[str]:
        """What shows that it reached out, or left what is no file."""
        if self.secret.read_bytes() != b"secret":
            yield "change"
        for path in self.folder.rglob("*"):
            if not stat.S_ISREG(path.lstat().st_mode) and not stat.S_ISDIR(path.lstat().st_mode):
                yield "no file"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "work/inner").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"secret")
    return Place(tmp_path / "work/inner", tmp_path / "secret")


def archive(*entries: tuple[str, int, bytes]) -> bytes:
    """(name, mode, content) of each entry; a link's content is its target."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("index.html", b"<p>")
        for name, mode, content in entries:
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, mode << 16
            packed.writestr(entry, content)
    return out.getvalue()


FILE = stat.S_IFREG | 0o644
SECRET = "<secret>"
HOSTILE: dict[str, list[tuple[str, int, bytes]]] = {
    "upwards": [("../../secret", FILE, MARK)],
    "upwards from below": [("a/", stat.S_IFDIR | 0o755, b""), ("a/../../../secret", FILE, MARK)],
    "absolute": [(SECRET, FILE, MARK)],
    "through a link": [("door", LINK, b"../.."), ("door/secret", FILE, MARK)],
    "over a link": [("page", LINK, SECRET.encode()), ("page", FILE, MARK)],
    "a link": [("leak", LINK, SECRET.encode())],
    "a pipe": [("pipe", PIPE, b"")],
    "a device": [("disk", DEVICE, b"")],
}


def hostile(kind: str, place: Place) -> bytes:
    path = str(place.secret)
    entries = [(name.replace(SECRET, path), mode, content.replace(SECRET.encode(), path.encode())) for name, mode, content in HOSTILE[kind]]
    return archive(*entries)


def believe(data: bytes, folder: Path) -> None:
    """What must not be done: every entry is what it says, and is where it says."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for entry in packed.infolist():
            target, mode = folder / entry.filename, entry.external_attr >> 16
            if stat.S_ISLNK(mode):
                target.symlink_to(packed.read(entry).decode())
            elif stat.S_ISCHR(mode) or stat.S_ISFIFO(mode):
                os.mknod(target, mode, os.makedev(1, 3))
            elif entry.is_dir():
                target.mkdir()
            else:
                target.write_bytes(packed.read(entry))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", [pytest.param(kind, marks=as_root if kind == "a device" else ()) for kind in HOSTILE])
def test_an_archive_that_reaches_out_is_refused(kind: str, place: Place) -> None:
    data = hostile(kind, place)
    with pytest.raises(BarnraiseError) as refused:
        read_zip(data)
    assert refused.value.problem.code == "path_invalid"
    believe(data, place.folder)
    assert list(place.signs()), "it does no harm even to who believes it: it tests nothing"


def test_an_honest_archive_is_read(place: Place) -> None:
    data = archive(("a/b.txt", stat.S_IFREG | 0o755, b"b"))
    assert {path: (file.data, file.executable) for path, file in read_zip(data).items()} == {
        "index.html": (b"<p>", False),
        "a/b.txt": (b"b", True),
    }

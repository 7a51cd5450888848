"""Uploads on their way in: zip archives and git bundles, none of which is believed."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from barnraise.chassis.errors import BarnraiseError
from barnraise.vfs.paths import check_layout, check_path
from barnraise.vfs.pushing import MAX_BYTES, MAX_FILE, MAX_FILES

BUNDLE = b"# v2 git bundle\n"
BUNDLES = (BUNDLE, b"# v3 git bundle\n")
ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_MOST_ENTRIES = 4 * MAX_FILES
"""Folders and all; counted before the archive is read."""
_HEADER = 1 << 20
_REF = re.compile(r"^([0-9a-f]{40}) (HEAD|refs/[^\x00-\x20\x7f]{1,200})$")
_LINKS = frozenset((0o120000, 0o020000, 0o060000, 0o010000, 0o140000))


@dataclass(frozen=True)
class ZippedFile:
    data: bytes
    executable: bool


@dataclass(frozen=True)
class Bundle:
    """``refs``: git's full names (and ``HEAD``) -> commits or tags of the pack."""

    refs: Mapping[str, str]
    pack: bytes


def is_bundle(data: bytes) -> bool:
    return data.startswith(BUNDLES)


def is_zip(data: bytes) -> bool:
    return data.startswith(ZIPS)


def read_zip(data: bytes) -> dict[str, ZippedFile]:
    """path -> file. Raises BarnraiseError ``invalid_request``, ``path_invalid`` or ``too_large``.

    What an entry says of its size is not believed: reading stops where a project would be too large.
    """
    if data.count(b"PK\x01\x02") > _MOST_ENTRIES:
        raise _too_large(f"more than {MAX_FILES:,} files")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = dict(_files(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise BarnraiseError("invalid_request", f"The archive cannot be read: {reason}.", "Make the zip anew.") from error
    if not files:
        raise BarnraiseError("invalid_request", "The archive has no files.", "Zip a folder with the project's files.")
    check_layout(files)
    return files


def read_bundle(data: bytes) -> Bundle:
    """Raises BarnraiseError ``invalid_request`` for one that is damaged or does not stand on its own."""
    end = data.find(b"\n\n", 0, _HEADER)
    if not is_bundle(data) or end < 0:
        raise _damaged("its head has no end")
    refs: dict[str, str] = {}
    for line in data[:end].decode("utf-8", "replace").split("\n")[1:]:
        if line.startswith("-"):
            raise _damaged("it needs commits that are not in it; make it with --all")
        if line.startswith("@"):
            if line != "@object-format=sha1":
                raise _damaged(f"it asks for '{line[1:60]}'")
            continue
        match = _REF.match(line)
        if match is None or match[2] in refs:
            raise _damaged(f"'{line[:60]}' is no ref")
        refs[match[2]] = match[1]
    return Bundle(refs, data[end + 2 :])


def _files(archive: zipfile.ZipFile) -> Iterator[tuple[str, ZippedFile]]:
    seen: set[str] = set()
    room = MAX_BYTES
    for entry in archive.infolist():
        if entry.is_dir():
            continue
        path = check_path(entry.filename)
        mode = entry.external_attr >> 16 if entry.create_system == 3 else 0
        if mode & 0o170000 in _LINKS:
            raise _refused(path, "is a link or a device, which projects cannot have")
        if path in seen:
            raise _refused(path, "stands twice in the archive")
        seen.add(path)
        if len(seen) > MAX_FILES:
            raise _too_large(f"more than {MAX_FILES:,} files")
        content = _content(archive, entry, min(room, MAX_FILE))
        room -= len(content)
        yield path, ZippedFile(content, bool(mode & 0o100))


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    if entry.flag_bits & 1:
        raise _refused(entry.filename, "is encrypted")
    # The others would unpack whatever they are given, at once.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(entry.filename, "is packed in a way that is not read here")
    with archive.open(entry) as file:
        content = file.read(most + 1)
        if len(content) > most:
            raise _too_large(f"a file larger than {MAX_FILE >> 20} MiB, or more than {MAX_BYTES >> 20} MiB of files")
        return content


def _damaged(why: str) -> BarnraiseError:
    return BarnraiseError("invalid_request", f"The bundle cannot be used: {why}.", "Make it with: git bundle create project.bundle --all")


def _refused(path: str, why: str) -> BarnraiseError:
    shown = "".join(character if character.isprintable() else "?" for character in path[:80])
    return BarnraiseError("path_invalid", f"'{shown}' {why}.", "Take it out of the archive.")


def _too_large(what: str) -> BarnraiseError:
    return BarnraiseError("too_large", f"The upload has {what}.", "Keep large data out of the project's files.")

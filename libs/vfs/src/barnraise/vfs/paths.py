"""Which paths a project may have: checked here, once, for whatever comes from outside."""

import re
import unicodedata
from collections.abc import Iterable

from barnraise.chassis.errors import BarnraiseError

MAX_BYTES = 400
# Control and format characters (zero width, text direction), private use, surrogates, line and paragraph separators.
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
# What some file system or other takes for git's own directory: case, NTFS short names, streams, trailing dots and blanks.
_GIT = re.compile(r"^(\.git|git~\d+)([ .]*|:.*)$")

# Names that are devices on Windows, whatever they end in, and drives or streams of files.
_DEVICE = re.compile(r"^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])([ .]|$)|:", re.IGNORECASE)


def check_path(path: str) -> str:
    """The path as it may stand in a tree: relative, ``/`` between parts, NFC, at most 400 bytes of UTF-8.

    Raises BarnraiseError ``path_invalid`` for anything that could leave the project, hide, or be taken for git's own files.
    """
    path = unicodedata.normalize("NFC", path)
    if any(unicodedata.category(character) in _HIDDEN for character in path):
        raise _invalid(path, "has a control or hidden character in it")
    if "\\" in path:
        raise _invalid(path, "has a backslash in it")
    if len(path.encode()) > MAX_BYTES:
        raise _invalid(path, f"is longer than {MAX_BYTES} bytes")
    for part in path.split("/"):
        _check_part(path, part)
    return path


def check_new(path: str) -> str:
    """``check_path`` for a file that is to be made: no part may name what is a device, a drive or a stream on some system."""
    path = check_path(path)
    if any(_DEVICE.search(part) for part in path.split("/")):
        raise _invalid(path, "names a device or a drive of some systems")
    return path


def check_layout(paths: Iterable[str], existing: Iterable[str] = ()) -> None:
    """Refuses paths that cannot stand beside each other and beside the existing ones on every file system.

    Raises BarnraiseError ``path_invalid`` when two differ in case alone or one is both a file and a directory.
    """
    known: dict[str, tuple[str, bool]] = {}
    for path in existing:
        for prefix, is_file in _prefixes(path):
            known[prefix.casefold()] = (prefix, is_file)
    for path in paths:
        for prefix, is_file in _prefixes(path):
            found, found_file = known.setdefault(prefix.casefold(), (prefix, is_file))
            if found != prefix:
                raise _invalid(path, f"differs from {found!r} in upper and lower case alone")
            if found_file != is_file:
                raise _invalid(path, f"needs {found!r} to be a {'directory' if found_file else 'file'}")


def _check_part(path: str, part: str) -> None:
    if part == "":
        raise _invalid(path, "is absolute, is empty or has an empty part")
    if part in (".", ".."):
        raise _invalid(path, "has '.' or '..' as a part")
    disguise = part.casefold()
    if _GIT.match(disguise):
        raise _invalid(path, "names git's own directory")
    if disguise.rstrip(" .") == ".gitmodules":
        raise _invalid(path, "declares submodules, which projects cannot have")


def _prefixes(path: str) -> Iterable[tuple[str, bool]]:
    parts = path.split("/")
    for length in range(1, len(parts)):
        yield "/".join(parts[:length]), False
    yield path, True


def _invalid(path: str, why: str) -> BarnraiseError:
    shown = "".join(character if character.isprintable() else "?" for character in path[:80])
    return BarnraiseError("path_invalid", f"The path '{shown}' {why}.", "Use a relative path such as 'web/src/App.tsx'.")

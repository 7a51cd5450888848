"""Hand edits: decoded, bounded, compared with what the writer saw."""

import base64
import binascii
import hashlib
from collections.abc import Mapping

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.requests import WriteFiles
from barnraise.vfs.paths import check_path

MAX_FILE = 2 * 1024 * 1024
MAX_REQUEST = 20 * 1024 * 1024
GENERATED = ".barnraise/"

Changes = dict[str, bytes | None]


def decode(request: WriteFiles) -> Changes:
    """path -> content, None for deletion. Raises BarnraiseError ``path_invalid``, ``too_large`` or ``invalid_request``."""
    changes: Changes = {}
    for file in request.files:
        path = check_path(file.path)
        if path.casefold().startswith(GENERATED):
            detail = f"'{path}' is written by the compiler."
            raise BarnraiseError("path_invalid", detail, "Say in a message what should change; the manifest follows.")
        if path in changes:
            raise BarnraiseError("path_invalid", f"'{path}' is named twice.", "Write each file once.")
        changes[path] = None if file.content is None else _content(path, file.content)
    if sum(len(data or b"") for data in changes.values()) > MAX_REQUEST:
        raise BarnraiseError("too_large", "The files together are larger than 20 MiB.", "Write them in several requests.")
    return changes


def fingerprint(changes: Changes, base: str) -> str:
    """Equal for equal edits."""
    digest = hashlib.sha256(base.encode())
    for path, data in sorted(changes.items()):
        digest.update(repr((path, data is None, len(data or b""))).encode())
        digest.update(data or b"")
    return digest.hexdigest()


def check_against(changes: Changes, seen: Mapping[str, str], current: Mapping[str, str], written: Mapping[str, str]) -> None:
    """Refuses an edit of what somebody else changed meanwhile. All three map paths to blob ids: what the writer saw, ``main``, the edit.

    Raises BarnraiseError ``not_found`` for the deletion of a file that is not there, ``version_conflict`` otherwise.
    A file that has come to be exactly what is written is no conflict.
    """
    for path, data in changes.items():
        now = current.get(path)
        if data is None and now is None:
            raise BarnraiseError("not_found", f"There is no file '{path}' to delete.", "List the project's files to see what is there.")
        if seen.get(path) != now and written.get(path) != now:
            detail = f"'{path}' has changed since the version that you edited; nothing was written."
            raise BarnraiseError("version_conflict", detail, "Read the file again, bring your change into it and write with the new base.")


def _content(path: str, text: str) -> bytes:
    if len(text) > MAX_FILE * 4 // 3 + 4:
        raise _too_large(path)
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BarnraiseError("invalid_request", f"The content of '{path}' is not base64.", "Encode the file's bytes as base64.") from error
    if len(data) > MAX_FILE:
        raise _too_large(path)
    return data


def _too_large(path: str) -> BarnraiseError:
    return BarnraiseError("too_large", f"'{path}' is larger than 2 MiB.", "Keep large data out of the project's files.")

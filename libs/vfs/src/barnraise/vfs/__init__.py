"""Git-backed virtual file system: packs in the object store, refs in PostgreSQL.

The way in is ``Vfs`` (``barnraise.vfs.vfs``); ``await Vfs(...).open(project_id)`` gives a ``Repository``, whose methods are synchronous:
call those that take long (``checkout``, ``zip``, ``bundle``, ``diff``, ``tree``) through ``asyncio.to_thread``.
"""

from barnraise.vfs.blame import Lines
from barnraise.vfs.branches import RefMoved
from barnraise.vfs.conflicts import Choices, FileConflict, Hunk, Versions, merge_file
from barnraise.vfs.diffs import FileDiff
from barnraise.vfs.history import Commit
from barnraise.vfs.merging import Merge
from barnraise.vfs.packs import Pack
from barnraise.vfs.paths import check_layout, check_new, check_path
from barnraise.vfs.repository import File, FileEntry, Repository
from barnraise.vfs.vfs import Vfs

__all__ = [
    "Choices", "Commit", "File", "FileConflict", "FileDiff", "FileEntry", "Hunk", "Lines", "Merge", "Pack", "RefMoved", "Repository",
    "Versions", "Vfs", "check_layout", "check_new", "check_path", "merge_file",
]  # fmt: skip

"""Which step each line of a file comes from."""

from dataclasses import dataclass

import pygit2
from pygit2.enums import BlameFlag

from barnraise.vfs.history import Commit, read_commit
from barnraise.vfs.odb import commit_of


@dataclass(frozen=True)
class Lines:
    """``count`` lines from ``line`` (from 1) on, and the step that brought them."""

    line: int
    count: int
    commit: Commit


def blame(git: pygit2.Repository, commit: str, path: str) -> list[Lines]:
    """The file's lines in order, in runs of one step, along first parents: the history that people see. The file is there and is text."""
    found: list[tuple[int, int, str]] = []
    for hunk in git.blame(path, flags=BlameFlag.FIRST_PARENT, newest_commit=pygit2.Oid(hex=commit)):
        oid = str(hunk.final_commit_id)
        if not hunk.lines_in_hunk:  # libgit2's way to say that the file is empty
            continue
        if found and found[-1][2] == oid:
            line, count, _ = found.pop()
            found.append((line, count + hunk.lines_in_hunk, oid))
        else:
            found.append((hunk.final_start_line_number, hunk.lines_in_hunk, oid))
    known = {oid: read_commit(commit_of(git, oid)) for _, _, oid in found}
    return [Lines(line, count, known[oid]) for line, count, oid in found]

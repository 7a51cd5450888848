"""A change set on the files that its author saw, merged with what the files are now: all of it or nothing."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from barnraise.chassis.errors import BarnraiseError
from barnraise.patches.edits import ChangeSet, Deletion, Edit, Refusal, RefusalCode, Rename, Replacement, SymbolEdit, WholeFile
from barnraise.patches.elisions import elided
from barnraise.patches.placing import FileEdits, Placed
from barnraise.patches.syntax import first_break
from barnraise.vfs import FileConflict, Versions, check_layout, check_new, check_path, merge_file

Files = Mapping[str, bytes]
MAX_EDITS = 1_000
MAX_FILES = 400
MAX_FILE = 2 << 20


@dataclass(frozen=True)
class Placement:
    """What to write (None: to delete) to the head's tree, see ``Repository.edit_tree``; empty where anything is refused or in conflict.

    ``placed`` tells where each edit of a file was put, and how sure that is. ``conflicts`` has, in full, the places where the files have
    changed meanwhile; each is in ``refusals`` too.
    """

    changes: Mapping[str, bytes | None]
    refusals: tuple[Refusal, ...] = ()
    conflicts: tuple[FileConflict, ...] = ()
    placed: tuple[Placed, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.refusals


def place(change_set: ChangeSet, snapshot: Files, head: Files | None = None) -> Placement:
    """``snapshot``: the files (path -> content) that the author of the edits saw. ``head``: the files now; left out, nothing changed since.

    Never raises for what is in the change set: what cannot be done is in ``refusals``, and then nothing is.
    """
    refusals = list(change_set.refusals)
    if change_set.cut is not None:
        cut = change_set.cut
        refusals.append(Refusal("cut", "", f"The reply stops inside {cut.what}, which begins in line {cut.line}; go on from there."))
    if refusals:
        return Placement({}, tuple(refusals))
    return _Placing(snapshot, snapshot if head is None else head).place(change_set)


@dataclass
class _File:
    """All that a change set says of one file."""

    edits: list[Replacement | SymbolEdit] = field(default_factory=list)
    whole: list[WholeFile] = field(default_factory=list)
    deleted: bool = False
    to: list[str] = field(default_factory=list)


class _Placing:
    def __init__(self, snapshot: Files, head: Files) -> None:
        self._snapshot = snapshot
        self._head = head
        self._refusals: list[Refusal] = []
        self._conflicts: list[FileConflict] = []
        self._placed: list[Placed] = []

    def place(self, change_set: ChangeSet) -> Placement:
        wanted = self._wanted(self._by_file(change_set.edits))
        changes = {} if self._refusals else self._merged(wanted)
        if not self._refusals:
            self._check_layout(changes)
        if not self._refusals:
            self._check_syntax(changes)
        if self._refusals:
            return Placement({}, tuple(self._refusals), tuple(self._conflicts), tuple(self._placed))
        return Placement(changes, placed=tuple(self._placed))

    def _refuse(self, code: RefusalCode, path: str, detail: str) -> None:
        self._refusals.append(Refusal(code, path[:400], detail))

    def _by_file(self, edits: tuple[Edit, ...]) -> dict[str, _File]:
        files: dict[str, _File] = defaultdict(_File)
        for edit in edits:
            path = self._checked(edit)
            if path is None:
                continue
            file = files[path]
            if isinstance(edit, WholeFile):
                file.whole.append(edit)
            elif isinstance(edit, Deletion):
                file.deleted = True
            elif isinstance(edit, Rename):
                file.to.append(check_path(edit.to))
            else:
                file.edits.append(edit)
        count = sum(len(edit.blocks) if isinstance(edit, Replacement) else 1 for edit in edits)
        if len(files) > MAX_FILES or count > MAX_EDITS:
            self._refuse("too_large", "", f"The change set has more than {MAX_FILES} files or {MAX_EDITS:,} edits.")
        return files

    def _checked(self, edit: Edit) -> str | None:
        """The edit's path as it stands in trees; what a project could not hold is refused by the rules that hold for whatever comes in."""
        made = edit.to if isinstance(edit, Rename) else edit.path if isinstance(edit, WholeFile) else None
        try:
            if made is not None and made not in self._snapshot:
                check_new(made)
            path = check_path(edit.path)
        except BarnraiseError as error:
            self._refuse("path_invalid", edit.path, error.problem.detail)
            return None
        if path not in self._snapshot and not isinstance(edit, WholeFile):
            self._refuse("no_such_file", path, f"There is no file '{path}'{_like(path, self._snapshot)}.")
            return None
        return path

    # on the snapshot

    def _wanted(self, files: Mapping[str, _File]) -> dict[str, tuple[str, bytes | None]]:
        """The file's path in the snapshot -> its new path, and its new content as if nothing had changed since."""
        wanted: dict[str, tuple[str, bytes | None]] = {}
        for path, file in files.items():
            kinds = bool(file.edits) + bool(file.whole) + file.deleted
            if kinds > 1 or len(file.whole) > 1 or len(file.to) > 1 or (file.deleted and file.to) or (file.whole and file.to):
                self._refuse(
                    "contradiction", path, f"'{path}' is changed in more than one way (edited, written anew, deleted, renamed); say one."
                )
                continue
            content = self._content(path, file)
            wanted[path] = (file.to[0] if file.to else path, content)
        return wanted

    def _content(self, path: str, file: _File) -> bytes | None:
        if file.deleted:
            return None
        old = self._snapshot.get(path)
        if file.whole:
            return self._written(path, file.whole[0].text, old)
        if old is None or not file.edits:
            return old
        try:
            edits = FileEdits(path, old)
        except ValueError:
            self._refuse("not_text", path, f"'{path}' is not UTF-8 text; write it as a whole or leave it.")
            return old
        content = edits.apply(file.edits)
        self._refusals += edits.refusals
        self._placed += edits.placed
        return self._complete(path, old, old if content is None else content)

    def _written(self, path: str, text: str, old: bytes | None) -> bytes:
        """A file that had Windows' line ends keeps them."""
        crlf = old is not None and old.count(b"\r\n") * 2 > old.count(b"\n")
        try:
            content = (text.replace("\n", "\r\n") if crlf else text).encode()
        except UnicodeEncodeError:
            self._refuse("not_text", path, f"The text of '{path}' cannot be written as UTF-8.")
            return b""
        return self._complete(path, old or b"", content)

    def _complete(self, path: str, old: bytes, content: bytes) -> bytes:
        """What a change leaves out with an ellipsis would be lost."""
        if len(content) > MAX_FILE:
            self._refuse("too_large", path, f"'{path}' would be larger than {MAX_FILE >> 20} MiB.")
        line = elided(old, content)
        if line is not None:
            self._refuse("elided", path, f"'{path}' would have the line '{line}' instead of the code that it stands for; write that out.")
        return content

    # on what is there now

    def _merged(self, wanted: Mapping[str, tuple[str, bytes | None]]) -> dict[str, bytes | None]:
        made: dict[str, bytes] = {}
        gone = {path for path, (to, content) in wanted.items() if to != path or content is None}
        for path, (to, content) in wanted.items():
            merged = merge_file(path, Versions(self._snapshot.get(path), self._head.get(path), content))
            if isinstance(merged, FileConflict):
                self._conflicts.append(merged)
                self._refuse("conflict", path, _told(merged, deleted=content is None, gone=path not in self._head))
            elif merged is None and to != path:
                self._refuse("conflict", path, f"'{path}' has been deleted meanwhile, and cannot be renamed.")
            elif to in made or (to != path and to in self._head and to not in gone):
                self._refuse("file_exists", to, f"'{path}' cannot become '{to}': there is such a file.")
            elif merged is not None:
                made[to] = merged
        changes: dict[str, bytes | None] = {**dict.fromkeys(gone), **made}
        return {path: data for path, data in changes.items() if data != self._head.get(path)}

    def _check_layout(self, changes: Mapping[str, bytes | None]) -> None:
        written = {path for path, data in changes.items() if data is not None}
        made = sorted(written - self._head.keys())
        if not made:
            return
        try:
            check_layout(made, self._head.keys() - (changes.keys() - written))
        except BarnraiseError as error:
            self._refuse("path_invalid", made[0] if len(made) == 1 else "", error.problem.detail)

    def _check_syntax(self, changes: Mapping[str, bytes | None]) -> None:
        for path, data in changes.items():
            before = self._head.get(path)
            found = first_break(path, data, before) if data is not None else None
            if found is None:
                continue
            if before is None or first_break(path, before) is None:
                why = f"'{path}' could not be parsed any more" if before is not None else f"'{path}' cannot be parsed"
                self._refuse("breaks_syntax", path, f"{why}: line {found.line} would be '{found.text}'.")


def _told(conflict: FileConflict, *, deleted: bool, gone: bool) -> str:
    if deleted:
        return f"'{conflict.path}' has been changed meanwhile; look at it as it is now before it is deleted."
    if gone:
        return f"'{conflict.path}' has been deleted meanwhile and cannot be edited."
    places = ", ".join(str(hunk.line) for hunk in conflict.hunks[:6])
    return f"'{conflict.path}' has been changed meanwhile in the same places (line {places}); look at it as it is now and edit that."


def _like(path: str, snapshot: Files) -> str:
    """The file that was probably meant: of the same name, or else nothing is said."""
    name = path.rsplit("/", 1)[-1].casefold()
    same = sorted(other for other in snapshot if other.rsplit("/", 1)[-1].casefold() == name)
    return f"; there is {', '.join(same[:4])}" if same else ""

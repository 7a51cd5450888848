"""Which files of TypeScript may be judged otherwise after an edit: told by what stands in them, and rather too many than too few.

An import is a text in quotes, wherever it stands, and a file is told from another by its name alone. Whatever may act beyond imports
(``declare global``, ``declare module``, references, files of declarations, imports of other things than before) reaches every file.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

_QUOTED = re.compile(r"""(?=(["'`])([^"'`\n\\]*)\1)""")
"""Also what stands between the end of one text and the start of the next: it is not known here which quote is which."""
_ESCAPED = re.compile(r"""(?=(["'`])(?=[^"'`\n]*\\)(?:[\w./@~:{}-]|\\[^nrtbvf\\"'`$])+\1)""")
"""A plain name written in other words: it may be any."""
_PLAIN = re.compile(r"[\w./@~-]+")
_BEYOND = re.compile(r"\b(?:global|module)\b|<\s*(?:reference|amd)|@jsx|@ts-nocheck")


@dataclass(frozen=True)
class _Page:
    quoted: frozenset[str]
    is_open: bool
    """It may import anything, as far as can be told."""
    acts_beyond: bool


def reached(
    before: Mapping[str, bytes], after: Mapping[str, bytes], is_page: Callable[[str], bool], is_package: Callable[[str], bool]
) -> Collection[str]:
    """Those of the pages in ``after`` whose findings may be others than in ``before``. ``is_package``: whether there is a package of
    that name, with its ``@scope/`` where it has one."""
    pages = [path for path in after if is_page(path)]
    changed = [path for path in after if after[path] != before.get(path)]
    if before.keys() != after.keys() or not all(map(is_page, changed)) or _is_strange(after):
        return pages
    known = {path: _read(after[path]) for path in pages}
    for path in changed:
        was = _read(before[path])
        if _imports(was, is_package) != _imports(known[path], is_package) or was.acts_beyond or was.is_open or known[path].is_open:
            return pages
    found = _importers(changed, known)
    return pages if any(_is_beyond(path, known[path]) for path in found) else found


def _importers(changed: Collection[str], known: Mapping[str, _Page]) -> Collection[str]:
    """Of the changed, and of those that import them, and so on."""
    by_name = defaultdict(set)
    for path, page in known.items():
        for name in {None} if page.is_open else {_stem(one) for one in page.quoted if one.startswith((".", "/"))}:
            by_name[name].add(path)
    found, left = set(changed), list(changed)
    while left:
        new = {path for name in (None, *_names(left.pop())) for path in by_name[name]} - found
        found |= new
        left += new
    return found


def _is_beyond(path: str, page: _Page) -> bool:
    return page.acts_beyond or path.endswith(".d.ts") or ".d." in PurePosixPath(path).name


def _is_strange(files: Mapping[str, bytes]) -> bool:
    """Names that cannot be told from texts, and packages that say themselves what an import of theirs means."""
    if not all(map(_PLAIN.fullmatch, files)):
        return True
    packages = (content for path, content in files.items() if path.endswith("package.json"))
    return any(word in content for content in packages for word in (b"exports", b"imports", b"\\"))


def _imports(page: _Page, is_package: Callable[[str], bool]) -> frozenset[str]:
    """Those of its texts that may be names of modules."""
    return frozenset(one for one in page.quoted if one.startswith((".", "/")) or ":" in one or is_package(_package(one)))


def _package(text: str) -> str:
    return "/".join(text.split("/")[: 2 if text.startswith("@") else 1])


@lru_cache(maxsize=1000)
def _read(content: bytes) -> _Page:
    text = content.decode(errors="replace")
    quoted = frozenset(found[2] for found in _QUOTED.finditer(text))
    is_open = bool(_ESCAPED.search(text))
    return _Page(quoted, is_open, bool(_BEYOND.search(text)))


def _names(path: str) -> Collection[str]:
    """By what the file is imported."""
    place = PurePosixPath(path)
    stem = _stem(place.name)
    return (stem, _stem(place.parent.name), "") if stem == "index" else (stem,)


def _stem(text: str) -> str:
    """``../lamps/list.test.ts`` -> ``list``; nothing for a folder that is named by dots alone, or with a stroke at its end."""
    return text.rpartition("/")[2].partition(".")[0]

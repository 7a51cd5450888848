"""The lines of a résumé, and the sections that its headings make of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from barnraise.planner.domain.resumes.headings import Kind, begins_with_heading, heading, is_title, plain
from barnraise.planner.domain.resumes.periods import period_in

_BULLET = re.compile(r"^\s*(?:[-–—*•·▪■●○◦►▶‣⁃➢➤✓✔❖]|o(?=\s))\s+|^\s*[\uf0a7\uf0b7]\s*|^\s*[•●▪]\s*")
_RULE = re.compile(r"^[\s=_*~.\-–—|]{3,}$")
_LONGEST = 500
_MARKS = re.compile(r"\*\*|__|`")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\((https?://[^()\s]{1,500})\)")
_UNKNOWN = re.compile(r"^[A-ZÄÖÜÉÈÀÇ][A-ZÄÖÜÉÈÀÇ &/\-]{3,36}$")


@dataclass(frozen=True)
class Line:
    """``bullet``: it had a mark of a list before it. ``level``: how many number signs, in Markdown."""

    text: str
    bullet: bool = False
    level: int = 0

    @property
    def blank(self) -> bool:
        return not self.text

    @property
    def short(self) -> bool:
        """Short enough for a title, and no sentence."""
        return 0 < len(self.text) <= 100 and not self.text.endswith((".", ";")) and not self.bullet


@dataclass
class Section:
    """``title`` as it stands there."""

    kind: Kind
    title: str
    lines: list[Line] = field(default_factory=list)


def lines_of(text: str) -> list[Line]:
    """Lines without marks of lists, emphasis and rules; words that were parted at a line's end stay as they are."""
    found: list[Line] = []
    for raw in _wrapped(text.replace("\r\n", "\n").replace("\u00a0", " ").replace("\u200b", "")):
        if _RULE.match(raw):
            found.append(Line(""))
            continue
        level = len(raw) - len(raw.lstrip("#")) if re.match(r"#{1,6}\s", raw) else 0
        bare = _LINK.sub(r"\1 (\2)", _MARKS.sub("", raw[level:]))
        bullet = _BULLET.match(bare)
        said = bare[bullet.end() :] if bullet else bare
        said = re.sub(r" {3,}", "\t", said.strip()) if not bullet else said
        found.append(Line(re.sub(r"[ ]{2,}", " ", re.sub(r"\s*\t\s*", "\t", said)).strip(" *_"), bool(bullet), level))
    return found


def _wrapped(text: str) -> Iterator[str]:
    """Lines of bounded length: whatever looks at one takes a bounded time."""
    for line in re.split(r"\n|\f", text):
        rest = line
        while len(rest) > _LONGEST:
            cut = rest.rfind(" ", _LONGEST // 2, _LONGEST)
            cut = cut if cut > 0 else _LONGEST
            yield rest[:cut]
            rest = rest[cut:]
        yield rest


def sections_of(lines: list[Line]) -> tuple[list[Line], list[Section]]:
    """What stands before the first heading, and the sections. A heading that the lexicon does not have begins an extra section."""
    head: list[Line] = []
    sections: list[Section] = []
    top = min((line.level for line in lines if line.level and heading(line.text)), default=0)
    shouts = sum(line.text.isupper() and heading(line.text) is not None for line in lines) >= 2
    for place, line in enumerate(lines):
        kind = None if line.bullet or is_title(line.text) else _kind(line, top, sections)
        if kind and not (kind == "summary" and not sections and not head and _is_name_next(lines, place)):
            sections.append(Section(kind, line.text.rstrip(":").strip()))
        elif (inline := begins_with_heading(line.text)) and _is_free(inline[0], sections):
            sections.append(Section(inline[0], line.text.partition(":")[0].strip(), [Line(inline[1])]))
        elif sections and _is_unknown(lines, place, top, shouts):
            sections.append(Section("extra", line.text.rstrip(":").strip()))
        else:
            (sections[-1].lines if sections else head).append(line)
    return head, sections


def _kind(line: Line, top: int, sections: list[Section]) -> Kind | None:
    """A heading below the others' level is a thing in a section."""
    if line.level and top and line.level > top:
        return None
    kind = heading(line.text)
    # "Languages" and "Tools" among skills that have groups are groups.
    inside = sections[-1].kind if sections else None
    if kind == "skills" and inside == "skills" and not line.text.isupper() and not line.level:
        return None
    return kind


def _is_name_next(lines: list[Line], place: int) -> bool:
    """``Profile`` as the very first line is the page's title when nothing but a name follows it."""
    return place == 0 and len([line for line in lines[1:4] if not line.blank]) < 2


def _is_free(kind: Kind, sections: list[Section]) -> bool:
    """Whether ``Skills: a, b`` begins a section: among skills it names a group, among details one of them."""
    inside = sections[-1].kind if sections else None
    if inside == "skills":
        return kind in ("interests", "references")
    if inside in ("work", "education", "projects", "volunteer"):
        return kind in ("skills", "languages", "interests", "references") and not any(_open(line) for line in sections[-1].lines[-1:])
    return inside is None or kind not in ("contact", "personal", "summary")


def _open(line: Line) -> bool:
    return not line.blank


def _is_unknown(lines: list[Line], place: int, top: int, shouts: bool) -> bool:
    """A line that stands as the known headings do, but says something else."""
    line = lines[place]
    if line.blank or line.bullet or period_in(line.text):
        return False
    if top:
        return 0 < line.level <= top
    alone = place == 0 or lines[place - 1].blank
    follows = place + 1 < len(lines) and not any(period_in(next_.text) for next_ in lines[place + 1 : place + 3])
    return shouts and alone and follows and bool(_UNKNOWN.match(line.text)) and len(plain(line.text).split()) <= 4

"""The sections that are lists: skills in groups, languages with levels, and things with a date."""

import re
from collections.abc import Iterator

from barnraise.planner.domain.resumes.lines import Line
from barnraise.planner.domain.resumes.periods import period_in
from barnraise.planner.domain.resumes.resume import Award, Certificate, Interest, Language, Publication, Skill
from barnraise.planner.domain.resumes.vocabulary import LANGUAGE

_ITEMS = re.compile(r"\s*[,;•·|▪]\s*(?![^(]*\))|\t+|\s{3,}")
_GROUP = re.compile(r"^([^:,]{2,40}?)\s*(?::|\t|\s[–—-]\s)\s*(.+)$")
_LEVEL = re.compile(
    r"\s*(?:[●○★☆■□▪▫⬤◯]{2,}|[\(\[][^)\]]*\b(?:expert|advanced|intermediate|basic|beginner|proficient|fluent|years?|sehr gut|gut|"
    r"grundkenntnisse|"
    r"fortgeschritten|avancé|intermédiaire|notions|maîtrise|jahre|ans|yrs)[^)\]]*[\)\]]|\s\d{1,3}\s?%|\s[1-5]/5)\s*$",
    re.IGNORECASE,
)
_FLUENCY = re.compile(
    r"native(?: speaker)?|mother tongue|bilingual|fluent|proficient|professional(?: working)?(?: proficiency)?|full professional|limited "
    r"working|"
    r"advanced|upper[- ]intermediate|intermediate|conversational|basic|elementary|beginner|muttersprach\w*|verhandlungssicher|fließend|"
    r"fliessend|"
    r"sehr gut\w*|gute?(?: kenntnisse)?|grundkenntnisse|konversationssicher|langue maternelle|maternelle|courante?|bilingue|lu, écrit, "
    r"parlé|notions|"
    r"scolaire|intermédiaire|débutante?|avancée?|professionnelle?|\b[ABC][12]\+?\b|good|rusty|learning|working knowledge|\bc1/c2\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?:\[?\d{1,3}[\].)]|\(\d{1,3}\))\s+")
_BY = re.compile(r"\t|\s[–—|·-]\s|,\s+(?=[A-ZÄÖÜÉ])")
_QUOTED = re.compile(r"[“\"«„]([^”\"»“]{5,300})[”\"»“]")
_LINK = re.compile(r"https?://\S+|\bdoi:\s?\S+|\b10\.\d{4,}/\S+", re.IGNORECASE)


def skills_of(lines: list[Line]) -> tuple[Skill, ...]:
    """Groups where lines have names before a colon or a wide gap, or a title above listed points; else one group without a name."""
    groups: list[tuple[str, list[str]]] = []
    loose: list[str] = []
    filled = [line for line in lines if not line.blank]
    for place, line in enumerate(filled):
        before = filled[place - 1] if place else None
        if match := _GROUP.match(line.text):
            groups.append((match[1].strip(), list(_items(match[2]))))
        elif _titles(filled, place):
            groups.append((line.text.rstrip(":"), []))
        elif groups and (
            not groups[-1][1] or _goes_on(before, line) or (line.bullet and before is not None and _in_group(before, groups[-1]))
        ):
            groups[-1][1].extend(_items(line.text))
        else:
            loose.extend(_items(line.text))
    found = [Skill(name=name, keywords=tuple(dict.fromkeys(items))) for name, items in groups if items]
    return tuple([Skill(keywords=tuple(dict.fromkeys(loose)))] if loose else []) + tuple(found)


def _titles(lines: list[Line], place: int) -> bool:
    """Whether a line names the listed points, or the enumeration, below it."""
    line, after = lines[place], lines[place + 1] if place + 1 < len(lines) else None
    if after is None or line.bullet or re.search(r"[,;•|]", line.text):
        return False
    return line.text.endswith(":") or line.level > 0 or after.bullet or (after.text.count(",") >= 2 and len(line.text) < 40 and place == 0)


def _goes_on(before: Line | None, line: Line) -> bool:
    return before is not None and before.text.endswith((",", ";", "/", "&")) and not line.bullet


def _in_group(before: Line, group: tuple[str, list[str]]) -> bool:
    return bool(group[1]) and (before.bullet or before.text.rstrip(":") == group[0]) and not _GROUP.match(before.text)


def _items(text: str) -> Iterator[str]:
    for item in _ITEMS.split(text):
        if bare := _LEVEL.sub("", item.strip(" .")).strip(" .,;–—-"):
            yield bare


def languages_of(lines: list[Line]) -> tuple[tuple[Language, ...], tuple[Skill, ...]]:
    """Languages that people speak; what is none, as skills: programmers have languages too."""
    spoken: list[Language] = []
    others: list[str] = []
    for line in lines:
        for item in _spoken(line.text):
            name = LANGUAGE.match(item)
            if name:
                level = item[name.end() :].strip(" \t:()–—-,.=")
                spoken.append(Language(language=name[0][:1].upper() + name[0][1:], fluency=_LEVEL.sub("", f" {level}").strip(" ()")))
            elif spoken and _FLUENCY.search(item):
                spoken[-1] = spoken[-1].model_copy(update={"fluency": f"{spoken[-1].fluency} {item}".strip(" ()")})
            elif match := re.match(r"(.{3,40}?)[\s:–—-]*[:–(—-]\s*(.+?)\)?$", item):
                if _FLUENCY.search(match[1]) and LANGUAGE.match(match[2].strip()):
                    spoken.append(Language(language=match[2].strip(), fluency=match[1]))
                else:
                    others.append(item)
            elif item:
                others.append(item)
    return tuple(spoken), ((Skill(name="Languages", keywords=tuple(others)),) if others else ())


def _spoken(text: str) -> Iterator[str]:
    for item in re.split(r"[,;•·|](?![^(]*\))|\s/\s|\s+(?:and|und|et)\s+|\t(?=[A-ZÄÖÜ][a-zäöüéç]{3,}\s*(?:$|[:(–-]))", text):
        if item.strip(" ."):
            yield item.replace("\t", " ").strip(" .")


def blocks_of(lines: list[Line]) -> list[str]:
    """One text for each thing: a listed or numbered line with what follows it, a block between empty lines, or else a line."""
    filled = [line for line in lines if not line.blank]
    places = [place for place, line in enumerate(lines) if not line.blank]
    lines = lines[places[0] : places[-1] + 1] if places else []
    numbered = sum(bool(_NUMBERED.match(line.text)) or line.bullet for line in filled) * 2 > len(filled)
    gaps = any(line.blank for line in lines)
    found: list[str] = []
    fresh = True
    for line in lines:
        if line.blank:
            fresh = True
            continue
        begins = line.bullet or bool(_NUMBERED.match(line.text))
        goes_on = found and not begins and (numbered or (gaps and not fresh) or line.text[:1].islower())
        if goes_on:
            found[-1] = f"{found[-1]} {line.text}"
        else:
            found.append(_NUMBERED.sub("", line.text))
        fresh = False
    return found


def awards_of(lines: list[Line]) -> tuple[Award, ...]:
    return tuple(Award(title=title, awarder=by, date=date) for title, by, date, _ in map(_dated, blocks_of(lines)))


def certificates_of(lines: list[Line]) -> tuple[Certificate, ...]:
    return tuple(Certificate(name=title, issuer=by, date=date, url=url) for title, by, date, url in map(_dated, blocks_of(lines)))


def _dated(text: str) -> tuple[str, str, str, str]:
    """Title, who gave it, when, and its address."""
    link = _LINK.search(text)
    period = period_in(_LINK.sub("", text))
    rest = (period.rest if period else _LINK.sub("", text)).strip(" ,;:–—-()")
    parts = [part.strip(" ,;:()") for part in _BY.split(rest, maxsplit=1)]
    return (
        parts[0][:300],
        parts[1][:300] if len(parts) > 1 else "",
        period.date if period else "",
        link[0] if link and "://" in link[0] else "",
    )


def publications_of(lines: list[Line]) -> tuple[Publication, ...]:
    """Citations stand as they are; a quoted title is the name, and the rest says where it came out."""
    return tuple(map(_publication, blocks_of(lines)))


def _publication(text: str) -> Publication:
    period, link = period_in(text), _LINK.search(text)
    url = link[0].rstrip(".,)") if link and "://" in link[0] else ""
    bare = _LINK.sub("", text).strip(" ,;.")
    if quoted := _QUOTED.search(bare):
        rest = re.sub(r"\s{2,}", " ", (bare[: quoted.start()] + " " + bare[quoted.end() :])).strip(" ,;.")
        return Publication(name=quoted[1].strip(" ,."), publisher=rest[:300], release_date=period.date if period else "", url=url)
    return Publication(name=bare[:300], release_date=period.date if period else "", url=url, summary=bare[300:])


def interests_of(lines: list[Line]) -> tuple[Interest, ...]:
    """Short things by name; a sentence stays one."""
    found: list[Interest] = []
    for text in blocks_of(lines):
        items = [text] if text.endswith(".") and text.count(",") < 2 and len(text) > 60 else list(_items(text.rstrip(".")))
        found += [Interest(name=item) for item in items]
    return tuple(found)

"""From a résumé's text to a résumé. What is not understood stands in an extra section; nothing is dropped without a word."""

import re
from collections.abc import Callable

from barnraise.planner.domain.resumes import lists
from barnraise.planner.domain.resumes.details import Details, details_of
from barnraise.planner.domain.resumes.entries import (
    Entry,
    entries_of,
    is_degree,
    is_house,
    is_role,
    is_school,
    parts_of,
    score_in,
    texts,
    told,
)
from barnraise.planner.domain.resumes.headings import is_title, language_of
from barnraise.planner.domain.resumes.lines import Line, Section, lines_of, sections_of
from barnraise.planner.domain.resumes.marks import tidy
from barnraise.planner.domain.resumes.resume import Education, Extra, Project, Read, Resume, Skill, Volunteer, Work
from barnraise.planner.domain.resumes.vocabulary import DEGREE

MAX_READ = 60_000
_ON_REQUEST = re.compile(r"\b(?:request|anfrage|demande)\b", re.IGNORECASE)
_TELLING = ("work", "education", "skills", "languages", "projects", "publications", "volunteer", "certificates", "awards", "interests")
_AREA = re.compile(r"^\s*(?:(?:of|in|en|de|der|des|im)\s+|[:,–-]\s*)?(?:fach\s+)?", re.IGNORECASE)


def is_resume(text: str) -> bool:
    """Whether a text is a résumé: its headings are one's, and somebody is named or can be reached."""
    lines = lines_of(text[:MAX_READ])
    head, sections = sections_of(lines)
    kinds = {section.kind for section in sections if section.kind in _TELLING and any(not line.blank for line in section.lines)}
    if not kinds & {"work", "education", "skills"}:
        return False
    titled = any(is_title(line.text) for line in lines[:5])
    details = details_of(head, sections)
    return len(kinds) + titled >= 2 and bool(details.name or details.email or titled)


def read(text: str) -> Read:
    """The résumé that a text is. Any text is read; of one that is none, all but the first lines stands in extra sections."""
    head, sections = sections_of(lines_of(text[:MAX_READ]))
    details = details_of(head, sections)
    resume = Resume(
        basics=details.basics(_summary(details, sections)),
        work=_housed(_each(sections, "work", _work)),
        volunteer=_each(sections, "volunteer", _volunteer),
        education=_each(sections, "education", _education),
        projects=_each(sections, "projects", _project, single=False),
        awards=lists.awards_of(_lines(sections, "awards")),
        certificates=lists.certificates_of(_lines(sections, "certificates")),
        publications=lists.publications_of(_lines(sections, "publications")),
        interests=lists.interests_of(_lines(sections, "interests")),
        extra=tuple(
            Extra(title=section.title, text=_plain(section.lines)) for section in sections if section.kind == "extra" and section.lines
        ),
    )
    spoken, others = lists.languages_of(_lines(sections, "languages"))
    skills = (*lists.skills_of(_lines(sections, "skills")), *others)
    resume = _completed(resume.model_copy(update={"languages": spoken, "skills": _distinct(skills)}))
    private = [*details.private, *(["the people who are named as references"] if _named_references(sections) else [])]
    return Read(resume=resume, language=language_of(text), private=tuple(private), doubts=tuple(_doubts(resume, text)))


def _lines(sections: list[Section], kind: str) -> list[Line]:
    """The lines of all sections of a kind, with an empty one between them."""
    return [line for section in sections if section.kind == kind for line in (*section.lines, Line(""))]


def _each(sections: list[Section], kind: str, make: Callable[[Entry], object], *, single: bool = True) -> tuple:
    entries = [entry for section in sections if section.kind == kind for entry in entries_of(section.lines, single=single)]
    return tuple(make(entry) for entry in entries)


def _dates(entry: Entry) -> dict[str, str]:
    return {"start_date": entry.period.start, "end_date": entry.period.end} if entry.period else {}


def _work(entry: Entry) -> Work:
    said = told(entry, is_role=is_role, is_house=is_house)
    running, points = texts(entry.body)
    summary = " ".join(filter(None, (", ".join(said.rest), running)))
    return Work(
        name=said.house, position=said.role, location=said.place, url=entry.url, summary=summary, highlights=points, **_dates(entry)
    )


def _housed(jobs: tuple[Work, ...]) -> tuple[Work, ...]:
    """Several positions in one house stand below its name, which is said once."""
    found: list[Work] = []
    for job in jobs:
        house = found[-1].name if found and not job.name and job.position else job.name
        found.append(job.model_copy(update={"name": house}))
    return tuple(found)


def _volunteer(entry: Entry) -> Volunteer:
    said = told(entry, is_role=is_role, is_house=is_house)
    running, points = texts(entry.body)
    house, role = (said.house, said.role) if said.house else (said.role, "")
    summary = " ".join(filter(None, (", ".join(said.rest), running)))
    return Volunteer(organization=house, position=role, url=entry.url, summary=summary, highlights=points, **_dates(entry))


def _education(entry: Entry) -> Education:
    said = told(entry, is_role=is_degree, is_house=is_school)
    running, points = texts(entry.body)
    study, house = said.role, said.house
    if is_school(study) and not is_school(house) and not is_degree(study):
        study, house = house, study
    if not is_degree(study) and is_degree(house) and not is_school(house):
        study, house = house, study
    kind, area = _degree(study)
    area = area or next((part for part in said.rest if not score_in(part)), "")
    score = score_in(" ".join((*said.rest, running, *points)))
    left = [part for part in (*said.rest, running) if part and part != area and not (score_in(part) and len(part) < 40)]
    courses = (*left, *(point for point in points if not (score_in(point) and len(point) < 40)))
    return Education(institution=house, area=area, study_type=kind, score=score, url=entry.url, courses=courses, **_dates(entry))


def _degree(study: str) -> tuple[str, str]:
    """``BSc in Mathematics`` -> the degree, and what it is of."""
    match = DEGREE.search(study)
    if not match or match.start() > 12:
        return ("", study) if not match else (study, "")
    kind, area = study[: match.end()].strip(), study[match.end() :]
    more = re.match(
        r"\s*(?:of (?:science|arts|engineering|education|laws|business administration|philosophy)|\(?hons\.?\)?|en sciences)",
        area,
        re.IGNORECASE,
    )
    if more:
        kind, area = f"{kind}{area[: more.end()]}", area[more.end() :]
    return kind.strip(" ,:("), tidy(_AREA.sub("", area, count=1))


def _project(entry: Entry) -> Project:
    running, points = texts(entry.body)
    parts = [part for head in entry.heads for part in parts_of(head)] or [""]
    name, told_beside = parts[0], ", ".join(parts[1:])
    if not entry.period and ": " in name:
        name, _, more = name.partition(": ")
        told_beside = " ".join(filter(None, (more, told_beside)))
    description = " ".join(filter(None, (told_beside, running)))
    return Project(name=name[:200], description=description, highlights=points, url=entry.url, **_dates(entry))


def _summary(details: Details, sections: list[Section]) -> str:
    """Paragraphs of the section, after whatever sentences stood in the head."""
    said = [_plain(section.lines) for section in sections if section.kind == "summary"]
    return "\n".join([text for text in (" ".join(details.rest), *said) if text])


def _plain(lines: list[Line]) -> str:
    """A paragraph a line: lines that were only broken to fit are drawn together."""
    paragraphs: list[str] = []
    fresh = True
    for line in lines:
        if line.blank:
            fresh = True
        elif fresh or line.bullet:
            paragraphs.append(line.text.replace("\t", " "))
            fresh = False
        else:
            paragraphs[-1] += f" {line.text}".replace("\t", " ")
    return "\n".join(paragraphs)


def _distinct(skills: tuple[Skill, ...]) -> tuple[Skill, ...]:
    return tuple({(skill.name, skill.keywords): skill for skill in skills}.values())


def _completed(resume: Resume) -> Resume:
    """Whoever has no role under the name is what they are now."""
    if resume.basics.label or not resume.work:
        return resume
    newest = max(resume.work, key=lambda job: (job.end_date == "present", job.end_date or job.start_date))
    return resume.model_copy(update={"basics": resume.basics.model_copy(update={"label": newest.position})})


def _named_references(sections: list[Section]) -> bool:
    lines = [line.text for line in _lines(sections, "references") if line.text]
    return bool(lines) and not all(_ON_REQUEST.search(line) for line in lines)


def _doubts(resume: Resume, text: str) -> list[str]:
    found = []
    if not resume.basics.name:
        found.append("I found no name in the document: say whose it is.")
    if len(text) > MAX_READ:
        found.append(f"I read only the first {MAX_READ:,} characters of the document.")
    undated = [job.position or job.name for job in resume.work if not (job.start_date or job.end_date)]
    if undated:
        found.append(f"I found no dates for {', '.join(undated[:3])}.")
    found += [f"I did not know the section “{section.title}”; it is shown as it stands." for section in resume.extra]
    return found

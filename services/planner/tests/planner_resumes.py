"""The résumés of the test data, and how much of what people read in them is read. Against ``held_*`` no rule was written."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from barnraise.planner.domain.resumes.reading import read
from barnraise.planner.domain.resumes.resume import Read

FOLDER = Path(__file__).parent / "data/resumes"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
HELD = tuple(name for name in NAMES if name.startswith("held_"))


def text_of(name: str) -> str:
    return (FOLDER / f"{name}.txt").read_text()


def expected(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


def facts_wanted(told: dict[str, Any]) -> Iterator[tuple]:
    """Each single thing that should be read."""
    for key in ("name", "label", "email", "city", "url"):
        if key in told:
            yield key, told[key]
    yield "language", told.get("language", "en")
    for key in ("profiles", "skills", "interests", "projects", "certificates", "awards", "extra", "private"):
        yield from ((key, item) for item in told.get(key, []))
    for key in ("work", "education", "volunteer", "languages"):
        for place, item in enumerate(told.get(key, [])):
            yield from ((key, place, part, value) for part, value in enumerate(item))
    for key in ("highlights", "publications"):
        if key in told:
            yield key, told[key]


def facts_read(found: Read) -> Iterator[tuple]:
    """The same of what was read."""
    resume = found.resume
    basics = resume.basics
    yield from (
        ("name", basics.name),
        ("label", basics.label),
        ("email", basics.email),
        ("city", basics.location.city),
        ("url", basics.url),
    )
    yield "language", found.language
    yield from (("profiles", profile.network) for profile in basics.profiles)
    yield from (("skills", word) for skill in resume.skills for word in skill.keywords)
    yield from (("interests", interest.name) for interest in resume.interests)
    yield from (("projects", project.name) for project in resume.projects)
    yield from (("certificates", each.name) for each in resume.certificates)
    yield from (("awards", each.title) for each in resume.awards)
    yield from (("extra", each.title) for each in resume.extra)
    yield from (("private", what) for what in found.private)
    rows = {
        "work": [(job.position, job.name, job.start_date, job.end_date) for job in resume.work],
        "education": [(e.institution, e.study_type, e.area, e.start_date, e.end_date) for e in resume.education],
        "volunteer": [(each.position, each.organization) for each in resume.volunteer],
        "languages": [(each.language, each.fluency) for each in resume.languages],
    }
    for key, items in rows.items():
        yield from ((key, place, part, value) for place, item in enumerate(items) for part, value in enumerate(item))
    yield "highlights", sum(len(job.highlights) for job in resume.work)
    yield "publications", len(resume.publications)


def measure(name: str, found: Read | None = None) -> tuple[set[tuple], set[tuple], set[tuple]]:
    """(what was read rightly, what was missed, what was read that is not there)."""
    told = expected(name)
    wanted = set(facts_wanted(told))
    counted = {fact[0] for fact in wanted} | {
        "skills",
        "work",
        "education",
        "languages",
        "volunteer",
        "projects",
        "certificates",
        "awards",
        "private",
    }
    found = {fact for fact in facts_read(found or read(text_of(name))) if fact[0] in counted and fact[-1] != ""}
    wanted = {fact for fact in wanted if fact[-1] != ""}
    return wanted & found, wanted - found, found - wanted


def f1(names: list[str] | tuple[str, ...]) -> float:
    """Over all facts of these."""
    right, missed, wrong = (sum(len(part) for part in parts) for parts in zip(*map(measure, names), strict=True))
    return 2 * right / (2 * right + missed + wrong)

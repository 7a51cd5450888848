"""From a résumé to the site of its person. What is private stays out, unless the message asks for it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from barnraise.contracts.manifest import Manifest, Theme
from barnraise.contracts.names import ascii_words
from barnraise.contracts.sites import Contact, Entry, Link, Section, SectionKind, Site, SitePage
from barnraise.planner.domain.language.looks import design_of
from barnraise.planner.domain.resumes.periods import shown
from barnraise.planner.domain.resumes.resume import Education, Project, Publication, Read, Resume, Volunteer, Work

_TITLES = {
    "en": {"about": "About", "experience": "Experience", "projects": "Projects", "education": "Education", "skills": "Skills",
           "languages": "Languages", "publications": "Publications", "awards": "Awards", "certificates": "Certificates",
           "volunteering": "Volunteering", "interests": "Interests", "contact": "Contact"},
    "de": {"about": "Über mich", "experience": "Berufserfahrung", "projects": "Projekte", "education": "Ausbildung", "skills": "Kenntnisse",
           "languages": "Sprachen", "publications": "Publikationen", "awards": "Auszeichnungen", "certificates": "Zertifikate",
           "volunteering": "Ehrenamt", "interests": "Interessen", "contact": "Kontakt"},
    "fr": {"about": "À propos", "experience": "Expérience", "projects": "Projets", "education": "Formation", "skills": "Compétences",
           "languages": "Langues", "publications": "Publications", "awards": "Distinctions", "certificates": "Certificats",
           "volunteering": "Engagement", "interests": "Centres d’intérêt", "contact": "Contact"},
}  # fmt: skip
_WITH = r"\b(?:with|include|including|show|add|publish|mit|avec)\b[^.]*"
_ASKS = {
    "phone": re.compile(rf"{_WITH}\b(?:phone|telephone|mobile|telefon\w*|téléphone)", re.IGNORECASE),
    "address": re.compile(rf"{_WITH}\b(?:address|adresse|anschrift)", re.IGNORECASE),
}
_EMAIL = re.compile(r"^[^\s@<>\"'&?]{1,64}@[^\s@<>\"'&?]{1,190}$")
_ADDRESS = re.compile(r"^(?:https?://)[^\s\"'<>\\]{1,500}$")


@dataclass(frozen=True)
class Portfolio:
    """``assumed`` and ``left``: what was decided for the person, in words, and what stays open."""

    manifest: Manifest
    understood: tuple[str, ...]
    assumed: tuple[str, ...]
    left: tuple[str, ...]


def portfolio(found: Read, words: str, name: str | None, theme: Theme, before: Manifest | None = None) -> Portfolio:
    """The site that a résumé makes; ``words`` of the message choose the design and what private things to show. ``before``: the site that
    it replaces, whose look and address stay."""
    resume, kept = found.resume, before.site if before else None
    title = (name or resume.basics.name or (before.title if before else "") or "Portfolio")[:120]
    design = design_of(words) or (kept.design if kept else None)
    sections = tuple(_sections(found))
    site = Site(
        tagline=_line(resume.basics.label),
        language=found.language,
        design=design or "modern",
        person=True,
        url=kept.url if kept else "",
        contact=_contact(resume, words),
        pages=(SitePage(name="index", title=_line(title), sections=sections),),
    )
    manifest = Manifest(
        kind="site",
        name=before.name if before else _slug(title),
        title=title,
        description=_cut(" ".join(filter(None, (resume.basics.label, resume.basics.summary))).replace("\n", " "), 300),
        theme=before.theme if before and theme == Theme() else theme,
        site=site,
    )
    assumed = [f"The design is {site.design}; say classic, modern, bold, minimal or playful for another."] if design is None else []
    shown_anyway = {"the phone number": _ASKS["phone"], "the street address": _ASKS["address"]}
    hidden = [what for what in found.private if what not in shown_anyway or not shown_anyway[what].search(words)]
    if hidden:
        assumed.append(f"I left out {_listed(hidden)}: who reads the page can write to you without. Say so if you want it shown.")
    return Portfolio(manifest, tuple(_understood(found)), tuple(assumed), found.doubts)


def _contact(resume: Resume, words: str) -> Contact:
    basics = resume.basics
    town = ", ".join(filter(None, (basics.location.city, basics.location.region or basics.location.country_code)))
    street = basics.location.address if _ASKS["address"].search(words) else ""
    addresses = [(profile.network or "Web", profile.url) for profile in basics.profiles] + ([("Web", basics.url)] if basics.url else [])
    links = [Link(label=_line(label), address=url) for label, url in addresses if _ADDRESS.match(url)]
    return Contact(
        email=basics.email if _EMAIL.match(basics.email) else "",
        phone=_line(basics.phone) if _ASKS["phone"].search(words) else "",
        address=_line(street if street and town and town.split(",")[0] in street else ", ".join(filter(None, (street, town)))),
        links=tuple(links[:20]),
    )


def _sections(found: Read) -> Iterator[Section]:
    """In the order in which one reads about a person; what is empty is not there."""
    resume, language = found.resume, found.language
    titles = _TITLES.get(language, _TITLES["en"])
    rows: tuple[tuple[str, SectionKind, Iterable[Entry | None]], ...] = (
        ("experience", "timeline", (_job(job, language) for job in resume.work)),
        ("projects", "cards", (_project(project, language) for project in resume.projects)),
        ("education", "timeline", (_study(study, language) for study in resume.education)),
        ("skills", "tags", (_entry(skill.name or titles["skills"], skill.level, "", skill.keywords) for skill in resume.skills)),
        ("languages", "tags", (_entry(spoken.language, spoken.fluency) for spoken in resume.languages)),
        (
            "publications",
            "timeline",
            (_entry(p.name, shown("", p.release_date, language), _published(p), (), p.url) for p in resume.publications),
        ),
        ("awards", "timeline", (_entry(a.title, shown("", a.date, language), _under(a.awarder, a.summary)) for a in resume.awards)),
        ("certificates", "timeline", (_entry(c.name, shown("", c.date, language), c.issuer, (), c.url) for c in resume.certificates)),
        ("volunteering", "timeline", (_post(post, language) for post in resume.volunteer)),
        ("interests", "tags", (_entry(each.name, "", "", each.keywords) for each in resume.interests)),
    )
    if resume.basics.summary:
        yield Section(name="about", title=titles["about"], kind="text", text=_cut(resume.basics.summary, 5000))
    for name, kind, told in rows:
        if entries := tuple(entry for entry in told if entry):
            yield Section(name=name, title=titles[name], kind=kind, entries=entries[:200])
    taken = {*titles}
    for extra in (extra for extra in resume.extra[:15] if extra.text):
        name = _free(_slug(extra.title, "more"), taken)
        yield Section(name=name, title=_line(extra.title) or "More", kind="text", text=_cut(extra.text, 5000))
    yield Section(name="contact", title=titles["contact"], kind="contact")


def _job(job: Work, language: str) -> Entry | None:
    when = shown(job.start_date, job.end_date, language)
    return _entry(_both(job.position, job.name), when, _under(job.location, job.summary), job.highlights, job.url)


def _study(study: Education, language: str) -> Entry | None:
    what = " ".join(filter(None, (study.study_type, study.area)))
    when = shown(study.start_date, study.end_date, language)
    return _entry(_both(what, study.institution), when, study.score, study.courses, study.url)


def _project(project: Project, language: str) -> Entry | None:
    when = shown(project.start_date, project.end_date, language)
    return _entry(project.name, when, project.description, (*project.highlights, *project.keywords), project.url)


def _post(post: Volunteer, language: str) -> Entry | None:
    when = shown(post.start_date, post.end_date, language)
    return _entry(_both(post.position, post.organization), when, post.summary, post.highlights, post.url)


def _published(paper: Publication) -> str:
    return " ".join(filter(None, (paper.publisher, paper.summary)))


def _entry(title: str, note: str = "", text: str = "", points: Iterable[str] = (), link: str = "") -> Entry | None:
    """None when there is nothing to call it by. What is too long for its place goes on in the text."""
    said = [point for point in points if point]
    if not title and text:
        title, text = text, ""
    if not title:
        return None
    full = link if "://" in link else f"https://{link}"
    address = full if re.match(r"^https?://[\w.-]+\.[a-z]{2,}(?:[:/]\S*)?$", full) and _ADDRESS.match(full) else None
    more = [title] * (len(title) > 300) + [text] * bool(text) + said[30:]
    points = tuple(_line(point) for point in said[:30])
    return Entry(title=_line(title), note=_line(note), text=_cut("\n".join(more), 5000), points=points, link=address)


def _both(one: str, other: str) -> str:
    return ", ".join(filter(None, (one, other)))


def _under(first: str, second: str) -> str:
    return "\n".join(filter(None, (first, second)))


def _line(text: str) -> str:
    return _cut(" ".join(text.split()), 300)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _slug(title: str, otherwise: str = "portfolio") -> str:
    name = "-".join(ascii_words(title))[:50].strip("-")
    return name if name[:1].isalpha() else otherwise


def _free(name: str, taken: set[str]) -> str:
    chosen = next(tried for number in range(1, 100) if (tried := name if number == 1 else f"{name}-{number}") not in taken)
    taken.add(chosen)
    return chosen


def _listed(things: list[str]) -> str:
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"


def _understood(found: Read) -> Iterator[str]:
    resume = found.resume
    who = ", ".join(filter(None, (resume.basics.name, resume.basics.label, resume.basics.location.city)))
    if who:
        yield f"The document is a CV of {who}."
    counted = [("job", resume.work), ("study", resume.education), ("project", resume.projects), ("publication", resume.publications),
               ("certificate", resume.certificates), ("award", resume.awards), ("voluntary post", resume.volunteer),
               ("language", resume.languages)]  # fmt: skip
    told = [f"{len(things)} {_plural(word) if len(things) > 1 else word}" for word, things in counted if things]
    skills = sum(len(skill.keywords) or 1 for skill in resume.skills)
    told += [f"{skills} skills"] if skills > 1 else []
    if told:
        yield f"I found {_listed(told)}."


def _plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"

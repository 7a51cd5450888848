"""CVs: read from text, measured on examples that no rule was written against, and made sites that keep private things private."""

import importlib.util
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.documents import Attachment
from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.sites import Site
from barnraise.planner.domain.planning import Plan, plan
from barnraise.planner.domain.resumes.headings import heading
from barnraise.planner.domain.resumes.json_resume import read_json
from barnraise.planner.domain.resumes.periods import Period, period_in, shown
from barnraise.planner.domain.resumes.reading import is_resume, read

_SPEC = importlib.util.spec_from_file_location("planner_resumes", Path(__file__).with_name("planner_resumes.py"))
assert _SPEC and _SPEC.loader
cvs = importlib.util.module_from_spec(_SPEC)
sys.modules["planner_resumes"] = cvs
_SPEC.loader.exec_module(cvs)
HELD, NAMES, expected, f1, text_of = cvs.HELD, cvs.NAMES, cvs.expected, cvs.f1, cvs.text_of

AT = datetime(2026, 1, 1, tzinfo=UTC)
OURS = [name for name in NAMES if name not in HELD]


def planned(text: str, *documents: Attachment, manifest: Manifest | None = None, name: str | None = None, imported: bool = False) -> Plan:
    head = {"id": "j:plan:1", "project_id": "p", "job_id": "j", "at": AT}
    return plan(MakePlan(text=text, name=name, manifest=manifest, attachments=documents, imported=imported, **head), AT)


def document(text: str, name: str = "cv.txt", kind: str = "text/plain", *, cut: bool = False) -> Attachment:
    return Attachment(name=name, media_type=kind, text=text, cut=cut)


def site_of(made: Plan) -> tuple[Manifest, Site]:
    assert isinstance(made, PlanMade), made
    assert made.manifest and made.manifest.site
    return made.manifest, made.manifest.site


def section(site: Site, name: str):
    return next(section for section in site.sections if section.name == name)


# reading


@pytest.mark.parametrize("name", NAMES)
def test_each_cv_is_known_as_one_and_its_person_is_found(name: str) -> None:
    assert is_resume(text_of(name))
    basics, wanted = read(text_of(name)).resume.basics, expected(name)
    assert (basics.name, basics.email) == (wanted["name"], wanted["email"])


def test_cvs_that_no_rule_was_written_against_are_read_too() -> None:
    assert f1(HELD) >= 0.95
    assert f1(OURS) >= 0.98


@pytest.mark.parametrize("name", NAMES)
def test_what_is_private_is_seen(name: str) -> None:
    assert list(read(text_of(name)).private) == expected(name)["private"]


LABELS = frozenset(
    "curriculum vitae lebenslauf anschrift telefon geburtsdatum familienstand verheiratet kinder lindenstraße tanneurs rosebank "
    "predicted depuis".split()
)
"""Labels of details, and what is private."""


@pytest.mark.parametrize("name", NAMES)
def test_no_word_is_lost(name: str) -> None:
    """Every word of the text is somewhere in the résumé, but for headings, labels, references, dates and what is private."""
    kept = read(text_of(name)).model_dump_json().lower()
    lines = [line for line in text_of(name).split("\n") if not (heading(line) or "request" in line)]
    words = {word for line in lines for word in (period_in(line) or Period("", "", line)).rest.lower().replace("/", " ").split()}
    assert {word for word in words if word.isalpha() and len(word) > 4 and word not in kept} <= LABELS


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2019 - 2022", ("2019", "2022")),
        ("Jan 2020 – present", ("2020-01", "present")),
        ("03/2018–heute", ("2018-03", "present")),
        ("seit 2021", ("2021", "present")),
        ("Since March 2021", ("2021-03", "present")),
        ("depuis septembre 2019", ("2019-09", "present")),
        ("Sept. 2014 to 31 August 2016", ("2014-09", "2016-08")),
        ("01.04.2015 - 30.06.2018", ("2015-04", "2018-06")),
        ("2015-03 – 2016-11", ("2015-03", "2016-11")),
        ("Février 2016 à août 2019", ("2016-02", "2019-08")),
        ("1998–99", ("1998", "1999")),
        ("Summer 2020", ("", "2020")),
        ("März 2014 bis Mai 2015", ("2014-03", "2015-05")),
        ("2019 -", ("2019", "present")),
    ],
)
def test_periods_are_read(text: str, period: tuple[str, str]) -> None:
    found = period_in(f"Engineer, Acme\t{text}")
    assert found
    assert (found.start, found.end) == period
    assert found.rest == "Engineer, Acme"


@pytest.mark.parametrize("text", ["call 0221 5550142", "version 2.0", "room 1900b", "£2019", "ISO 9001-2015x"])
def test_other_numbers_are_no_periods(text: str) -> None:
    found = period_in(text, single=False)
    assert found is None


def test_periods_are_shown_in_the_language() -> None:
    assert shown("2019-03", "present", "en") == "Mar 2019 – present"
    assert shown("2019-03", "present", "de") == "03/2019 – heute"
    assert shown("2019-03", "2020", "fr") == "mars 2019 – 2020"
    assert shown("", "2020", "en") == "2020"
    assert shown("2020", "2020", "en") == "2020"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A blog with posts and comments. Posts have a title.",
        "Skills: a table with name and level. Employees have skills.",
        "Dear all,\n\nthe experience was great.\n\nBest, Ada",
        "create table education (id int, name text);",
        "\n".join(f"line {n}" for n in range(500)),
        "EXPERIENCE\n" * 400,
        "#" * 5000,
        "(" * 20_000,
        "2019 - " * 5000,
    ],
)
def test_what_is_no_cv_is_not_taken_for_one_and_breaks_nothing(text: str) -> None:
    assert not is_resume(text)
    assert read(text)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("text", ["[", "a", "a.", "A ", "1 ", "a@", "Ä, ", "2019 - ", "(", "\n", "# \n", "• \n", "a: b\n", "EDUCATION\n\n"])
def test_no_text_takes_long(text: str) -> None:
    whole = (f"Ada Example\nada@example.org\n\nWORK\n\n{text * 100_000}")[:100_000]
    is_resume(whole)
    planned("portfolio", document(whole))


def test_a_section_that_nobody_knows_stays_as_it_is_and_is_told() -> None:
    found = read(text_of("executive"))
    assert [(extra.title, extra.text) for extra in found.resume.extra] == [("BOARD POSITIONS", "Trustee, Leith Theatre Trust")]
    assert any("BOARD POSITIONS" in doubt for doubt in found.doubts)


# JSON Resume


def test_a_json_resume_is_read_with_patience() -> None:
    basics = {"name": "Ada Example", "label": "Engineer", "phone": 123, "location": {"city": "Leeds", "address": "1 High Street"}, "x": 1}
    work = [{"name": "Acme", "position": "Engineer", "startDate": 2019, "highlights": "one"}, "Bmce", 7, {"position": None}]
    found = read_json(json.dumps({"basics": basics, "work": work, "skills": [{"name": "Web", "keywords": ["HTML", 5]}], "hats": []}))
    assert found
    assert found.resume.basics.name == "Ada Example"
    assert [(job.name, job.position, job.start_date, job.highlights) for job in found.resume.work][:2] == [
        ("Acme", "Engineer", "2019", ("one",)),
        ("Bmce", "", "", ()),
    ]
    assert found.resume.skills[0].keywords == ("HTML", "5")
    assert found.private == ("the phone number", "the street address")
    assert any("hats" in doubt for doubt in found.doubts)
    assert any("work[2]" in doubt for doubt in found.doubts)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"basics": 1}', '{"basics": {}}', '{"openapi": "3.1.0", "paths": {}}', "[" * 50_000]
)
def test_other_json_is_no_resume(text: str) -> None:
    assert read_json(text) is None


# the site


@pytest.mark.parametrize("name", NAMES)
def test_a_cv_becomes_the_site_of_its_person(name: str) -> None:
    made = planned("make me a portfolio", document(text_of(name)))
    manifest, site = site_of(made)
    assert (manifest.kind, manifest.title, site.person, site.language) == (
        "site",
        expected(name)["name"],
        True,
        expected(name).get("language", "en"),
    )
    timeline = section(site, "experience")
    assert timeline.kind == "timeline"
    assert len(timeline.entries) == len(expected(name)["work"])
    shown_skills = [word for group in (s for s in site.sections if s.name == "skills") for entry in group.entries for word in entry.points]
    assert shown_skills == [*dict.fromkeys(expected(name)["skills"])] or set(shown_skills) >= set(expected(name)["skills"])
    assert site.contact.email == expected(name)["email"]
    assert site.sections[-1].kind == "contact"


@pytest.mark.parametrize(
    ("name", "secrets"),
    [
        ("german", ("0221", "Lindenstraße", "50674", "12.04", "verheiratet")),
        ("french", ("06 12", "Tanneurs", "69001", "1992")),
        ("student", ("Rosebank", "CF24", "029 2018")),
        ("chronological", ("+44", "900123")),
    ],
)
def test_private_things_stay_out_and_that_is_said(name: str, secrets: tuple[str, ...]) -> None:
    made = planned("", document(text_of(name)))
    manifest, site = site_of(made)
    assert not [secret for secret in secrets if secret in manifest.model_dump_json()]
    assert site.contact.address.startswith(expected(name)["city"])
    assert isinstance(made, PlanMade)
    assert any("left out the" in words and "phone number" in words for words in made.decision.assumed)


def test_private_things_are_shown_when_the_message_asks() -> None:
    _, site = site_of(planned("a portfolio with my phone number and my address", document(text_of("german"))))
    assert site.contact.phone == "0221 5550142"
    assert "Lindenstraße 14" in site.contact.address


def test_the_plan_says_what_was_found() -> None:
    made = planned("a bold, dark green portfolio", document(text_of("chronological"), cut=True))
    manifest, site = site_of(made)
    assert isinstance(made, PlanMade)
    assert made.decision.understood[0] == "The document is a CV of Maya Okonkwo, Senior Software Engineer, Leeds."
    assert "3 jobs" in made.decision.understood[1]
    assert (site.design, manifest.theme.accent) == ("bold", "#166534")
    assert any("very long" in point for point in made.decision.open_points)
    assert not any("design is" in words for words in made.decision.assumed)


def test_a_cv_may_stand_in_the_message_itself() -> None:
    manifest, _ = site_of(planned(f"Build a portfolio from my CV:\n\n{text_of('french')}"))
    assert manifest.title == "Camille Lefèvre"


def test_a_json_resume_becomes_a_site() -> None:
    text = json.dumps({"basics": {"name": "Ada Example"}, "projects": [{"name": "Engine", "url": "https://example.org/engine"}]})
    manifest, site = site_of(planned("", document(text, "resume.json", "application/json"), name="Me"))
    assert manifest.title == "Me"
    assert section(site, "projects").entries[0].link == "https://example.org/engine"


def test_a_new_cv_takes_the_place_of_the_old_one_and_the_look_stays() -> None:
    first, _ = site_of(planned("a playful red portfolio", document(text_of("chronological"))))
    again, site = site_of(planned("here is my new CV", document(text_of("held_nurse")), manifest=first))
    assert (again.title, again.name, site.design, again.theme) == ("Grace Adeyemi", first.name, "playful", first.theme)


def test_a_cv_does_not_change_what_was_imported() -> None:
    answer = planned("use this", document(text_of("german")), imported=True)
    assert isinstance(answer, PlanAnswered)
    assert answer.asks


def test_a_cv_does_not_change_an_application() -> None:
    made = planned("boats have a name")
    assert isinstance(made, PlanMade)
    answer = planned("use this", document(text_of("german")), manifest=made.manifest)
    assert isinstance(answer, PlanAnswered)
    assert answer.asks


def test_an_application_about_cvs_is_no_portfolio() -> None:
    made = planned("an app to keep applicants with a name and an email", document(text_of("german")))
    assert isinstance(made, PlanMade)
    assert made.manifest
    assert made.manifest.kind == "app"


def test_hostile_text_stays_text_and_fits() -> None:
    nasty = (
        'EXPERIENCE\n\nEngineer, <script>alert(1)</script> GmbH\t2019 – 2020\n• "x" {{ 7*7 }} '
        + "y" * 9000
        + "\n\nSKILLS\n"
        + ", ".join(f"s{n}" for n in range(900))
    )
    made = planned("portfolio", document(f"Ada Example\nada@example.org\njavascript:alert(1)\n\n{nasty}"))
    manifest, site = site_of(made)
    assert Manifest.model_validate_json(manifest.model_dump_json()) == manifest
    assert all(link.address.startswith("https://") for link in site.contact.links)


# other documents


def test_a_schema_that_came_with_the_message_is_read() -> None:
    sql = "create table boats (id serial primary key, name text not null, length numeric);"
    made = planned("build an app from this", document(sql, "schema.sql"))
    assert isinstance(made, PlanMade)
    assert made.manifest
    assert [entity.name for entity in made.manifest.entities] == ["Boat"]


def test_a_description_that_came_with_the_message_is_read_with_it() -> None:
    made = planned("", document("Build an app: boats have a name and a length. Harbours have a name.", "spec.md", "text/markdown"))
    assert isinstance(made, PlanMade)
    assert made.manifest
    assert {entity.name for entity in made.manifest.entities} == {"Boat", "Harbour"}

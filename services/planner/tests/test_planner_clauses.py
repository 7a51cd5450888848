"""Sentences as clauses: who does what with what, and what that says of the things that are kept."""

import time
from datetime import UTC, datetime

import pytest

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.language.grammar import detached, read_clauses
from barnraise.planner.domain.language.grammar.forms import gerund, participle, plain_verb, third_person
from barnraise.planner.domain.language.text import Tokens, text_of, tokens
from barnraise.planner.domain.planning import plan

AT = datetime(2026, 1, 1, tzinfo=UTC)


def told(said: str) -> list[str]:
    """Each clause as ``subject | verb | objects | aims | fields``, without what is empty at its end."""
    return ["|".join(_parts(clause)).rstrip("|") for clause in read_clauses(tokens(said)).clauses]


def _parts(clause) -> tuple[str, ...]:
    marks = f"{'~' if clause.near else ''}{'may ' if clause.may else ''}{'be ' if clause.passive else ''}"
    aims = ",".join(f"{aim.joint} {_text(aim.tokens)}" for aim in clause.aims)
    return _text(clause.subject), f"{marks}{clause.verb}", _text(clause.objects), aims, _text(clause.fields)


def _text(told: Tokens) -> str:
    return text_of(told)


def made(text: str) -> Manifest:
    manifest = getattr(plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=text), AT), "manifest", None)
    assert manifest is not None
    return manifest


def links(manifest: Manifest) -> set[str]:
    return {f"{r.target}>{r.source}" if r.kind == "one_to_many" else "<>".join(sorted((r.source, r.target))) for r in manifest.relations}


def fields(manifest: Manifest, name: str) -> set[str]:
    return {field.name for entity in manifest.entities if entity.name == name for field in entity.fields}


@pytest.mark.parametrize(
    ("form", "read", "base"),
    [
        ("carries", third_person, "carry"),
        ("passes", third_person, "pass"),
        ("planned", participle, "plan"),
        ("proofread", participle, "read"),
        ("traversed", participle, "traverse"),
        ("bed", participle, ""),
        ("writing", gerund, "write"),
        ("running", gerund, "run"),
        ("found", plain_verb, ""),
    ],
)
def test_a_verb_is_known_by_its_forms(form, read, base):
    assert read(form) == base


@pytest.mark.parametrize(
    ("said", "clauses"),
    [
        ("customers order boxes", ["customers|order|boxes"]),
        ("each customer order has a date", ["each customer order|have|a date"]),
        ("test runs execute a suite against a build", ["test runs|execute|a suite|against a build"]),
        ("a well is in a village and is funded by a donor", ["a well|be||in a village", "|be fund||by a donor"]),
        ("members can sign up for classes", ["members|may sign up||for classes"]),
        ("vets treat cows, a treatment has a date and a drug", ["vets|treat|cows", "a treatment|have|a date and a drug"]),
        ("a production has a title and number of tickets sold", ["a production|have|a title and number of tickets sold"]),
        ("plants have a name and the date they were watered", ["plants|have|a name and the date they were watered"]),
        ("a status that can be open or closed", []),
        ("title, description and notes", []),
        ("defects found on a site get a deadline", ["defects|be find||on a site", "defects|get|a deadline"]),
        ("when a lead is qualified it becomes an opportunity with a stage", ["a lead|be qualify", "it|become|an opportunity||a stage"]),
        ("citizens vote per poll by choosing an option", ["citizens|vote||per poll,by an option"]),
        ("authors write books that belong to a series", ["authors|write|books", "|~belong||to a series"]),
        ("hikers traverse a trail", ["hikers|traverse|a trail"]),
        ("write a report: date, photos", []),
        ("officers write a report: date, photos", ["officers|write|a report||date, photos"]),
    ],
)
def test_a_sentence_is_read_into_clauses(said, clauses):
    assert told(said) == clauses


def test_what_stands_before_a_colon_is_no_clause():
    reading = read_clauses(tokens("help desk: users open tickets with a subject"))
    assert (reading.head, [clause.verb for clause in reading.clauses]) == (("help", "desk"), ["open"])


def test_a_row_before_a_clause_is_listed():
    reading = read_clauses(tokens("teachers, classes (style, level), students sign up for classes"))
    assert (_text(reading.listed), [_text(clause.subject) for clause in reading.clauses]) == (
        "teachers, classes (style, level)",
        ["students"],
    )


def test_what_somebody_wants_to_do_is_asked():
    (clause,) = read_clauses(tokens("as a student I want to hand in a submission so that I get a grade")).clauses
    assert (clause.asked, _text(clause.subject), clause.verb, _text(clause.objects)) == (True, "a student", "hand in", "a submission")


@pytest.mark.parametrize(
    ("said", "left", "beside"),
    [
        (
            "daily sales per shop and product with date and quantity",
            "daily sales with date and quantity",
            ["daily sales: per shop and product"],
        ),
        ("loot found in a session: item, value", "loot: item, value", ["loot: in a session"]),
        ("a place, sign-ups of a scout for a camp", "a place, sign-ups", ["sign-ups: of a scout, for a camp"]),
        ("a price per night and a date of birth", "a price per night and a date of birth", []),
        ("photos of the damage", "photos of the damage", []),
    ],
)
def test_what_is_said_beside_things_is_told_apart(said, left, beside):
    plain, clauses = detached(tokens(said))
    assert _text(plain) == left
    assert [f"{_text(one.subject)}: {', '.join(f'{aim.joint} {_text(aim.tokens)}' for aim in one.aims)}" for one in clauses] == beside


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("Residents reserve a machine for a slot. Machines have a number.", {"Reservation>Resident", "Reservation>Machine"}),
        ("Vets treat cows, a treatment has a date and a drug. Cows have a name.", {"Treatment>Vet", "Treatment>Cow"}),
        ("Runners are registered for a race and get a bib number. Races have a distance.", {"Registration>Runner", "Registration>Race"}),
        ("Officers inspect wells and write a report: date, photos. Wells have a depth.", {"Report>Officer", "Report>Well"}),
        ("Wells have a depth. Every well is in a village and is funded by a donor.", {"Well>Village", "Well>Donor"}),
        ("Members serve in ministries. Each ministry is led by a member.", {"Member<>Ministry", "Ministry>Member"}),
        ("A unit can be owned by several owners and an owner may own several units.", {"Owner<>Unit"}),
        ("Clubs have teams, teams play matches against each other. Matches have a date.", {"Team>Club", "Match>Team"}),
        ("Every file is translated by one translator and proofread by another one. Files have a title.", {"File>Translator"}),
        ("Voyages have a date. A voyage goes from one port to another.", {"Voyage>Port"}),
        ("Songs have a title. A setlist contains many songs, and a song can be on many setlists.", {"Setlist<>Song"}),
        (
            "Shops have an address, products have a price, and daily sales per shop and product with a date.",
            {"DailySale>Shop", "DailySale>Product"},
        ),
        (
            "Warehouses: code. Products: sku. Stock levels: each product has a quantity in each warehouse.",
            {"StockLevel>Product", "StockLevel>Warehouse"},
        ),
        (
            "Products have a price. Orders have a date. An order contains products with a quantity.",
            {"OrderItem>Order", "OrderItem>Product"},
        ),
        ("Sailors have a name. When a sailor uses a boat we log the hours and the fuel.", {"Usage>Sailor", "Usage>Boat"}),
        ("Pupils enrol in courses and we note the progress. Courses have a title.", {"Enrolment>Pupil", "Enrolment>Course"}),
        ("A tanker is chartered to a broker. In every hold there are pumps and valves. Pumps have a power.", {"Pump>Hold", "Valve>Hold"}),
        ("A warden is responsible for each park. Parks have a size.", {"Park>Warden"}),
        ("Songs are published in a booklet of an anthology. Songs have a title.", {"Song>Booklet", "Booklet>Anthology"}),
        ("Every moth belongs to a species. Moths have a wingspan.", {"Moth>Species"}),
        ("A barn is leased to a farmer under a lease with a start date and a rent. Barns have a size.", {"Lease>Barn", "Lease>Farmer"}),
        ("Vouchers have a code. Vouchers can be applied to invoices. Invoices have a number.", {"Invoice<>Voucher"}),
        ("Poems have a title. Readers like poems and leave comments.", {"Comment>Reader", "Comment>Poem"}),
    ],
)
def test_clauses_tie_things(prompt, wanted):
    assert wanted <= links(made(prompt))


def test_fields_go_to_what_happens():
    manifest = made("Runners are registered for a race and get a bib number. At the finish we record the rank. Races have a distance.")
    assert {"bib_number", "rank"} <= fields(manifest, "Registration")


def test_what_is_not_understood_leaves_the_rest_as_it_was():
    manifest = made("Books have a title. Members have a name, and the moon glimmers somewhat. Members borrow books.")
    assert {"Loan>Member", "Loan>Book"} <= links(manifest)


def test_an_infinitive_is_no_part_of_a_subject():
    assert {entity.name for entity in made("An app to log requests of customers").entities} == {"Request", "Customer"}


def test_those_who_speak_are_not_kept():
    assert {entity.name for entity in made("We run a small clinic. Our clinic treats patients. Patients have a name.").entities} == {
        "Patient"
    }


@pytest.mark.parametrize(
    "said", ["when it is " * 700, "each member rents books and " * 290, "and " * 2000, "x of a y per z " * 500, "for each book " * 570]
)
def test_hostile_sentences_are_read_in_no_time(said):
    begun = time.process_time()
    read_clauses(tokens(said[:8000]))
    detached(tokens(said[:8000]))
    assert time.process_time() - begun < 2

"""Many ways to say the same: what is laid out, what things do with each other, who may do what, and what is to be changed."""

from datetime import UTC, datetime

import pytest

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.events import PlanAnswered
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.language.plainly import plainly
from barnraise.planner.domain.language.retelling import retold
from barnraise.planner.domain.planning import plan

AT = datetime(2026, 1, 1, tzinfo=UTC)
TASKS = (
    "Tasks have a title, a status (open, doing, done), a due date, a priority and belong to a project. Projects have a name, a budget and "
    "a client. Members have a name, an email and a phone. Tasks are assigned to a member."
)


def built(prompt: str) -> Manifest:
    return plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=prompt), AT).manifest


def links(manifest: Manifest) -> set[str]:
    return {f"{r.target}>{r.source}" if r.kind == "one_to_many" else f"{r.source}<>{r.target}" for r in manifest.relations}


def typed(manifest: Manifest, name: str) -> dict[str, str]:
    return {field.name: field.type for entity in manifest.entities if entity.name == name for field in entity.fields}


def changed(text: str) -> str:
    command = MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=text, manifest=built(TASKS))
    return str(getattr(plan(command, AT), "summary", ""))


@pytest.mark.parametrize(
    "prompt",
    [
        "model Author {\n  id Int\n  name String\n  books Book[]\n}\n\nmodel "
        "Book {\n  id Int\n  title String\n  pages Int\n  author Author\n}",
        "interface Author {\n  id: string;\n  name: string;\n}\ninterface Book {\n  title: string;\n  pages: int;\n  author: Author;\n}",
        "| Table | Columns |\n|---|---|\n| Author | name |\n| Book | title, pages, author |",
        "| Entity | Field | Type |\n|---|---|---|\n| Author | name | string |"
        "\n| Book | title | string |\n| | pages | int |\n| | author | Author |",
        "Library\n\n## Authors\n- name\n\n## Books\n- title\n- pages: integer\n- belongs to an author",
    ],
    ids=["prisma", "typescript", "table of things", "table of fields", "headings"],
)
def test_what_is_laid_out_is_read(prompt: str) -> None:
    manifest = built(prompt)
    assert {entity.name for entity in manifest.entities} == {"Author", "Book"}
    assert typed(manifest, "Book") == {"title": "string", "pages": "int"}
    assert links(manifest) == {"Book>Author"}


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Clients book sessions with coaches. A session has a date. Coaches have a name.", {"Session>Client", "Session>Coach"}),
        ("Customers leave comments on products. A product has a name. A comment has a text.", {"Comment>Customer", "Comment>Product"}),
        (
            "A doctor prescribes medicines to patients. Doctors have a name, patients have a name. A prescription has a date.",
            {"Prescription>Doctor", "Prescription>Medicine", "Prescription>Patient"},
        ),
        ("Authors have a name. Papers have a title. Papers cite other papers. Authors write papers.", {"Paper<>Paper", "Paper>Author"}),
        ("Bins have a code. Pallets have a label. A pallet sits in one bin.", {"Pallet>Bin"}),
        ("Each person has a mother and a father. People have a name.", {"Person>Person"}),
        (
            "neighbours can lend tools to each other. a tool has a name and belongs to a neighbour.",
            {"Loan>Neighbour", "Loan>Tool", "Tool>Neighbour"},
        ),
        (
            "Scouts and camps. Scouts have a name, camps have a place, sign-ups of a scout for a camp with a paid flag.",
            {"SignUp>Camp", "SignUp>Scout"},
        ),
    ],
)
def test_what_things_do_with_each_other_ties_them(prompt: str, expected: set[str]) -> None:
    assert links(built(prompt)) == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("A sample is identified by a barcode", ["A sample has a unique barcode"]),
        ("Leases run from a start date to an end date", ["Leases has a start date and a end date"]),
        ("status goes from open to in progress to done", ["status (open, in progress, done)"]),
        ("stage (applied -> interview -> hired)", ["stage (applied, interview, hired)"]),
        ("suppliers that deliver batches", ["suppliers that deliver batches"]),
    ],
)
def test_sentences_are_told_again_in_known_ways(said: str, expected: list[str]) -> None:
    assert retold(said) == expected


@pytest.mark.parametrize(
    ("said", "roles"),
    [
        (
            "Managers can approve and delete invoices, staff only see them.",
            {"manager": ("*.*",), "staff": ("Invoice.read",)},
        ),
        ("Clerks have read-only access to invoices.", {"clerk": ("Invoice.read",)}),
        ("Librarians have full access.", {"librarian": ("*.*",)}),
        ("Clerks can add and edit invoices, but they cannot delete them.", {"clerk": ("Invoice.read", "Invoice.create", "Invoice.update")}),
        ("Deleting invoices is reserved for admins.", {"admin": ("*.*",), "user": ("*.read", "*.create", "*.update", "Payment.delete")}),
        ("Nobody but admins may delete invoices.", {"admin": ("*.*",), "user": ("*.read", "*.create", "*.update", "Payment.delete")}),
        (
            "\n| Role | Invoices | Payments |\n|---|---|---|\n| clerk | read, write | read |\n| owner | all | all |",
            {"clerk": ("Invoice.read", "Invoice.create", "Invoice.update", "Payment.read"), "owner": ("*.*",)},
        ),
    ],
)
def test_who_may_do_what_is_said_in_many_ways(said: str, roles: dict[str, tuple[str, ...]]) -> None:
    manifest = built(f"Invoices have a number and an amount. Payments have an amount and belong to an invoice. {said}")
    assert {entity.name for entity in manifest.entities} == {"Invoice", "Payment"}
    assert {role.name: role.may for role in manifest.roles} == roles


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("a task must have a due date", "Makes due_date of tasks required."),
        ("every member needs an email", "Makes email of members required."),
        ("nobody should be able to enter a task without a title", "Makes title of tasks required."),
        ("two members can't share an email", "Makes email of members unique."),
        ("the same email may not be used by two members", "Makes email of members unique."),
        ("get rid of the phone number of members", "Removes the field phone from members."),
        ("we don't need the client on projects any more", "Removes the field client from projects."),
        ("I need a notes field on projects", "Adds the field notes (text) to projects."),
        ("for projects, add a website and a logo", "Adds the field website (url) to projects; adds the field logo (file) to projects."),
        ("tasks could use a description in markdown", "Adds the field description (markdown) to tasks."),
        ("let people upload files to tasks", "Adds attachments with name and file; lets each attachment belong to one task."),
        ("a task may depend on other tasks", "Links tasks and tasks, many to many."),
        ("put review between doing and done", "Adds review to status of tasks."),
        ("the status needs two more values: blocked and cancelled", "Adds blocked and cancelled to status of tasks."),
        ("status: open, doing, review, done", "Lets status of tasks be open, doing, review, done."),
        ("new tasks should be doing by default", "Sets the default of status of tasks to doing."),
        ("change the type of priority from text to a number from 1 to 5", "Keeps priority of tasks between 1 and 5."),
        ("cap the budget at 50000", "Keeps budget of projects at most 50000."),
        ("the name of a project can't be longer than 60 characters", "Keeps name of projects at most 60 characters long."),
        ("add a start date before the due date", "Adds the field start_date (date) to tasks."),
        ("projects should be called engagements from now on", "Renames projects to engagements."),
        ("new name for the app: Pulse", "Calls the application Pulse."),
        ('the title should be "Work Board"', "Calls the application Work Board."),
        ('make the title "Work Board"', "Calls the application Work Board."),
        ("our app should be called Busy Bee", "Calls the application Busy Bee."),
        ("the status should also have blocked", "Adds blocked to status of tasks."),
        ("there should also be an 'on hold' status", "Adds on hold to status of tasks."),
        ("a task may also be blocked", "Adds blocked to status of tasks."),
        (
            "projects also need a website and a location, which are optional",
            "Adds the field website (url) to projects; adds the field location (string) to projects.",
        ),
        ("put the priority before the status", "Puts priority of tasks before status."),
        ("show the due date first", "Puts due_date of tasks first."),
        ("move the title below the priority", "Puts title of tasks after priority."),
        ("projects can only be deleted by managers", "Lets users sign in and sets what the role manager and the role user may do."),
        ("could you store when a task was finished?", "Adds the field finished_on (date) to tasks."),
        (
            "members can edit tasks but only managers can delete them",
            "Lets users sign in and sets what the role member and the role manager may do.",
        ),
    ],
)
def test_a_change_may_be_told_in_many_ways(said: str, told: str) -> None:
    assert changed(said) == told


@pytest.mark.parametrize("said", ["merge members and clients", "sort tasks by due date", "hide the budget", "email me when a task is late"])
def test_what_cannot_be_changed_is_no_addition(said: str) -> None:
    assert changed(said) == ""


def test_what_is_already_plain_stays_as_it_is() -> None:
    assert plainly(built(TASKS), "add a due date to tasks") == "add a due date to tasks"


def test_a_chart_goes_by_the_date_that_its_words_name() -> None:
    manifest = built("Books have a title, a started on date and a finished on date. Chart of books finished per month.")
    assert [(chart.entity, chart.measure, chart.by) for chart in manifest.charts] == [("Book", "count", "finished_on_date")]


def test_a_name_of_two_words_keeps_both_beside_what_it_belongs_to() -> None:
    manifest = built("Record vital signs (blood pressure, pulse) for each patient. Patients have a name.")
    assert links(manifest) == {"VitalSign>Patient"}


@pytest.mark.parametrize(
    "wish",
    ["Please log slow queries.", "Cache responses.", "Passwords must be hashed.", "The app should be fast.", "Retry failed requests."],
)
def test_what_the_program_does_is_an_open_point(wish: str) -> None:
    command = MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=f"Books have a title and an author. {wish}")
    made = plan(command, AT)
    assert [entity.name for entity in made.manifest.entities] == ["Book"]
    assert made.decision.open_points


def test_what_the_program_does_is_no_thing_when_something_else_changes() -> None:
    text = "please add a notes field to tasks and log slow queries"
    made = plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=text, manifest=built(TASKS)), AT)
    assert [entity.name for entity in made.manifest.entities] == [entity.name for entity in built(TASKS).entities]
    assert any("slow queries" in point for point in made.decision.open_points)


def test_machinery_that_is_described_is_kept() -> None:
    assert set(typed(built("Errors have a code and a message. Log errors of machines. Machines have a name."), "Error")) == {
        "code",
        "message",
    }


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("Enclosures have a size. Each enclosure houses many animals, which have a species.", {"Animal>Enclosure"}),
        ("Buildings have an address. Every building is divided into flats, each with a floor and a rent.", {"Flat>Building"}),
        ("Shows > Seasons > Episodes. An episode has a title.", {"Season>Show", "Episode>Season"}),
        ("Contact: first name, email. Works at a company. Companies have a name.", {"Contact>Company"}),
        ("Hunde haben einen Namen. Kurse haben einen Titel. Hunde nehmen an Kursen teil.", {"Course<>Dog"}),
        ("Aufträge haben ein Datum. Jeder Auftrag wird von einem Mechaniker bearbeitet.", {"Order>Mechanic"}),
        ("As a coach I want to record which player used which racket in which match.", {"Usage>Player", "Usage>Racket", "Usage>Match"}),
        ("who teaches which course in which room at what time", {"Lesson>Teacher", "Lesson>Course", "Lesson>Room"}),
        ("allotments: who rents which plot, plots have a size, members have a phone", {"Rental>Member", "Rental>Plot"}),
        ("Choir: singers, concerts, which pieces are on the programme of which concert", {"Piece<>Concert"}),
        ("Members: name. Rehearsals: date, place, who came.", {"Member<>Rehearsal"}),
        (
            "Each well is in a village, funded by one or more donors, built by a contractor.",
            {"Well>Village", "Donor<>Well", "Well>Contractor"},
        ),
        ("Each repair job is done by a mechanic, uses parts, and ends with an invoice.", {"RepairJob>Mechanic", "RepairJob<>Part"}),
        ("Vendors apply for permits; an inspector approves or rejects them.", {"Permit>Vendor", "Permit>Inspector"}),
        ("Beekeeper: hives at apiaries, inspections of hives", {"Hive>Apiary", "Inspection>Hive"}),
        ("Bakery: products, orders by cafes, drivers", {"Order>Cafe"}),
        ("Clinic: doctors, patients, appointments with date and reason, prescriptions", {"Prescription>Appointment"}),
        ("A hike has a date, is led by a guide and members sign up for it.", {"Hike>Guide", "Hike<>Member"}),
        ("Speakers have a name. Each judge gives each speaker a score between 50 and 100.", {"Score>Judge", "Score>Speaker"}),
        ("Kurse haben einen Titel. Räume haben einen Namen. Jeder Kurs findet in einem Raum statt.", {"Course>Room"}),
        ("The system must maintain a register of plots. Each plot may contain up to four graves.", {"Grave>Plot"}),
    ],
)
def test_relations_are_read_wherever_they_stand(prompt: str, wanted: set[str]) -> None:
    found = links(built(prompt))
    assert wanted <= found | {"<>".join(reversed(link.split("<>"))) for link in found}


@pytest.mark.parametrize(
    ("prompt", "entity", "wanted"),
    [
        (
            "Patients have a name. For each admission the date of admission and the diagnosis shall be stored.",
            "Admission",
            {"date_of_admission": "date", "diagnosis": "text"},
        ),
        (
            "The system shall record for each vehicle the licence plate and the year.",
            "Vehicle",
            {"licence_plate": "string", "year": "int"},
        ),
        ("Members: name. rehearsals date + location", "Rehearsal", {"date": "date", "location": "string"}),
        ("Managers approve or reject permits.", "Permit", {"status": "enum"}),
        ("Lots have a number. The hammer price and the place are stored for every lot.", "Lot", {"hammer_price": "decimal"}),
        ("Orders have a date. A comment has a text. A comment may be internal.", "Comment", {"internal": "bool"}),
        ("Hi Anna, as discussed, we need a tool for claims. A claim has an amount. Best regards, Tom", "Claim", {"amount": "decimal"}),
    ],
)
def test_fields_are_read_wherever_they_stand(prompt: str, entity: str, wanted: dict[str, str]) -> None:
    manifest = built(prompt)
    assert wanted.items() <= typed(manifest, entity).items()
    assert not {"Anna", "Tom", "BestRegard", "HammerPrice", "Date"} & {one.name for one in manifest.entities}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("sort tasks by title", "Every list has the newest first"),
        ("members can be searched by name", "Every list is searched by its words"),
        ("tasks can be exported", "as CSV already"),
        ("how do I import a csv?", "as CSV already"),
        ("can I print this?", "printing are not generated yet"),
        ("is there a dark mode?", "has a button for either"),
        ("who can see this?", "nobody signs in"),
    ],
)
def test_what_is_there_anyway_and_what_is_not_is_answered(said: str, told: str) -> None:
    command = MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=said, manifest=built(TASKS))
    answer = plan(command, AT)
    assert isinstance(answer, PlanAnswered)
    assert told in answer.text


def test_a_field_in_another_place_is_the_same_field() -> None:
    command = MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text="put the due date first", manifest=built(TASKS))
    moved = plan(command, AT).manifest
    assert [field.name for field in moved.entity("Task").fields] == ["due_date", "title", "status", "priority"]
    assert {*moved.entity("Task").fields} == {*built(TASKS).entity("Task").fields}


def test_things_that_nothing_was_made_of_are_told() -> None:
    prompt = "Club: members, boats, sightings under bridges where herons nest whenever tides turn."
    made = plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=prompt), AT)
    said = " ".join(made.decision.open_points) + " ".join(name for entity in made.manifest.entities for name in (entity.name, entity.label))
    assert all(thing in said.lower() for thing in ("sighting", "heron", "tide"))


def test_the_one_place_that_all_is_for_is_no_thing_of_its_own() -> None:
    made = built("The museum has galleries. Objects hang in a gallery.")
    assert "Museum" not in {entity.name for entity in made.entities}
    assert {"Toy", "Loan"} <= {entity.name for entity in built("Toy library").entities}


def test_a_row_of_things_is_not_taken_for_another_well_known_application() -> None:
    assert {entity.name for entity in built("Co-op: members, cars, damage reports with photos").entities} == {
        "Member",
        "Car",
        "DamageReport",
    }

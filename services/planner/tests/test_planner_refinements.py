"""Refinements: what a message changes in an application, that nothing else changes, and what is answered instead."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from planner_asking import ask, made

from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Check, Field, Manifest, Page, Role
from barnraise.planner.domain.operations import AddField, OperationError, RemoveEntity, RenameEntity, apply

AT = datetime(2026, 1, 1, tzinfo=UTC)
PROMPT = (
    "Tasks have a title, a description, a due date, a priority (low, medium, high) and a done flag, and belong to a project. "
    "Projects have a name and a colour. Deals have a title, amount and a stage (lead, qualified, won)."
)


BASE = made(PROMPT)
ALONE = made("Books have a title and an author.")


def facts(manifest: Manifest) -> Iterator[str]:
    """All that a manifest says, a line each: ``Task.done bool =False !`` is required and has a default."""
    yield f"{manifest.title} {manifest.theme.accent} {manifest.theme.scheme} {manifest.theme.design}"
    yield manifest.description
    for entity in manifest.entities:
        yield f"{entity.name} ({entity.plural_label}) {entity.display}"
        yield from (f"{entity.name}.{shown(field)}" for field in entity.fields)
    for relation in manifest.relations:
        if relation.kind == "one_to_many":
            yield f"{relation.source}.{relation.inverse} -> {relation.target}.{relation.field} {relation.on_delete}"
        else:
            yield f"{relation.source}.{relation.field} <-> {relation.target}.{relation.inverse}"


def shown(field: Field) -> str:
    """A field's name, type, values or bounds, default, and whether it is required (!) and unique (1)."""
    bounds = f"{'' if field.min is None else field.min}..{'' if field.max is None else field.max}"
    parts = [field.name, field.type, "|".join(field.values), "" if bounds == ".." else bounds]
    parts += ["" if field.default is None else f"={field.default}", "!" * field.required, "1" * field.unique]
    return " ".join(filter(None, parts))


def difference(before: Manifest, after: Manifest) -> tuple[list[str], list[str]]:
    """What was taken away and what came; what stays must stand in the same order."""
    old, new = list(facts(before)), list(facts(after))
    assert [fact for fact in old if fact in new] == [fact for fact in new if fact in old]
    return [fact for fact in old if fact not in new], [fact for fact in new if fact not in old]


PRIORITY = "Task.priority enum low|medium|high =low !"
STAGE = "Deal.stage enum lead|qualified|won =lead !"
LOOK = "Tasks #2563eb auto modern"
ADDED = [
    ("add a due date to projects", ["Project.due_date date"]),
    ("can you please add a due date to the projects?", ["Project.due_date date"]),
    ("add an optional note and a rating from 1 to 5 to tasks", ["Task.note text", "Task.rating int 1..5"]),
    ("give projects a budget and a start date", ["Project.budget decimal 0..", "Project.start_date date"]),
    ("tasks should also have an estimate", ["Task.estimate string"]),
    ("add an urgent flag to tasks", ["Task.urgent bool =False !"]),
    ("add a size (small, large) to deals", ["Deal.size enum small|large =small !"]),
    ("add a field called class to tasks", ["Task.class_value string"]),
    ("add a field 'notes' of type text to deals", ["Deal.notes text"]),
    ("add a text field summary to deals", ["Deal.summary text"]),
    ("add an enum field size with values small, medium and large to deals", ["Deal.size enum small|medium|large =small !"]),
    ("add two fields to deals: probability and source", ["Deal.probability string", "Deal.source string"]),
    ("add a required code to deals", ["Deal.code string"]),
    ("every project has a manager", ["Project.manager string"]),
    (
        "add comments to tasks with a body and an author name",
        ["Comment (Comments) author_name", "Comment.body text", "Comment.author_name string", "Task.comments -> Comment.task restrict"],
    ),
    ("add comments to tasks: body", ["Comment (Comments) body", "Comment.body text", "Task.comments -> Comment.task restrict"]),
    ("add tags to tasks", ["Tag (Tags) name", "Tag.name string !", "Task.tags <-> Tag.tasks"]),
    ("add a Category entity", ["Category (Categories) name", "Category.name string !"]),
    ("add suppliers with a name and an email", ["Supplier (Suppliers) name", "Supplier.name string !", "Supplier.email email"]),
    (
        "Add employees (name, email, hire date) and assign tasks to employees",
        [
            "Employee (Employees) name",
            "Employee.name string !",
            "Employee.email email",
            "Employee.hire_date date",
            "Employee.tasks -> Task.employee restrict",
        ],
    ),
    ("each deal belongs to a project", ["Project.deals -> Deal.project restrict"]),
    ("link deals to tasks", ["Task.deals -> Deal.task restrict"]),
    ("link projects and deals", ["Project.deals <-> Deal.projects"]),
    ("tasks have subtasks", ["Task.children -> Task.parent restrict"]),
    ("deals need a status that is planned, active or done", ["Deal.status enum planned|active|done =planned !"]),
    ("add a status to projects (planned, active, done)", ["Project.status enum planned|active|done =planned !"]),
    ("add status to projects: planned, active, done", ["Project.status enum planned|active|done =planned !"]),
    ("add a start and end date to projects", ["Project.start_date date", "Project.end_date date"]),
    ("add notes to deals and projects", ["Project.notes text", "Deal.notes text"]),
    ("add a photo to every entity", ["Task.photo file", "Project.photo file", "Deal.photo file"]),
    ("can we have a rating from 1 to 10 on deals?", ["Deal.rating int 1..10"]),
    ("projects need a website too", ["Project.website url"]),
    ("deals need a currency: EUR, USD or GBP", ["Deal.currency enum eur|usd|gbp =eur !"]),
    ("store the country of deals", ["Deal.country string"]),
    ("tags for tasks", ["Tag (Tags) name", "Tag.name string !", "Tag.tasks <-> Task.tags"]),
    (
        "add invoices with number and total, belonging to projects",
        ["Invoice (Invoices) number", "Invoice.number string", "Invoice.total decimal 0..", "Project.invoices -> Invoice.project restrict"],
    ),
    (
        "add an invoice with a number and a total that belongs to a project",
        ["Invoice (Invoices) number", "Invoice.number string", "Invoice.total decimal 0..", "Project.invoices -> Invoice.project restrict"],
    ),
]
CHANGED = [
    ("add a stage 'on hold' to deals", [STAGE], ["Deal.stage enum lead|qualified|won|on_hold =lead !"]),
    ("default stage should be qualified", [STAGE], ["Deal.stage enum lead|qualified|won =qualified !"]),
    ("colour should be unique and mandatory", ["Project.colour color"], ["Project.colour color ! 1"]),
    ("remove the description from tasks", ["Task.description text"], []),
    ("drop the colour", ["Project.colour color"], []),
    ("remove the due date and the done flag from tasks", ["Task.due_date date", "Task.done bool =False !"], []),
    ("remove the project from tasks", ["Project.tasks -> Task.project restrict"], []),
    ("remove tasks from projects", ["Project.tasks -> Task.project restrict"], []),
    ("delete deals", ["Deal (Deals) title", "Deal.title string !", "Deal.amount decimal 0..", STAGE], []),
    ("rename the due date of tasks to deadline", ["Task.due_date date"], ["Task.deadline date"]),
    ("rename project's colour to color code", ["Project.colour color"], ["Project.color_code color"]),
    ("change the name of priority to urgency", [PRIORITY], ["Task.urgency enum low|medium|high =low !"]),
    ("replace the amount with a price", ["Deal.amount decimal 0.."], ["Deal.price decimal 0.."]),
    (
        "rename the title of deals to headline",
        ["Deal (Deals) title", "Deal.title string !"],
        ["Deal (Deals) headline", "Deal.headline string !"],
    ),
    ("make the amount a whole number", ["Deal.amount decimal 0.."], ["Deal.amount int 0.."]),
    ("the amount should be a number", ["Deal.amount decimal 0.."], ["Deal.amount float"]),
    ("change the colour of projects to text", ["Project.colour color"], ["Project.colour text"]),
    ("the amount should be between 1 and 100", ["Deal.amount decimal 0.."], ["Deal.amount int 1..100"]),
    ("limit the amount of deals to between 0 and 9", ["Deal.amount decimal 0.."], ["Deal.amount int 0..9"]),
    ("make the description required", ["Task.description text"], ["Task.description text !"]),
    ("the due date should be mandatory", ["Task.due_date date"], ["Task.due_date date !"]),
    ("make the name of projects not required", ["Project.name string !"], ["Project.name string"]),
    ("the name should not be required", ["Project.name string !"], ["Project.name string"]),
    ("the name doesn't have to be filled in", ["Project.name string !"], ["Project.name string"]),
    ("can you remove the colour again?", ["Project.colour color"], []),
    ("make the title of tasks unique", ["Task.title string !"], ["Task.title string ! 1"]),
    ("priority can be low, normal or urgent", [PRIORITY], ["Task.priority enum low|normal|urgent =low !"]),
    ("add a 'negotiation' stage between qualified and won", [STAGE], ["Deal.stage enum lead|qualified|negotiation|won =lead !"]),
    ("add a 'new' stage before lead", [STAGE], ["Deal.stage enum new|lead|qualified|won =lead !"]),
    ("add blocked to the priority of tasks", [PRIORITY], ["Task.priority enum low|medium|high|blocked =low !"]),
    ("add an 'on hold' value to the stage of deals", [STAGE], ["Deal.stage enum lead|qualified|won|on_hold =lead !"]),
    ("add 'lost' stage", [STAGE], ["Deal.stage enum lead|qualified|won|lost =lead !"]),
    ("remove the won stage", [STAGE], ["Deal.stage enum lead|qualified =lead !"]),
    ("remove the lead stage", [STAGE], ["Deal.stage enum qualified|won =qualified !"]),
    ("rename the stage won to closed won", [STAGE], ["Deal.stage enum lead|qualified|closed_won =lead !"]),
    ("rename 'low' to 'minor' in priority", [PRIORITY], ["Task.priority enum minor|medium|high =minor !"]),
    ("the default priority should be medium", [PRIORITY], ["Task.priority enum low|medium|high =medium !"]),
    ("amount must be at least 10", ["Deal.amount decimal 0.."], ["Deal.amount decimal 10.."]),
    ("we don't need the colour", ["Project.colour color"], []),
    ("no colours please", ["Project.colour color"], []),
    ("unlink tasks from projects", ["Project.tasks -> Task.project restrict"], []),
    ("tasks should not belong to projects", ["Project.tasks -> Task.project restrict"], []),
    ("move the colour from projects to deals", ["Project.colour color"], ["Deal.colour color"]),
    ("replace amount with price in deals", ["Deal.amount decimal 0.."], ["Deal.price decimal 0.."]),
    (
        "split the name of projects into first and last name",
        ["Project (Projects) name", "Project.name string !"],
        ["Project (Projects) first_name", "Project.first_name string !", "Project.last_name string"],
    ),
    ("make it dark green", [LOOK], ["Tasks #166534 auto modern"]),
    ("make everything red", [LOOK], ["Tasks #dc2626 auto modern"]),
    ("use a purple theme", [LOOK], ["Tasks #7c3aed auto modern"]),
    ("change the accent to #FF00aa", [LOOK], ["Tasks #ff00aa auto modern"]),
    ("make it more playful", [LOOK], ["Tasks #2563eb auto playful"]),
    ("use a dark, elegant design", [LOOK], ["Tasks #2563eb dark classic"]),
    ("dark mode please", [LOOK], ["Tasks #2563eb dark modern"]),
    ("use dark mode with a teal accent", [LOOK], ["Tasks #0d9488 dark modern"]),
    ("turn off dark mode", [LOOK], ["Tasks #2563eb light modern"]),
    ("rename the app to Big Plans", [LOOK], ["Big Plans #2563eb auto modern"]),
    ("call it Planner", [LOOK], ["Planner #2563eb auto modern"]),
]


@pytest.mark.parametrize(("message", "added"), ADDED, ids=[message for message, _ in ADDED])
def test_additions_add_this_and_nothing_else(message: str, added: list[str]) -> None:
    assert difference(BASE, made(message, BASE)) == ([], added)


@pytest.mark.parametrize(("message", "old", "new"), CHANGED, ids=[message for message, *_ in CHANGED])
def test_alterations_alter_this_and_nothing_else(message: str, old: list[str], new: list[str]) -> None:
    assert difference(BASE, made(message, BASE)) == (old, new)


@pytest.mark.parametrize("message", ["a task must belong to a project", "make the project of tasks required", "make the project required"])
def test_what_a_record_belongs_to_can_be_required(message: str) -> None:
    manifest = made(message, BASE)
    assert [relation.required for relation in manifest.relations] == [True]
    assert [relation.required for relation in made("make the project optional", manifest).relations] == [False]


def test_it_is_the_field_that_was_changed_before() -> None:
    manifest = made("make the amount required and rename it to price", BASE)
    assert difference(BASE, manifest) == (["Deal.amount decimal 0.."], ["Deal.price decimal 0.. !"])


def test_text_can_be_kept_short() -> None:
    assert made("limit the title of tasks to 80 characters", BASE).entity("Task").fields[0].max_length == 80


def test_a_renamed_entity_keeps_its_fields_and_relations() -> None:
    manifest = made("rename tasks to jobs", BASE)
    assert [entity.name for entity in manifest.entities] == ["Job", "Project", "Deal"]
    assert manifest.entity("Job").fields == BASE.entity("Task").fields
    assert [(r.source, r.target, r.field) for r in manifest.relations] == [("Project", "Job", "project")]


def test_several_changes_are_made_in_order_and_told() -> None:
    result = ask("please add a due date and a reminder date to deals, then rename deals to opportunities", BASE)
    assert isinstance(result, PlanMade)
    assert result.summary == (
        "Adds the field due_date (date) to deals; adds the field reminder_date (date) to deals; renames deals to opportunities."
    )
    assert result.manifest is not None
    assert [field.name for field in result.manifest.entity("Opportunity").fields][-2:] == ["due_date", "reminder_date"]


def test_what_was_spoken_of_last_is_meant() -> None:
    manifest = made("add suppliers with a name; add a phone", BASE)
    assert [field.name for field in manifest.entity("Supplier").fields] == ["name", "phone"]


def test_the_only_entity_is_meant() -> None:
    assert difference(ALONE, made("add a rating from 1 to 5", ALONE)) == ([], ["Book.rating int 1..5"])


def test_what_was_not_understood_is_left_open() -> None:
    result = ask("add a due date to projects; frobnicate the whatsits; send an e-mail to each customer", BASE)
    assert isinstance(result, PlanMade)
    assert result.decision.open_points[0].startswith("Sending e-mail")
    assert "frobnicate the whatsits" in result.decision.open_points[1]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("add a due date", "To which of tasks, projects and deals"),
        ("add a due date to orders", "nothing called “orders”"),
        ("delete the foo field", "no field called “foo”"),
        ("remove the priority from deals", "no field called “priority” in deals"),
        ("make the title optional", "Tasks and Deals all have a field “title”"),
        ("rename tasks to 123", "“123” cannot be a name"),
        ("rename tasks to projects", "would not fit"),
        ("rename the name of projects to colour", "would not fit"),
        ("add a due date to tasks", "have a field “Due date” already"),
        ("add low to the priority of tasks", "has that value already"),
        ("link tasks to projects", "are linked already"),
        ("link invoices to projects", "nothing called “invoices”"),
        ("rating should be between 1 and 5", "no field called “rating”"),
        ("the status can be open, done or late", "“add a status (open, done, late) to tasks” adds it"),
        ("add created at to tasks", "Every record has this anyway"),
        ("add id to tasks", "Every record has this anyway"),
        ("add notifications to tasks", "Sending e-mail, notifications or reminders is not generated yet"),
        ("connect the app to slack", "Integrations with other services are not generated yet"),
        ("translate to german", "Translations are not generated yet"),
        ("make it pop", "did not understand"),
        ("merge title and amount", "did not understand"),
        ("the default priority should be purple", "“purple” cannot be a default of priority"),
        ("unlink deals from projects", "are not linked"),
        ("the done flag should be at least 10", "Done is no number"),
        ("asdf qwer", "did not understand"),
        ("😀", "no words"),
    ],
)
def test_what_does_not_fit_is_asked_back_and_changes_nothing(message: str, said: str) -> None:
    result = ask(message, BASE)
    assert isinstance(result, PlanAnswered)
    assert result.asks
    assert said in result.text
    assert "Nothing was changed." in result.text


def test_a_wrong_part_stops_the_whole_message() -> None:
    assert isinstance(ask("add a due date to projects and remove the foo field", BASE), PlanAnswered)


def test_the_last_values_and_the_last_entity_stay() -> None:
    two = made("remove the won stage", BASE)
    for message, manifest in (("remove the lead stage", two), ("delete books", ALONE)):
        assert isinstance(ask(message, manifest), PlanAnswered)


@pytest.mark.parametrize(
    ("message", "intent"),
    [
        ("undo", "undo"),
        ("Undo that please", "undo"),
        ("take that back", "undo"),
        ("roll back the last change", "undo"),
        ("redo", "redo"),
        ("run the tests", "test"),
        ("run tests again", "test"),
    ],
)
def test_actions_are_known_and_carry_no_manifest(message: str, intent: str) -> None:
    result = ask(message, BASE)
    assert isinstance(result, PlanMade)
    assert (result.decision.intent, result.manifest) == (intent, None)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("what fields does task have?", "Each task belongs to one project."),
        ("which entities are there?", "keeps tasks, projects and deals"),
        ("what is a stage?", "stage (lead, qualified, won)"),
        ("what can you build?", "I build small data-centred web applications"),
    ],
)
def test_questions_are_answered_from_the_manifest(message: str, said: str) -> None:
    result = ask(message, BASE)
    assert isinstance(result, PlanAnswered)
    assert result.decision.intent == "question"
    assert not result.asks
    assert said in result.text


# The operations by themselves


def furnished() -> Manifest:
    """An application that also has pages, checks and roles."""
    return BASE.model_copy(
        update={
            "pages": (Page(name="tasks", title="Tasks", kind="entity", entity="Task"),),
            "checks": (Check(id="one", text="A task can be made.", entity="Task"),),
            "roles": (Role(name="member", label="Member", may=("Task.read", "Project.read")),),
        }
    )


def test_a_removed_entity_takes_everything_that_mentions_it_along() -> None:
    manifest, told = apply(furnished(), RemoveEntity("Task"))
    assert told == "removes tasks"
    assert "Task" not in [entity.name for entity in manifest.entities]
    assert (manifest.relations, manifest.pages, manifest.checks) == ((), (), ())
    assert manifest.roles[0].may == ("Project.read",)


def test_a_renamed_entity_is_renamed_wherever_it_is_mentioned() -> None:
    renamed = BASE.entity("Task").model_copy(update={"name": "Job", "label": "Job", "plural_label": "Jobs"})
    manifest, _ = apply(furnished(), RenameEntity("Task", renamed))
    assert (manifest.pages[0].entity, manifest.checks[0].entity) == ("Job", "Job")
    assert manifest.roles[0].may == ("Job.read", "Project.read")


def test_operations_leave_the_manifest_they_are_given_as_it_is() -> None:
    before = BASE.model_dump_json()
    apply(BASE, RemoveEntity("Task"))
    assert BASE.model_dump_json() == before


def test_an_operation_that_does_not_fit_says_why() -> None:
    with pytest.raises(OperationError, match="nothing called “Nothing”"):
        apply(BASE, AddField("Nothing", Field(name="note", label="Note")))
    with pytest.raises(OperationError, match="would not fit"):
        apply(BASE, AddField("Task", Field(name="project", label="Project")))

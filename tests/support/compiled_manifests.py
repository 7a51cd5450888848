"""Manifests that between them use everything that a manifest can say."""

from barnraise.contracts.manifest import Access, Chart, Entity, Field, Integration, Manifest, Page, Relation, Role, Theme

TYPES = [
    "string", "text", "markdown", "int", "float", "decimal", "bool", "date", "time", "datetime", "enum", "email", "url", "phone",
    "color", "file", "json",
]  # fmt: skip
HOSTILE = '""" {{ x }} {% y %} {# z #} </script><b>\\ \' "q" `${z}` \n# *md* | é 漢字 \u202e\u2028 -->'


def field(name: str, kind: str = "string", label: str = "A label", **more: object) -> Field:
    values = ("one", "two") if kind == "enum" else ()
    return Field.model_validate({"name": name, "label": label, "type": kind, "values": values, **more})


def entity(name: str, *fields: Field, label: str = "A thing") -> Entity:
    return Entity(name=name, label=label, plural_label=f"{label}s", fields=fields)


def to_one(source: str, target: str, name: str, inverse: str, **more: object) -> Relation:
    return Relation.model_validate({"kind": "one_to_many", "source": source, "target": target, "field": name, "inverse": inverse, **more})


def to_many(source: str, target: str, name: str, inverse: str) -> Relation:
    return Relation(kind="many_to_many", source=source, target=target, field=name, inverse=inverse)


def tasks(*more: Field) -> Manifest:
    return Manifest(
        name="tasks",
        title="Tasks",
        entities=(
            entity("Project", field("name", unique=True), field("color", "color", required=False)),
            entity("Task", field("title"), field("priority", "enum", default="one"), field("done", "bool"), *more),
        ),
        relations=(to_one("Project", "Task", "project", "tasks", required=True, on_delete="cascade"),),
    )


def every_type() -> Manifest:
    return Manifest(
        name="types",
        title="Types",
        entities=(
            entity("Required", *(field(f"f_{kind}", kind) for kind in TYPES)),
            entity("Optional", *(field(f"f_{kind}", kind, required=False) for kind in TYPES)),
            entity("Unique", *(field(f"f_{kind}", kind, unique=True) for kind in TYPES)),
            entity(
                "Bounded",
                field("i", "int", min="0.5", max=3, default=2),
                field("d", "decimal", min="0.05", max="9.99", default="1.5"),
                field("x", "float", min=-1, max=1),
                field("s", max_length=3),
                field("few", "int", unique=True, min=1, max=2),
                field("dt", "datetime", default="2024-05-06T07:08:09+02:00"),
                field("t", "time", default="nonsense"),
                field("j", "json", default='{"a": [1, null]}'),
                field("long", "text", default="x" * 100),
            ),
            entity("Empty"),
            entity("A", field("name")),
            entity("Stat", field("name")),
        ),
    )


def adversarial() -> Manifest:
    names = ["Session", "Field", "Class", "Order", "Record", "Any2"]
    words = [
        "type", "order", "group", "key", "index", "value", "items", "query", "values", "list", "str", "int", "float", "bool", "types",
        "typing", "sa", "orm", "db", "dt", "decimal", "crud", "schemas", "limit", "offset", "q", "sort", "keys", "get", "update", "path",
        "id_2", "constructor", "then", "label",
    ]  # fmt: skip
    kinds = [*TYPES, *TYPES, *TYPES]
    entities = tuple(
        entity(name, *(field(word, kinds[at + number], HOSTILE) for at, word in enumerate(words[number::6])), label=HOSTILE[:100])
        for number, name in enumerate(names)
    )
    return Manifest(
        name="adversarial",
        title=HOSTILE,
        description=HOSTILE * 3,
        entities=entities,
        relations=(
            to_one("Session", "Field", "session", "fields", required=True, on_delete="cascade"),
            to_one("Field", "Session", "field", "sessions", required=True),
            to_one("Class", "Class", "above", "below", required=True),
            to_one("Order", "Record", "first", "firsts", on_delete="set_null"),
            to_one("Order", "Record", "second", "seconds"),
            to_many("Class", "Class", "friends", "friend_of"),
            to_many("Order", "Class", "classes", "orders"),
        ),
        pages=(Page(name="home", title=HOSTILE, kind="dashboard"), Page(name="x", title="</script>${1}`", kind="entity", entity="Class")),
    )


def charted() -> Manifest:
    """The tasks with a chart of every kind."""
    manifest = tasks(
        field("due", "date", required=False),
        field("begun", "datetime"),
        field("place", required=False),
        field("hours", "int", min=0),
        field("cost", "decimal", required=False),
        field("share", "float"),
        field("urgent", "bool", required=False),
    )
    wanted = (
        ("tasks-by-priority", "priority", "count", None, "bar"),
        ("cost-by-urgency", "urgent", "sum", "cost", "bar"),
        ("tasks-by-month", "due", "count", None, "line"),
        ("cost-by-beginning", "begun", "average", "cost", "line"),
        ("hours-by-place", "place", "sum", "hours", "bar"),
        ("share-by-project", "project", "average", "share", "bar"),
    )
    charts = [
        Chart(name=name, title=HOSTILE[:100], entity="Task", by=by, measure=how, of=of, kind=kind) for name, by, how, of, kind in wanted
    ]
    names = Chart(name="names", title="Names", entity="Project", by="name")
    return manifest.model_copy(update={"name": "charted", "charts": (*charts, names), "theme": Theme(accent="#ca8a04", design="bold")})


def guarded() -> Manifest:
    """Everything at once: accounts, roles, records of one's own, files, charts, and entities called like the machinery."""
    manifest = charted()
    machinery = (
        entity("Account", field("email", "email"), field("role"), field("password"), field("owner"), field("owners", "int")),
        entity("Session", field("token"), field("account_id_2")),
        entity("User", field("name"), field("photo", "file", required=False)),
        entity("Chart", field("name"), field("access", "bool"), field("accounts", "json")),
    )
    return manifest.model_copy(
        update={
            "name": "guarded",
            "entities": (*manifest.entities, *machinery),
            "relations": (
                *manifest.relations,
                to_one("Account", "Session", "account", "sessions", required=True),
                to_one("Task", "Chart", "task", "charts"),
                to_many("User", "Task", "tasks", "users"),
            ),
            "roles": (
                Role(name="member", label="Member", may=("*.read", "Task.*", "Session.create")),
                Role(name="boss", label="Boss", may=("*.*",)),
                Role(name="guest", label="Guest", may=("Project.read",)),
            ),
            "access": Access(sign_in=True, own=("Task", "Session")),
        }
    )


def paid() -> Manifest:
    """Signing in, also at a provider, payments and e-mail; one kind of record is called like the machinery."""
    manifest = tasks(field("cost", "decimal", required=False))
    contact = field("contact", "email", required=False)
    fees = entity("Payment", field("name"), field("fee", "int", min=1), field("payer", "email"))
    return manifest.model_copy(
        update={
            "name": "paid",
            "entities": (*(each.model_copy(update={"fields": (*each.fields, contact)}) for each in manifest.entities), fees),
            "access": Access(sign_in=True, own=("Task",)),
            "integrations": (
                Integration(kind="stripe", entity="Task", amount="cost"),
                Integration(kind="stripe", entity="Payment", amount="fee"),
                Integration(kind="email", entity="Task", to="project.contact"),
                Integration(kind="email", entity="Task", to="project.contact", field="priority"),
                Integration(kind="email", entity="Payment", to="payer"),
                Integration(kind="oidc"),
            ),
        }
    )


def single() -> Manifest:
    """Signing in at a provider of OpenID Connect."""
    changes = {"name": "single", "access": Access(sign_in=True), "integrations": (Integration(kind="oidc", provider="google"),)}
    return tasks().model_copy(update=changes)


def lengthy() -> Manifest:
    """Long names, wherever a line could become too long."""
    first, second = "First" + "Abcdefgh" * 4, "Second" + "Abcdefgh" * 4
    long = "a_long_name_of_something_"
    kinds = ("string", "enum", "bool", "date", "decimal", "json")
    fields = [field(f"{long}{kind}", kind, unique=kind == "string", required=kind != "json") for kind in kinds]
    charts = [
        Chart(name=f"{long}{by}".replace("_", "-"), title="T", entity=second, by=f"{long}{by}", measure="average", of=f"{long}decimal")
        for by in ("string", "enum", "bool", "date", "one")
    ]
    return Manifest(
        name="lengthy",
        title="Lengthy",
        entities=(entity(first, *fields), entity(second, *fields)),
        relations=(
            to_one(first, second, f"{long}one", f"{long}ones", required=True),
            to_many(second, second, f"{long}many", f"{long}more"),
        ),
        charts=tuple(charts),
        roles=(Role(name="boss", label="Boss"), Role(name="nobody", label="Nobody")),
        access=Access(sign_in=True, own=(first, second)),
    )


MANIFESTS = {
    "tasks": tasks(),
    "every_type": every_type(),
    "adversarial": adversarial(),
    "charted": charted(),
    "guarded": guarded(),
    "lengthy": lengthy(),
    "paid": paid(),
    "single": single(),
}

"""Answers in words: what can be built, what is there, and what to say instead."""

import re

from barnraise.contracts.manifest import Entity, Field, Manifest, Relation, Role
from barnraise.planner.domain.language import federation, notifying, wishes
from barnraise.planner.domain.language.anyway import had_anyway
from barnraise.planner.domain.language.nouns import listed, singular

ABILITY = (
    "I build small data-centred web applications: a database, an API, pages to list and edit everything, tests, and a live preview. "
    "Say what it keeps, what each thing has, and how things belong together."
)
EXAMPLE = "For example: “Track books: books have a title, an author and a rating from 1 to 5, and belong to a shelf. Shelves have a name.”"
NOT_BUILT = {
    "site": "I can build a site, but that does not say what it is about.",
    "script": "I can draw and compute with data that you give me, but I found none in that.",
    "foreign": "So far I only understand English, and simple German and French.",
    "greeting": "Hello!",
    "nothing": "I see no words in that.",
}
REPAIR = (
    "I cannot mend code without a model. What I generate is tested before it is shown, so look at what came after it: “undo” takes back "
    "the last step, and the history undoes any single step and keeps the later ones. Or say what shall be different, and I generate it "
    "anew."
)
_INSTEAD = {
    "site": "Say whose site it is and what shall stand on it, as in “a site for a cycling"
    " club with our story, training times, a gallery and "
    "contact”. What else I can build is an application that keeps such things.",
    "script": "Put them into the message, as in “draw a bar chart of rainfall: Jan 255, Feb 210, Mar 196”, or paste or attach a "
    "table (CSV). What else I can build is an application that keeps such data.",
}


_ABROAD = {
    "de": "Das habe ich leider nicht verstanden. Ich baue kleine Webanwendungen rund um Daten: Datenbank, API, Seiten zum Auflisten und "
    "Bearbeiten, Tests und eine Vorschau. Sagen Sie, was gespeichert werden soll, am besten auf Englisch oder in kurzen deutschen Sätzen. "
    "Zum Beispiel: „Bücher haben einen Titel, einen Autor und eine Bewertung von 1 bis 5. Jedes Buch gehört zu einem Mitglied.“",
    "fr": "Je n'ai malheureusement pas compris. Je construis de petites applications web de gestion de données : base de données, API, "
    "pages, tests et aperçu. Dites ce qu'elle doit garder, en anglais ou en phrases courtes. Par exemple : « Les livres ont un titre, un "
    "auteur et une note de 1 à 5. Chaque livre appartient à un membre. »",
    "es": "De momento no entiendo bien el español. Construyo pequeñas aplicaciones web de datos: base de datos, API, páginas, pruebas y "
    "vista previa. Diga en inglés qué debe guardar. Por ejemplo: “Books have a title, an author and a rating from 1 to 5, and belong to a "
    "shelf.”",
}
"""What is said to those who write in these languages when they are not understood."""


def ask_back(kind: str, language: str | None = None) -> str:
    """What to say to a message from which nothing can be built."""
    if language in _ABROAD:
        return _ABROAD[language]
    said = NOT_BUILT.get(kind, "I see nothing in that yet that I could build.")
    return f"{said} {_INSTEAD.get(kind, ABILITY)} {EXAMPLE}"


def understood(manifest: Manifest) -> tuple[str, ...]:
    """A manifest in sentences."""
    return (
        *(f"{entity.plural_label}: {_fields(entity)}." for entity in manifest.entities),
        *(_relation(manifest, r) for r in manifest.relations),
        *(f"A chart: {chart.title}." for chart in manifest.charts),
        *_access(manifest),
        *(
            f"{manifest.entity(block.entity).plural_label} are paid for at Stripe."
            for block in manifest.integrations
            if block.entity and block.amount
        ),
        *("A migration and a typed client for Supabase." for block in manifest.integrations if block.kind == "supabase"),
        *(notifying.told(manifest, block) for block in manifest.integrations if block.to),
        *((f"It has the {manifest.theme.design} design.",) if manifest.theme.design != "modern" else ()),
    )


def describe(manifest: Manifest) -> str:
    lines = "\n".join(f"- {line}" for line in understood(manifest))
    return f"{manifest.title} keeps {listed([entity.plural_label.lower() for entity in manifest.entities])}.\n{lines}"


def _access(manifest: Manifest) -> list[str]:
    """Who may come in, and what each role may do."""
    own = listed([manifest.entity(name).plural_label.lower() for name in manifest.access.own])
    said = ["Users sign in."] if manifest.access.sign_in else []
    said += [f"They can do so {federation.manner(block)}." for block in manifest.integrations if said and block.kind == federation.OIDC]
    said += [f"Everyone sees only their own {own}."] if own else []
    return said + [f"The role {role.label.lower()} may {listed(_rights(manifest, role))}." for role in manifest.roles]


def _rights(manifest: Manifest, role: Role) -> list[str]:
    told = []
    for right in role.may:
        of, _, action = right.partition(".")
        told.append(f"{'do' if action == '*' else action} {'everything' if of == '*' else manifest.entity(of).plural_label.lower()}")
    return told or ["do nothing"]


_WHO = re.compile(
    r"^who (?:can|may|is allowed to|has access)\b|\b(?:log ?in|sign ?in|logged in|signed in|password|private|public(?:ly)?|account)s?\b",
    re.I,
)
_CAN = re.compile(r"\b(?:can|could|is there|are there|does it|do you|will it|how (?:do|can|to))\b", re.I)
_OPEN = (
    "Whoever has the address sees and changes everything: nobody signs in. Say “users sign in” or “everyone sees only their own records”."
)


def answer(manifest: Manifest, question: str) -> str:
    """An answer from the manifest: who may do what, what is there anyway, the entity that is asked about, else all of it."""
    question = question[:2000]
    if _WHO.search(question):
        return " ".join(_access(manifest) or [_OPEN])
    if _CAN.search(question) and (said := had_anyway(question) or " ".join(wishes.open_points(question, ()))):
        return said
    words = {singular(word) for word in re.findall(r"[a-z0-9-]+", question.lower())}
    asked = [entity for entity in manifest.entities if {singular(word) for word in entity.label.lower().split()} <= words]
    if asked:
        return "\n".join(_about(manifest, entity) for entity in asked)
    named = [(entity, field) for entity in manifest.entities for field in entity.fields if set(field.label.lower().split()) <= words]
    if named:
        return " ".join(f"{entity.plural_label} have {_field(field)}." for entity, field in named)
    if re.search(r"\bbuild|\bcan you\b|\byou do\b|\bhelp\b", question.lower()):
        return f"{ABILITY} Here I can change what is there. {examples(manifest)}"
    return describe(manifest)


def examples(manifest: Manifest, said: str = "") -> str:
    """Things that can be said to this application, rather of what was spoken of."""
    words = {singular(word) for word in re.findall(r"[a-z0-9-]+", said[:2000].lower())}
    spoken = [entity for entity in manifest.entities if {singular(word) for word in entity.label.lower().split()} <= words]
    for owner in spoken or manifest.entities:
        field = next((field for field in owner.fields if set(field.label.lower().split()) <= words), None)
        if field:
            of = f"{field.label.lower()} of {owner.plural_label.lower()}"
            return f"You can say: “rename the {of} to …”, “make the {of} {_otherwise(field)}”, “drop the {of}”, or “undo”."
    entity = next((entity for entity in spoken or manifest.entities if entity.fields), manifest.entities[0])
    things = entity.plural_label.lower()
    strict = next((field for field in entity.fields if field.required and field.type != "bool"), None)
    optional = f"“make the {strict.label.lower()} of {things} optional”, " if strict else ""
    return f"You can say: “add a due date to {things}”, {optional}“add comments to {things} with a body”, “make it dark green”, or “undo”."


def _otherwise(field: Field) -> str:
    return "optional" if field.required else "required"


def _about(manifest: Manifest, entity: Entity) -> str:
    relations = [_relation(manifest, r) for r in manifest.relations if entity.name in (r.source, r.target)]
    return " ".join([f"{entity.plural_label} have {_fields(entity)}.", *relations])


def _fields(entity: Entity) -> str:
    return listed([_field(field) for field in entity.fields]) or "no fields of their own"


def _field(field: Field) -> str:
    shown = field.label if field.label.isupper() else field.label[:1].lower() + field.label[1:]
    if field.type == "enum":
        return f"{shown} ({', '.join(value.replace('_', ' ') for value in field.values)})"
    bounds = f", {field.min} to {field.max}" if field.min is not None and field.max is not None else ""
    marks = [mark for mark, on in (("unique", field.unique), ("required", field.required and field.type != "bool")) if on]
    return f"{shown} ({', '.join([field.type + bounds, *marks])})"


def _relation(manifest: Manifest, relation: Relation) -> str:
    source, target = manifest.entity(relation.source), manifest.entity(relation.target)
    if relation.kind == "many_to_many":
        return f"{source.plural_label} and {target.plural_label.lower()} are linked, many to many."
    role = relation.field.replace("_", " ")
    as_ = "" if role in (source.label.lower(), f"{source.label.lower()} ref") else f", as its {role}"
    return f"Each {target.label.lower()} belongs to one {source.label.lower()}{as_}."

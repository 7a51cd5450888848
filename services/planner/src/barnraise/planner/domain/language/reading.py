"""From a description to entities, fields and relations."""

import re
from dataclasses import dataclass, field

from barnraise.contracts.manifest import Entity, Field, Manifest, Page, Relation, Theme
from barnraise.contracts.names import IMPLICIT_FIELDS, plural, safe_field_name, snake
from barnraise.planner.domain.language.items import Item, entity_name, is_plural, read_item, singular, split_list, to_field
from barnraise.planner.domain.language.lexicon import ARTICLES, COLOURS, CONTAINERS, JOINS, PARTS, PEOPLE, WISHES

MAX_READ = 30_000
_HAVE = re.compile(
    r"^(?P<subject>.{1,60}?)\s+(?:(?:can|should|must|will|may)\s+)?(?:also\s+)?(?:have|has|having|with|include|includes|contain|contains|consist of|consists of|store|stores|need|needs|get|gets|:)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_BELONG = re.compile(
    r"(?:,?\s*(?:and|which|that|who)\s+|,\s*|\s+)?\b(?:belongs?|belonging|is part|are part|assigned|linked|attached|relates?)\s+(?:to|of)\s+(?P<target>[\w' -]{1,50}?)(?=$|[,;.]|\s+(?:and|with|have|has)\b)",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:made|written|created|placed|owned|taught|led|posted|sold|supplied|borrowed|booked|authored|managed|run)\s+by\s+(?P<target>[\w' -]{1,40}?)(?=$|[,;.]|\s+(?:and|with|have|has|holding|containing)\b)",
    re.IGNORECASE,
)
_HOLD = re.compile(
    r"\b(?:holding|holds?|containing|contains?|has many|have many|has several|have several|consisting of)\s+(?:many\s+|several\s+)?(?P<target>[\w' -]{1,40}?)(?=$|[,;.]|\s+(?:with|and|each)\b)",
    re.IGNORECASE,
)
_PAREN = re.compile(r"(?P<subject>[\w' -]{1,50}?)\s*\((?P<rest>[^()]{2,400})\)")
_LEAD = re.compile(
    r"^(?:please\s+)?(?:(?:i|we)\s+(?:want|need|would like)\s+(?:to\s+)?)?"
    r"(?:(?:build|create|make|generate|develop|write|design|give me|set up|track|manage|keep track of|store|record|list|organi[sz]e)\s+)?"
    r"(?:(?:me|us)\s+)?(?:(?:a|an|the|my|our|some)\s+)?",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"\b(?:for|to)\s+(?:managing|tracking|manage|track|keep track of|keeping track of|organi[sz]ing|organi[sz]e|recording|storing)\s+(?P<rest>.+)$",
    re.IGNORECASE,
)


@dataclass
class Draft:
    """An entity while it is being read."""

    words: tuple[str, ...]
    fields: dict[str, Field] = field(default_factory=dict)


@dataclass
class Sheet:
    """What has been read so far. ``links`` are (many, one, field) and (one, many) alike, as (child, parent)."""

    drafts: dict[str, Draft] = field(default_factory=dict)
    links: dict[tuple[str, str], None] = field(default_factory=dict)
    many: dict[tuple[str, str], None] = field(default_factory=dict)
    pending: list[tuple[str, Item]] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)

    def entity(self, words: tuple[str, ...]) -> str:
        """The entity of these words, made if it is new. "gym members" is the "member" that is known already, and the reverse."""
        name = entity_name(words)
        if name not in self.drafts and len(words) > 1:
            head = entity_name(words[-1:])
            if head in self.drafts and words[-1] not in PARTS | {singular(w) for w in ()}:
                if singular(words[-1]) not in PARTS:
                    return head
        self.drafts.setdefault(name, Draft((*words[:-1], singular(words[-1]))))
        return name

    def known(self, words: tuple[str, ...]) -> str | None:
        name = entity_name(words)
        return name if name in self.drafts else None


def read(text: str) -> Sheet:
    """Entities, fields and relations of a description."""
    sheet = Sheet()
    clauses = [clause for sentence in _sentences(text[:MAX_READ]) for clause in _clauses(sentence)]
    heads = {
        singular(m[2].lower()) for m in re.finditer(r"\b(each|every|an?)\s+(\w+)\s+(?:have|has|with)\b", text[:MAX_READ], re.IGNORECASE)
    }
    for clause in clauses:
        _read_clause(sheet, clause, heads)
    for owner, item in sheet.pending:
        _settle(sheet, owner, item)
    _connect(sheet)
    return sheet


def manifest_of(sheet: Sheet, title: str, description: str, theme: Theme) -> Manifest:
    """A manifest that is valid whatever was read."""
    relations = _relations(sheet)
    taken: dict[str, set[str]] = {name: set(IMPLICIT_FIELDS) for name in sheet.drafts}
    for relation in relations:
        taken[relation.target] |= {relation.field, f"{relation.field}_id"} if relation.kind == "one_to_many" else {relation.inverse}
        taken[relation.source] |= {relation.inverse} if relation.kind == "one_to_many" else {relation.field}
    entities = tuple(_entity(name, draft, taken[name]) for name, draft in sheet.drafts.items())
    pages = (Page(name="dashboard", title="Overview", kind="dashboard"),) + tuple(
        Page(name=entity.table.replace("_", "-"), title=entity.plural_label, kind="entity", entity=entity.name)
        for entity in entities
        if entity.table != "dashboard"
    )
    return Manifest(
        name=_slug(title), title=title, description=description[:2000], entities=entities, relations=relations, pages=pages, theme=theme
    )


def title_of(text: str, sheet: Sheet) -> str:
    """The application's title: what it is called in the first words, else its main entity."""
    first = re.split(r"[:.;(\n]|\b(?:with|where|that|which|for)\b", text.strip(), maxsplit=1)[0]
    words = _LEAD.sub("", first).strip(" ,'\"")
    plain = re.sub(r"[^\w' -]", "", words).strip()
    if (
        2 < len(plain) <= 40
        and len(plain.split()) <= 4
        and re.search("[A-Za-z]{2}", plain)
        and not re.search(r"\b(api|app|have|has)\b", plain, re.IGNORECASE)
    ):
        return plain[0].upper() + plain[1:]
    names = list(sheet.drafts)
    return _label(sheet.drafts[names[0]].words, plural_form=True) if names else "Application"


def theme_of(text: str) -> Theme:
    lowered = text.lower()
    for words in sorted(COLOURS, key=len, reverse=True):
        if re.search(rf"\b{words}\b (?:theme|look|design|accent|style)|\b(?:in|make it|theme:?|look:?) {words}\b", lowered):
            return Theme(accent=COLOURS[words], scheme="dark" if "dark mode" in lowered else "auto")
    return Theme(scheme="dark" if re.search(r"\bdark (?:mode|theme)\b", lowered) else "auto")


def open_points(text: str) -> list[str]:
    """Wishes that are understood but not built yet."""
    return [point for pattern, point in WISHES if pattern.search(text)]


def _sentences(text: str) -> list[str]:
    text = re.sub(r"<[^>]{0,200}>", " ", text)
    parts = re.split(r"(?<=[.!?;])\s+|;|\n+|\s[-•*]\s", text)
    return [part.strip(" .!?\t-•*") for part in parts if part.strip(" .!?\t-•*")]


def _clauses(sentence: str) -> list[str]:
    """ "X: a, b" and "for managing tasks: tasks have ..." give the part that says something; commas before a new subject cut too."""
    head, colon, rest = sentence.partition(":")
    pieces = (
        [rest.strip()]
        if colon and rest.strip() and len(head) < 140 and not _PAREN.search(head) and not re.search(r"\bhave|has\b", head)
        else [sentence]
    )
    if (
        pieces[0] is not sentence
        and re.fullmatch(r"\s*(?:an?\s+|the\s+)?[\w-]+s?\s*", head, re.IGNORECASE)
        and not any(w in CONTAINERS for w in head.lower().split())
        and not re.search(r"\b(?:have|has|with|\()", rest)
    ):
        return [f"{head.strip()} have {rest.strip()}"]
    found: list[str] = []
    for piece in pieces:
        found += re.split(
            r",\s*(?=(?:and\s+)?(?:each|every)\s+\w+)|,\s*(?:and\s+)?(?=[\w-]+(?:\s[\w-]+)?\s+(?:with|have|has)\s)|\.\s+|\s+and\s+(?=(?:each|every)\s+\w+\s+(?:has|have|belongs)\b)",
            piece,
        )
    return [part.strip(" ,.") for part in found if part.strip(" ,.")]


def _read_clause(sheet: Sheet, clause: str, heads: set[str]) -> None:
    parens = [
        m
        for m in _PAREN.finditer(clause)
        if not re.search(r"\b(?:have|has|with|a|an|of)\s+[\w' -]*$", clause[: m.end("subject")], re.IGNORECASE)
    ]
    if len(parens) >= 1 and not _HAVE.match(clause):
        for match in parens:
            subject = _subject(re.split(r"[,;]|\band\b", match["subject"])[-1])
            if subject:
                _take_list(sheet, sheet.entity(subject), match["rest"])
        rest = _PAREN.sub("", clause)
        if rest.strip(" ,.and"):
            _read_plain(sheet, rest, heads)
        return
    have = _HAVE.match(clause)
    if have and (subject := _subject(have["subject"])) and not _is_container(have["subject"]):
        _read_have(sheet, sheet.entity(_shorten(subject, heads, sheet)), have["rest"])
        return
    if have and _is_container(have["subject"]):
        _name_entities(sheet, have["rest"], heads)
        return
    _read_plain(sheet, clause, heads)


def _read_plain(sheet: Sheet, clause: str, heads: set[str]) -> None:
    """A clause without "have": relations, or a bare list of things."""
    before = len(sheet.links)
    subject = _subject(re.split(r"\b(?:belong|belongs|made|written|created|placed|owned|holding|holds|containing|taught)\b", clause)[0])
    if subject and (_BELONG.search(clause) or _BY.search(clause) or _HOLD.search(clause)):
        _relate(sheet, sheet.entity(_shorten(subject, heads, sheet)), clause)
        if len(sheet.links) > before:
            return
    if match := _FOR.search(clause):
        _name_entities(sheet, match["rest"], heads)
        return
    _name_entities(sheet, _LEAD.sub("", clause), heads)


def _read_have(sheet: Sheet, owner: str, rest: str) -> None:
    rest = _relate(sheet, owner, rest)
    _take_list(sheet, owner, rest)


def _relate(sheet: Sheet, owner: str, text: str) -> str:
    """Take relations out of a text; what is left is a list of fields."""
    for match in list(_BELONG.finditer(text)) + list(_BY.finditer(text)):
        for piece in split_list(match["target"]):
            item = read_item(piece)
            if item:
                sheet.links.setdefault((owner, sheet.entity(item.words)))
    for match in _HOLD.finditer(text):
        item = read_item(match["target"])
        if item and item.plural:
            child = sheet.entity(item.words)
            sheet.links.setdefault((child, owner))
            after = text[match.end() :]
            if with_ := re.match(r"\s+with\s+(.+)$", after):
                _take_list(sheet, child, with_[1])
                text = text[: match.end()]
    for pattern in (_BELONG, _BY, _HOLD):
        text = pattern.sub(" ", text)
    return re.sub(r"\b(?:each|every)\s*$", "", text).strip(" ,.")


def _take_list(sheet: Sheet, owner: str, text: str) -> None:
    for piece in split_list(text):
        if re.match(r"(?:belong|belongs|only|users?\s+(?:can|sign))\b", piece, re.IGNORECASE):
            continue
        nested = re.match(r"^(.{2,40}?)\s+with\s+(.+)$", piece, re.IGNORECASE)
        if nested and (item := read_item(nested[1])) and item.plural:
            child = sheet.entity(item.words)
            sheet.links.setdefault((child, owner))
            _take_list(sheet, child, nested[2])
        elif item := read_item(piece):
            sheet.pending.append((owner, item))


def _settle(sheet: Sheet, owner: str, item: Item) -> None:
    """An item is a relation when it names an entity, else a field."""
    target = sheet.known(item.words)
    if target and target != owner and not item.values:
        if item.plural and re.search(r"\bmany\b|\btags?\b|\bcategories\b", item.text, re.IGNORECASE):
            sheet.many.setdefault((owner, target))
        elif item.plural:
            sheet.links.setdefault((target, owner))
        else:
            sheet.links.setdefault((owner, target))
        return
    made = to_field(item)
    sheet.drafts[owner].fields.setdefault(made.name, made)


def _name_entities(sheet: Sheet, text: str, heads: set[str]) -> None:
    """A list of plural nouns names entities."""
    for piece in split_list(text):
        if parts := re.match(r"^(.{2,40}?)\s+(?:with|have|has)\s+(.+)$", piece, re.IGNORECASE):
            subject = _subject(parts[1])
            if subject:
                _read_have(sheet, sheet.entity(_shorten(subject, heads, sheet)), parts[2])
            continue
        item = read_item(_LEAD.sub("", piece))
        if item and item.plural and len(item.words) <= 3 and item.words[-1] not in _NOT_THINGS:
            sheet.entity(_shorten(item.words, heads, sheet))


def _shorten(words: tuple[str, ...], heads: set[str], sheet: Sheet) -> tuple[str, ...]:
    """ "gym members" are members, when the text goes on to speak of "a member"."""
    head = singular(words[-1])
    return words[-1:] if len(words) > 1 and head in heads and head not in PARTS else words


def _subject(text: str) -> tuple[str, ...] | None:
    text = re.sub(r"^.*\b(?:for|of)\s+(?:managing|tracking)\s+", "", text.strip())
    words = [
        w
        for w in re.findall(r"[a-z0-9]+", _LEAD.sub("", text).lower())
        if w not in ARTICLES and w not in ("and", "also", "all", "then", "where")
    ]
    if not words or len(words) > 4 or not words[-1][0].isalpha() or words[-1] in _NOT_THINGS:
        return None
    return tuple(words[-3:])


def _is_container(text: str) -> bool:
    words = re.findall(r"[a-z-]+", text.lower())
    return bool(words) and (
        words[-1] in CONTAINERS
        or (
            not is_plural(words[-1])
            and re.match(r"^(?:an?|my|our|the|build|create|make)\b", text.strip(), re.IGNORECASE) is not None
            and words[0] not in ("each", "every")
            and singular(words[-1]) in _KINDS
        )
    )


def _connect(sheet: Sheet) -> None:
    """Entities that nothing connects: joins point to what they join, things point to people, the rest to the main thing."""
    names = list(sheet.drafts)
    if len(names) < 2:
        return
    linked = {name for pair in (*sheet.links, *sheet.many) for name in pair}
    for name in names:
        head = sheet.drafts[name].words[-1]
        if head in PARTS:
            products = [
                other
                for other in names
                if other != name
                and (name, other) not in sheet.links
                and sheet.drafts[other].words[-1] in ("product", "item", "article", "dish")
            ]
            for other in products[:1]:
                _assume(sheet, name, other)
        elif head in JOINS and name not in linked and not (len(names) == 2 and head in ("order",)):
            for other in [other for other in names if other != name and sheet.drafts[other].words[-1] not in JOINS][:2]:
                _assume(sheet, name, other)
    linked = {name for pair in (*sheet.links, *sheet.many) for name in pair}
    main = next((name for name in names if sheet.drafts[name].words[-1] not in PEOPLE), names[0])
    for name in names:
        if name in linked or name == main:
            continue
        if sheet.drafts[name].words[-1] in PEOPLE:
            _assume(sheet, main, name)
        elif main not in linked or not sheet.drafts[name].fields:
            _assume(sheet, name, main)


def _assume(sheet: Sheet, child: str, parent: str) -> None:
    if (child, parent) not in sheet.links and (parent, child) not in sheet.links:
        sheet.links.setdefault((child, parent))
        sheet.assumed.append(
            f"Each {_label(sheet.drafts[child].words).lower()} belongs to one {_label(sheet.drafts[parent].words).lower()}."
        )


def _relations(sheet: Sheet) -> tuple[Relation, ...]:
    made: list[Relation] = []
    for child, parent in sheet.links:
        if child == parent:
            made.append(Relation(kind="one_to_many", source=parent, target=child, field="parent", inverse="children", on_delete="set_null"))
            continue
        name = safe_field_name(snake(parent), "ref")
        owned = sheet.drafts[child].words[-1] in PARTS
        made.append(
            Relation(
                kind="one_to_many", source=parent, target=child, field=name, inverse=_free(plural(snake(child))),
                required=owned, on_delete="cascade" if owned else "restrict",
            )
        )  # fmt: skip
    for source, target in sheet.many:
        if (target, source) in sheet.links or (source, target) in sheet.links:
            continue
        made.append(
            Relation(
                kind="many_to_many", source=source, target=target, field=_free(plural(snake(target))), inverse=_free(plural(snake(source)))
            )
        )
    return tuple(made)


def _free(name: str) -> str:
    return safe_field_name(name, "list")


def _entity(name: str, draft: Draft, taken: set[str]) -> Entity:
    fields = [item for item in draft.fields.values() if item.name not in taken]
    shown = next((item.name for item in fields if item.name in ("name", "title", "label", "subject", "number")), None)
    shown = shown or next((item.name for item in fields if item.type == "string"), None)
    if shown is None and not (fields or draft.words[-1] in JOINS):
        fields.insert(0, Field(name="name", label="Name", type="string", required=True))
        shown = "name"
    return Entity(
        name=name, label=_label(draft.words), plural_label=_label(draft.words, plural_form=True), fields=tuple(fields), display=shown
    )


def _label(words: tuple[str, ...], *, plural_form: bool = False) -> str:
    shown = [*words[:-1], plural(words[-1]) if plural_form else words[-1]]
    return " ".join(shown).capitalize()


def _slug(title: str) -> str:
    from barnraise.contracts.names import ascii_words

    slug = "-".join(ascii_words(title))[:50].strip("-")
    return slug if slug and slug[0].isalpha() else f"app-{slug}".strip("-")


_NOT_THINGS = frozenset("things details information hours prices fields data users sign api rest business it this that something".split())
_KINDS = frozenset("blog shop store crm planner library clinic school hotel board wiki forum marketplace back gym club".split())

"""Rules for messages that alter what is there: names, looks, values, types, what is required, what goes."""

import re

from barnraise.contracts.manifest import Entity, Field, Manifest, Theme
from barnraise.contracts.names import ascii_words, safe_entity_name
from barnraise.planner.domain.language.fields import enum_value, retyped
from barnraise.planner.domain.language.items import group_values
from barnraise.planner.domain.language.lookup import bare, enums, field_name, find_entity, find_field, owners
from barnraise.planner.domain.language.nouns import label, listed, one, plural_label
from barnraise.planner.domain.language.text import Range, tokens
from barnraise.planner.domain.language.types import TYPE_WORDS
from barnraise.planner.domain.language.wishes import COLOURS, theme_of
from barnraise.planner.domain.operations import (
    ChangeField,
    Operation,
    OperationError,
    RemoveEntity,
    RemoveField,
    RemoveRelation,
    RenameEntity,
    SetTheme,
    SetTitle,
)

_Q = "[\"'`]?"
_I = re.IGNORECASE
_APP = r"(?:the |this |my |our )?(?:whole )?(?:app|application|project|site|tool|program|title|title of the app|name of the app|app name|app title|it)"
_THEME = re.compile(r"^(?:make|use|change|switch|set|paint|turn|give|style|apply|let)\b|\b(?:mode|theme|accent|look)$", _I)
_SCHEME = re.compile(r"\b(dark|light)\b(?:[- ](?:mode|theme|scheme|look))?", _I)
_TITLE = re.compile(
    rf"^(?:(?:rename|call|name|title|change|set) {_APP}(?: (?:to|as|into|be))? |(?:the )?(?:app|application) should be called )(?P<new>.+)$",
    _I,
)
_RENAME = re.compile(
    r"^(?:rename|change the name of|change the label of) (?P<old>.+?)(?: (?:in|of|on|for) (?P<of>[\w' -]+?))? (?:to|into|as) (?P<new>.+)$"
    r"|^call (?P<old2>.+?) (?P<new2>[\w'\"-]+(?: [\w'\"-]+)?) instead$",
    _I,
)
_REMOVE = re.compile(
    r"^(?:remove|delete|drop|get rid of|take out|take away|kill|strip|no more) (?P<what>.+?)(?: (?:from|of|in|on) (?P<of>[\w' -]+))?$", _I
)
_HOW = r"(?P<not>not |no longer )?(?P<how>required|mandatory|optional|unique|compulsory|obligatory)"
_RULE = re.compile(
    rf"^(?:make|set|mark|let) (?P<what>.+?)(?: (?:of|in|on|for) (?P<of>[\w' -]+?))? (?:as |to be |be |to )?{_HOW}$"
    rf"|^(?P<what2>.+?)(?: (?:of|in|on|for) (?P<of2>[\w' -]+?))? (?:is|are|should be|must be|has to be|have to be|need to be|needs to be) {_HOW.replace('not>', 'not2>').replace('how>', 'how2>')}$",
    _I,
)
_TYPE = re.compile(
    r"^(?:change|make|turn|convert|set) (?:the type of )?(?P<what>.+?)(?: (?:of|in|on|for) (?P<of>[\w' -]+?))? (?:(?:to|into|to be|be) )?(?:a |an |the )?(?P<kind>[\w/ -]+?)(?: field)?$"
    r"|^(?:the type of )?(?P<what2>.+?)(?: (?:of|in|on|for) (?P<of2>[\w' -]+?))? (?:should be|must be|is|becomes|has to be) (?:a |an )?(?P<kind2>[\w/ -]+?)(?: field)?$",
    _I,
)
_VALUES = re.compile(
    r"^(?:make |change |let |set )?(?P<what>[\w' -]+?)(?: of (?P<of>[\w' -]+?))? (?:can be|should be one of|is one of|should be|be one of|to one of|be) "
    r"(?:either )?(?P<values>.+)$",
    _I,
)
_ADD_VALUE = re.compile(
    rf"^(?:add|include|insert|introduce|allow|put) (?:a |an |the |another )?(?:new )?{_Q}(?P<value>[\w -]+?){_Q}(?: as)?(?: (?:a|an|the|another))?"
    rf"(?: (?P<field>[\w -]+?))?(?: (?P<where>between|after|before|behind) (?:the )?{_Q}(?P<low>[\w -]+?){_Q}(?: and (?:the )?{_Q}(?P<high>[\w -]+?){_Q})?)?$",
    _I,
)
_ADD_TO = re.compile(
    rf"^(?:add|include|allow) (?:the )?(?:value |option |values |options )?{_Q}(?P<value>[\w, '\"-]+?){_Q} (?:to|in|as) (?:a |an |the )?(?P<field>[\w -]+?)(?: (?:of|for|in|on) (?P<of>[\w' -]+))?$",
    _I,
)
_KINDS_OF_VALUE = r"\b(?:status|stage|value|option|state|type|kind|choice|level|category|priority|values|options)\b"


def theme(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``make it dark green``, ``dark mode``, ``use #ff0000 as accent``."""
    if (
        not _THEME.search(said)
        or len(said) > 120
        or any(find_field(entity, word) for entity in manifest.entities for word in ("theme", "mode"))
    ):
        return []
    wanted, now = theme_of(said), manifest.theme
    accent = wanted.accent if wanted.accent != Theme().accent or re.search(r"\bblue\b", said, _I) else None
    scheme = _SCHEME.search(re.sub(rf"\b(?:{'|'.join(sorted(COLOURS, key=len, reverse=True))})\b", "", said, flags=_I))
    about_looks = re.search(
        r"\b(?:it|theme|mode|app|look|design|background|page|colou?rs?|everything|accent|style|application)\b", said, _I
    )
    if accent and (about_looks or wanted != Theme()):
        told = f"makes the accent colour {_colour(said) or accent}"
        return [SetTheme(Theme(accent=accent, scheme="dark" if wanted.scheme == "dark" else now.scheme), told)]
    if scheme and about_looks:
        return [
            SetTheme(
                Theme(accent=now.accent, scheme="dark" if scheme[1].lower() == "dark" else "light"), f"uses the {scheme[1].lower()} colours"
            )
        ]
    return []


def title(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``rename the app to X``."""
    match = _TITLE.match(said)
    new = match["new"].strip(" \"'`.") if match else ""
    if not match or not new or theme(manifest, said, about) or re.match(r"^(?:call|name) it\b.*\binstead$", said, _I):
        return []
    return [SetTitle(new[:120])]


def rename(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``rename tasks to jobs``, ``rename the due date of tasks to deadline``."""
    match = _RENAME.match(said)
    if not match:
        return []
    old, new = match["old"] or match["old2"], (match["new"] or match["new2"]).strip(" \"'`.")
    if not field_name(new):
        raise OperationError(f"“{new[:60]}” cannot be a name.")
    owner = find_entity(manifest, match["of"]) if match["of"] else None
    if owner is None and (entity := find_entity(manifest, old)) and len(bare(old).split()) <= len(ascii_words(entity.label)):
        return [RenameEntity(entity.name, _named(entity, new))]
    entity, field = _the_field(manifest, old, owner, about)
    words = bare(new).split()
    changed = field.model_copy(update={"name": field_name(new), "label": label(tuple(words))})
    return [ChangeField(entity.name, field.name, changed, f"renames {field.name} of {entity.plural_label.lower()} to {changed.name}")]


def remove(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``remove the notes from tasks``, ``drop comments``, ``remove the won stage``."""
    match = _REMOVE.match(said)
    if not match:
        return []
    owner = find_entity(manifest, match["of"])
    if match["of"] and owner is None:
        value = _value_to_remove(manifest, match["what"], match["of"])
        return [value] if value else _gone(manifest, f"{match['what']} {match['of']}", None, about)
    pieces = [part for part in re.split(r",|\band\b", match["what"]) if bare(part)]
    return [operation for piece in pieces for operation in _gone(manifest, piece, owner, about)]


def rules(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``make the email of customers unique``, ``the due date should be optional``."""
    match = _RULE.match(said)
    if not match:
        return []
    what, of = match["what"] or match["what2"], match["of"] or match["of2"]
    how, negated = (match["how"] or match["how2"]).lower(), bool(match["not"] or match["not2"])
    pieces = [part for part in re.split(r",|\band\b", what) if bare(part)]
    return [_ruled(manifest, piece, of, how, negated=negated, about=about) for piece in pieces]


def retype(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``make the price a whole number``, ``the rating should be between 1 and 5``."""
    match = _TYPE.match(said)
    kind = TYPE_WORDS.get(_kind_words(match["kind"] or match["kind2"])) if match else None
    if match and kind:
        entity, field = _the_field(manifest, match["what"] or match["what2"], find_entity(manifest, match["of"] or match["of2"]), about)
        told = f"makes {field.name} of {entity.plural_label.lower()} a {kind}"
        return [ChangeField(entity.name, field.name, retyped(field, kind), told)]
    return _bounded(manifest, said, about)


def enumerate_(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    """``add a 'negotiation' stage between qualified and won``, ``the status can be open, done or late``."""
    return _set_values(manifest, said, about) or _add_value_to(manifest, said) or _add_value(manifest, said)


def _colour(said: str) -> str | None:
    found = [name for name in COLOURS if re.search(rf"\b{name}\b", said, _I)]
    return max(found, key=len, default=None)


def _named(entity: Entity, new: str) -> Entity:
    words = one(tuple(bare(new).split()))
    return entity.model_copy(update={"name": safe_entity_name(" ".join(words)), "label": label(words), "plural_label": plural_label(words)})


def _the_field(manifest: Manifest, what: str, owner: Entity | None, about: Entity | None) -> tuple[Entity, Field]:
    """The field that is meant. Raises OperationError when there is none, or more than one."""
    if owner is None:
        inside = [(entity, field) for entity in manifest.entities if (rest := _after(what, entity)) and (field := find_field(entity, rest))]
        if inside:
            return inside[0]
    found = owners(manifest, what)
    for preferred in (owner, about):
        if preferred:
            found = [pair for pair in found if pair[0].name == preferred.name] or ([] if preferred is owner else found)
    if not found:
        raise OperationError(f"There is no field called “{bare(what)[:80]}”{f' in {owner.plural_label.lower()}' if owner else ''} here.")
    if len(found) > 1:
        raise OperationError(
            f"{listed([entity.plural_label for entity, _ in found])} all have a field “{bare(what)}”: say of which, as in “of {found[0][0].plural_label.lower()}”."
        )
    return found[0]


def _after(what: str, entity: Entity) -> str:
    """``task's due date`` without its first word, when that is the entity."""
    words = bare(what).split()
    size = len(ascii_words(entity.label))
    same = len(words) > size and find_entity(Manifest(name="x", title="x", entities=(entity,)), " ".join(words[:size])) is not None
    return " ".join(words[size:]) if same else ""


def _gone(manifest: Manifest, what: str, owner: Entity | None, about: Entity | None) -> list[Operation]:
    if owner is None and (entity := find_entity(manifest, what)) and len(bare(what).split()) <= len(ascii_words(entity.label)):
        return [RemoveEntity(entity.name)]
    if owner is None and (value := _value_to_remove(manifest, what, "")):
        return [value]
    if owner and not find_field(owner, what):
        member = next((m for m in _relations_of(manifest, owner) if m in (field_name(what), field_name(_singular_of(what)))), None)
        if member:
            return [RemoveRelation(owner.name, member)]
    entity, field = _the_field(manifest, what, owner, about)
    return [RemoveField(entity.name, field.name)]


def _relations_of(manifest: Manifest, owner: Entity) -> list[str]:
    own = {field.name for field in owner.fields} | {"id", "created_at", "updated_at"}
    return [member for member in manifest.members(owner.name) if member not in own and not member.endswith("_id")]


def _singular_of(what: str) -> str:
    return " ".join(one(tuple(bare(what).split())))


def _ruled(manifest: Manifest, what: str, of: str | None, how: str, *, negated: bool, about: Entity | None) -> Operation:
    entity, field = _the_field(manifest, what, find_entity(manifest, of), about)
    if how == "unique":
        changed, told = field.model_copy(update={"unique": not negated}), "not unique" if negated else "unique"
    else:
        required = (how != "optional") != negated
        changed, told = field.model_copy(update={"required": required}), "required" if required else "optional"
    return ChangeField(entity.name, field.name, changed, f"makes {field.name} of {entity.plural_label.lower()} {told}")


def _kind_words(kind: str) -> str:
    return " ".join(word for word in re.sub(r"\band\b", "", kind.lower()).split() if word not in ("a", "an", "the", "type", "field"))


def _bounded(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    match = re.match(
        r"^(?:make |set |limit )?(?P<what>[\w' -]+?)(?: (?:should|must|has to|to|can))?(?: (?:be|go|range|is))? (?:from|between) (?P<range>-?\d+ (?:and|to) \d+)$",
        said,
        _I,
    )
    bounds = next((token for token in tokens(f"from {match['range']}") if isinstance(token, Range)), None) if match else None
    if not match or not bounds:
        return []
    entity, field = _the_field(manifest, match["what"], None, about)
    changed = Field(name=field.name, label=field.label, type="int", required=field.required, min=bounds.low, max=bounds.high)
    return [
        ChangeField(
            entity.name, field.name, changed, f"keeps {field.name} of {entity.plural_label.lower()} between {bounds.low} and {bounds.high}"
        )
    ]


def _set_values(manifest: Manifest, said: str, about: Entity | None) -> list[Operation]:
    match = _VALUES.match(said)
    if not match or not re.search(r"\bor\b|/|,", match["values"]):
        return []
    values = tuple(dict.fromkeys(filter(None, map(enum_value, group_values(tokens(match["values"]))))))
    if len(values) < 2 or not owners(manifest, match["what"]):
        return []
    entity, field = _the_field(manifest, match["what"], find_entity(manifest, match["of"]), about)
    changed = Field(name=field.name, label=field.label, type="enum", values=values, default=values[0], required=True)
    return [ChangeField(entity.name, field.name, changed, f"lets {field.name} of {entity.plural_label.lower()} be {', '.join(values)}")]


def _add_value_to(manifest: Manifest, said: str) -> list[Operation]:
    """``add blocked to the status of tasks``: only when there is such an enumeration and no such entity."""
    match = _ADD_TO.match(said)
    if not match or find_entity(manifest, match["field"]):
        return []
    named = field_name(re.sub(r"\b(?:values|options|choices|list|possible)\b", "", match["field"])) or field_name(match["field"])
    owner = find_entity(manifest, match["of"])
    fitting = [(e, f) for e, f in enums(manifest) if f.name == named and (owner is None or e.name == owner.name)]
    fitting = fitting or [(e, f) for e, f in enums(manifest) if f.name.endswith(f"_{named}") and (owner is None or e.name == owner.name)]
    if not fitting:
        return []
    entity, field = fitting[0]
    new = [enum_value(bare(part)) for part in re.split(r",|\band\b", match["value"])]
    return [_valued(entity, field, (*field.values, *[value for value in new if value and value not in field.values]))]


def _add_value(manifest: Manifest, said: str) -> list[Operation]:
    match = _ADD_VALUE.match(said)
    if not match:
        return []
    named, value = match["field"] or "", match["value"]
    if not named and re.search(rf"{_KINDS_OF_VALUE}$", value, _I) and " " in value.strip():
        value, _, named = value.strip().rpartition(" ")
    beside = [enum_value(match[part]) for part in ("low", "high") if match[part]]
    for entity, field in enums(manifest):
        called = bare(named) in (field.name.replace("_", " "), field.name.split("_")[-1]) if named else False
        vague = bool(named) and re.fullmatch(_KINDS_OF_VALUE, bare(named), _I) is not None
        if (
            (beside and all(other in field.values for other in beside))
            or (called and not beside)
            or (vague and beside and beside[0] in field.values)
        ):
            return [_valued(entity, field, _inserted(field.values, enum_value(value), match["where"], beside))]
    return []


def _inserted(values: tuple[str, ...], value: str, where: str | None, beside: list[str]) -> tuple[str, ...]:
    kept = [known for known in values if known != value]
    at = [kept.index(other) for other in beside if other in kept]
    place = len(kept) if not at else min(at) if (where or "").lower() == "before" else min(at) + 1
    return (*kept[:place], value, *kept[place:])


def _valued(entity: Entity, field: Field, values: tuple[str, ...]) -> Operation:
    new = [value for value in values if value not in field.values]
    if not new:
        raise OperationError(f"{field.label} of {entity.plural_label.lower()} has that value already.")
    changed = field.model_copy(update={"values": values})
    return ChangeField(
        entity.name,
        field.name,
        changed,
        f"adds {listed([v.replace('_', ' ') for v in new])} to {field.name} of {entity.plural_label.lower()}",
    )


def _value_to_remove(manifest: Manifest, what: str, of: str) -> Operation | None:
    value = enum_value(re.sub(rf"{_KINDS_OF_VALUE}", "", bare(what)))
    for entity, field in enums(manifest):
        asked = not of or bare(of) in (field.name.replace("_", " "), field.name.split("_")[-1])
        if value and value in field.values and asked and (of or re.search(_KINDS_OF_VALUE, what, _I)):
            if len(field.values) <= 2:
                raise OperationError(f"{field.label} needs at least two values.")
            kept = tuple(known for known in field.values if known != value)
            changed = field.model_copy(update={"values": kept, "default": field.default if field.default in kept else kept[0]})
            return ChangeField(entity.name, field.name, changed, f"removes {value} from {field.name} of {entity.plural_label.lower()}")
    return None

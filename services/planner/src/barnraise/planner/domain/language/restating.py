"""A message that adds something, put into the words of a description: ``add a due date to tasks`` is ``tasks have a due date``."""

import re

from barnraise.contracts.manifest import Entity, Manifest
from barnraise.contracts.names import plural
from barnraise.planner.domain.language.items import read_list
from barnraise.planner.domain.language.lexicon import ENUM_NOUNS
from barnraise.planner.domain.language.lookup import bare, find_entity
from barnraise.planner.domain.language.noting import noted
from barnraise.planner.domain.language.nouns import is_plural, listed
from barnraise.planner.domain.language.text import tokens
from barnraise.planner.domain.language.things import names_things
from barnraise.planner.domain.language.types import TYPE_WORDS
from barnraise.planner.domain.language.wishes import is_wish
from barnraise.planner.domain.operations import OperationError

_I = re.IGNORECASE
_ADD = re.compile(
    r"^(?:add|include|introduce|attach|put|create|insert|allow|store|track|record|support|show|need|have|also) (?P<what>.+)$", _I
)
_EACH = r"(?:the |each |every |all the |all |my |our )?"
_JOINT = re.compile(rf"(?<!belongs)(?<!belong)(?<!belonging)(?<!linked)(?<!assigned)(?<!related) (?P<joint>to|for|on|in|into) {_EACH}", _I)
_TARGET = re.compile(r"(?P<to>[a-z][\w'-]*(?: [\w'-]+){0,2}?)(?P<more> (?:with|that have|which have|having) .+|: ?.+| ?\(.+\))?$", _I)
_SEVERAL = re.compile(r"^(?P<to>[\w' -]+(?:,? (?:and )?[\w' -]+)+)$", _I)
_EVERYTHING = re.compile(
    r"^(?:everything|(?:every|each|all)(?: the)?(?: (?:entit(?:y|ies)|tables?|things?|of them|records?))?|them all)$", _I
)
_GIVE = re.compile(
    r"^(?:give|let) (?:the |each |every |all )?(?P<to>[\w'-]+(?: [\w'-]+)?) (?:have )?"
    r"(?P<what>(?:an? |the |some |many |its |their |optional |required |unique ).+)$",
    _I,
)
_OF = re.compile(r"^(?:add|store|track|record|save|keep) the (?P<what>[\w -]+?) of (?:the |each |every |all )?(?P<to>[\w' -]+)$", _I)
_LINK = re.compile(
    r"^(?:link|connect|relate|tie|assign) (?:the |each |every )?(?P<child>[\w' -]+?) (?P<joint>to|with|and) (?:the |an? |one )?"
    r"(?P<parent>[\w' -]+)$",
    _I,
)
_WHOLE = re.compile(
    r"^(?P<head>[\w' -]{1,60}?)(?P<joint> with | that have | that has | which have | which has | having |: )(?P<rest>.+)$", _I
)
_KIND = re.compile(r"\b(?:entity|table|model|record type|section|resource|page)\b(?: (?:called|named|for))?", _I)
_NAMED = re.compile(
    rf"\b(?:(?P<type>enum|{'|'.join(sorted(TYPE_WORDS, key=len, reverse=True))}) )?(?:field|column|attribute)s? (?:called |named )?"
    r"(?!(?:to|for|of|in|on|from|called|named|with|that|which)\b)[\"']?(?P<name>[\w-]+)[\"']?",
    _I,
)
_VALUES = re.compile(r" with (?:the )?(?:possible )?(?:values|options|choices) (?P<values>.+?)(?= to [\w' -]+$|$)", _I)
_FIELDS = re.compile(r"\b(?:fields?|columns?|attributes?)$", _I)
_ARTICLE = re.compile(r"^(?:an?|the|new|another) ", _I)
_WIDGET = re.compile(r"\b(?:page|screen|form|button|view)\b", _I)


def restated(manifest: Manifest, said: str, about: Entity | None) -> str:
    """The message as a description; empty when it is no addition. Raises OperationError when it adds to what is not there."""
    if question := noted(manifest, said, about):
        return question
    if match := _LINK.match(said):
        return "" if is_wish(said) else _linked(manifest, *match.group("child", "joint", "parent"))
    if (match := _GIVE.match(said)) and (entity := find_entity(manifest, match["to"])):
        return f"{entity.plural_label} have {match['what']}."
    if (match := _OF.match(said)) and (entity := find_entity(manifest, match["to"])):
        return f"{entity.plural_label} have a {match['what']}."
    match = _ADD.match(said)
    if not match:
        return said
    what = _VALUES.sub(r" (\g<values>)", _NAMED.sub(_named, _KIND.sub("", match["what"]).strip()))
    return _aimed(manifest, what) or _new_thing(manifest, what, about, said=match["what"])


def _linked(manifest: Manifest, child: str, joint: str, parent: str) -> str:
    """Tasks to a project are each in one; tasks and projects are each in several of the others."""
    if not find_entity(manifest, child):
        _refuse_unknown(child)
    if joint.lower() == "and":
        return f"{_plural(child)} have many {_plural(parent)}. {_plural(parent)} have many {_plural(child)}."
    return f"Each {child} belongs to a {parent}."


def _aimed(manifest: Manifest, what: str) -> str | None:
    """``a rating from 1 to 5 to tasks`` is added to what its last "to" names. None when it names nothing that is there."""
    joints = list(_JOINT.finditer(what))
    for joint in reversed(joints):
        if several := _several(manifest, what[joint.start() :].split(maxsplit=1)[-1]):
            return " ".join(f"{entity.plural_label} have {what[: joint.start()]}." for entity in several)
        target = _TARGET.match(what, joint.end())
        entity = find_entity(manifest, target["to"]) if target else None
        if target and entity and len(bare(target["to"]).split()) <= len(entity.label.split()) + 1:
            return _added(entity, what[: joint.start()], target["more"] or "")
    if joints and joints[-1]["joint"].lower() == "to" and _is_field_list(what[: joints[-1].start()]):
        _refuse_unknown(what[joints[-1].end() :])
    return None


def _several(manifest: Manifest, target: str) -> list[Entity]:
    """``tasks and projects``, ``every entity``: all of them, when more than one is meant and each is there."""
    if _EVERYTHING.match(target.strip()):
        return list(manifest.entities)
    parts = [part for part in re.split(r",| and ", target) if part.strip()]
    found = [entity for part in parts if (entity := find_entity(manifest, part)) and len(bare(part).split()) <= len(entity.label.split())]
    return found if len(parts) > 1 and len(found) == len(parts) else []


def _added(entity: Entity, what: str, more: str) -> str:
    """What is said of what is added, as in "comments with a body", makes it a thing; a wish alone does not."""
    listed_values = more.strip(" :()")
    if more and more.lstrip()[0] in ":(" and what.rsplit(maxsplit=1)[-1].lower() in ENUM_NOUNS:
        return f"{entity.plural_label} have {what} ({listed_values})."
    if more.lstrip().startswith("("):
        return f"{entity.plural_label} have many {_ARTICLE.sub('', what)} with {listed_values}."
    if more.startswith(":"):
        return f"{entity.plural_label} have {'' if _FIELDS.search(what) else f'many {what} with '}{more[1:]}."
    if more:
        return f"{entity.plural_label} have many {_ARTICLE.sub('', what)}{more}."
    wished = is_wish(what) and all(map(names_things, read_list(tokens(what))))
    return "" if wished else f"{entity.plural_label} have {what}."


def _named(match: re.Match[str]) -> str:
    """``text field summary`` -> ``summary (text)``."""
    kind = (match["type"] or "enum").lower()
    return match["name"] if kind == "enum" else f"{match['name']} ({kind})"


def _refuse_unknown(target: str) -> None:
    match = _TARGET.match(target)
    if match and not match["more"]:
        raise OperationError(f"There is nothing called “{bare(target)[:60]}” here.")


def _new_thing(manifest: Manifest, what: str, about: Entity | None, *, said: str) -> str:
    """``suppliers with a name``, ``a Category entity``; a bare field goes to the only entity, or to the one spoken of last."""
    whole = _WHOLE.match(what)
    detailed = whole or "(" in what
    if is_wish(whole["head"] if whole else said) and (not detailed or _WIDGET.search(said)):
        return ""
    if whole:
        return f"{_plural(whole['head'])} have {whole['rest']}."
    if detailed:
        return f"{what}."
    if _KIND.search(said) or not _is_field_list(what):
        things = [_plural(part) for part in re.split(r",| and ", what) if part.strip()]
        return f"{listed(things)}, {manifest.entities[0].plural_label}."
    if len(manifest.entities) == 1 or about:
        return f"{(about or manifest.entities[0]).plural_label} have {what}."
    names, first = listed([entity.plural_label.lower() for entity in manifest.entities]), manifest.entities[0].plural_label.lower()
    raise OperationError(f"To which of {names} shall I add {what[:80]}? Say it as in “add {what[:80]} to {first}”.")


def _plural(text: str) -> str:
    words = _ARTICLE.sub("", text.strip()).replace("_", " ").split()
    if not words:
        return text
    last = words[-1].lower()
    return " ".join([*words[:-1], last if is_plural(last) else plural(last)])


def _is_field_list(what: str) -> bool:
    items = read_list(tokens(what))
    return bool(items) and not any(map(names_things, items))

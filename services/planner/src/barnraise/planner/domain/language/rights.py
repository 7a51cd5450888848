"""Access and roles of a manifest, from what a text says of who may come in and do what."""

import re
from collections.abc import Iterable, Sequence

from barnraise.contracts.manifest import Access, Entity, Manifest, Role
from barnraise.contracts.names import ascii_words
from barnraise.planner.domain.language.entrance import Entrance, Right
from barnraise.planner.domain.language.fields import enum_value
from barnraise.planner.domain.language.lookup import find_entity
from barnraise.planner.domain.language.nouns import label, one, singular

_ACTIONS = ("read", "create", "update", "delete")
_MEANT = {
    "see": "read", "view": "read", "read": "read", "browse": "read", "look at": "read", "list": "read", "create": "create", "add": "create",
    "make": "create", "post": "create", "write": "create", "submit": "create", "edit": "update", "change": "update", "update": "update",
    "modify": "update", "approve": "update", "delete": "delete", "remove": "delete", "manage": "*", "do": "*", "access": "*",
    "administer": "*", "reject": "update", "publish": "update", "close": "update", "cancel": "update", "confirm": "update",
    "archive": "update",
}  # fmt: skip
_CHIEFS = frozenset("admin administrator superadmin manager owner leader supervisor boss".split())
_LOOKERS = frozenset("viewer guest reader visitor".split())
_SHORT = {"administrator": "admin", "everyone": "user", "everybody": "user", "others": "user", "anyone": "user", "everyone else": "user"}
_ALL = ("*.*",)
Roles = tuple[Role, ...]


def access_of(manifest: Manifest, entrance: Entrance) -> tuple[Access, Roles, list[str]]:
    """Access and roles with what is asked for besides, and what of it names nothing that is there."""
    own, roles, lost = list(manifest.access.own), manifest.roles, []
    for what in entrance.own:
        found = _meant(manifest, what)
        own += [entity.name for entity in found if entity.name not in own]
        lost += [] if found else [what]
    for right in sorted(entrance.rights, key=lambda right: right.how != "may"):
        entities = _meant(manifest, right.what)
        if not entities:
            lost.append(f"{right.who} {right.verbs} {right.what}")
            continue
        roles = _granted(manifest, roles, right, entities)
    for name in entrance.roles:
        roles = roles if _has(roles, name) else _with(roles, name, _usual(name))
    order = [entity.name for entity in manifest.entities]
    return Access(sign_in=manifest.access.sign_in or bool(entrance), own=tuple(sorted(own, key=order.index))), roles, lost


def _meant(manifest: Manifest, what: str) -> list[Entity]:
    """The entities of these words; all when they say no more than "records"."""
    rest = re.sub(r"\b(?:the|any|all|data|records?|things|stuff|entries|content|information|items|everything|anything)\b", "", what).strip()
    if what and (entity := find_entity(manifest, what)):
        return [entity]
    if not rest:
        return list(manifest.entities)
    named = [entity for part in re.split(r",| and | or ", rest) if (entity := find_entity(manifest, part.strip()))]
    return list(dict.fromkeys(named)) if len(named) == len(re.split(r",| and | or ", rest)) else []


def _granted(manifest: Manifest, roles: Roles, right: Right, entities: Sequence[Entity]) -> Roles:
    actions = [_MEANT[verb] for verb in re.findall("|".join(sorted(_MEANT, key=len, reverse=True)), right.verbs)]
    every = len(entities) == len(manifest.entities) and not right.what
    names = ["*"] if every else [entity.name for entity in entities]
    if right.how == "may" and "*" not in actions:
        actions = list(dict.fromkeys(("read", *actions)))  # who may edit something sees it
    rights = [f"{name}.{action}" for name in names for action in actions]
    for who in re.split(r", | and | or ", right.who):
        if right.how == "may":
            chief = _named(who) in _CHIEFS and not _has(roles, who)  # "admins can delete orders" takes nothing else from them
            roles = _with(roles, who, _ALL if chief or "*.*" in rights else rights)
        elif right.how == "only":
            roles = _with(roles, who, _ALL if not _has(roles, who) else rights)
    if right.how == "may":
        return roles
    kept = {_named(who) for who in re.split(r", | and | or ", right.who)}
    if right.how == "only" and all(role.name in kept for role in roles):
        roles = _with(roles, "user", ("*.read", "*.create", "*.update", "*.delete"))
    if right.how == "not" and not _has(roles, right.who):
        roles = _with(roles, right.who, ("*.read", "*.create", "*.update", "*.delete"))
    loses = [role.name for role in roles if (role.name in kept) == (right.how == "not")]
    return tuple(_less(manifest, role, rights) if role.name in loses else role for role in roles)


def _less(manifest: Manifest, role: Role, rights: Iterable[str]) -> Role:
    """The role without these rights, those of all written out where one is taken."""
    gone = {(entity, action) for right in rights for entity in _entities(manifest, right) for action in _actions(right)}
    held = [(entity, action) for right in role.may for entity in _entities(manifest, right) for action in _actions(right)]
    whole = [f"*.{action}" for action in _ACTIONS if all((entity.name, action) in held for entity in manifest.entities)]
    whole = [right for right in whole if not any(action == right[2:] for _, action in gone)]
    single = [f"{entity}.{action}" for entity, action in dict.fromkeys(held) if (entity, action) not in gone and f"*.{action}" not in whole]
    return role.model_copy(update={"may": (*whole, *single)})


def _entities(manifest: Manifest, right: str) -> list[str]:
    of = right.partition(".")[0]
    return [entity.name for entity in manifest.entities] if of == "*" else [of]


def _actions(right: str) -> tuple[str, ...]:
    action = right.partition(".")[2]
    return _ACTIONS if action == "*" else (action,)


def _has(roles: Roles, who: str) -> bool:
    return any(role.name == _named(who) for role in roles)


def _named(who: str) -> str:
    words = [singular(word) for word in ascii_words(who) if word not in ("the", "all", "only")]
    name = " ".join(words[-2:])
    return enum_value(_SHORT.get(name, name)) or "user"


def _with(roles: Roles, who: str, rights: Sequence[str]) -> Roles:
    """The roles with these rights given to one of them, which is made if it is new."""
    name = _named(who)
    known = next((role for role in roles if role.name == name), None)
    may = tuple(dict.fromkeys((*(known.may if known else ()), *rights)))
    may = _ALL if "*.*" in may else may
    made = Role(name=name, label=label(one(name.split("_"))), may=may)
    return tuple(made if role.name == name else role for role in roles) if known else (*roles, made)


def _usual(name: str) -> tuple[str, ...]:
    """What a role may do of which only the name was said."""
    role = _named(name)
    return _ALL if role in _CHIEFS else ("*.read",) if role in _LOOKERS else ("*.read", "*.create", "*.update")

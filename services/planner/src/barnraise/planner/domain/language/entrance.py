"""Who may come in and do what, taken out of a text: ``users sign in and only see their own lists``, ``only managers can delete orders``."""

import re
from dataclasses import dataclass, field, replace

from barnraise.planner.domain.language.granting import clearly

_I = re.IGNORECASE
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]?")
_END = r"(?=\s*(?:,| and | but | so |[.;!?)]|$))"
_BEGIN = r"(?:^|(?<=[,(\s]))(?:(?:,|and|where|so that|that|but|also|as well as) )*"
_MUST = r"(?:can|could|must|should|shall|have to|has to|need to|needs to|may|will|are able to|be able to)"
_SOMEBODY = rf"(?:(?:all|every|each|the|my|our|your|only|registered) ){{0,2}}[a-z]+(?: {_MUST}){{0,3}}"
_SIGNING = r"(?:sign|log)(?:s|ged|ging|ing)?[- ](?:in|up|on)"
_SIGN_IN = (
    re.compile(
        rf"{_BEGIN}(?:{_SOMEBODY} )?(?:to )?\b{_SIGNING}\b(?! (?:for|sheet|to (?!see|use|view|manage))\b)"
        rf"(?!(?<=up) with (?:[a-z' -]*\bname\b|[^,.;]{{1,30}},))"
        rf"(?: (?:with|using|via|by|to|before|first|as) [^,.;]{{1,50}}?(?: and (?:an? |their )?password)?)?{_END}",
        _I,
    ),
    re.compile(rf"{_BEGIN}[a-z]+ {_MUST} (?:be able to )?(?:login|signin|signup){_END}", _I),
    re.compile(
        r"(?:^|,? ?\b(?:with|and|plus|also|add|needs?|requires?|including|include|there (?:is|must be|should be)) )"
        r"(?:an? |the |user |users |simple |secure |password |email |personal ){0,4}"
        r"(?:log-?in|sign-?in|sign-?up|authentication|auth|user accounts?|user management|password protection)\b"
        r"(?: (?:page|screen|form|system|is required|required|functionality|feature|for (?:users|everyone|staff|members|all|it))){0,2}"
        rf"{_END}",
        _I,
    ),
    re.compile(rf"{_BEGIN}(?:log-?in|sign-?in|authentication) (?:is |must be )?(?:required|needed|mandatory){_END}", _I),
    re.compile(rf"{_BEGIN}(?:it (?:is|should be|must be) )?password[- ]protected{_END}", _I),
)
_OTHERS = re.compile(r"\b(?:users?|members?|employees?|accounts?|people|customers?) (?:have|has|with)\b", _I)
_PASSWORD = re.compile(
    r"(?P<before>\b(?:users?|members?|customers?|admins?|employees?|students?|teachers?) (?:have|has|with)\b[^.;:()]{0,200}?)"
    r"(?:,? and|,)? (?:an? |the |their )?(?:hashed |secure |encrypted )?passwords?(?P<after>\s*(?:,| and |[.;]|$))",
    _I,
)
_HAVE_NEXT = re.compile(r"\b(have|has|with)(?:,| and)+ ", _I)
_THEIR = r"(?:their|his|her|his or her|his/her|its|my|your)"
_THINGS = r"(?P<what>(?:[a-z-]+ ?){1,4}?)"
_ONLY_SEE = r"(?:only (?:be able to )?(?:see|view|access|manage|edit|read)(?:es|s)?|(?:sees?|views?|access(?:es)?) only)"
_OWN = re.compile(
    rf"{_BEGIN}(?:(?:everyone|everybody|(?:each|every) [a-z]+|they|[a-z]+s|people) )?(?:{_MUST} )?{_ONLY_SEE} {_THEIR} own"
    rf"(?: {_THINGS})?{_END}",
    _I,
)
_HAS_OWN = re.compile(
    rf"\b(?:everyone|everybody|(?:each|every) (?:user|person)|users) (?:has|have|gets?|manages?|keeps?|sees?) {_THEIR} own {_THINGS}{_END}",
    _I,
)
_DOERS = r"(?P<who>(?:[a-z-]+ )?[a-z]+(?:(?:, | and | or )[a-z]+)?)"
_MAY = r"(?:can|may|must be able to|should be able to|are allowed to|is allowed to|should)"
_MAY_NOT = r"(?:can ?not|can't|may not|must not|should not|shouldn't|are not allowed to)"
_VERB = (
    r"(?:see|view|read|browse|look at|list|create|add|make|post|write|submit|edit|change|update|modify|delete|remove|manage|do|access"
    r"|administer|approve|reject|publish|close|cancel|confirm|archive)"
)
_VERBS = rf"(?P<verbs>{_VERB}(?:(?:, | and | or |, and | & ){_VERB}){{0,4}})"
_ALL = r"(?:everything|anything|all(?: the)?(?: data| records| things| entries| content)?|any (?:data|record|records))"
_ADMINS = r"(?:super)?admin(?:istrator)?s?|editors?|viewers?|moderators?"
_ROLE = (
    rf"{_ADMINS}|owners?|managers?|staff|guests?|readers?|members?|users?|employees?|authors?|everyone(?: else)?|everybody(?: else)?|others"
    r"|leaders?|supervisors?|teachers?|students?|visitors?|anyone"
)
_THE = rf"{_BEGIN}(?:the |all )?"
_RIGHTS = (
    ("only", re.compile(rf"{_BEGIN}only (?:the )?{_DOERS} {_MAY} {_VERBS} {_THINGS}{_END}", _I)),
    ("may", re.compile(rf"{_THE}(?P<who>{_ROLE}) {_MAY} only {_VERBS}(?: {_THINGS})?{_END}", _I)),
    ("may", re.compile(
        rf"{_THE}(?P<who>{_ROLE}) (?:have|get|are|has)(?: only)? read[- ]only(?: access)?(?P<verbs>)(?P<what>){_END}", _I)),
    ("not", re.compile(rf"{_THE}{_DOERS} are not permitted to {_VERBS} {_THINGS}{_END}", _I)),
    ("may", re.compile(rf"{_THE}{_DOERS} are permitted to {_VERBS} {_THINGS}{_END}", _I)),
    ("may", re.compile(rf"{_THE}{_DOERS} {_MAY} {_VERBS} (?P<what>{_ALL}){_END}", _I)),
    ("not", re.compile(rf"{_THE}(?P<who>{_ROLE}) {_MAY_NOT} {_VERBS} {_THINGS}{_END}", _I)),
    ("may", re.compile(rf"{_THE}(?P<who>{_ADMINS}) {_MAY} (?:also )?{_VERBS} {_THINGS}{_END}", _I)),
)  # fmt: skip
_SPEAKERS = frozenset("i we you it they he she which that who".split())
_NAMED = re.compile(
    rf"{_BEGIN}(?:there (?:are|should be) )?(?:with |has |have |add )?(?:the |two |three |four |user )*roles"
    r"(?: for| called| named|:| of| are| -)? ?"
    r"(?P<roles>(?:an? |the )?[a-z]+(?:(?:, | and |, and | or )(?:an? |the )?[a-z]+){0,5})(?=\s*(?:[.;!?)]|$))",
    _I,
)


@dataclass(frozen=True)
class Right:
    """``how``: who may, who only may and nobody else, or who may not. ``what`` is empty for everything."""

    who: str
    how: str
    verbs: str
    what: str


@dataclass(frozen=True)
class Entrance:
    """Who comes in, as far as a text says it. ``own``: the words for that of which everyone sees only their own; empty ones for all."""

    sign_in: bool = False
    own: tuple[str, ...] = ()
    rights: tuple[Right, ...] = ()
    roles: tuple[str, ...] = ()
    said: tuple[str, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.sign_in or self.own or self.rights or self.roles)


def take_entrance(text: str) -> tuple[str, Entrance]:
    """The text without what it says of signing in and of rights, and that."""
    left: list[str] = []
    entrance = Entrance()
    for match in _SENTENCE.finditer(clearly(text)):
        rest, entrance = _of_sentence(match[0], entrance)
        left.append(rest)
    return ("".join(left) if entrance else text), entrance


def _of_sentence(said: str, known: Entrance) -> tuple[str, Entrance]:
    if len(said) > 1000:
        return said, known
    for take in (_take_own, _take_rights, _take_roles, _take_sign_in):
        said, known = take(said, known)
    return said, known


def _take_own(said: str, known: Entrance) -> tuple[str, Entrance]:
    for pattern, cut in ((_OWN, True), (_HAS_OWN, False)):
        if match := pattern.search(said):
            known = _more(known, match[0], sign_in=True, own=(*known.own, (match["what"] or "").strip().lower()))
            said = _without(said, match) if cut else said
    return said, known


def _take_rights(said: str, known: Entrance) -> tuple[str, Entrance]:
    for how, pattern in _RIGHTS:
        for _ in range(4):
            match = pattern.search(said)
            if not match:
                break
            if match["who"].lower() in _SPEAKERS:
                break
            only_reads = not match["verbs"]
            what = re.sub(rf"^{_ALL}$", "", (match["what"] or "").strip().lower())
            right = Right(match["who"].lower(), how, "read" if only_reads else match["verbs"].lower(), what)
            known = _more(known, match[0], sign_in=True, rights=(*known.rights, right))
            said = _without(said, match)
    return said, known


def _take_roles(said: str, known: Entrance) -> tuple[str, Entrance]:
    if match := _NAMED.search(said):
        names = re.split(r", and |, | and | or ", match["roles"].lower())
        names = [re.sub(r"^(?:an?|the) ", "", name).strip() for name in names]
        if any(re.fullmatch(_ROLE, name, _I) for name in names):
            return _without(said, match), _more(known, match[0], sign_in=True, roles=(*known.roles, *names))
    return said, known


def _take_sign_in(said: str, known: Entrance) -> tuple[str, Entrance]:
    if match := _PASSWORD.search(said):  # no record keeps one: whoever has a password signs in
        said = _HAVE_NEXT.sub(r"\1 ", _PASSWORD.sub(r"\g<before>\g<after>", said, count=1))
        known = _more(known, match[0], sign_in=True)
    for number, pattern in enumerate(_SIGN_IN):
        if number == 2 and _OTHERS.search(said):
            continue  # "users have a name and a login"
        if match := pattern.search(said):
            said, known = _without(said, match), _more(known, match[0], sign_in=True)
    return said, known


def _more(known: Entrance, said: str, **changes: object) -> Entrance:
    return replace(known, said=(*known.said, said.strip(" ,")), **changes)


def _without(said: str, match: re.Match[str]) -> str:
    before, after = said[: match.start()].rstrip(" ,"), said[match.end() :]
    return f"{before}{after if before or not after.strip(' ,') else after.lstrip(' ,')}"

"""Messages that change something, told again in the few ways that the rules know: ``two members can't share an email`` is ``make email
of members unique``."""

import re

from barnraise.contracts.manifest import Entity, Manifest
from barnraise.planner.domain.language.fields import enum_value
from barnraise.planner.domain.language.lookup import enums, find_entity, find_field, owners
from barnraise.planner.domain.language.nouns import singular
from barnraise.planner.domain.language.types import type_of

_I = re.IGNORECASE
_ONE = r"(?:an? |each |every |all |the |any )?"
_KINDS = r"(?:text|string|number|integer|whole number|decimal|date|free text|an? \w+)"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, _I), instead)
    for pattern, instead in (
        (
            r"^(?:add|include|introduce) (?:an? |the |another )?(?:new )?(stage|status|state|priority|type|category|kind|level|option) "
            r"(?:called |named )?[\"']([^\"']{1,60})[\"'] (?:to|for|in) (?:the )?([\w -]+)$",
            r"add '\2' to the \1 of \3",
        ),
        (
            r"^(?:the )?([\w-]+) (?:needs?|requires?|should (?:also )?have|(?:also )?have|(?:also )?has|gets?) (?:an? )?([\w -]{2,40}): ?"
            r"([^:(]{1,40}(?:,| or |/)[^:(]{1,300})$",
            r"add a \2 (\3) to \1",
        ),
        (
            r"^(?:the )?same ([\w "
            r"-]+?) (?:may not|"
            r"must not|can't|cannot|"
            r"should not) be "
            r"(?:used|taken|shared|"
            r"entered) (?:twice|"
            r"by (?:two|several|many) ([\w -]+))$",
            r"make \1 of \2 unique",
        ),
        (
            r"^(?:actually |rather |better |from now on )?call (?:the |our )?(?!it\b|this\b|app\b|application\b|site\b|project\b)([a-z-]+) "
            r"(?:just |rather )?([a-z-]+)(?: from now on)?$",
            r"rename \1 to \2",
        ),
        (
            r"^(?:forgot|forgot about|missed|left out|was missing|(?:am|are) missing|what about|there is no) (?:the |an? )?([\w -]{2,40}?) "
            r"(?:of|for|on) (?:the |an? |each |every )?([\w -]{2,40})$",
            r"add a \1 to \2",
        ),
        (
            r"^(?:the )?([\w -]{2,50}?) (?:(?:does|do|need) not|needn't) (?:have to |need to )?be "
            r"(?:filled in|filled|filled out|given|entered|set|known|provided)$",
            r"make \1 optional",
        ),
        (
            r"^(?:the )?([\w -]{2,50}?) (?:may|can|could|might) (?:also )?(?:be (?:left )?|stay )(?:empty|blank|missing)$",
            r"make \1 optional",
        ),
        (
            r"^(?:the )?([\w -]{2,50}?) (?:(?:must|has to|have to|needs to|should) (?:always )?be "
            r"(?:filled in|filled|filled out|given|entered|set|provided)|is (?:always )?(?:mandatory|compulsory|obligatory))$",
            r"make \1 required",
        ),
        (r"^((?:remove|delete|drop) .{2,60}?) (?:again|after all|altogether|entirely|completely)$", r"\1"),
        (r"^(?:kick out|throw out|ditch|scrap|lose|eliminate|erase|cut|axe) (?:the )?([\w -]+)$", r"remove \1"),
        (
            r"^([\w-]+) (?:could use|also need|"
            r"should get|should also have|should "
            r"have|could have|also get|require|"
            r"want) ((?:an? |some |many ).+)$",
            r"add \2 to \1",
        ),
        (
            r"^(?:store|track|record|keep|note|"
            r"save|know) (when|where) (?:an?|"
            r"the|each|every) ([\w -]+?) "
            r"((?:was|is|has been|gets?) \w+)$",
            r"add \1 it \3 to \2",
        ),
        (
            r"^(?:the )?([\w -]+?) "
            r"(?:needs?|should have|gets?|"
            r"has|must have) (?:(?:one|"
            r"two|three|four|some|a few) "
            r")?(?:more|additional|new|"
            r"other|further|extra) "
            r"(?:values?|options?|choices?|"
            r"states?|stages?):? (.+)$",
            r"add \2 to the \1",
        ),
        (r"^(?:name|call|label) (?:the )?([\w -]+?) [\"'](.+)[\"']$", r"rename \1 to \2"),
        (r"^(?:cap|limit|restrict) (?:the )?([\w -]+?) (?:at|to) (\d+)$", r"\1 must be at most \2"),
        (
            r"^(.+?) (?:can't|cannot|can not|"
            r"must not|may not|should not) be "
            r"(?:longer|more|greater|higher|"
            r"larger|bigger) than (\d+)(.*)$",
            r"\1 should be at most \2\3",
        ),
        (r"^(.+? (?:should be|is|must be|becomes)) (?:an? )?(?:plain|simple|proper|real|normal|regular) ([\w -]+)$", r"\1 a \2"),
        (r"^(.+?) (?:is|are|means?) (?:an? )?(?:amount of )?money(?: in [a-z]+)?$", r"\1 should be money"),
        (
            r"^(?:the )?new name (?:for|" r"of) the (?:app|application|" r"project|site)(?: is|:| should " r"be) [\"']?(.+?)[\"']?$",
            r'call the app "\1"',
        ),
        (r"^(?:don't|do not|no longer|won't) (?:need|want|use|care about) (.+?)(?: any ?more| any longer)?$", r"remove \1"),
        (r"^(.+?) (?:is|are) (?:no longer|not) (?:needed|required any ?more|wanted|used)(?: any ?more| any longer)?$", r"remove \1"),
        (r"^remove (.+?) on ([\w -]+)$", r"remove \1 from \2"),
        (
            r"^(?:no )?two ([\w -]+?) (?:can't|cannot|can|may not|may|must not|should not|should never|should) (?:share|have) "
            r"(?:an?|the)(?: same)? ([\w -]+)$",
            r"make \2 of \1 unique",
        ),
        (
            r"^(?:there (?:can|may|must) "
            r"be )?(?:only|just) one ([\w "
            r"-]+?) (?:per|with the same|for "
            r"each|with a given) ([\w -]+)$",
            r"make \2 of \1 unique",
        ),
        (r"^(.+? (?:at most|up to|no more than|a maximum of) \d+ (?:characters|letters|chars)) long$", r"\1"),
        (
            rf"^(?:change|make|turn|convert|set) (?:the type of )?(.+?)(?: from {_KINDS})? (?:to|into) (?:an? |be an? )?"
            r"(?:number|integer|int|rating|score|scale) (?:from|between|of) (\d+) (?:to|and) (\d+)$",
            r"make \1 between \2 and \3",
        ),
        (rf"^(change|convert|turn) (the type of .+?) from {_KINDS} (to|into) ", r"\1 \2 \3 "),
        (r"^(?:make (?:it|the (?:app|page|design|look|theme)) )?(?:a (?:bit|little) )?more ([a-z-]+)$", r"make it \1"),
        (
            r"^the (?:title|name) (?:of the "
            r"app(?:lication)? )?(?:should|"
            r"must|is to|has to) (?:be|read|"
            r"say) [\"']([^\"']+)[\"']$",
            r'call the app "\1"',
        ),
        (
            r"^(?:let|allow) (?:people|users|"
            r"everyone|everybody|"
            r"anyone|members|us) "
            r"(?:to )?(?:upload|attach|add) "
            r"(?:files|documents) (?:to|on) (.+)$",
            r"add attachments to \1",
        ),
        (
            r"^(?:let|allow) (?:people|users|" r"everyone|everybody|anyone|" r"us) (?:to )?(?:upload|attach|" r"add) (.+?) (?:to|on) (.+)$",
            r"add \1 to \2",
        ),
        (r"^(?:let|allow) (?:people|users|everyone|everybody|anyone|us) (?:to )?comment on (.+)$", r"add comments to \1"),
        (
            r"^(?:show|see|tell)(?: " r"me| us)? how many ([\w " r"-]+?) (?:each|every) " r"([\w -]+?) has\b.*$",
            r"show the number of \1 " r"per \2 on the dashboard",
        ),
        (
            r"^add (?:an?|the|another) "
            r"(?:user )?role (?:called |named "
            r")?[\"']?([\w-]+)[\"']?,? (?:that|"
            r"which|who) (can|may|must) (.+)$",
            r"\1s \2 \3",
        ),
        (r"^(?:add|create|introduce) (?:an?|the|another) ([\w-]+) role,? (?:that|which|who) (can|may|must) (.+)$", r"\1s \2 \3"),
        (
            r"^(?:know|see|note|store|track|record|remember|keep|save) when (?:i|we|somebody|someone|you|it was|they were) last "
            r"(\w+ed|\w+n|fed|cut|met|paid|sold|spoke)(?: (?:to|with|at))?(?: (?:it|them|him|her))?$",
            r"add a last \1 date",
        ),
        (
            r"^(?:make|set|change) (?:the |my |our )?(?:app(?:lication)?(?:'s)? )?(?:title|name|heading)"
            r"(?: of the app(?:lication)?)?(?: to| be)? [\"'“](.+)[\"'”]$",
            r'call the app "\1"',
        ),
        (r"^make (?:the |my |our )?app(?:lication)?(?:'s)? (?:title|name) (?:be )?(.+)$", r'call the app "\1"'),
        (
            r"^(?:the|this|my|our) (?:app(?:lication)?|project|tool|site) (?:is|shall be|should be|will be) (?:called|named) "
            r"[\"'“]?(.+?)[\"'”]?$",
            r'call the app "\1"',
        ),
        (r"^(?:swap|switch) ([\w -]+) (?:for|with) ([\w -]+)$", r"rename \1 to \2"),
        (r"^(.+?) (?:should|must|has to|ought to) be (?:called|named) (.+?)(?: instead| from now on)?$", r"rename \1 to \2"),
    )
)
_MUST_HAVE = re.compile(
    rf"^{_ONE}(?P<of>[\w -]+?) (?:(?:must|has to|have to|needs? to|should) (?:always )?have|needs?|requires?) (?:an?|the|its|their) "
    r"(?P<what>[\w -]+)$",
    _I,
)
_WITHOUT = re.compile(
    rf"^(?:no|{_ONE}) ?(?P<of>[\w -]+?) (?:without|can't be without|cannot "
    rf"be without|may not be without) (?:an?|the) (?P<what>[\w -]+)$",
    _I,
)
_FRESH = re.compile(
    rf"^{_ONE}?(?:new|newly (?:created|added)) (?P<of>[\w -]+?) (?:should |must |will |shall "
    rf")?(?:be|start|start out|begin|are)(?: as| with)? (?P<value>[\w -]+?)(?: by default)?$",
    _I,
)
_PLACED = re.compile(r"^(?P<head>add (?:an? |the )[\w -]+?) (?:before|after|next to|below|above|beside) (?:the )?(?P<what>[\w -]+)$", _I)
_A_FIELD = re.compile(
    r"^(?:add |need |have )?(?:an? )?(?P<what>[\w -]+?) (?:field|column|"
    r"attribute) (?:on|to|for|in) (?:the |each |every |all )?(?P<of>[\w -]+)$",
    _I,
)
_STATES = re.compile(r"^(?:the )?(?P<what>[\w -]+?) ?: ?(?P<values>[\w -]+(?:, ?[\w -]+)+)$", _I)
_WORD = re.compile(r"[a-z]+", _I)
_VALUE = r"[\"']?(?P<value>[\w-]+(?: [\w-]+){0,2}?)[\"']?"
_ONE_MORE = (
    re.compile(
        rf"^(?:the )?(?P<what>[\w -]+?) (?:should|can|could|may|must|needs to|has to)(?: also)? (?:have|include|be|allow|contain|offer)"
        rf"(?: also)? (?:an? |the )?(?:(?:value|option|stage) )?{_VALUE}(?: (?:value|option|stage))?$",
        _I,
    ),
    re.compile(rf"^(?:an?|another|one more) (?:new )?{_VALUE} (?P<what>[\w-]+)$", _I),
)
_DEEDS = {
    "deleted": "delete", "removed": "delete", "edited": "edit", "changed": "edit", "updated": "edit", "modified": "edit",
    "created": "create", "added": "create", "seen": "see", "viewed": "see", "read": "see",
}  # fmt: skip
_BY = re.compile(
    rf"^(?P<what>[\w -]+?) (?:can|may|should|must)(?: only)? be (?P<deed>{'|'.join(_DEEDS)})(?: only)? by (?:the )?(?P<who>[\w -]+?)"
    r"(?: only| alone)?$",
    _I,
)
_STATE = ("status", "state", "stage", "phase", "progress")
_MAY_BE = re.compile(rf"^{_ONE}(?P<of>[\w -]+?) (?:(?:can|may|could|might)(?: also)?|should also) be {_VALUE}$", _I)
_DONE_TO = re.compile(
    r"(?:re)?(?:delet|remov|edit|chang|updat|creat|add|assign|export|import|sort|filter|search|shar|print|comment|tagg|rat|link|book|group"
    r"|view|see|read|copi|mov|drag|upload|download|attach|called|nam|made|publish|found|shown|hidden|sent|order|rank|vot|lik|follow|merg)"
    r"\w*(?: .*)?|required|mandatory|optional|unique|private|public|visible|able .*|empty|blank",
    _I,
)
"""What is done to records, or how they are, rather than a state that one writes down."""


_FOR = re.compile(r"^(?:for|on|in|to) (?:the |each |every |all )?([\w-]+), (?:please )?(add .+)$", _I)


def aimed(manifest: Manifest, text: str) -> str:
    """``for projects, add a website`` is ``add a website to projects``."""
    match = _FOR.match(text)
    return f"{match[2]} to {match[1]}" if match and find_entity(manifest, match[1]) else text


def plainly(manifest: Manifest, said: str) -> str:
    """The message in words that the rules know, if they know some for it."""
    said = re.sub(r"\b(is|are|does|do)n't\b", r"\1 not", said)
    if (match := _STATES.match(said)) and any(field.name.replace("_", " ") == match["what"].lower() for _, field in enums(manifest)):
        return f"the {match['what']} can be {match['values']}"
    for pattern, instead in _RULES:
        if pattern.match(said):
            said = pattern.sub(instead, said)
            break
    return (
        _reserved(said)
        or _needed(manifest, said)
        or _fresh(manifest, said)
        or _placed(manifest, said)
        or _more(manifest, said)
        or _field(manifest, said)
        or _single(manifest, said)
    )


def _reserved(said: str) -> str:
    """``orders can be deleted by admins only``"""
    match = _BY.match(said)
    return f"only {match['who']} may {_DEEDS[match['deed'].lower()]} {match['what']}" if match else ""


def _more(manifest: Manifest, said: str) -> str:
    """``the status should also have cancelled``, ``an urgent priority``, ``a task may be on hold``: one more value of what has values."""
    names = {field.name.replace("_", " ") for _, field in enums(manifest)}
    for pattern in _ONE_MORE:
        match = pattern.match(said)
        if match and singular(match["what"].lower()) in names and not find_entity(manifest, match["what"]):
            return f"add {match['value']} to the {singular(match['what'].lower())}"
    match = _MAY_BE.match(said)
    entity = find_entity(manifest, match["of"]) if match else None
    names = [field.name for owner, field in enums(manifest) if entity and owner.name == entity.name]
    states = [name for name in names if len(names) == 1 or name.endswith(_STATE)]
    if not match or not entity or len(states) != 1 or _DONE_TO.fullmatch(match["value"]):
        return ""
    return f"add {match['value']} to the {states[0].replace('_', ' ')} of {entity.plural_label}"


def _owned(manifest: Manifest, match: re.Match[str] | None) -> tuple[Entity, str] | None:
    """The entity and the field that a message speaks of, if both are there."""
    entity = find_entity(manifest, match["of"]) if match else None
    field = find_field(entity, match["what"]) if entity and match else None
    return (entity, field.name.replace("_", " ")) if entity and field else None


def _needed(manifest: Manifest, said: str) -> str:
    """``a task must have a due date``, when tasks have one."""
    found = _owned(manifest, _MUST_HAVE.match(said)) or _owned(manifest, _WITHOUT.match(said))
    return f"make {found[1]} of {found[0].plural_label} required" if found else ""


def _fresh(manifest: Manifest, said: str) -> str:
    """``new tasks should be open``"""
    match = _FRESH.match(said)
    entity = find_entity(manifest, match["of"]) if match else None
    value = enum_value(match["value"]) if match else ""
    field = next((field for owner, field in enums(manifest) if entity and owner.name == entity.name and value in field.values), None)
    return f"the default {field.name.replace('_', ' ')} of {entity.plural_label} should be {value}" if entity and field else ""


def _placed(manifest: Manifest, said: str) -> str:
    """``add a start date before the due date``: to what has a due date."""
    match = _PLACED.match(said)
    found = owners(manifest, match["what"]) if match else []
    known = any(enum_value(match["what"]) in field.values for _, field in enums(manifest)) if match else False
    return f"{match['head']} to {found[0][0].plural_label}" if match and len(found) == 1 and not known else ""


def _field(manifest: Manifest, said: str) -> str:
    """``a notes field on projects``"""
    match = _A_FIELD.match(said)
    entity = find_entity(manifest, match["of"]) if match else None
    if not match or not entity:
        return ""
    kind = type_of(tuple(match["what"].lower().split()))
    return f"add {match['what']} ({'text' if kind == 'string' and match['what'].endswith('s') else kind}) to {entity.plural_label}"


def _single(manifest: Manifest, said: str) -> str:
    """``statuses`` are the values of the status."""
    names = {field.name for _, field in enums(manifest)}
    return _WORD.sub(
        lambda match: singular(match[0].lower()) if singular(match[0].lower()) in names and match[0].lower() not in names else match[0],
        said,
    )

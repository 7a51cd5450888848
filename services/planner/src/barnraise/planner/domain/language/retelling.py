"""Sentences told again in the few ways that the reader knows: ``at harvest we note the weight for each block`` is ``each harvest has
the weight`` and ``each harvest belongs to one block``."""

import re

from barnraise.planner.domain.language.passives import beside
from barnraise.planner.domain.language.turns import turned

_N = r"[a-z][\w-]{0,30}(?: [a-z][\w-]{0,30}){0,2}?"
"""A few words that name something."""

_A = r"(?:an?|the|its|their|his|her|our|my|one|each|every|some)"
_WE = r"(?:we|i|they|you|people|staff)"
_NOTE = (
    r"(?:(?:also|usually|just|then) )?(?:(?:want|need|would like|like|have)s? to )?"
    r"(?:note|record|write|store|keep|track|log|save|measure|register|capture|"
    r"enter|need|want|know|have|see|hold)(?: down| track of| a record of)?"
)
_PLACED = r"(?:date|time|day|month|year|hour|week|start|end|floor|station|stop|city|port|airport|location|address|place|branch|warehouse)"
_ACTS = (
    r"(?:borrow|rent|hire|reserve|book|order|buy|purchase|lend|submit|apply|"
    r"comment|rate|review|sign up|enrol|enroll|join|attend|donate|bid|"
    r"vote|subscribe|follow|like|request|register for|report|post|answer|ask|cancel)"
)
"""What those do who use an application rather than keep it."""

_FIELD = r"(?:email|e-mail|phone|age|price|date|address|status|birthday|description|author|year|quantity|city|country)"
_SPANS = (
    r"(?:(?:that|which) )?(?:goes|go|going|runs?|running|lasts?|lasting|"
    r"spans?|extends?|takes place|take place|leads?|leading|travels?|moves?"
    r"|is valid|are valid|valid|is|are) "
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.I), instead)
    for pattern, instead in (
        # What is short, or said with an apostrophe.
        (r"(?<=[a-z]) ?\((?:s|es|ies)\)", "s"),
        (rf"^([a-z-]+s) ((?:name|title) (?:{_FIELD} ?){{1,3}}.*)$", r"\1: \2"),
        (r"\b(?:fills? (?:in|out)|provides?|enters?|specif(?:y|ies)|states?|gives?) their (?=[a-z])", "have a "),
        (r"^([a-z-]+s) (an?) (?=(?:name|title|code|number|date|unique|label)\b)", r"\1 have \2 "),
        (r"\b(?:gets?|is|are) (?:recorded|noted|tracked|logged|stored|entered)(?: daily| weekly| monthly| yearly| every [a-z]+)?(?=:)", ""),
        (r"\bw/ ?(?=[a-z])", "with "),
        (r",? \bincl(?:uding|\.)? (?=[a-z])", " with "),
        (r"\by ?/ ?n\b", "yes/no"),
        (r"\b(in|on) and (?:out|off) of\b", r"\1"),
        (r"\bpeople(?= (?:who|that) (?:work|live|attend|visit|rent|own|buy|donate|come)s?\b)", "persons"),
        (r"\bdate ?(?:/|&|\+) ?time\b", "datetime"),
        (r"(?<=[,(:] )((?:[a-z][\w-]* ){0,2}[a-z][\w-]*)\?(?=[,;)]|$)", r"\1 flag"),
        (r"^(.{3,40}?) - ([a-z][\w-]* ?(?:/ ?[\w-][\w -]*){1,8})$", r"\1 (\2)"),
        (
            r"\b(status|state|stage|kind|type|priority|condition|position|level) "
            r"- ([\w -]{1,24}(?:(?:,| ?/| or) ?[\w -]{1,24}){1,8})(?=[;.)]|$)",
            r"\1 (\2)",
        ),
        (r"\b(?:keep|keeping) (?:tabs|an eye|an overview) (?:on|of)\b", "track"),
        (r"\b(need|want|like) to know about\b", r"\1 to track"),
        (r"\b(?:comes?|coming) (?:in )?with (?=[a-z])", "have "),
        (r"\bgets? (?=(?:an?|the|its|their|one|several|many) [a-z]+)", "has "),
        (r", (who|which) (is|are) (?=(?:also )?an? )", r" \1 \2 "),
        (r"\b(is|are) (?:divided|split|separated|broken down|organi[sz]ed|structured|subdivided) (?:in|into|up into) ", "has "),
        (
            r"^(?:when|whenever|once|each time|every time|if) (?:an?|"
            r"the) [\w ]{2,30}? (?:is|gets|has been|was) read,? " + _WE + " " + _NOTE + " ",
            "each reading has ",
        ),
        (rf"^.{{0,80}}?\b(?:want|need|like|have|wish)s? to {_NOTE} (?:for|about|of) (?:each|every|all) ({_N}):? (?=\w)", r"each \1 has "),
        (rf"^(?:plus|and|also|then|as well as|additionally),? (?:for )?(?:each|every) ({_N}): (?=\w)", r"each \1 has "),
        (r"(?<=[a-z]s) (?:at|in|of|from) (?:our|my|this) [a-z]+(?= [a-z]+ [a-z]+)", ""),
        (rf"^([\w-]+s|[\w-]+) (of|by) an? ({_N}) (?:for|in|on|at|to|with) an? ({_N})(?= with\b|,|$)", r"\1"),
        # What becomes what: "from open to in progress to resolved", "open -> done".
        (
            r"\b((?:\w+ )?(?:status|state|stage|phase|pipeline|progress|workflow)) "
            r"(?:can )?(?:goes|go|moves?|runs?|changes?|progress(?:es)?|passes|flows?) "
            r"(?:from |through )?([\w ]{2,20}?)((?: to [\w ]{2,20}?){2,6})(?=[.,;]|$)",
            r"\1 (\2\3)",
        ),
        # What is meant by "how many seats they have", "the price at that time", "sessions we have".
        (
            r"\bhow many (\w+)(?: (?:they|it|there|he|she|we|you) (?:have|" r"has|are|is|holds?|fits?|need|needs|takes?|want|own|got))?\b",
            r"number of \1",
        ),
        (r"(?<=\w) (?:at|of) (?:that|the) (?:time|moment|point)(?: of [a-z]+)?(?=[,.;)]|$| and\b)", ""),
        (
            r"(?<=s) (?:that |which )?(?:we|i) (?:have|run|hold|offer|do|own|sell|keep|"
            r"use|make|give|get|teach|rent out|organi[sz]e|look after)(?= ?[(,:]| and\b|$)",
            "",
        ),
        (r"\bpeople(?= (?:with|have|has|who have)\b| ?[(:])", "persons"),
        (
            rf"^(?:so |basically |here is |this is )*what (?:we|i) (?:really |basically |also )?{_NOTE} (?:per|(?:for|of|about"
            rf"|on) (?:each|every|an?)) "
            rf"({_N})(?: is| are)?: ?(?=\w)",
            r"each \1 has ",
        ),
        (rf"^per ({_N}),? {_WE} {_NOTE} (?=\w)", r"each \1 has "),
        (rf"^per ({_N}): (?=\w)", r"each \1 has "),
        (r"^(?:so |basically )*what (?:we|i) (?:really |basically )?(?:need|want|have in mind)(?: is)?:? (?=\w)", "we need "),
        (
            r"^(?:our |my |the |an? )(?:[\w-]+ ){1,3}?(?:needs?|wants?|would like|has|"
            r"have) to (?=(?:know|track|keep|manage|record|see|log|organi[sz]e|plan)\b)",
            "",
        ),
        (r"^(?:know|see) (?=(?:the |which |who |how |when |what )[\w-]+)", "track "),
        (
            rf"^as an? ({_N}),? i (?:want|would like|need|wish|can|should|must)(?: "
            rf"be able)?(?: to)?(?: be able to)? ({_ACTS})\b(?= (?!as\b))",
            r"\1s can \2",
        ),
        (
            rf"^(?:on|in|at|for|with|from|of) (?:each|every|an?) ({_N}),? ((?:several|many|multiple|"
            rf"some|various) {_N}) (?:are|can be|may be|get) [a-z]+(?:ed|en|un|ne|ade|eld|ld)\b",
            r"each \1 has \2",
        ),
        (r"^([\w -]{3,40}?) ?(?:->|=>|→) ?(?=[^>→]*$)", r"\1: "),
        # Who is known by what.
        (
            r"\b(is|are) (?:uniquely )?(?:identified|recognised|" r"recognized|known) by (?:an? |its |their |the )?(?:unique )?",
            r"\1 with a unique ",
        ),
        (r"\b(?:is|are) with a unique ", "has a unique "),
        # From where to where.
        (rf"\b{_SPANS}from {_A} ([\w -]{{0,20}}{_PLACED}) (?:to|until|till) {_A} ([\w -]{{0,20}}{_PLACED})\b", r"has a \1 and a \2"),
        (
            rf"(?<!of )(?<!anything )\bfrom an? ([\w -]{{0,20}}{_PLACED}) " rf"(?:to|until|till) an? ([\w -]{{0,20}}{_PLACED})\b",
            r"with a \1 and a \2",
        ),
        (r"\bbetween (?:two|2) people\b", "between two persons"),
        # Things of which each has something: "order lines, each with a quantity".
        (r"(?<=s), ?(?:each|all|every one)(?: of (?:which|them))? (with|having|has|have|containing|contains|including) ", r" with "),
        (rf"\b{_A}? ?list of (?={_A}? ?[a-z-]+s\b)", ""),
        # What is there on each of something, what is noted of it.
        (rf"^(?:on|in|at|for|within|to) (each|every|all) ({_N}),? there(?: is| are|'s| will be| can be| may be) ", r"\1 \2 has "),
    )
)
_TO = re.compile(r"\((\w[\w ]*?(?: to [\w ]{2,20}?){2,6})\)")
_CUT = re.compile(
    r"(?<=[a-z] )([a-z]+): (?=(?:(?:for|at|on|in|after|with) (?:each|every)|"
    r"(?:each|every|an?|the) [\w-]+(?: [\w-]+)? (?:has|have|is|belongs|needs))\b)",
    re.I,
)
_BECOMES = re.compile(r"([\w ]{2,20})((?: ?(?:->|→|=>|>) ?[\w ]{2,20}){2,8})")
_STATES = re.compile(r"\b(status|state|stage|phase|pipeline|workflow|progress|priority|level)s?:? ?(?:is |are |of )?\(?$", re.I)
_EQUALS = re.compile(r"\b(\w{2,20}) ?= ?([\w -]{1,24}(?:(?:,| or|/|\|) ?[\w -]{1,24}){1,8}?)(?=[;.)]|$)")


def retold(said: str) -> list[str]:
    """The sentence, told again; in several when it says several things."""
    told = "\n".join(turned(_EQUALS.sub(r"\1 (\2)", _BECOMES.sub(_becoming, said))))
    told = _CUT.sub(r"\1\n", told)
    return [again for line in told.split("\n") for again in _again(line)]


def _again(line: str) -> list[str]:
    for pattern, instead in _RULES:
        line = pattern.sub(instead, line)
    line = _TO.sub(lambda match: f"({match[1].replace(' to ', ', ')})", line)
    return [told for part in _CUT.sub(r"\1\n", line).split("\n") for told in beside(part).split("\n")]


def _becoming(match: re.Match[str]) -> str:
    """``status: open -> done -> paid`` has these values."""
    before = f"{match.string[: match.start()]}{match[1]}"
    values = ", ".join(part.strip() for part in re.split(r"->|→|=>|>", match[0]))
    named = re.search(r"^(.*\b(?:status|state|stage|phase|pipeline|workflow|progress|level)s?:?) ?(?:is |are |of )?(.*)$", match[1], re.I)
    if named and named[2]:
        return (
            f"{named[1].rstrip(':')} ({values.removeprefix(match[1].strip()).lstrip(', ') and named[2] + values[len(match[1].strip()) :]})"
        )
    if match.string[: match.start()].rstrip().endswith("("):
        return values
    return f" ({values})" if _STATES.search(before[: len(before) - len(match[1])]) else match[0]

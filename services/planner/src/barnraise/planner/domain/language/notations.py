"""Ways of writing that are put into the sentences that are read: ``author 1-n book``, ``for each route I note``."""

import re

_RECORDING = r"(?:want|need|note|record|store|keep|track|log|save|write|know|have|enter|remember|see)(?: down| of)?"
_PAIRS = r"start|end|first|last|home|away|min|max|opening|closing|arrival|departure|check-in|check-out|purchase|sale|order|delivery"
_PROGRAM = r"an? (?:[\w-]+ ){0,3}(?:app|tool|system|database|program|application|website|tracker|software)\b"


NOTATIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            rf"^(?:our|my|the) ([\w' -]{{2,40}}?) (?:needs?|wants?|would like|is looking for|requires?|could use) ({_PROGRAM})", re.I
        ),
        r"build \2 for our \1",
    ),
    (re.compile(r"(?m)(?:^|(?<=[.;] ))([a-z]+(?: [a-z]+)?) = (?=[^,\n]{2,30},)(?<!status = )(?<!type = )", re.I), r"\1: "),
    (re.compile(r"\b(?:um+|uh+|erm?|hmm+)\b,? ?", re.I), ""),
    (
        re.compile(r"\b([a-z]+s) (?:give|tell|leave|send|provide) (?:us|me)(?: with)?(?: their)? (?=[\w -]{2,30}(?:,| and\b))", re.I),
        r"\1 have ",
    ),
    (re.compile(r"(?m)^(?:create )?table (\w+) ?[:(]", re.I), r"\1:"),
    (re.compile(r"\b(\w+_id) ?(?:->|=>|references) ?\w+", re.I), r"\1"),
    (re.compile(r"^there (?:is|are|will be) (?:also )?(?=\w+s\b)", re.I), ""),
    (re.compile(r"\buses? (?:many|several|multiple|some) ", re.I), "have many-to-many "),
    (
        re.compile(
            r"\b(?:moves?|goes|go|passes|runs?) through (?:the |these )?(?:following )?"
            r"(?:stages?|states?|status(?:es)?|phases?)\b:? ?(?:of )?",
            re.I,
        ),
        "has a stage: ",
    ),
    (re.compile(r"\bgoes through (?=(?:several |various |many |the )?[a-z]+s\b(?! of))", re.I), "has "),
    (re.compile(r"\bgo through (?=(?:several |various |many |the )?[a-z]+s\b(?! of))", re.I), "have "),
    (re.compile(r"\bcomes? out of (?=[a-z])", re.I), "belong to "),
    (re.compile(r"(?<=[a-z]), (?:who|which) (?:is|must be) (?=an? [a-z]+(?: [a-z]+)?[.;\n])", re.I), " who is "),
    (re.compile(r"(?m)(?:^|(?<=[.;] ))([a-z]+(?: [a-z]+)?) = (?=[a-z][\w ]{1,30} \+ )", re.I), r"\1: "),
    (re.compile(r"(?<=[a-z]) \+ (?=[a-z])", re.I), ", "),
    (re.compile(r"(?m)^([A-Za-z][\w ]{2,40}): ?([a-z]+(?: (?!id\b)[a-z]+)?) ?(?:->|=>) ?", re.I), r"\1\n\2: "),
    (
        re.compile(
            rf"\bfor (?:each|every) ([\w -]{{2,30}}?),? (?:i|we|you|they|it)(?:'d|'ll| would| will)?"
            rf"(?: also| like to| want to| need to| have to)* {_RECORDING} (?=\w)",
            re.I,
        ),
        r"each \1 has ",
    ),
    (
        re.compile(r"^between (two [\w ]{2,30}?) there (?:are|is) (?:an? )?([\w ]{2,30}?) (?:with|that have) ", re.I),
        r"\2 take place between \1 and have ",
    ),
    (re.compile(r"^what (?:i|we) (?:really )?(?:need|want) is (?=an? )", re.I), "i need "),
    (re.compile(r"\b(\w+) from ?/ ?(to|until)\b", re.I), r"\1 from, \1 \2"),
    (re.compile(rf"\b({_PAIRS})/({_PAIRS}) (date|time|name|score|price|number)s?\b", re.I), r"\1 \3, \2 \3"),
    (
        re.compile(r"\b(\w{1,40})( ?\([^()\n]{1,300}\)) (?:1|one)(?:-to-|:|-| to )(?:n|m|many|\*) (?=(\w{1,40}))", re.I),
        r"\1\2\nEach \1 has many \3s\n",
    ),
    (
        re.compile(r"\b(?!ha(?:ve|s)\b)([A-Za-z]+?)s? (?:1|one)(?:-to-|:|-| to )(?:n|m|many|\*) ([A-Za-z]+?)s?(?=[\s;,.)]|$)", re.I),
        r"each \1 has many \2s",
    ),
    (
        re.compile(r"\b(?!ha(?:ve|s)\b)([A-Za-z]+?)s? (?:n|m|many)(?:-to-|:|-| to )(?:n|m|many) ([A-Za-z]+?)s?(?=[\s;,.)]|$)", re.I),
        r"\1s have many-to-many \2s",
    ),
)
"""How lists and schemas put what is otherwise said in a sentence."""

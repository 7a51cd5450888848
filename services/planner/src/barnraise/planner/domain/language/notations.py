"""Ways of writing that are put into the sentences that are read: ``author 1-n book``, ``for each route I note``."""

import re

_RECORDING = (
    r"(?:want|need|note|record|store|keep|track|log|save|write|know|have|enter|remember|see)s?(?: to note| to know| to keep)?(?: down| of)?"
)
_PAIRS = r"start|end|first|last|home|away|min|max|opening|closing|arrival|departure|check-in|check-out|purchase|sale|order|delivery"
_PROGRAM = r"an? (?:[\w-]+ ){0,3}(?:app|tool|system|database|program|application|website|tracker|software)\b"


NOTATIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b((?:booking|reservation|rental|stay|trip)s) from ?(?:/|-)? ?to with ", re.I), r"\1 with a start date, an end date, "),
    (
        re.compile(
            r"\b((?:booking|reservation|rental|stay|trip|lease|contract|membership)s) "
            r"from ?(?:/|-|\bdate)? ?(?:to|till|until)(?: date)?(?=[,.;)]|$)",
            re.I,
        ),
        r"\1 with a start date and an end date",
    ),
    (re.compile(r"(?m)^(?:the )?(?:entities|relations|relationships) ?: ?", re.I), ""),
    (re.compile(r"(?m)^(?:our |my |the )?(?:needs|wishes|wish ?list|requirements|features|specification) ?:?\n", re.I), ""),
    (re.compile(r"(?m)^(?:table|entity|model|class|object) ?: ?([\w ]{2,40}?) ?[|:] ?", re.I), r"\1: "),
    (re.compile(r"(?m)(?:^|(?<=[.;:,] ))\(\d{1,2}\) (?=\w)"), "\n"),
    (re.compile(r"\b([A-Z]\w{1,40})\(([\w ]{1,40})\)"), r"\1 (\2, )"),
    (re.compile(r"^what (?:it|this|the (?:app|tool|system|program)) (?:has to|must|should|needs to|shall) do:? ", re.I), ""),
    (re.compile(r"^(?:it must |please )?((?:store|log|track|record|list) [a-z]+s? ?\()", re.I), r"an app to \1"),
    (re.compile(r"\),(?: and)? ((?:store|log|track|record|list) [a-z]+s )", re.I), r"). \1"),
    (re.compile(r"\b(\w+s) of ((?:an?|each|every) \w+) ?(\([^()]{3,200},[^()]{2,200}\))", re.I), r"\1 \3 of \2"),
    (re.compile(r"^(?:(?:please|pls) )?(?:build|make|create)(?: me| us)?:? \"[^\"\n]{2,40}\" ?[-:] ", re.I), ""),
    (
        re.compile(
            r"(?m)(?:^|(?<=[.!] ))my (?:(?:grand)?(?:ma|pa|mother|father)|mum|dad|wife|husband|son|daughter|aunt|uncle) "
            r"([a-z]{3,12}[^s])s (?=[a-z]+)",
            re.I,
        ),
        r"I \1 ",
    ),
    (re.compile(r"\b((?:an?|the|each|every) [\w-]{2,20}) (?:says|states|tells us|shows us) (?=the|an?)", re.I), r"\1 has "),
    (re.compile(r"^we (?:do|offer|provide) [a-z]+ [a-z]+(?:ing|ion|ment)s?\.? ", re.I), ""),
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
            rf"\bfor (?:each|every) ([\w -]{{2,30}}?),? (?:i|we|you|they|it|she|he|everyone)(?:'d|'ll| would| will)?"
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
    (
        re.compile(
            r"(?<=; )((?:the |an? )?[a-z][\w -]{2,30}(?:, (?:the |an? )?[\w -]{2,30}){1,6},? and (?:the |an? )?[\w -]{2,30}?) "
            r"(?:are|must be|should be|have to be) (?:needed|required|stored|saved|recorded|noted|kept|tracked)(?=[.;\n]|$)",
            re.I,
        ),
        r"we record the \1",
    ),
    (re.compile(r"(?<=has many )(\w+),(?: and)? (?=[A-Za-z]\w* (?:has many|belongs to)|each )"), r"\1. "),
)
"""How lists and schemas put what is otherwise said in a sentence."""

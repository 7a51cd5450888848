"""What kind of message a text is, before its meaning is read."""

import re
from collections.abc import Iterable
from typing import Literal

from barnraise.planner.domain.language.text import tokens, words_of

Kind = Literal["undo", "redo", "test", "fix", "question", "script", "foreign", "greeting", "nothing", "other"]

_POLITE = r"(?:please\s+|can you\s+|could you\s+|now\s+|ok(?:ay)?,?\s+|just\s+)*"
_TAIL = r"(?:\s+(?:please|again|now|for me))*\s*[.!?]*$"
_IT = r"(?:that|it|this|the (?:last|previous|latest) (?:step|change|edit|thing|one)|my last change|what you (?:just )?did)"
_UNDO = re.compile(
    rf"^{_POLITE}(?:undo|revert|roll ?back|take back|reverse|go back|step back|ctrl[- ]z)(?:\s+{_IT}|\s+one step)?{_TAIL}", re.I
)
_TAKE_BACK = re.compile(rf"^{_POLITE}(?:take|roll)\s+{_IT}\s+back{_TAIL}", re.I)
_DROP_IT = re.compile(
    rf"^{_POLITE}(?:(?:oh|no|hm+),? )*(?:remove|delete|drop|scrap|forget|discard|cancel|get rid of|don't keep|lose|take(?: out| away)?) "
    r"(?:(?:the )?(?:very )?(?:last|latest|most recent) (?:one|thing|addition|change|step|bit)"
    r"(?: (?:that )?(?:you|i|we) (?:just )?(?:added|did|made))?"
    r"|what (?:you|i|we) (?:have |'ve )?(?:just |last )?(?:added|did|made|changed|put in)(?: last)?"
    r"|(?:the (?:one|thing)|that|the thing) (?:that )?(?:you|i|we) (?:have |'ve )?(?:just|last) (?:added|made)"
    rf"|(?:that|this|it)(?: (?:one|change|addition))?(?: out)? again){_TAIL}",
    re.I,
)
"""What was added last goes with the step that added it, which can be done again."""

_REDO = re.compile(rf"^{_POLITE}(?:redo|do it again|reapply|bring it back|undo the undo)(?:\s+{_IT})?{_TAIL}", re.I)
_TRYING = re.compile(r"^test[.!? ]*$", re.I)
_TEST = re.compile(
    rf"^{_POLITE}(?:(?:re-?)?run|execute|start|do)?\s*(?:the |all |all the |its |my )?tests?(?:\s+(?:it|the app|suite|everything))?{_TAIL}",
    re.I,
)
_FIX = re.compile(
    rf"^{_POLITE}(?:fix|repair|mend|solve|debug)\s+(?:it\b{_TAIL}|(?:this|that|the|these|all|my)\s+(?:[a-z]+\s+){{0,2}}"
    r"(?:errors?|bugs?|problems?|crash(?:es)?|exceptions?|issues?|failures?|warnings?)\b)",
    re.I,
)
_GREETING = re.compile(r"^(?:hi|hello|hey|good (?:morning|day|evening|afternoon)|thanks?(?: you)?|cheers|yo|test)\b[\s\w!.,]{0,20}$", re.I)
_ASKS = r"^(?:what|which|how|who|whose|why|where|when|is|are|does|do|did|can|could|will|would|should|has|have|am)\b.*\?\s*$"
_WONDERS = r"^(?:what|which|how|who|why)\b"
_TELL_ME = (
    r"^(?:list|show|describe|explain|tell)\s+(?:me\s+)?(?:all\s+|about\s+)?(?:the\s+|your\s+|my\s+|what\s+)?"
    r"(?:entities|tables|things|fields|relations|model|manifest|app|application|data|it|you|there)\b"
)
_QUESTION = re.compile(rf"{_ASKS}|{_WONDERS}|{_TELL_ME}", re.I | re.S)
_REQUEST = re.compile(
    r"^(?:can|could|would|will|may) (?:you|we|i) (?:please |also )?"
    r"(?:have|get|build|make|create|generate|write|design|add|remove|change|rename|"
    r"set|store|track|record|let|allow|give|use|turn|keep|put|drop|delete|move)\b",
    re.I,
)
_WANTS = re.compile(
    r"^what (?:i|we) (?:really )?(?:need|want|have in mind|am after|are after)(?: is\b|:)"
    r"|^what (?:it|this|the (?:app|tool|system|program)) (?:has to|must|should|needs to|shall) do\b(?!.*\?)",
    re.I,
)
_SCRIPT = re.compile(
    r"^(?:please\s+)?(?:draw|plot|compute|calculate|solve|convert|summari[sz]e|scrape|simulate|visuali[sz]e)\b"
    r"|^(?:please\s+)?(?:(?:make|create|show|give|build)(?: me)?\s+)?(?:an?\s+)?(?:[a-z]+\s+)?(?:chart|graph|plot|diagram|histogram)\b"
    r"|\b(?:bar|pie|line|scatter) (?:chart|plot|graph) (?:of|from|with|for)\b|\bhistogram of\b|\bfrom this table\b"
    r"|\b(?:python|bash|shell|sql) (?:script|program|query)\b|\bscript (?:that|to|which)\b",
    re.I,
)
_DESTROYS = re.compile(
    rf"^{_POLITE}(?:i want (?:you )?to )?(?:delete|remove|drop|clear|wipe|erase|destroy|purge|empty|kill|reset|truncate|trash|get rid of)"
    r"(?: (?:up|out|away))?"
    r"(?:[\s.!]*$|\s+(?:all|everything|every|it|that|this|these|those|them|the|my|our|your|table|database|anything)\b)",
    re.I,
)
_COMMANDS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_UNDO, "undo"),
    (_TAKE_BACK, "undo"),
    (_DROP_IT, "undo"),
    (_REDO, "redo"),
    (_TRYING, "greeting"),
    (_TEST, "test"),
    (_FIX, "fix"),
    (_GREETING, "greeting"),
)
_FOREIGN = frozenset(
    "ich und der das eine einen ein mit für fur nicht brauche möchte mochte bitte ist sind haben hat von zu app-für je veux une avec "
    "les des pour dans et est sont qui gérer gerer quiero una para los las que necesito aplicación aplicacion por jag vill ha och ett "
    "med för att är ik wil een met voor het zijn vorrei gli che della di eu quero uma com os da jeg vil til og chcę chce aplikację "
    "aplikacje z dla oraz chci aplikaci".split()
)
_ENGLISH = frozenset(
    "the a an and of to with for that is are have has i we my our it in on each every this from or can want need app add make build "
    "create list tracker manager todo blog them their be as at by".split()
)


def kind_of(text: str) -> Kind:
    """The kind of a message; ``other`` for all that has to be read."""
    said = " ".join(text.split())[:2000]
    if not re.search(r"[^\W\d_]{2}", said):
        return "nothing"
    if command := next((kind for pattern, kind in _COMMANDS if pattern.match(said)), None):
        return command
    if is_foreign(said):
        return "foreign"
    if _QUESTION.match(said) and not _REQUEST.match(said) and not _WANTS.match(said):
        return "question"
    return "script" if _SCRIPT.search(said) else "other"


def destroys(text: str) -> bool:
    """Whether a message asks for something to be taken away: ``delete everything``."""
    return bool(_DESTROYS.match(" ".join(text.split())[:2000]))


def is_foreign(text: str) -> bool:
    """Whether a text is in another language than English, by its script and its small words."""
    letters = [char for char in text if char.isalpha()]
    if letters and sum(char.isascii() for char in letters) * 2 < len(letters):
        return True
    words = words_of(tokens(text))
    raw = {word.strip(".,!?:;").lower() for word in text.split()}
    foreign, english = _count(raw | set(words), _FOREIGN), _count(words, _ENGLISH)
    return foreign >= 2 and foreign > english


def _count(words: Iterable[str], known: frozenset[str]) -> int:
    return len({word for word in words if word in known})

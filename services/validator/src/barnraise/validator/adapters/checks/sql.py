"""SQL that no database would read: every statement has to be one in at least one of the usual dialects."""

import logging
import re
from collections.abc import Iterator

import sqlglot
from sqlglot.errors import ErrorLevel, SqlglotError

from barnraise.validator.adapters.checks.files import Found, by_file, place

DIALECTS = ("postgres", "sqlite", "mysql", "tsql")
_PROCEDURAL = re.compile(
    r"^\s*(create\s+(or\s+replace\s+)?(function|procedure|trigger|rule|policy|extension|role|user|event|type|domain)|do\b|delimiter\b"
    r"|grant\b|revoke\b|comment\s+on|\\|pragma\b|begin\b|end\b|declare\b|call\b|copy\b|vacuum\b|analyze\b|set\b|listen\b|notify\b)",
    re.IGNORECASE,
)
"""How statements begin whose inside each database reads in its own way."""
_PIECES = re.compile(r"--[^\n]*|/\*.*?(?:\*/|$)|'(?:''|[^'])*'|\"(?:\"\"|[^\"])*\"|`[^`]*`|(\$\w*\$).*?\1|;", re.DOTALL)
_FIRST_WORDS = frozenset(
    "select insert update delete create alter drop with truncate merge replace explain values table rename use commit rollback savepoint "
    "release start lock show describe attach detach reindex refresh cluster security reset discard load print go if exec execute".split()
)
_VIEW = re.compile(
    r"^\s*create\s+(?:or\s+replace\s+)?(?:(?:temp|temporary|materialized|recursive)\s+)*view\s+(?:if\s+not\s+exists\s+)?"
    r"[\w.\"`\[\]]+\s*(?:\([^()]*\)\s*)?as\s+",
    re.IGNORECASE,
)
_WRONG = {
    "A comma stands where something is missing.": re.compile(r",\s*(?:,|\)|$)|\(\s*,"),
    "SET is followed by nothing.": re.compile(r"\bset\s+(?:where\b|$)", re.IGNORECASE),
    "DELETE needs FROM.": re.compile(r"^\s*delete\b(?!.*\bfrom\b)", re.IGNORECASE | re.DOTALL),
    "There is nothing of this kind to create, drop or alter.": re.compile(
        r"^\s*(?:create|drop|alter)\s+(?!(?:or\s+(?:replace|alter)|global|local|temp|temporary|unlogged|unique|clustered|nonclustered|fulltext"
        r"|spatial|virtual|materialized|recursive|external|foreign|table|index|view|schema|database|sequence|server|publication|statistics"
        r"|subscription|collation|aggregate|operator|cast|language|default|constraint|routine|group|large|text|tablespace|assembly|login"
        r"|partition|synonym|transform|access|conversion|columnstore|system|session|definer|algorithm|sql|owned|if|function|procedure"
        r"|trigger|rule|policy|extension|role|user|event|type|domain)\b)",
        re.IGNORECASE,
    ),
    "A table is not altered in this way.": re.compile(
        r"^\s*alter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?[\w.\"`\[\]]+\s+(?!(?:\*|add|drop|alter|rename|modify|change|set|reset|owner|enable"
        r"|disable|attach|detach|convert|engine|cluster|replica|force|no|inherit|validate|of|not|order|auto_increment|comment|default"
        r"|character|collate|row_format|switch|rebuild|with|partition|replace|import|discard)\b)",
        re.IGNORECASE,
    ),
}
"""What the parsers pass over, by statements whose texts are blank."""


def warm() -> None:
    _problem("nothing")


def main() -> None:
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    by_file(look)


def look(_: str, text: str) -> Iterator[Found]:
    if "{{" in text or "{%" in text:
        return  # a template
    for statement, start in _statements(text):
        bare = re.sub(r"--[^\n]*|/\*.*?\*/", lambda match: " " * len(match[0]), statement, flags=re.DOTALL)
        if not bare.strip() or _PROCEDURAL.match(bare):
            continue
        begin = start + len(bare) - len(bare.lstrip())
        word = re.match(r"\s*\(*\s*(\w*)", bare)
        if word is None or word[1].lower() not in _FIRST_WORDS:
            yield Found("invalid-sql", "error", f"No statement of SQL begins with {bare.split()[0][:40]!r}.", *place(text, begin))
        elif (problem := _obvious(bare) or _problem(statement)) is not None:
            yield Found("invalid-sql", "error", f"No database reads this statement: {problem}", *place(text, begin))


def _statements(text: str) -> Iterator[tuple[str, int]]:
    """Each statement and where it begins."""
    start = 0
    for match in _PIECES.finditer(text):
        if match[0] == ";":
            yield text[start : match.start()], start
            start = match.end()
    yield text[start:], start


def _obvious(bare: str) -> str | None:
    blank = re.sub(r"'(?:''|[^'])*'", lambda match: "'" * len(match[0]), bare)
    return next((reason for reason, rule in _WRONG.items() if rule.search(blank)), None)


def _problem(statement: str) -> str | None:
    """What the first dialect says when none can read it. Of a view its query is read: what begins with CREATE may be nearly anything."""
    problems = []
    statement = _VIEW.sub(lambda match: " " * len(match[0]), statement)
    for dialect in DIALECTS:
        try:
            sqlglot.parse(statement, read=dialect, error_level=ErrorLevel.RAISE)
        except SqlglotError as error:
            problems.append(str(error).splitlines()[0][:200])
        else:
            return None
    return re.sub(r"\x1b\[[0-9;]*m", "", problems[0])

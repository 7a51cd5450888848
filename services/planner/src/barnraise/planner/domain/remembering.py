"""Standing wishes in a message: "from now on use tabs". They are kept for the project, and told to every model."""

import re
from collections.abc import Iterator

from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.memory import Memory

MOST = 20
_LONGEST = 400
_SENTENCES = re.compile(r"(?<=[.!?;])\s+|\n+")
_QUOTED = re.compile(r"^(?P<fence>`{3,}+)[^\n]*\n.*?^(?P=fence)`*[ \t]*$", re.M | re.S)
"""What somebody else said, such as a page that reports an error: it stands between lines of backticks."""
_EXPLICIT = re.compile(
    r"^(?:and |also |please |ok,? |but )*(?:from now on|from here on|in (?:the )?future|henceforth|as a rule|for this project|"
    r"(?:please )?(?:remember|note|keep in mind|bear in mind) that|(?:remember|keep in mind)\s*:)[\s,:]+(?P<wish>.+)$",
    re.I,
)
_TRAILING = re.compile(r"^(?P<wish>.+?)[\s,]+(?:from now on|from here on|in (?:the )?future|henceforth)$", re.I)
_HABIT = re.compile(
    r"^(?:and |also |please |but )*(?P<wish>(?:always|never)\s+(?:use|write|spell|prefer|name|format|indent|comment|document"
    r"|answer|explain|put|add|"
    r"change|touch|import|(?:american|british|english)\b).+)$",
    re.I,
)
_OF_CODE = re.compile(
    r"\b(?:spelling|spell|tabs?|spaces?|indent\w*|semicolons?|quotes?|british|american|english|german|french|docstrings?"
    r"|type hints?|comments?|"
    r"camel ?case|snake_case|snake case|tests?|code|files?|functions?|class(?:es)?|modules?|variables?|identifiers?|names?|librar(?:y|ies)|"
    r"dependenc(?:y|ies)|framework|typescript|javascript|python|css|html|sql|answers?|sentences?|emojis?|jargon|imports?|lines?)\b",
    re.I,
)


def wishes_in(text: str) -> tuple[tuple[str, ...], str]:
    """What the text wants from now on, and what is left of it.

    "Always" and "never" speak of the application as often as of how to work on it ("never delete paid orders"): alone, they count only
    with words of the latter. What is quoted wants nothing.
    """
    found: list[str] = []
    left: list[str] = []
    for sentence, quoted in _sentences(text[:20_000]):
        bare = sentence.strip().rstrip(".!;")
        wish = _wish(bare) if not quoted and len(bare) <= _LONGEST and len(found) < MOST else None
        (found if wish else left).append(wish or sentence)
    return (tuple(dict.fromkeys(found)), "\n".join(left).strip() + text[20_000:]) if found else ((), text)


def _sentences(text: str) -> Iterator[tuple[str, bool]]:
    """Each sentence, and each quotation as one; whether it is that."""
    at = 0
    for quotation in _QUOTED.finditer(text):
        yield from ((sentence, False) for sentence in _SENTENCES.split(text[at : quotation.start()]))
        yield quotation[0], True
        at = quotation.end()
    yield from ((sentence, False) for sentence in _SENTENCES.split(text[at:]))


def of_the_work(wish: str) -> bool:
    """Whether it speaks of how to work, rather than of what the application is."""
    return _OF_CODE.search(wish) is not None


def wishes_of(event: PlanMade | PlanAnswered) -> tuple[Memory, ...]:
    """The standing wishes that the plan has heard, as the project will remember them."""
    return tuple(
        Memory(id=f"{event.job_id}-w{number}", kind="wish", text=text, at=event.at, job_id=event.job_id)
        for number, text in enumerate(event.remember, start=1)
    )


def _wish(sentence: str) -> str | None:
    if match := _EXPLICIT.match(sentence) or _TRAILING.match(sentence):
        return match["wish"].strip()
    match = _HABIT.match(sentence)
    return match["wish"].strip() if match and of_the_work(match["wish"]) else None

"""What surrounds the matter in a letter: whom it greets, what was talked about before, and how it ends."""

import re

_GREETING = re.compile(
    r"\A(?:hi|hello|hey|dear|hallo|bonjour|guten (?:tag|morgen|abend)|moin|servus|good (?:day|morning|afternoon|evening))"
    r"(?: (?!i\b|we\b)[a-z][\w.-]{0,20}){0,3} ?[,!\n] ?",
    re.I,
)
_BEFORE = re.compile(
    r"(?:(?<=\A)|(?<=[.!\n] )|(?<=\n))(?:as|like) (?:we |i |you )?(?:just |already |briefly )?(?:discussed|agreed|mentioned|said|talked|"
    r"promised|announced)\b[^,.:\n]{0,60}, ?",
    re.I,
)
_WISHES = re.compile(
    r"\A(?:please )?(?:find|see|here (?:is|are|comes?)|below (?:is|are)) (?:attached |below )?(?:my|our|the|a) "
    r"(?:[\w-]+ )?(?:wish ?list|list|requirements|spec(?:ification)?|notes|ideas)[^.:\n]{0,40}[.:\n] ?",
    re.I,
)
_ENDING = re.compile(
    r"(?:\n|(?<=[.!?;)] ))(?:(?:many |kind |best |warm |with |and )*(?:thanks|thank you|thx|regards|cheers|greetings"
    r"|wishes)\b)[^.:;()]{0,60}"
    r"[.!]?\s*\Z",
    re.I,
)


def matter_of(text: str) -> str:
    """The text of a letter without its greeting and its ending; any other text as it is."""
    plain = _BEFORE.sub("", _WISHES.sub("", _GREETING.sub("", text, count=1)))
    return _ENDING.sub("", plain) or text

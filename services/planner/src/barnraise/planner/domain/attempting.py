"""In how many ways something is to be tried, when a message says so: "try three ways: ..."."""

import re

MOST = 4
_NUMBERS = {"two": 2, "three": 3, "four": 4, "2": 2, "3": 3, "4": 4, "a few": 3, "several": 3, "different": 2}
_NUMBER = r"(?P<number>two|three|four|[2-9]|five|six|seven|eight|nine|ten|a few|several|different)"
_WAYS = rf"{_NUMBER}(?: different| possible| alternative)? (?:ways|variants|versions|attempts|approaches|solutions|alternatives|options)"
_PUT = r"(?: of (?:it|this|that))?(?:,? and (?:take|keep|pick|choose|use|merge) the best(?: one)?)?"
_AHEAD = re.compile(
    rf"^\s*(?:please )?(?:try|do|make|give me|attempt)(?: (?:it|this|that))?(?: in)? {_WAYS}{_PUT}\s*(?:[:,–-]|to\b|of\b)\s*", re.I
)
_BEHIND = re.compile(rf"[\s,;.(–-]+(?:please )?(?:and )?(?:try|do|make|attempt)(?: (?:it|this|that))?(?: in)? {_WAYS}{_PUT}[\s.!)]*$", re.I)


def attempts_in(text: str) -> tuple[int, str]:
    """The number of ways, 1 to 4, and the text without these words."""
    for pattern in (_AHEAD, _BEHIND):
        if found := pattern.search(text):
            rest = (text[: found.start()] + text[found.end() :]).strip()
            return (_NUMBERS.get(found["number"].lower(), MOST), rest) if rest else (1, text)
    return 1, text

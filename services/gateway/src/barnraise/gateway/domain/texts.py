"""What people type: which prompts and names are taken, and the name that a prompt gives to its project."""

import re
import unicodedata

from barnraise.gateway.domain.refusals import Refusal

MAX_PROMPT = 100_000
MAX_NAME = 120
_SAY = "Say in a sentence what the application is for."
# Line breaks, control characters, and marks that turn the direction of everything behind them.
_REFUSED = frozenset({"Cc", "Zl", "Zp", "Cs"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DEFAULT_NAME = 60


def check_unicode(text: str, pointer: str) -> str:
    """The text itself; Refusal ``not_text`` when it cannot be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Refusal("not_text", "There is half a surrogate pair in the text.", "Send valid Unicode.", pointer=pointer) from error
    return text


def check_text(text: str, pointer: str) -> str:
    """The text itself; Refusal ``not_text`` when it is none."""
    if "\x00" in check_unicode(text, pointer):
        raise Refusal("not_text", "There is a NUL character in the text.", "Remove it.", pointer=pointer)
    return text


def check_prompt(text: str, pointer: str, *, may_be_empty: bool = False) -> str:
    """The prompt itself, with its spaces; Refusal when it is empty, too long or no text."""
    check_text(text, pointer)
    if not text.strip() and not may_be_empty:
        raise Refusal("prompt_empty", "The prompt is empty.", _SAY, pointer=pointer)
    if len(text.encode()) > MAX_PROMPT:
        detail = f"The prompt has {len(text.encode()):,} bytes; {MAX_PROMPT:,} are allowed."
        raise Refusal("prompt_too_long", detail, "Say it in fewer words; details can follow as further messages.", pointer=pointer)
    return text


def check_name(text: str) -> str:
    """The name without surrounding space. Markup and path characters are text like any other."""
    name = check_text(text, "/name").strip()
    fix = f"Use 1 to {MAX_NAME} characters on one line."
    if not name:
        raise Refusal("name_invalid", "The name is empty.", fix, pointer="/name")
    if len(name) > MAX_NAME:
        raise Refusal("name_invalid", f"The name has {len(name)} characters.", fix, pointer="/name")
    if any(unicodedata.category(character) in _REFUSED or character in _TURNING for character in name):
        raise Refusal("name_invalid", "The name has a control character in it.", fix, pointer="/name")
    return name


def name_for(prompt: str) -> str:
    """A project's name when none was given: the prompt's first clause, cut at a word, on one line."""
    words = "".join(" " if unicodedata.category(c) in _REFUSED or c in _TURNING else c for c in prompt).split()
    clause = re.split(r"(?<=\w)[.:;!?](?:\s|$)", " ".join(words), maxsplit=1)[0]
    if len(clause) <= _DEFAULT_NAME:
        return clause
    return (clause[:_DEFAULT_NAME].rsplit(" ", 1)[0] or clause[:_DEFAULT_NAME]).rstrip(" ,-") + "…"

"""Wishes for Supabase: ``with a Supabase schema``, ``use Supabase``."""

import re

_THINGS = "schema|backend|migrations?|policies|project|database|support|integration|sql|tables"
_SUPABASE = re.compile(
    r"(?:,? ?\b(?:and|also|it (?:should|must) (?:use|have)|use|using|uses|with|on|via|add|include|including|needs?|backed by|for) )*"
    rf"(?:\b(?:an?|the|our|my) )?\bsupabase\b(?: (?:{_THINGS}))*(?: (?:too|as well|as (?:the|its) (?:database|backend)))?"
    r"(?=\s*(?:,| and | but |[.;!?)]|$))",
    re.IGNORECASE,
)
SUPABASE = "supabase"


def take_supabase(text: str) -> tuple[str, bool]:
    """The text without its wish for Supabase, and whether there was one."""
    rest = _SUPABASE.sub("", text)
    return rest, rest != text

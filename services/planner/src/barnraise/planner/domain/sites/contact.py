"""How to reach somebody, as far as a text says it."""

import re

from barnraise.contracts.sites import Contact, Link

_EMAIL = re.compile(r"[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,30}){1,4}(?<![.-])")
_PHONE = re.compile(
    r"(?:(?:phone|tel(?:ephone)?|call(?: us)?(?: on| at)?|mobile|ring(?: us)?(?: on)?)[.:]?\s*)(\+?[\d][\d ()/."
    r"-]{4,20}\d)|(\+\d{1,3}[\d ()/-]{6,18}\d)",
    re.I,
)
BARE_ADDRESS = r"\b(?<!@)(?:[\w-]+\.)+(?:com|org|net|io|social|me|co|de|fr|at|ch|uk|eu|app|dev)/[\w@.~-]+"
"""An address of which nobody says that it is one; the path tells it from a name with a dot."""
_URL = re.compile(rf"\bhttps?://[^\s\"'<>\\)]{{3,300}}|\bwww\.[\w-]+(?:\.[\w-]+)+(?:/[^\s\"'<>\\)]*)?|{BARE_ADDRESS}")
_SOCIAL = {
    "instagram": "Instagram",
    "facebook": "Facebook",
    "linkedin": "LinkedIn",
    "github": "GitHub",
    "youtube": "YouTube",
    "mastodon": "Mastodon",
    "twitter": "Twitter",
    "x.com": "X",
}
_STREET = re.compile(
    r"\b(\d{1,4}[a-z]?,? (?:[A-Z][\w'.-]+ ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane"
    r"|Square|Drive|Way|Boulevard|Blvd|Place|Court|Row|Hill|Terrace|Quay|High Street)\b\.?(?:, [A-Z][\w'-]+(?: "
    r"[A-Z][\w'-]+)*){0,2}"
    r"|[A-ZÄÖÜ][\wäöüß-]+(?:straße|strasse|weg|platz|gasse|allee|ring)\s\d{1,4}[a-z]?(?:, (?:\d{4,5} )?[A-ZÄÖÜ]"
    r"[\wäöüß-]+)?|\d{1,4},? (?:rue|avenue|boulevard|place) [\w' -]{3,40})"
)
_PLACE = re.compile(
    r"\b(?:in|at|near|based in|located in|from)\s+(?:the (?:heart|centre|center) of )?(?P<place>[A-ZÄÖÜ][\wäöüß"
    r"éè'-]+(?: (?:[A-ZÄÖÜ][\wäöüßéè'-]+|upon|am|an|der|sur|de)){0,3}(?:, [A-ZÄÖÜ][\wäöüßéè'-]+)?)"
)
_LONGEST = 300
_NOT_PLACES = frozenset(
    (
        "january february march april may june july august september october november"
        " december monday tuesday wednesday thursday friday saturday sunday english german"
        " french spanish"
    ).split()
)


def contact_of(text: str) -> Contact:
    """E-mail, telephone, address and links that stand in a text; the place alone where there is no street."""
    email = next((match[0] for match in _EMAIL.finditer(text)), "")
    phone = next((match[1] or match[2] for match in _PHONE.finditer(text)), "")
    street = _STREET.search(text)
    return Contact(
        email=email, phone=phone.strip()[:40], address=street[0].strip(" .,")[:_LONGEST] if street else place_of(text), links=links_of(text)
    )


def place_of(text: str) -> str:
    """``in Bath``: the first place that a text speaks of."""
    for match in _PLACE.finditer(text):
        if match["place"].split()[0].lower() not in _NOT_PLACES:
            return match["place"].strip()[:_LONGEST]
    return ""


def links_of(text: str) -> tuple[Link, ...]:
    """The addresses in a text, called after where they lead."""
    links = {}
    for match in _URL.finditer(text):
        address = match[0].rstrip(".,;:!?")[:_LONGEST]
        address = address if address.startswith("http") else f"https://{address}"
        host = re.sub(r"^https?://(?:www\.)?", "", address).split("/")[0].lower()
        label = next((name for key, name in _SOCIAL.items() if key in host), host[:100])
        links[address] = Link(label=label, address=address)
    return tuple(links.values())[:20]

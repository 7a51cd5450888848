"""Wishes to sign in with an account from elsewhere: ``users sign in with Google``, ``Okta SSO``, ``single sign-on``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from barnraise.contracts.manifest import Integration
from barnraise.contracts.providers import PROVIDERS, UNNAMED, provider
from barnraise.planner.domain.language.nouns import listed

OIDC = "oidc"
_KNOWN = {
    "google": r"google(?: workspace| suite)?|g[- ]suite|gmail",
    "microsoft": (
        r"microsoft(?: entra(?: id)?| azure(?: ad)?| 365)?|(?:office|ms)[- ]?365|azure(?: ad| active directory)?|entra(?: id)?|outlook"
    ),
    "gitlab": r"gitlab",
    "okta": r"okta",
    "auth0": r"auth0",
    "keycloak": r"key ?cloak",
    "zitadel": r"zitadel",
    "authentik": r"authentik",
    "authelia": r"authelia",
    "onelogin": r"one ?login",
    "cognito": r"(?:(?:amazon|aws) )?cognito",
}
_OTHERS = (
    r"git ?hub|facebook|meta|twitter|linkedin|apple(?: id)?|instagram|discord|slack|steam|twitch|amazon|yahoo|saml(?: ?2(?:\.0)?)?|ldap"
    r"|(?:ms )?active directory|social(?: media)?|passkeys?|magic links?"
)
"""What people sign in with elsewhere, and not here."""
_GENERIC = r"single[- ]sign[- ]?on|sso|openid(?:[- ]connect)?|oidc|oauth(?: ?2(?:\.0)?)?"
_ACCOUNT = (
    r"(?:[- ](?:accounts?|konten|konto|comptes?|credentials|identit(?:y|ies)|(?:work|company) accounts?|" + _GENERIC + r"|oidc provider))*"
)
_NAME = rf"(?:{'|'.join(_KNOWN.values())}|{_OTHERS}|{_GENERIC})"
_THEIR = (
    r"(?:(?:their|an?|the|our|your|his|her|my|own|existing|company|work|corporate|school|university|personal|internal|external|ein|"
    r"eine[mnr]?|ihre[mnr]?|un|leur) )*+"
)
_MAIL = (
    r"(?:an? |their )?(?:e-?mails?(?: address(?:es)?)?(?: (?:and|/|or|&) (?:an? |their )?passwords?)?|user ?names? and passwords?"
    r"|passwords?)"
)
_AND = r"(?:, or |, and |, |/| ?/ ?| or | and | as well as )(?:with |via |by |using )?"
_WHOM = (
    rf"(?:{_MAIL}(?: or | and | as well as |, )(?:with |via |by )?)?(?P<whom>{_THEIR}{_NAME}{_ACCOUNT}"
    rf"(?:{_AND}{_THEIR}{_NAME}{_ACCOUNT}){{0,20}})(?:{_AND}{_MAIL})?"
)
_BY = r"(?:with|using|via|through|by|from|over|on|mit|über|ueber|per|about|avec|par)"
_NOUN = (
    r"(?:log-?ins?|sign-?ins?|sign-?ups?|sign-?ons?|logging[- ]in|signing[- ]in|registration|authentication|auth|anmeldung|connexion"
    r"|authentification|identification)"
)
_MORE = r"(?: (?:buttons?|integration|support|options?|functionality|feature|only))*"
_LEAD = (
    r"(?:,? ?\b(?:and|also|plus|with|it|there|we|i|should|must|can|want|like|would|wants|(?:is|be|are)(?= (?:an?|the|with|via))|have|has"
    r"|use|uses|using|needs?|requires?|supports?|offers?|allows?|enable|add|include|including|integrate|ajoute[rz]?|füge|mit|avec) )*+"
    r"(?:\b(?:an?|the|our|some|user|users|secure|simple|eine?|une|la) )*+"
)
"""These give nothing back: what follows could begin with the same words, and a long row of them would be shared out in every way."""
_END = (
    r"(?=\s*(?:$|[,.;!?)]|(?:and|but|so|or|to|before|then|as|instead|too|also|for|first|only|is|are|please|where|who|which|hinzu|hinzufügen)"
    r"\b))"
)
_REQUIRED = r"(?: (?:is|are|should be|must be) (?:required|needed|mandatory|supported|possible))?"
_IS = r"(?: (?:is|are|be|should|must|can|happens?|works?|goes|done|handled|made|provided|only))*"
_I = re.IGNORECASE
_VERBS = (
    re.compile(rf"\b(?P<verb>(?:sign|log)(?:s|ged|ing|ging)?[- ](?:in|up|on)|login) {_BY} {_WHOM}{_END}", _I),
    re.compile(rf"\b(?P<verb>authenticat(?:e|es|ing)|einloggen|anmelden|connecter) (?:themselves )?{_BY} {_WHOM}{_END}", _I),
    re.compile(rf"\b{_BY} {_WHOM} (?P<verb>sign-?in|anmelden|einloggen)\b", _I),
    re.compile(rf"\b(?P<verb>melden) (?:sich )?{_BY} {_WHOM} (?:an|on|in)\b", _I),
)
"""The verb stays, for what follows from it."""
_NOUNS = (
    re.compile(rf"{_LEAD}\b(?:{_GENERIC})(?: {_NOUN})?{_MORE} {_BY} {_WHOM}{_MORE}{_END}", _I),
    re.compile(rf"{_LEAD}\b{_NOUN}{_IS} {_BY} {_WHOM}{_MORE}{_END}", _I),
    re.compile(rf"{_LEAD}\b{_WHOM}[- ](?:based )?{_NOUN}{_MORE}{_REQUIRED}{_END}", _I),
    re.compile(
        rf"{_LEAD}\b{_WHOM} (?:for|as|to) (?:the |our |an? |user )*(?:{_NOUN}|{_GENERIC}|(?:log|sign)[- ]in|(?:identity|login|{_GENERIC}) "
        rf"provider|idp){_END}",
        _I,
    ),
    re.compile(rf"{_LEAD}\b(?P<whom>(?:{_NAME} )?(?:{_GENERIC}))(?: {_NOUN})?{_MORE}{_REQUIRED}{_END}", _I),
)
_SENTENCE = re.compile(r"[^.!?;\n]+(?:\.(?=\d)[^.!?;\n]+)*[.!?;\n]?")
_PARTS = re.compile(rf"\b(?:{'|'.join(f'(?P<{name}>{said})' for name, said in _KNOWN.items())}|(?P<others>{_OTHERS})|{_GENERIC})\b", _I)


@dataclass(frozen=True)
class Federation:
    """Where accounts may come from: ``name`` of a known provider, None when it was not said; ``said`` alone where it cannot be."""

    said: str
    name: str | None = None
    fits: bool = True


def take_federation(text: str) -> tuple[str, list[Federation]]:
    """The text with its wishes to sign in with accounts from elsewhere taken out, and these."""
    left: list[str] = []
    wished: list[Federation] = []
    for match in _SENTENCE.finditer(text):
        rest, found = _of_sentence(match[0])
        wished += found
        left.append(rest)
    return ("".join(left) if wished else text), list(dict.fromkeys(wished))


def _of_sentence(said: str) -> tuple[str, list[Federation]]:
    if len(said) > 1000 or not _PARTS.search(said):
        return said, []
    found: list[Federation] = []
    for pattern in (*_VERBS, *_NOUNS):
        if match := pattern.search(said):
            found += _named(match["whom"])
            verb = match.groupdict().get("verb", "")
            kept = verb if re.match("sign|log", verb, _I) else "sign in" if verb else ""
            before, after = said[: match.start()], said[match.end() :]
            before = before if kept else before.rstrip(" ,")
            said = f"{before}{kept}{after if before or kept or not after.strip(' ,') else after.lstrip(' ,')}"
    return said, found


def _named(whom: str) -> list[Federation]:
    found = []
    for part in _PARTS.finditer(whom):
        name = part.lastgroup if part.lastgroup != "others" else None
        found.append(Federation(part[0] if part.lastgroup else "", name, fits=part.lastgroup != "others"))
    named = [each for each in found if each.said]
    return named or found[:1]


def federation_of(wished: Sequence[Federation]) -> tuple[Integration | None, list[str]]:
    """The block for what was wished, and what of it is not built."""
    fitting = sorted({each.name: each for each in wished if each.fits}.values(), key=lambda each: each.name is None)
    points = [
        f"Signing in with {each.said} is not built: accounts can come from {_EXAMPLES}, and others that speak OpenID Connect."
        for each in wished
        if not each.fits
    ]
    if not fitting:
        return None, points
    chosen, others = fitting[0], [each for each in fitting[1:] if each.name]
    if others:
        both = listed([provider(each.name).label for each in others])
        points.append(f"Signing in with {both} is not built: there is one provider, which is {provider(chosen.name).label}.")
    return Integration(kind=OIDC, provider=chosen.name), points


def told(block: Integration) -> str:
    """What a block comes to, and what it takes, in words."""
    issuer = [] if provider(block.provider).issuer else ["OIDC_ISSUER"]
    needed = listed([*issuer, "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "PUBLIC_URL"])
    return f"People can sign in {manner(block)} besides e-mail and password, once {needed} are set."


def manner(block: Integration) -> str:
    """``with Google``, or ``by single sign-on`` when nobody said with what."""
    return f"with {provider(block.provider).label}" if block.provider else f"by {UNNAMED.label} (OpenID Connect)"


_EXAMPLES = listed([PROVIDERS[name].label for name in ("google", "microsoft", "gitlab", "okta", "keycloak")])

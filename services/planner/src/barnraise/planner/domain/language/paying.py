"""Wishes to be paid online: ``customers pay for orders with Stripe``, ``take payments online``; and what is paid for then."""

import re
from dataclasses import dataclass

from barnraise.contracts.manifest import AMOUNT_TYPES, Entity, Field, Integration, Manifest
from barnraise.contracts.names import ascii_words, snake
from barnraise.planner.domain.language.lookup import find_entity

_I = re.IGNORECASE
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]?")
_BEGIN = r"(?:^|(?<=[,(\s]))(?:(?:,|and|where|so that|that|but|also|as well as|to|be able to) )*"
_END = r"(?=\s*(?:,| and | but | so |[.;!?)]|$))"
_MUST = r"(?:can|could|must|should|shall|have to|need to|will|may|are able to|be able to|want to)"
_SOMEBODY = rf"(?:(?:let|allow|the|our|my|your|all) ){{0,2}}[a-z]+(?: (?:{_MUST}|to|then)){{0,3}}"
_CARD = r"(?:an? |their |his |her |the )?(?:(?:credit|debit|bank) )?cards?"
_HOW = rf"(?:online|(?:with|via|through|using|by|over|on|at) (?:stripe(?: checkout| payments?)?|{_CARD}))"
_WHAT = r"(?:the |an? |their |his |her |each |every |all |our |my )?(?P<{}>[a-z]+(?: [a-z]+)?)"
_FOR = r"(?: (?:for|to|on|of) " + _WHAT + ")?"
_PAYMENTS = (
    r"(?:(?:online|stripe|card|credit card|web) payments?|stripe(?: payments?)?(?: checkout| integration)?|stripe"
    r"|payments? (?:online|(?:with|via|through|by|using|over) (?:stripe|(?:credit )?cards?))"
    r"|checkout (?:page|flow|process)|online checkout|checkout (?:with|via|through|by|using) stripe)"
)
_WISHES = (
    re.compile(
        rf"{_BEGIN}(?:{_SOMEBODY} )?\bpay(?:s|ing)?(?: for {_WHAT.format('what')})?(?: {_HOW}){{1,2}}{_FOR.format('more')}{_END}", _I
    ),
    re.compile(
        rf"{_BEGIN}(?:{_SOMEBODY} )?\b(?:take|accept|collect)(?:s|ing)? (?:(?:online|card|credit card|stripe) )?payments?"
        rf"(?: {_HOW}){{0,2}}{_FOR.format('what')}(?: {_HOW})?{_END}",
        _I,
    ),
    re.compile(
        rf"{_BEGIN}(?:(?:it|there|we|i|{_SOMEBODY}) )??(?:with|plus|also|add|needs?|include|including|has|have|integrate|use"
        rf"|using|supports?|supporting|connect|enable|is|are)?(?: ?\b(?:an?|the|some))? ?\b{_PAYMENTS}(?: with stripe)?"
        rf"{_FOR.format('what')}{_END}",
        _I,
    ),
)
_PRICES = ("total", "amount", "price", "fee", "cost", "due", "sum", "balance", "charge", "donation")
_BILLS = frozenset(
    "order invoice booking reservation ticket registration subscription bill donation enrollment enrolment appointment rental membership "
    "purchase sale cart fee fine fare".split()
)
"""What people pay for rather than what it is made of."""
STRIPE = "stripe"


@dataclass(frozen=True)
class Paying:
    """A wish to be paid. ``what`` is the words for what is paid for; empty when it was not said."""

    said: str
    what: str = ""


def take_paying(text: str) -> tuple[str, list[Paying]]:
    """The text without its wishes to be paid, and these."""
    left: list[str] = []
    wished: list[Paying] = []
    for match in _SENTENCE.finditer(text):
        rest, found = _of_sentence(match[0])
        wished += found
        left.append(rest)
    return ("".join(left) if wished else text), wished


def _of_sentence(said: str) -> tuple[str, list[Paying]]:
    if len(said) > 1000:
        return said, []
    for pattern in _WISHES:
        if match := pattern.search(said):
            named = match.groupdict()
            what = (named.get("what") or named.get("more") or "").lower()
            before, after = said[: match.start()].rstrip(" ,"), said[match.end() :]
            return f"{before}{after if before or not after.strip(' ,') else after.lstrip(' ,')}", [Paying(match[0].strip(" ,"), what)]
    return said, []


def payment_of(manifest: Manifest, wish: Paying) -> Integration | None:
    """The block for a wish; None when what it names, or anything at all, has no price."""
    named = find_entity(manifest, wish.what) if wish.what else None
    if wish.what and named is None:
        return None
    priced = [(entity, field) for entity in ([named] if named else manifest.entities) if (field := _price(entity))]
    if not priced:
        return None
    entity, field = min(priced, key=lambda pair: (snake(pair[0].name).split("_")[-1] not in _BILLS, _rank(pair[1])))
    return Integration(kind=STRIPE, entity=entity.name, amount=field.name)


def assumed(manifest: Manifest, block: Integration) -> str:
    """What was taken for granted of a payment, in words."""
    entity = manifest.entity(str(block.entity))
    label = next(field.label for field in entity.fields if field.name == block.amount)
    return f"{entity.plural_label} are paid for at Stripe: each costs its {label.lower()}, in whole units of one currency."


def unmade(manifest: Manifest, wish: Paying) -> str:
    """Why there is no payment."""
    named = find_entity(manifest, wish.what) if wish.what else None
    if named:
        return f"Taking payments is not built: {named.plural_label.lower()} have no price, amount or total."
    if wish.what:
        return f"Taking payments is not built: there is nothing called “{wish.what[:60]}” here."
    return "Taking payments is not built: nothing here has a price, an amount or a total."


def _price(entity: Entity) -> Field | None:
    """The number of an entity that is most like what it costs."""
    fitting = [field for field in entity.fields if field.type in AMOUNT_TYPES and _rank(field) < len(_PRICES)]
    return min(fitting, key=_rank, default=None)


def _rank(field: Field) -> int:
    words = ascii_words(field.name.replace("_", " "))
    return next((rank for rank, word in enumerate(_PRICES) if word in words), len(_PRICES))

"""Rules for messages about charts, signing in, roles, payments and e-mail. Like those of ``alterations``, each gives operations or none."""

import re

from barnraise.contracts.manifest import Access, Chart, Entity, Integration, Manifest
from barnraise.contracts.names import ascii_words
from barnraise.planner.domain.language.backing import SUPABASE, take_supabase
from barnraise.planner.domain.language.charting import take_charts
from barnraise.planner.domain.language.dressing import same
from barnraise.planner.domain.language.entrance import take_entrance
from barnraise.planner.domain.language.federation import OIDC, federation_of, manner, take_federation
from barnraise.planner.domain.language.federation import told as federation_told
from barnraise.planner.domain.language.figures import chart_of
from barnraise.planner.domain.language.lookup import find_entity
from barnraise.planner.domain.language.notifying import EMAIL, notice_of, take_notifying
from barnraise.planner.domain.language.notifying import told as mail_told
from barnraise.planner.domain.language.notifying import unmade as unsent
from barnraise.planner.domain.language.nouns import listed, singular
from barnraise.planner.domain.language.paying import STRIPE, payment_of, take_paying, unmade
from barnraise.planner.domain.language.rights import access_of
from barnraise.planner.domain.operations import AddChart, Operation, OperationError, RemoveChart, SetAccess, SetIntegrations

_I = re.IGNORECASE
_REMOVES = r"^(?:remove|delete|drop|hide|disable|get rid of|take away|turn off|no more|no) (?:the |all |all the |every |our |my )?"
_CHARTS_GO = re.compile(rf"{_REMOVES}(?P<what>.*?) ?\b(?P<many>charts?|graphs?|diagrams?)\b(?P<more>.*)$", _I)
_ROLES_GO = re.compile(rf"{_REMOVES}(?:roles?|permissions?|access rights)(?: again)?$", _I)
_SIGN_IN_GOES = re.compile(
    rf"{_REMOVES}(?:need to |requirement to )?(?:users? )?(?:log-?(?:ging )?in|sign(?:ing)?[- ]?in|authentication|user accounts?)"
    r"(?: page| screen| requirement)?(?: again)?$",
    _I,
)
_PAYMENTS_GO = re.compile(
    rf"{_REMOVES}(?:(?P<sure>(?:online|card|stripe) payments?|stripe(?: checkout| integration)?|(?:stripe )?checkout)|payments?)"
    r"(?: (?:from|for|of|on) (?:the )?(?P<what>[\w' -]+))?(?: again)?$",
    _I,
)
_MAILS_GO = re.compile(rf"{_REMOVES}(?:e-?mails?|e-?mail (?:notifications?|messages?)|notifications?|notices)(?: again)?$", _I)
_GOES = re.compile(rf"{_REMOVES}(?P<what>.+?)(?: again)?$", _I)
_SUPABASE_GOES = re.compile(rf"{_REMOVES}supabase\b.*$", _I)
_ADDING = frozenset("add include let make it so that to be able the a an and please enable".split())
_ENTERING = _ADDING | frozenset("people users user everyone via want should can".split())
_BESIDES = re.compile(r" (?:instead|too|as well|only|now)\b", _I)
_NOISE = frozenset("the of by per a bar line pie for from dashboard".split())
_SHARED = re.compile(
    r"^(?:everyone|everybody|all users|users|people|they) (?:can|may|should|must)?(?: be able to)? ?(?:see|view|read)s? "
    r"(?:all(?: the| of the)?|everyone's|everybody's) (?P<what>[\w' -]+)$",
    _I,
)
_SAYS_CHART = re.compile(r"\b(?:charts?|graphs?|diagrams?|plots?|dashboard)\b", _I)


def charts(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``add a chart of expenses by month``, ``remove the chart``."""
    if match := _CHARTS_GO.match(said):
        return [RemoveChart(chart.name) for chart in _meant(manifest, f"{match['what']} {match['more']}", match["many"])]
    rest, wished = take_charts(said)
    if not wished or any(char.isalpha() for char in rest):
        return []
    operations: list[Operation] = []
    for wish in wished:
        made = chart_of(manifest, wish)
        if made is None and not _SAYS_CHART.search(said):
            return []
        if made is None:
            raise OperationError(f"I cannot draw a chart of {wish.said[:80]}: nothing here has such numbers or groups.")
        if any(same(made[0], chart) for chart in manifest.charts):
            raise OperationError(f"There is a chart of {wish.said[:80]} already.")
        operations.append(AddChart(made[0]))
        manifest = manifest.model_copy(update={"charts": (*manifest.charts, made[0])})
    return operations


def access(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``add login``, ``everyone only sees their own tasks``, ``only admins may delete customers``, ``remove the login``."""
    if _SIGN_IN_GOES.match(said):
        if not manifest.access.sign_in:
            raise OperationError("Nobody has to sign in here.")
        kept = tuple(block for block in manifest.integrations if block.kind != OIDC)
        gone = [SetIntegrations(kept, "with no account from elsewhere")] if kept != manifest.integrations else []
        return [SetAccess(Access(), (), "lets everybody in without signing in"), *gone]
    if _ROLES_GO.match(said):
        if not manifest.roles:
            raise OperationError("There are no roles here.")
        return [SetAccess(manifest.access, (), "removes the roles")]
    if (shared := _SHARED.match(said)) and (entity := find_entity(manifest, shared["what"])) and entity.name in manifest.access.own:
        own = tuple(name for name in manifest.access.own if name != entity.name)
        everybody = manifest.access.model_copy(update={"own": own})
        return [SetAccess(everybody, manifest.roles, f"shows everyone all {entity.plural_label.lower()}")]
    rest, entrance = take_entrance(said)
    if not entrance or len([word for word in ascii_words(rest) if word not in ("add", "include", "page", "make", "it", "so", "that")]) > 0:
        return []
    new, roles, lost = access_of(manifest, entrance)
    if lost:
        raise OperationError(f"There is nothing called “{lost[0][:60]}” here.")
    if (new, roles) == (manifest.access, manifest.roles):
        raise OperationError("That is how it is already: users sign in.")
    return [SetAccess(new, roles, _told(manifest, new, [role.label.lower() for role in roles if role not in manifest.roles]))]


def federation(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``add Google login``, ``let people sign in with Okta``, ``remove the single sign-on``."""
    others = tuple(block for block in manifest.integrations if block.kind != OIDC)
    there = [block for block in manifest.integrations if block.kind == OIDC]
    gone = _GOES.match(said)
    rest, wished = take_federation(gone["what"] if gone else said)
    entered = take_entrance(_BESIDES.sub("", rest))[0] if wished else ""
    if not wished or set(ascii_words(entered)) - _ENTERING:
        return []
    block, unmade = federation_of(wished)
    if gone:
        if not there or (block and block.provider and block not in there):
            raise OperationError("Nobody signs in like that here.")
        return [SetIntegrations(others, f"removes signing in {manner(there[0])}")]
    if block is None:
        raise OperationError(unmade[0])
    if block in there and manifest.access.sign_in:
        raise OperationError(f"That is how it is already: people can sign in {manner(block)}.")
    first = [] if manifest.access.sign_in else [SetAccess(Access(sign_in=True), manifest.roles, "lets users sign in")]
    told = " ".join([federation_told(block), *unmade]).rstrip(".")
    return [*first, SetIntegrations((*others, block), f"makes it so that p{told[1:]}")]


def payments(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``add Stripe payments to orders``, ``customers pay for bookings online``, ``remove payments``."""
    if gone := _PAYMENTS_GO.match(said):
        return _without_payments(manifest, gone)
    rest, wished = take_paying(said)
    if not wished or set(ascii_words(rest)) - _ADDING:
        return []
    block = payment_of(manifest, wished[0])
    if block is None:
        raise OperationError(unmade(manifest, wished[0]))
    name = manifest.entity(str(block.entity)).plural_label.lower()
    if block in manifest.integrations:
        raise OperationError(f"That is how it is already: {name} are paid for at Stripe.")
    others = tuple(other for other in manifest.integrations if (other.kind, other.entity) != (STRIPE, block.entity))
    return [SetIntegrations((*others, block), f"lets people pay for {name} at Stripe, by their {str(block.amount).replace('_', ' ')}")]


def mails(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``send the customer an e-mail when an order is created``, ``remove the e-mail notifications``."""
    sent = tuple(block for block in manifest.integrations if block.kind == EMAIL)
    if sent and _MAILS_GO.match(said):
        kept = tuple(block for block in manifest.integrations if block not in sent)
        return [SetIntegrations(kept, "removes the e-mails")]
    rest, wished = take_notifying(said)
    if not wished or set(ascii_words(rest)) - _ADDING:
        return []
    block = notice_of(manifest, wished[0])
    if block is None:
        raise OperationError(unsent(wished[0]))
    if block in manifest.integrations:
        raise OperationError("That e-mail is sent already.")
    told = mail_told(manifest, block).removeprefix("An").rstrip(".")
    return [SetIntegrations((*manifest.integrations, block), f"makes it so that an{told}")]


def supabase(manifest: Manifest, said: str, _: Entity | None) -> list[Operation]:
    """``use Supabase``, ``remove Supabase``."""
    others = tuple(block for block in manifest.integrations if block.kind != SUPABASE)
    there = others != manifest.integrations
    if _SUPABASE_GOES.match(said) and there:
        return [SetIntegrations(others, "removes what was for Supabase")]
    rest, wished = take_supabase(said)
    if not wished or set(ascii_words(rest)) - _ADDING:
        return []
    if there:
        raise OperationError("There is a schema for Supabase already.")
    return [SetIntegrations((*others, Integration(kind=SUPABASE)), "adds a migration and a typed client for Supabase")]


def _without_payments(manifest: Manifest, said: re.Match[str]) -> list[Operation]:
    if not said["sure"] and find_entity(manifest, "payments"):
        return []  # the records of that name
    entity = find_entity(manifest, said["what"]) if said["what"] else None
    kept = tuple(
        block for block in manifest.integrations if block.kind != STRIPE or (said["what"] and block.entity != (entity and entity.name))
    )
    if kept == manifest.integrations:
        raise OperationError("Nothing is paid for like that here.")
    return [SetIntegrations(kept, f"removes the payments{f' for {entity.plural_label.lower()}' if entity else ''}")]


def _told(manifest: Manifest, new: Access, roles: list[str]) -> str:
    own = [manifest.entity(name).plural_label.lower() for name in new.own if name not in manifest.access.own]
    parts = [] if manifest.access.sign_in else ["lets users sign in"]
    parts += [f"shows everyone only their own {listed(own)}"] if own else []
    parts += [f"sets what {listed([f'the role {role}' for role in roles])} may do"] if roles else []
    return " and ".join(parts) or "changes who may come in"


def _meant(manifest: Manifest, what: str, many: str) -> list[Chart]:
    """The charts that are spoken of: all, the only one, or those whose titles have the words."""
    words = {singular(word) for word in ascii_words(what)} - {
        "the",
        "of",
        "by",
        "per",
        "a",
        "bar",
        "line",
        "pie",
        "for",
        "from",
        "dashboard",
    }
    if not manifest.charts:
        raise OperationError("There is no chart here.")
    found = [chart for chart in manifest.charts if words <= {singular(word) for word in ascii_words(chart.title)}]
    if not found or (len(found) > 1 and not many.lower().endswith("s")):
        raise OperationError(f"Which chart is meant: {listed([f'“{chart.title}”' for chart in manifest.charts])}?")
    return found

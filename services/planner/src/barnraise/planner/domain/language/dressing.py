"""What a description wants besides records: charts, signing in, roles, payments, e-mail; put on the manifest that the rest of it gives."""

from dataclasses import dataclass, replace

from barnraise.contracts.manifest import Chart, Integration, Manifest
from barnraise.planner.domain.language import federation, notifying, paying
from barnraise.planner.domain.language.backing import SUPABASE, take_supabase
from barnraise.planner.domain.language.boards import board_of, take_boards
from barnraise.planner.domain.language.charting import Wished, take_charts
from barnraise.planner.domain.language.entrance import Entrance, take_entrance
from barnraise.planner.domain.language.features import take_features
from barnraise.planner.domain.language.federation import Federation
from barnraise.planner.domain.language.figures import chart_of
from barnraise.planner.domain.language.notifying import Notifying
from barnraise.planner.domain.language.paying import Paying
from barnraise.planner.domain.language.rights import access_of
from barnraise.planner.domain.language.wishes import open_points

MAX_CHARTS = 12


@dataclass(frozen=True)
class Heard:
    """A text in its parts. ``rest`` describes the records."""

    rest: str
    charts: tuple[Wished, ...]
    entrance: Entrance
    paying: tuple[Paying, ...] = ()
    notifying: tuple[Notifying, ...] = ()
    supabase: bool = False
    federation: tuple[Federation, ...] = ()
    features: tuple[str, ...] = ()
    ranking: bool = False


def hear(text: str) -> Heard:
    rest, charts = take_charts(text)
    rest, federated = federation.take_federation(rest)
    rest, entrance = take_entrance(rest)
    entrance = replace(entrance, sign_in=True) if federated else entrance
    rest, supabase = take_supabase(rest)
    rest, notified = notifying.take_notifying(rest)
    rest, paid = paying.take_paying(rest)
    rest, ranking = take_boards(rest)
    rest, features = take_features(rest)
    several = tuple(paid[:MAX_CHARTS]), tuple(notified[:MAX_CHARTS])
    return Heard(rest, tuple(charts[:MAX_CHARTS]), entrance, *several, supabase, tuple(federated[:MAX_CHARTS]), tuple(features), ranking)


def dressed(manifest: Manifest, heard: Heard) -> tuple[Manifest, list[str], list[str]]:
    """The manifest with what else was heard, what was assumed, and what of it could not be made."""
    taken: list[str] = []
    open_: list[str] = []
    for wished in heard.charts:
        drawn = chart_of(manifest, wished)
        if drawn is None:
            open_.append(f"No chart “{wished.said}” was made: nothing here has such numbers or groups.")
        elif not any(same(drawn[0], chart) for chart in manifest.charts):
            manifest = manifest.model_copy(update={"charts": (*manifest.charts, drawn[0])})
            taken += drawn[1]
    board = board_of(manifest) if heard.ranking else ()
    manifest = manifest.model_copy(update={"charts": (*manifest.charts, *board)})
    open_ += ["Not built yet: a ranking, as nothing here is counted for each person."] if heard.ranking and not board else []
    if heard.entrance:
        access, roles, lost = access_of(manifest, heard.entrance)
        manifest = manifest.model_copy(update={"access": access, "roles": roles})
        open_ += [f"Not built, as there is no such thing: “{what}”" for what in lost]
    accounts, unbuilt = federation.federation_of(heard.federation)
    open_ += unbuilt
    if accounts:
        manifest = manifest.model_copy(update={"integrations": (*manifest.integrations, accounts)})
        taken.append(federation.told(accounts))
    made = [(paying.payment_of(manifest, wish), paying.assumed, paying.unmade(manifest, wish)) for wish in heard.paying]
    made += [(notifying.notice_of(manifest, wish), notifying.told, notifying.unmade(wish)) for wish in heard.notifying]
    for block, tell, unmade in made:
        if block is None:
            open_.append(unmade)
        elif block not in manifest.integrations:
            manifest = manifest.model_copy(update={"integrations": (*manifest.integrations, block)})
            taken.append(tell(manifest, block))
    if heard.supabase:
        manifest = manifest.model_copy(update={"integrations": (*manifest.integrations, Integration(kind=SUPABASE))})
        taken.append("For Supabase there are a migration with row-level security and a typed client; the pages use the API here.")
    kept = {word.lower() for entity in manifest.entities for word in entity.label.split()}
    for feature in heard.features:
        if kept.isdisjoint(feature.lower().split()):  # the shopping list of shopping items is there
            open_ += open_points(feature, ()) or [f"Not built yet: “{feature}”"]
    return Manifest.model_validate(manifest.model_dump()), taken, open_


def same(one: Chart, other: Chart) -> bool:
    return (one.entity, one.by, one.measure, one.of) == (other.entity, other.by, other.measure, other.of)

"""What a description wants besides records: charts, signing in, roles; put on the manifest that the rest of it gives."""

from dataclasses import dataclass

from barnraise.contracts.manifest import Chart, Manifest
from barnraise.planner.domain.language.charting import Wished, take_charts
from barnraise.planner.domain.language.entrance import Entrance, take_entrance
from barnraise.planner.domain.language.figures import chart_of
from barnraise.planner.domain.language.rights import access_of

MAX_CHARTS = 12


@dataclass(frozen=True)
class Heard:
    """A text in its parts. ``rest`` describes the records."""

    rest: str
    charts: tuple[Wished, ...]
    entrance: Entrance


def hear(text: str) -> Heard:
    rest, charts = take_charts(text)
    rest, entrance = take_entrance(rest)
    return Heard(rest, tuple(charts[:MAX_CHARTS]), entrance)


def dressed(manifest: Manifest, heard: Heard) -> tuple[Manifest, list[str], list[str]]:
    """The manifest with what else was heard, what was assumed, and what of it could not be made."""
    assumed: list[str] = []
    open_: list[str] = []
    for wished in heard.charts:
        made = chart_of(manifest, wished)
        if made is None:
            open_.append(f"No chart “{wished.said}” was made: nothing here has such numbers or groups.")
        elif not any(same(made[0], chart) for chart in manifest.charts):
            manifest = manifest.model_copy(update={"charts": (*manifest.charts, made[0])})
            assumed += made[1]
    if heard.entrance:
        access, roles, lost = access_of(manifest, heard.entrance)
        manifest = manifest.model_copy(update={"access": access, "roles": roles})
        open_ += [f"Not built, as there is no such thing: “{what}”" for what in lost]
    return Manifest.model_validate(manifest.model_dump()), assumed, open_


def same(one: Chart, other: Chart) -> bool:
    return (one.entity, one.by, one.measure, one.of) == (other.entity, other.by, other.measure, other.of)

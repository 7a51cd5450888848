"""What a dashboard must be like, beyond being JSON: every rule says what is wrong where."""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations
from typing import Any

from promql_parser import (
    AggregateExpr,
    BinaryExpr,
    Call,
    Expr,
    MatrixSelector,
    ParenExpr,
    SubqueryExpr,
    UnaryExpr,
    VectorSelector,
    parse,
)

from deploy.signals.panels import DATASOURCE, WIDTH

Kinds = Mapping[str, tuple[str, frozenset[str]]]
"""name -> (counter, gauge, histogram or rule; labels) of every series that is exported or recorded."""
_COUNTING = frozenset({"rate", "increase", "irate", "resets"})
TARGET_LABELS = frozenset({"job", "instance"})


def plain(expr: str, window: str = "1m") -> str:
    """The expression as Prometheus takes it: Grafana's variables replaced."""
    return expr.replace("$__rate_interval", window).replace("$__interval", window).replace("$instance", ".+")


def problems(document: Mapping[str, Any], kinds: Kinds, uids: Collection[str]) -> Iterator[str]:
    where = document["uid"]
    for text in (*_head(document, uids), *_layout(document["panels"])):
        yield f"{where}: {text}"
    for panel in document["panels"]:
        if panel["type"] != "row":
            for text in _panel(panel, kinds):
                yield f"{where}, {panel['title']}: {text}"


def _head(document: Mapping[str, Any], uids: Collection[str]) -> Iterator[str]:
    variables = [variable["name"] for variable in document["templating"]["list"]]
    if "datasource" not in variables:
        yield "has no variable for the data source"
    if '"$instance"' in str(document["panels"]).replace("'", '"') and "instance" not in variables:
        yield "has no variable for the instance"
    if not document["annotations"]["list"]:
        yield "does not show when processes began"
    for link in document["links"]:
        if link["url"].removeprefix("/d/") not in uids:
            yield f"links to {link['url']}, which is no dashboard"


def _layout(panels: list[dict[str, Any]]) -> Iterator[str]:
    for panel in panels:
        place = panel["gridPos"]
        if place["x"] + place["w"] > WIDTH:
            yield f"{panel['title']} is wider than the page"
    for one, other in combinations(panels, 2):
        a, b = one["gridPos"], other["gridPos"]
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        if not beside and not (a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]):
            yield f"{one['title']} and {other['title']} overlap"
    if len({panel["id"] for panel in panels}) < len(panels):
        yield "two panels have the same id"


def _panel(panel: Mapping[str, Any], kinds: Kinds) -> Iterator[str]:
    if not (panel["title"] and panel["description"]):
        yield "has no title or no description"
    if not panel["fieldConfig"]["defaults"].get("unit"):
        yield "has no unit"
    if not panel["links"] or "${__url_time_range}" not in panel["links"][0]["url"]:
        yield "has no link that keeps the time"
    if panel["datasource"] != DATASOURCE or any(target["datasource"] != DATASOURCE for target in panel["targets"]):
        yield "names a data source"
    for target in panel["targets"]:
        yield from expression(target["expr"], kinds)
        is_latency = "histogram_quantile" in target["expr"] and target.get("exemplar")
        if "duration_seconds" in target["expr"] and "histogram_quantile" in target["expr"] and not is_latency:
            yield "shows no exemplars"
        if "rate(" in target["expr"] and not re.search(r"\[(\$__rate_interval|\d+[mhd])\]", target["expr"]):
            yield "has a rate over something else than $__rate_interval"


def expression(text: str, kinds: Kinds) -> Iterator[str]:
    """What is wrong with a PromQL expression: its syntax and types, its names and labels, counters that are not counted."""
    try:
        tree = parse(plain(text))
    except ValueError as error:
        yield f"{text}: {error}"
        return
    yield from _walk(tree, kinds, counted=False)


def _walk(node: Expr, kinds: Kinds, *, counted: bool) -> Iterator[str]:
    match node:
        case VectorSelector():
            yield from _selector(node, kinds, counted)
        case MatrixSelector():
            yield from _selector(node.vector_selector, kinds, counted)
        case Call():
            if node.func.name == "histogram_quantile" and "le" not in _kept(node.args[1]):
                yield "histogram_quantile without le"
            for argument in node.args:
                yield from _walk(argument, kinds, counted=counted or node.func.name in _COUNTING)
        case AggregateExpr() | ParenExpr() | UnaryExpr() | SubqueryExpr():
            yield from _walk(node.expr, kinds, counted=counted)
        case BinaryExpr():
            for side in (node.lhs, node.rhs):
                yield from _walk(side, kinds, counted=counted)


def _kept(node: Expr) -> Collection[str]:
    return node.modifier.labels if isinstance(node, AggregateExpr) and node.modifier else ()


def _selector(selector: VectorSelector, kinds: Kinds, counted: bool) -> Iterator[str]:
    name = str(selector.name)
    if name not in kinds:
        yield f"{name} is exported by nobody"
        return
    kind, labels = kinds[name]
    for matcher in selector.matchers.matchers:
        if matcher.name not in labels | TARGET_LABELS:
            yield f"{name} has no label {matcher.name}"
    if kind in ("counter", "histogram") and not counted:
        yield f"{name} counts, and is not inside rate or increase"

"""Panels of Grafana's Classic JSON, and the rows that they stand in: every panel has a description, a unit and the same links."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
WIDTH = 24


@dataclass(frozen=True)
class Query:
    expr: str
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """``bounds``: where it becomes a warning, and where an alarm. ``latency``: shows exemplars, which lead to traces."""

    title: str
    about: str
    unit: str
    queries: tuple[Query, ...]
    kind: Literal["timeseries", "stat", "table"] = "timeseries"
    bounds: tuple[float, float] | None = None
    latency: bool = False
    width: int = 8
    height: int = 7


@dataclass(frozen=True)
class Row:
    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Dashboard:
    """``job``: the service that it is of, whose instances can be chosen."""

    uid: str
    title: str
    about: str
    rows: tuple[Row, ...]
    job: str | None = None
    links: tuple[str, ...] = field(default=())


def render(dashboard: Dashboard, titles: dict[str, str]) -> dict[str, Any]:
    """The document. ``titles``: of all dashboards by uid, which the links lead to."""
    panels: list[dict[str, Any]] = []
    y = 0
    for row in dashboard.rows:
        panels.append(_row(len(panels) + 1, row.title, y))
        y += 1
        y = _place(row.panels, panels, y)
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.about,
        "tags": ["barnraise"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "timezone": "utc",
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": _variables(dashboard)},
        "annotations": {"list": [_starts(dashboard)]},
        "links": [_link(uid, titles[uid]) for uid in (dashboard.links or tuple(titles)) if uid != dashboard.uid],
        "panels": panels,
    }


def _place(row: Sequence[Panel], panels: list[dict[str, Any]], y: int) -> int:
    """From left to right, and on to the next line; the line below the row."""
    x = height = 0
    for panel in row:
        if x + panel.width > WIDTH:
            x, y, height = 0, y + height, 0
        panels.append(_panel(len(panels) + 1, panel, {"x": x, "y": y, "w": panel.width, "h": panel.height}))
        x, height = x + panel.width, max(height, panel.height)
    return y + height


def _row(id: int, title: str, y: int) -> dict[str, Any]:
    return {"id": id, "type": "row", "title": title, "collapsed": False, "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1}, "panels": []}


def _panel(id: int, panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": id,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": DATASOURCE,
        "gridPos": place,
        "targets": [_target(number, query, panel) for number, query in enumerate(panel.queries)],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _options(panel),
        "links": [{"title": "In Explore", "url": "/explore?${__url_time_range}"}],
    }


def _target(number: int, query: Query, panel: Panel) -> dict[str, Any]:
    target = {"refId": chr(ord("A") + number), "datasource": DATASOURCE, "expr": query.expr, "legendFormat": query.legend or "__auto"}
    if panel.latency:
        target["exemplar"] = True
    if panel.kind != "timeseries":
        target |= {"instant": True, "range": False, "format": "table" if panel.kind == "table" else "time_series"}
    return target


def _defaults(panel: Panel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.bounds:
        steps += [{"color": color, "value": bound} for color, bound in zip(("yellow", "red"), panel.bounds, strict=True)]
        if panel.bounds[0] > panel.bounds[1]:  # the less, the worse
            better = zip(("yellow", "green"), panel.bounds[::-1], strict=True)
            steps = [{"color": "red", "value": None}, *({"color": color, "value": bound} for color, bound in better)]
    defaults: dict[str, Any] = {"unit": panel.unit, "min": 0, "thresholds": {"mode": "absolute", "steps": steps}}
    if panel.kind == "timeseries":
        defaults["custom"] = {
            "lineWidth": 1,
            "fillOpacity": 8,
            "showPoints": "never",
            "thresholdsStyle": {"mode": "line" if panel.bounds else "off"},
        }
    if panel.latency:
        defaults["links"] = [{"title": "The trace", "url": "/explore?${__url_time_range}&traceId=${__data.fields.trace_id}"}]
    return defaults


def _options(panel: Panel) -> dict[str, Any]:
    if panel.kind == "stat":
        return {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "value", "graphMode": "area"}
    if panel.kind == "table":
        return {"showHeader": True, "cellHeight": "sm"}
    return {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}}


def _variables(dashboard: Dashboard) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "hide": 0}]
    if dashboard.job:
        query = f'label_values(up{{job="{dashboard.job}"}}, instance)'
        found.append(
            {
                "name": "instance",
                "label": "Instance",
                "type": "query",
                "datasource": DATASOURCE,
                "query": {"query": query, "refId": "instance"},
                "definition": query,
                "refresh": 2,
                "multi": True,
                "includeAll": True,
                "allValue": ".+",
                "current": {"text": "All", "value": "$__all"},
            }
        )
    return found


def _starts(dashboard: Dashboard) -> dict[str, Any]:
    """Processes that began: deploys, and restarts that nobody wanted."""
    matcher = f'{{job="{dashboard.job}"}}' if dashboard.job else '{job!="prometheus"}'
    expr = f"changes(process_start_time_seconds{matcher}[$__interval]) > 0"
    return {
        "name": "Starts",
        "datasource": DATASOURCE,
        "enable": True,
        "iconColor": "blue",
        "expr": expr,
        "titleFormat": "{{job}} started",
        "step": "60s",
    }


def _link(uid: str, title: str) -> dict[str, Any]:
    return {"title": title, "type": "link", "url": f"/d/{uid}", "keepTime": True, "includeVars": False, "targetBlank": False}

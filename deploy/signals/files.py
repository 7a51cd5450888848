"""The files that are generated, as text by path."""

import json
from pathlib import Path
from typing import Any

import yaml

from deploy.signals import rules
from deploy.signals.catalogue import own_metrics
from deploy.signals.causes import CAUSES
from deploy.signals.dashboards import DASHBOARDS
from deploy.signals.panels import render
from deploy.signals.slos import OBJECTIVES

ROOT = Path(__file__).resolve().parents[2]
_HEAD = "# Generated: python -m deploy.signals\n"
_PAGE = "docs/operations.md"


def generated() -> dict[str, str]:
    found = {
        "deploy/prometheus/rules/objectives.yml": _yaml(rules.objectives()),
        "deploy/prometheus/rules/causes.yml": _yaml(rules.causes()),
        "deploy/prometheus/rules/tests/causes.yml": _yaml(rules.cause_tests()),
        "deploy/prometheus/rules/tests/pages.yml": _yaml(rules.page_tests()),
        "deploy/prometheus/rules/tests/tickets.yml": _yaml(rules.ticket_tests()),
        "deploy/prometheus/rules/tests/links.yml": _yaml(rules.link_tests()),
        _PAGE: _page((ROOT / _PAGE).read_text()),
    }
    titles = {dashboard.uid: dashboard.title for dashboard in DASHBOARDS}
    for dashboard in DASHBOARDS:
        name = dashboard.uid.removeprefix("barnraise-")
        found[f"deploy/grafana/dashboards/{name}.json"] = json.dumps(render(dashboard, titles), indent=1, ensure_ascii=False) + "\n"
    return found


def _yaml(document: dict[str, Any]) -> str:
    return _HEAD + yaml.safe_dump(document, sort_keys=False, width=160, allow_unicode=True)


def _page(text: str) -> str:
    """The page with its tables made anew, each between two comments."""
    for name, table in (("objectives", _objectives()), ("alerts", _alerts()), ("metrics", _metrics())):
        head, begin, rest = text.partition(f"<!-- {name} -->\n")
        _, end, tail = rest.partition(f"<!-- /{name} -->")
        text = head + begin + table + end + tail
    return text


def _objectives() -> str:
    rows = [f"| `{one.name}` | {one.title} | {one.target:.1%} | [{one.alert}](runbooks/{one.alert}.md) |" for one in OBJECTIVES]
    return _table("| objective | promise | of them | alert |", rows)


def _alerts() -> str:
    rows = []
    for cause in CAUSES:
        expr = " ".join(cause.expr.split()).replace("|", "\\|")
        rows.append(f"| [{cause.name}](runbooks/{cause.name}.md) | {cause.severity} | `{expr}` | {cause.wait} |")
    return _table("| alert | severity | when | for |", rows)


def _metrics() -> str:
    rows = []
    for name, (kind, about, labels, services) in sorted(own_metrics().items()):
        suffix = "_total" if kind == "counter" else ""
        who = "all" if len(services) == 6 else ", ".join(sorted(services))
        rows.append(f"| `{name}{suffix}` | {kind} | {', '.join(sorted(labels))} | {who} | {about} |")
    return _table("| metric | kind | labels | exported by | |", rows)


def _table(head: str, rows: list[str]) -> str:
    return "\n".join([head, "|---" * (head.count("|") - 1) + "|", *rows]) + "\n"

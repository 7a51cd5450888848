"""Rules of Prometheus and their tests, as the documents that promtool reads."""

from typing import Any

from deploy.signals import slos
from deploy.signals.causes import ABOVE, BELOW, CAUSES, CLEAN, QUIET, Cause
from deploy.signals.series import Segment, counter
from deploy.signals.slos import OBJECTIVES, Objective

WATCHDOG = "Watchdog"
_WATCHED = "Alerts work: this one always fires."
_IN_ORDER = {"group_eval_order": ["objectives", "burns"]}
"""promtool takes groups in any order, and what burns is read off what the first group has just recorded."""


def alert_names() -> list[str]:
    return [*(objective.alert for objective in OBJECTIVES), *(cause.name for cause in CAUSES), WATCHDOG]


def objectives() -> dict[str, Any]:
    """What is promised: how much of it was kept, and pages and tickets for its budget."""
    burns = [_burn(objective, severity) for objective in OBJECTIVES for severity in ("page", "ticket")]
    return {"groups": [{"name": "objectives", "rules": slos.recording_rules()}, {"name": "burns", "rules": burns}]}


def causes() -> dict[str, Any]:
    spend = {"record": "llm:cost_usd:rate1h", "expr": "sum(rate(llm_cost_usd_total[1h]))"}
    alias = {
        "record": "gen_ai:client_token_usage:rate5m",
        "expr": "sum by (gen_ai_request_model) (rate(gen_ai_client_inference_usage_input_tokens_total[5m]))"
        " + sum by (gen_ai_request_model) (rate(gen_ai_client_inference_usage_output_tokens_total[5m]))",
    }
    watchdog = _alert(WATCHDOG, "vector(1)", "0m", "none", _WATCHED, "barnraise-signals")
    groups = {"models": [spend, alias], "causes": [_cause(cause) for cause in CAUSES], "watchdog": [watchdog]}
    return {"groups": [{"name": name, "rules": rules} for name, rules in groups.items()]}


def _burn(objective: Objective, severity: str) -> dict[str, Any]:
    summary = f"{objective.title}: the error budget of 30 days burns too fast."
    rule = _alert(objective.alert, slos.burning(objective, severity), "0m", severity, summary, objective.dashboard)
    rule["labels"]["slo"] = objective.name
    return rule


def _cause(cause: Cause) -> dict[str, Any]:
    return _alert(cause.name, cause.expr, cause.wait, cause.severity, cause.summary, cause.dashboard)


def _alert(name: str, expr: str, wait: str, severity: str, summary: str, dashboard: str) -> dict[str, Any]:
    annotations = {
        "summary": summary,
        "runbook_url": _below("runbooks", "/") + f"docs/runbooks/{name}.md",
        "dashboard": _below("grafana") + f"/d/{dashboard}",
    }
    return {"alert": name, "expr": expr, "for": wait, "labels": {"severity": severity}, "annotations": annotations}


def _below(label: str, then: str = "") -> str:
    """The address that Prometheus' external label of this name has; nothing where there is none, so that a path remains."""
    return "{{ with $externalLabels." + label + " }}{{ . }}" + then + "{{ end }}"


def link_tests() -> dict[str, Any]:
    """What people get to see of an alert: links that open, where Prometheus knows the addresses, else paths."""
    known = {"grafana": "https://grafana.example", "runbooks": "https://git.example/barnraise/blob/main"}
    tests = []
    for labels in ({}, known):
        runbooks = labels["runbooks"] + "/" if labels else ""
        links = {"runbook_url": f"{runbooks}docs/runbooks/{WATCHDOG}.md", "dashboard": labels.get("grafana", "") + "/d/barnraise-signals"}
        fired = {"exp_labels": {"severity": "none"}, "exp_annotations": {"summary": _WATCHED} | links}
        expected = [{"eval_time": "1m", "alertname": WATCHDOG, "exp_alerts": [fired]}]
        tests.append({"name": "links" if labels else "paths", "interval": "1m", "external_labels": labels, "alert_rule_test": expected})
    return {"rule_files": ["../causes.yml"], "evaluation_interval": "1m", "tests": tests}


def cause_tests() -> dict[str, Any]:
    """For every cause: silent without traffic, not below the bound, fires above it, and resolves. They share their times, and one test."""
    ends = [QUIET, QUIET + BELOW, QUIET + BELOW + ABOVE, QUIET + BELOW + ABOVE + CLEAN]
    quiet, below, above, clean = (f"{end - 2}m" for end in ends)
    expected = [_fires(when, WATCHDOG, "none", {}) for when in (quiet, clean)]
    for cause in CAUSES:
        expected += [_silent(when, cause.name, cause.severity) for when in (quiet, below, clean)]
        expected.append(_fires(above, cause.name, cause.severity, cause.fired))
    inputs = [{"series": item.series, "values": item.text()} for cause in CAUSES for item in cause.inputs]
    test = {"name": "causes", "interval": "1m", "input_series": inputs, "promql_expr_test": expected}
    return {"rule_files": ["../causes.yml"], "evaluation_interval": "1m", "tests": [test]}


def page_tests() -> dict[str, Any]:
    """An hour of ten events, all bad; five times the budget; all bad; then clean, while the six hours are still hot."""
    inputs: list[dict[str, str]] = []
    expected: list[dict[str, Any]] = []
    for objective in OBJECTIVES:
        every: list[Segment] = [(60, 10 / 60), (120, PER_MINUTE), (90, PER_MINUTE), (60, PER_MINUTE)]
        bad: list[Segment] = [(60, 10 / 60), (120, 5 * objective.budget * PER_MINUTE), (90, PER_MINUTE), (60, 0)]
        inputs += _inputs(objective, bad, every, 3)
        expected += [_silent(when, objective.alert, "page") for when in ("57m", "174m", "306m")]
        expected.append(_fires("264m", objective.alert, "page", {"slo": objective.name}))
        hot = f"{slos.ratio(objective.name, '6h')} > bool 6 * {objective.budget}"
        expected.append({"expr": hot, "eval_time": "306m", "exp_samples": [{"labels": f'{{slo="{objective.name}"}}', "value": 1}]})
    test = {"name": "pages", "interval": "3m", "input_series": inputs, "promql_expr_test": expected}
    return {"rule_files": ["../objectives.yml"], "evaluation_interval": "3m", **_IN_ORDER, "tests": [test]}


def ticket_tests() -> dict[str, Any]:
    """A day of ten events, all bad; one with less than the budget; one with four times the budget; clean. Looked at every half an hour."""
    day, hour = 1440, 60
    inputs: list[dict[str, str]] = []
    expected: list[dict[str, Any]] = []
    for objective in OBJECTIVES:
        slow = objective.budget * PER_MINUTE
        every: list[Segment] = [(day, 10 / day), (day, PER_MINUTE), (26 * hour, PER_MINUTE), (8 * hour, PER_MINUTE)]
        bad: list[Segment] = [(day, 10 / day), (day, 0.8 * slow), (26 * hour, 4 * slow), (8 * hour, 0)]
        inputs += _inputs(objective, bad, every, 30)
        expected += [_silent(when, objective.alert, "ticket") for when in ("1410m", "2850m", "4860m")]
        expected.append(_fires("4410m", objective.alert, "ticket", {"slo": objective.name}))
    test = {"name": "tickets", "interval": "30m", "input_series": inputs, "promql_expr_test": expected}
    return {"rule_files": ["../objectives.yml"], "evaluation_interval": "30m", **_IN_ORDER, "tests": [test]}


PER_MINUTE = 60.0


def _inputs(objective: Objective, bad: list[Segment], every: list[Segment], step: int) -> list[dict[str, str]]:
    good: list[Segment] = [(minutes, (growth or 0) - (wrong or 0)) for (minutes, growth), (_, wrong) in zip(every, bad, strict=True)]
    kinds: dict[str, dict[str, list[Segment]]] = {
        "gateway-availability": {
            'http_requests_total{job="gateway",code="200"}': good,
            'http_requests_total{job="gateway",code="503"}': bad,
        },
        "job-success": {
            'jobs_ended_total{job="telemetry",status="succeeded",fault="none"}': good,
            'jobs_ended_total{job="telemetry",status="failed",fault="platform"}': bad,
        },
        "first-event": {'job_first_event_seconds_bucket{le="2.0"}': good, "job_first_event_seconds_count": every},
        "step-latency": {
            'job_step_duration_seconds_bucket{step="plan",le="1.0"}': good,
            'job_step_duration_seconds_count{step="plan"}': every,
        },
        "event-delivery": {'ws_event_lag_seconds_bucket{le="1.0"}': good, "ws_event_lag_seconds_count": every},
    }
    return [{"series": series, "values": counter(segments, step=step)} for series, segments in kinds[objective.name].items()]


def _state(name: str, severity: str) -> str:
    return f'ALERTS{{alertname="{name}",severity="{severity}",alertstate="firing"}}'


def _silent(when: str, name: str, severity: str) -> dict[str, Any]:
    return {"expr": _state(name, severity), "eval_time": when, "exp_samples": []}


def _fires(when: str, name: str, severity: str, labels: dict[str, str]) -> dict[str, Any]:
    known = {"alertname": name, "alertstate": "firing", "severity": severity} | labels
    text = ",".join(f'{label}="{value}"' for label, value in sorted(known.items()))
    return {"expr": _state(name, severity), "eval_time": when, "exp_samples": [{"labels": f"ALERTS{{{text}}}", "value": 1}]}

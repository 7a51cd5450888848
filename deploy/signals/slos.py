"""What is promised, and how it is measured: each objective as the rate of bad events and of all events over a window."""

from dataclasses import dataclass

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
FLOOR = 20
"""So many events a long window must have before its ratio means anything."""

STEP_TARGETS = {"plan": "1.0", "generate": "2.5", "validate": "10.0", "repair": "10.0", "test": "60.0", "preview": "10.0"}
"""Seconds within which a step should end; each is a bucket of its histogram."""


@dataclass(frozen=True)
class Objective:
    """``bad`` and ``all`` are expressions with ``WINDOW`` where the window goes; ``dashboard`` is the uid that shows it."""

    name: str
    alert: str
    title: str
    target: float
    bad: str
    all: str
    dashboard: str

    @property
    def budget(self) -> float:
        return round(1 - self.target, 6)


def _slow(metric: str, bucket: str, matcher: str = "") -> tuple[str, str]:
    """Events that took longer than the bucket, and all events."""
    more = f",{matcher}" if matcher else ""
    total = f"sum(rate({metric}_count{{{matcher}}}[WINDOW]))"
    return f'({total} - sum(rate({metric}_bucket{{le="{bucket}"{more}}}[WINDOW])))', total


def _steps() -> tuple[str, str]:
    pairs = [_slow("job_step_duration_seconds", seconds, f'step="{step}"') for step, seconds in STEP_TARGETS.items()]
    return " + ".join(f"({bad} or vector(0))" for bad, _ in pairs), "sum(rate(job_step_duration_seconds_count[WINDOW]))"


_FIRST, _LAG = _slow("job_first_event_seconds", "2.0"), _slow("ws_event_lag_seconds", "1.0")
_SLOW_STEPS = _steps()

OBJECTIVES = (
    Objective(
        "gateway-availability",
        "GatewayAvailability",
        "Requests that the gateway answers without a fault of its own",
        0.999,
        '(sum(rate(http_requests_total{job="gateway",code=~"5.."}[WINDOW])) or vector(0))',
        'sum(rate(http_requests_total{job="gateway",code!="0"}[WINDOW]))',
        "barnraise-gateway",
    ),
    Objective(
        "job-success",
        "JobSuccess",
        "Jobs that end well, or badly for a reason that lies with the user",
        0.99,
        '(sum(rate(jobs_ended_total{fault="platform"}[WINDOW])) or vector(0))',
        "sum(rate(jobs_ended_total[WINDOW]))",
        "barnraise-journey",
    ),
    Objective("first-event", "FirstEvent", "Jobs whose first event is here within 2 s", 0.99, *_FIRST, "barnraise-journey"),
    Objective("step-latency", "StepLatency", "Steps that end within their time", 0.95, *_SLOW_STEPS, "barnraise-journey"),
    Objective("event-delivery", "EventDelivery", "Events that reach those who watch within 1 s", 0.999, *_LAG, "barnraise-websocket"),
)


@dataclass(frozen=True)
class Burn:
    """Alert when the budget burns ``factor`` times too fast over both windows."""

    severity: str
    long: str
    short: str
    factor: float


BURNS = (Burn("page", "1h", "5m", 14.4), Burn("page", "6h", "30m", 6), Burn("ticket", "1d", "2h", 3), Burn("ticket", "3d", "6h", 1))
"""Of a budget for 30 days: 2 % in an hour, 5 % in six; 10 % in one day or in three."""


def ratio(objective: str, window: str) -> str:
    return f'slo:error_ratio:rate{window}{{slo="{objective}"}}'


def count(objective: str, window: str) -> str:
    return f'slo:events:increase{window}{{slo="{objective}"}}'


def recording_rules() -> list[dict[str, object]]:
    """Each objective's ratio and count of events, over every window."""
    rules: list[dict[str, object]] = []
    for objective in OBJECTIVES:
        for window in WINDOWS:
            bad, total = (text.replace("WINDOW", window) for text in (objective.bad, objective.all))
            labels = {"slo": objective.name}
            rules.append({"record": f"slo:error_ratio:rate{window}", "expr": f"({bad}) / ({total})", "labels": labels})
            increase = total.replace("rate(", "increase(")
            rules.append({"record": f"slo:events:increase{window}", "expr": increase, "labels": labels})
        rules.append({"record": "slo:objective:ratio", "expr": f"vector({objective.target})", "labels": {"slo": objective.name}})
    return rules


def burning(objective: Objective, severity: str) -> str:
    """The condition of an objective's page or ticket."""
    parts = []
    for burn in BURNS:
        if burn.severity == severity:
            limit = f"{burn.factor} * {objective.budget}"
            hot = [f"{ratio(objective.name, window)} > {limit}" for window in (burn.long, burn.short)]
            parts.append(f"({hot[0]} and {hot[1]} and {count(objective.name, burn.long)} >= {FLOOR})")
    return "\nor\n".join(parts)

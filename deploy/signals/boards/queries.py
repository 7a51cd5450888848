"""What the expressions of dashboards are made of."""

from deploy.signals.panels import Query

RATE = "$__rate_interval"
DEAD = "sum(max by (stream_name, consumer_name) (dlq_messages)) or vector(0)"
"""Of what each telemetry service that runs tells for itself, one tells enough."""


def q(expr: str, legend: str = "") -> Query:
    return Query(expr, legend)


def quantiles(metric: str, by: str, matcher: str = "", legend: str = "") -> tuple[Query, ...]:
    """The median and the 95th percentile of a histogram."""
    grouped = f"{by}, le" if by else "le"
    rate = f"sum by ({grouped}) (rate({metric}_bucket{{{matcher}}}[{RATE}]))"
    return tuple(q(f"histogram_quantile({share}, {rate})", f"{legend} {name}".strip()) for share, name in ((0.5, "p50"), (0.95, "p95")))

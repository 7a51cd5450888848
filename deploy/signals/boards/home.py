"""Where one begins: promises, budgets, workers."""

from deploy.signals.boards.queries import DEAD, RATE, q
from deploy.signals.panels import Dashboard, Panel, Row
from deploy.signals.slos import OBJECTIVES


def _objectives() -> Row:
    panels = []
    for objective in OBJECTIVES:
        left = f'1 - slo:error_ratio:rate3d{{slo="{objective.name}"}} / {objective.budget}'
        about = f"{objective.title}: promised are {objective.target:.1%}. What is left of the error budget, by the last three days."
        panels.append(Panel(objective.alert, about, "percentunit", (q(left),), "stat", (0.5, 0.1), width=4, height=4))
    dead = "The promise that nothing is lost: dead letters and orphans. More than none is a page."
    lost = f"({DEAD}) + max(reconciler_orphans)"
    panels.append(Panel("Durability", dead, "short", (q(lost),), "stat", (1, 1.5), width=4, height=4))
    return Row("Promises", tuple(panels))


HOME = Dashboard(
    "barnraise-home",
    "Barnraise · home",
    "Are the promises kept, who works, and what is wrong? Begin here.",
    (
        _objectives(),
        Row(
            "Budgets",
            (
                Panel(
                    "Burn over an hour",
                    "How many times too fast each error budget burns. 14.4 for an hour is a page.",
                    "short",
                    (q("slo:error_ratio:rate1h / on (slo) (1 - slo:objective:ratio)", "{{slo}}"),),
                    bounds=(6, 14.4),
                    width=12,
                ),
                Panel(
                    "Alerts",
                    "What fires now. The watchdog always does.",
                    "short",
                    (q('ALERTS{alertstate="firing"}'),),
                    "table",
                    width=12,
                ),
            ),
        ),
        Row(
            "Who works",
            (
                Panel(
                    "Workers",
                    "Processes that say that they live.",
                    "short",
                    (q("max by (service) (workers_present)", "{{service}}"),),
                    bounds=(1, 0.5),
                ),
                Panel(
                    "Oldest message in a queue",
                    "How long what waits longest has waited, by the service that should take it.",
                    "s",
                    (q("max by (service) (queue_oldest_pending_seconds)", "{{service}}"),),
                    bounds=(30, 60),
                ),
                Panel(
                    "Oldest unsent message",
                    "Committed in a service's database and not on the bus yet.",
                    "s",
                    (q("max by (job) (outbox_oldest_seconds)", "{{job}}"),),
                    bounds=(10, 30),
                ),
                Panel(
                    "Messages at work",
                    "Handlers that run.",
                    "short",
                    (q("sum by (job) (messages_inflight)", "{{job}}"),),
                ),
                Panel(
                    "Failures of handlers",
                    "Messages that were not done at that delivery, in a second.",
                    "ops",
                    (q(f'sum by (job) (rate(messages_handled_total{{outcome!~"done|at work"}}[{RATE}])) or vector(0)', "{{job}}"),),
                ),
                Panel(
                    "Loop lag, p99",
                    "How late event loops run their timers: above a quarter of a second everything in the process is late.",
                    "s",
                    (q(f"histogram_quantile(0.99, sum by (job, le) (rate(event_loop_lag_seconds_bucket[{RATE}])))", "{{job}}"),),
                    bounds=(0.1, 0.25),
                ),
            ),
        ),
    ),
)

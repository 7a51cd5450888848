"""The service that watches the others."""

from deploy.signals.boards.queries import RATE, q
from deploy.signals.panels import Dashboard, Panel, Row

TELEMETRY_ITSELF = Dashboard(
    "barnraise-signals",
    "Barnraise · signals themselves",
    "Whether what is shown elsewhere can be believed: scrapes, series, rules, alerts.",
    (
        Row(
            "Prometheus",
            (
                Panel("Scraped", "Targets that answer.", "short", (q("sum by (job) (up)", "{{job}}"),)),
                Panel("Duration of scrapes", "By target.", "s", (q("max by (job) (scrape_duration_seconds)", "{{job}}"),), bounds=(1, 5)),
                Panel(
                    "Series of a scrape",
                    "The budget is 5000 for each service.",
                    "short",
                    (q("max by (job) (scrape_samples_scraped)", "{{job}}"),),
                    bounds=(3000, 5000),
                ),
                Panel(
                    "Alerts",
                    "By severity, the watchdog among them.",
                    "short",
                    (q('count by (severity) (ALERTS{alertstate="firing"})', "{{severity}}"),),
                ),
            ),
        ),
        Row(
            "Telemetry service",
            (
                Panel(
                    "Events recorded",
                    "In a second.",
                    "ops",
                    (q(f'sum by (outcome) (rate(messages_handled_total{{job="telemetry"}}[{RATE}]))', "{{outcome}}"),),
                ),
                Panel(
                    "Servers read",
                    "NATS and PostgreSQL, by whether they answered.",
                    "short",
                    (q("min by (server) (gnatsd_up)", "NATS {{server}}"), q("min(pg_up)", "PostgreSQL")),
                    bounds=(1, 0.5),
                ),
            ),
        ),
    ),
)

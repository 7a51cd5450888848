"""One for each service, in the same layout."""

from deploy.signals.boards.queries import RATE, q, quantiles
from deploy.signals.panels import Dashboard, Panel, Row


def service(job: str) -> Dashboard:
    """Rate, errors and duration, then what it uses: the same for each."""
    mine = f'job="{job}",instance=~"$instance"'
    return Dashboard(
        f"barnraise-{job}",
        f"Barnraise · {job}",
        f"The {job} service: what it does, how well and how fast, and what it uses.",
        (
            Row(
                "Rate, errors, duration",
                (
                    Panel(
                        "Messages",
                        "Handled in a second, by kind.",
                        "ops",
                        (q(f"sum by (kind) (rate(messages_handled_total{{{mine}}}[{RATE}]))", "{{kind}}"),),
                    ),
                    Panel(
                        "Not done",
                        "Given back, refused or failed at that delivery.",
                        "ops",
                        (
                            q(
                                f'sum by (outcome) (rate(messages_handled_total{{{mine},outcome!~"done|at work"}}[{RATE}])) or vector(0)',
                                "{{outcome}}",
                            ),
                        ),
                    ),
                    Panel(
                        "Duration, p95",
                        "From receipt to acknowledgement.",
                        "s",
                        quantiles("message_duration_seconds", "kind", mine, "{{kind}}")[1:],
                        latency=True,
                    ),
                    Panel(
                        "At work", "Handlers that run.", "short", (q(f"sum by (instance) (messages_inflight{{{mine}}})", "{{instance}}"),)
                    ),
                    Panel(
                        "Deliveries after the first",
                        "In a second, by kind.",
                        "ops",
                        (q(f"sum by (kind) (rate(messages_redelivered_total{{{mine}}}[{RATE}])) or vector(0)", "{{kind}}"),),
                    ),
                    Panel(
                        "Requests over the bus",
                        "Answered in a second, by outcome.",
                        "ops",
                        (q(f"sum by (outcome) (rate(bus_requests_total{{{mine}}}[{RATE}])) or vector(0)", "{{outcome}}"),),
                    ),
                ),
            ),
            *((_http(mine),) if job == "gateway" else ()),
            Row(
                "Use",
                (
                    Panel(
                        "Processor",
                        "Of one core.",
                        "percentunit",
                        (q(f"rate(process_cpu_seconds_total{{{mine}}}[{RATE}])", "{{instance}}"),),
                    ),
                    Panel("Memory", "Resident.", "bytes", (q(f"process_resident_memory_bytes{{{mine}}}", "{{instance}}"),)),
                    Panel(
                        "Loop lag, p99",
                        "How late the event loop runs its timers.",
                        "s",
                        (
                            q(
                                f"histogram_quantile(0.99, sum by (instance, le) (rate(event_loop_lag_seconds_bucket{{{mine}}}[{RATE}])))",
                                "{{instance}}",
                            ),
                        ),
                        bounds=(0.1, 0.25),
                    ),
                    Panel(
                        "Connections to the database",
                        "Lent out, of those that there may be.",
                        "percentunit",
                        (q(f"db_pool_in_use{{{mine}}} / db_pool_size{{{mine}}}", "{{instance}}"),),
                        bounds=(0.8, 1),
                    ),
                    Panel(
                        "Wait for a connection, p95",
                        "Work that waits for the database before it begins.",
                        "s",
                        quantiles("db_pool_wait_seconds", "instance", mine, "{{instance}}")[1:],
                        bounds=(0.1, 0.5),
                    ),
                    Panel(
                        "Open files",
                        "Of those that the process may open.",
                        "percentunit",
                        (q(f"process_open_fds{{{mine}}} / process_max_fds{{{mine}}}", "{{instance}}"),),
                        bounds=(0.6, 0.8),
                    ),
                    Panel("Outbox", "Committed messages that wait.", "short", (q(f"outbox_unsent{{{mine}}}", "{{instance}}"),)),
                    Panel(
                        "Age of the outbox",
                        "Of its oldest message.",
                        "s",
                        (q(f"outbox_oldest_seconds{{{mine}}}", "{{instance}}"),),
                        bounds=(10, 30),
                    ),
                    Panel(
                        "Up since",
                        "When the process began.",
                        "dateTimeAsIso",
                        (q(f"process_start_time_seconds{{{mine}}} * 1000", "{{instance}}"),),
                        "stat",
                    ),
                ),
            ),
        ),
        job,
    )


def _http(mine: str) -> Row:
    return Row(
        "HTTP",
        (
            Panel("Requests", "By status.", "reqps", (q(f"sum by (code) (rate(http_requests_total{{{mine}}}[{RATE}]))", "{{code}}"),)),
            Panel(
                "Faults of the gateway",
                "The share of answers that are 5xx.",
                "percentunit",
                (
                    q(
                        f'(sum(rate(http_requests_total{{{mine},code=~"5.."}}[{RATE}])) or vector(0))'
                        f" / sum(rate(http_requests_total{{{mine}}}[{RATE}]))",
                        "5xx",
                    ),
                ),
                bounds=(0.001, 0.01),
            ),
            Panel(
                "Duration, p95",
                "From the head to the last byte, by route.",
                "s",
                quantiles("http_request_duration_seconds", "route", mine, "{{route}}")[1:],
                latency=True,
            ),
        ),
    )

"""What makes promises break, told as tickets before it does; and what may never happen, told as a page.

Each cause brings the input of its own test: without traffic, below the bound, above it, and clean again.
"""

from dataclasses import dataclass, field

from barnraise.contracts.commands import COMMANDS
from barnraise.telemetry.domain.presence import SERVICES
from deploy.signals.series import Segment, counter, gauge

JOBS = "|".join(SERVICES)
QUIET, BELOW, ABOVE, CLEAN = 20, 40, 40, 80
"""Minutes of each time."""


@dataclass(frozen=True)
class Input:
    """A series of the test, with what holds in each of the four times."""

    series: str
    values: tuple[float | None, float | None, float | None, float | None]
    is_counter: bool = False

    def text(self) -> str:
        segments: list[Segment] = list(zip((QUIET, BELOW, ABOVE, CLEAN), self.values, strict=True))
        return (counter if self.is_counter else gauge)(segments)


@dataclass(frozen=True)
class Cause:
    """``wait``: how long it must hold. ``fired``: the labels that the alert has in its test."""

    name: str
    expr: str
    wait: str
    summary: str
    dashboard: str
    inputs: tuple[Input, ...]
    fired: dict[str, str] = field(default_factory=dict)
    severity: str = "ticket"


def _slow_bucket(metric: str, labels: str, fast: str) -> tuple[Input, Input, Input]:
    """A histogram whose observations are fast, and then all slower than ``fast``."""
    return (
        Input(f'{metric}_bucket{{{labels},le="{fast}"}}', (0, 60, 0, 60), True),
        Input(f'{metric}_bucket{{{labels},le="2.5"}}', (0, 60, 60, 60), True),
        Input(f'{metric}_bucket{{{labels},le="+Inf"}}', (0, 60, 60, 60), True),
    )


_QUEUE = 'stream_name="COMMANDS",consumer_name="plan-make-v1",service="planner"'
_SERVER = 'server_name="nats-0"'
_STREAM = 'account="$G",stream_name="EVENTS",is_stream_leader="true"'
_CALLS = "gen_ai_client_operation_duration_seconds_count"
_MODEL = 'gen_ai_operation_name="chat",gen_ai_provider_name="openai",gen_ai_request_model="m"'

CAUSES = (
    Cause(
        "DeadLetters",
        "sum by (stream_name, consumer_name) (increase(dead_letters_total[1h])) > 0",
        "0m",
        "A message for {{ $labels.consumer_name }} left its queue unhandled.",
        "barnraise-jetstream",
        (Input('dead_letters_total{job="telemetry",stream_name="COMMANDS",consumer_name="plan-make-v1"}', (None, 0, 1, 0), True),),
        {"stream_name": "COMMANDS", "consumer_name": "plan-make-v1"},
        "page",
    ),
    Cause(
        "ReconcilerOrphans",
        "max(reconciler_orphans) > 0",
        "5m",
        "{{ $value }} jobs were taken and nobody works on them.",
        "barnraise-journey",
        (Input('reconciler_orphans{job="gateway"}', (None, 0, 2, 0)),),
        {},
        "page",
    ),
    Cause(
        "NoWorkers",
        "max by (service) (workers_present) == 0",
        "1m",
        "No workers for {{ $labels.service }}.",
        "barnraise-home",
        (Input('workers_present{job="telemetry",service="codegen"}', (None, 1, 0, 2)),),
        {"service": "codegen"},
    ),
    Cause(
        "QueueStalled",
        "max by (stream_name, consumer_name, service) (queue_oldest_pending_seconds) > 60\n"
        "and max by (stream_name, consumer_name, service) (queue_workers_waiting) == 0",
        "2m",
        "The oldest message for {{ $labels.consumer_name }} has waited {{ $value | humanizeDuration }}, and nobody asks for it.",
        "barnraise-jetstream",
        (
            Input(f'queue_oldest_pending_seconds{{job="telemetry",{_QUEUE}}}', (0, 90, 90, 0)),
            Input(f'queue_workers_waiting{{job="telemetry",{_QUEUE}}}', (1, 1, 0, 1)),
        ),
        {"stream_name": "COMMANDS", "consumer_name": "plan-make-v1", "service": "planner"},
    ),
    Cause(
        "RedeliveriesHigh",
        "sum by (job) (rate(messages_redelivered_total[15m])) / sum by (job) (rate(messages_handled_total[15m])) > 0.02\n"
        "and sum by (job) (increase(messages_handled_total[15m])) > 50",
        "5m",
        "{{ $value | humanizePercentage }} of the messages of {{ $labels.job }} are deliveries after the first.",
        "barnraise-home",
        (
            Input('messages_redelivered_total{job="codegen",kind="manifest-compile-v1"}', (None, 0.1, 2, 0), True),
            Input('messages_handled_total{job="codegen",kind="manifest-compile-v1",outcome="done"}', (None, 20, 20, 20), True),
        ),
        {"job": "codegen"},
    ),
    Cause(
        "OutboxStuck",
        "max by (job) (outbox_oldest_seconds) > 30",
        "2m",
        "Committed messages of {{ $labels.job }} have waited {{ $value | humanizeDuration }} to be published.",
        "barnraise-home",
        (Input('outbox_oldest_seconds{job="planner"}', (None, 10, 50, 0)),),
        {"job": "planner"},
    ),
    Cause(
        "JetStreamStoreFull",
        "max by (server_name) (jetstream_server_total_message_bytes) / max by (server_name) (jetstream_server_max_storage > 0) > 0.8",
        "10m",
        "JetStream on {{ $labels.server_name }} has {{ $value | humanizePercentage }} of its storage in use.",
        "barnraise-jetstream",
        (
            Input(f'jetstream_server_total_message_bytes{{job="telemetry",{_SERVER}}}', (0, 50, 90, 60)),
            Input(f'jetstream_server_max_storage{{job="telemetry",{_SERVER}}}', (100, 100, 100, 100)),
        ),
        {"server_name": "nats-0"},
    ),
    Cause(
        "JetStreamReplicaMismatch",
        "max by (account, stream_name) (jetstream_stream_last_seq) - min by (account, stream_name) (jetstream_stream_last_seq) > 1000",
        "5m",
        "A replica of {{ $labels.stream_name }} is {{ $value }} messages behind.",
        "barnraise-jetstream",
        (
            Input(f"jetstream_stream_last_seq{{{_SERVER},{_STREAM}}}", (0, 9000, 9000, 9000)),
            Input(f'jetstream_stream_last_seq{{server_name="nats-1",{_STREAM}}}', (0, 8900, 5000, 9000)),
        ),
        {"account": "$G", "stream_name": "EVENTS"},
    ),
    Cause(
        "JetStreamConsumersMissing",
        f'count(count by (consumer_name) (jetstream_consumer_num_pending{{stream_name="COMMANDS"}})) < {len(COMMANDS)}',
        "5m",
        f"Only {{{{ $value }}}} of the {len(COMMANDS)} queues of commands are there.",
        "barnraise-jetstream",
        tuple(
            Input(f'jetstream_consumer_num_pending{{stream_name="COMMANDS",consumer_name="c{number}"}}', (0, 0, 0 if number else None, 0))
            for number in range(len(COMMANDS))
        ),
    ),
    Cause(
        "NatsDown",
        "min by (server) (gnatsd_up) == 0",
        "1m",
        "The NATS server {{ $labels.server }} does not answer.",
        "barnraise-jetstream",
        (Input('gnatsd_up{job="telemetry",server="nats-0:8222"}', (None, 1, 0, 1)),),
        {"server": "nats-0:8222"},
    ),
    Cause(
        "PostgresDown",
        "min(pg_up) == 0",
        "1m",
        "PostgreSQL does not answer.",
        "barnraise-postgres",
        (Input('pg_up{job="telemetry"}', (None, 1, 0, 1)),),
    ),
    Cause(
        "PostgresConnectionsHigh",
        "sum(max by (datname, state) (pg_stat_activity_count)) / max(pg_settings_max_connections) > 0.8",
        "5m",
        "PostgreSQL has {{ $value | humanizePercentage }} of its connections in use.",
        "barnraise-postgres",
        (
            Input('pg_stat_activity_count{job="telemetry",datname="barnraise",state="idle"}', (0, 40, 90, 40)),
            Input('pg_settings_max_connections{job="telemetry"}', (100, 100, 100, 100)),
        ),
    ),
    Cause(
        "DatabasePoolWait",
        "histogram_quantile(0.95, sum by (job, le) (rate(db_pool_wait_seconds_bucket[10m]))) > 0.5",
        "5m",
        "Work in {{ $labels.job }} waits {{ $value | humanizeDuration }} for a connection to the database.",
        "barnraise-postgres",
        _slow_bucket("db_pool_wait_seconds", 'job="planner"', "0.25"),
        {"job": "planner"},
    ),
    Cause(
        "EventLoopLag",
        "histogram_quantile(0.99, sum by (job, instance, le) (rate(event_loop_lag_seconds_bucket[10m]))) > 0.25",
        "5m",
        "{{ $labels.job }} on {{ $labels.instance }} is late by {{ $value | humanizeDuration }} at one timer in a hundred.",
        "barnraise-home",
        _slow_bucket("event_loop_lag_seconds", 'job="gateway",instance="a:1"', "0.1"),
        {"job": "gateway", "instance": "a:1"},
    ),
    Cause(
        "SandboxSlotsTaken",
        "sum by (profile) (sandbox_in_use) >= sum by (profile) (sandbox_slots)",
        "5m",
        "All sandboxes for a {{ $labels.profile }} are taken; others wait.",
        "barnraise-sandboxes",
        (
            Input('sandbox_in_use{job="sandbox",profile="test"}', (0, 1, 3, 1)),
            Input('sandbox_slots{job="sandbox",profile="test"}', (3, 3, 3, 3)),
        ),
        {"profile": "test"},
    ),
    Cause(
        "SandboxesDoNotStart",
        "sum by (profile) (increase(sandbox_start_failures_total[15m])) > 3",
        "0m",
        "Sandboxes for a {{ $labels.profile }} do not start.",
        "barnraise-sandboxes",
        (Input('sandbox_start_failures_total{job="sandbox",profile="test"}', (None, 0.1, 2, 0), True),),
        {"profile": "test"},
    ),
    Cause(
        "ModelsFailing",
        f'sum by (gen_ai_request_model) (rate({_CALLS}{{error_type!=""}}[15m]))\n'
        f"/ sum by (gen_ai_request_model) (rate({_CALLS}[15m])) > 0.5\n"
        f"and sum by (gen_ai_request_model) (increase({_CALLS}[15m])) > 10",
        "5m",
        "{{ $value | humanizePercentage }} of the calls to {{ $labels.gen_ai_request_model }} fail.",
        "barnraise-models",
        (
            Input(f"{_CALLS}{{{_MODEL}}}", (None, 10, 1, 10), True),
            Input(f'{_CALLS}{{{_MODEL},error_type="overloaded"}}', (None, 1, 10, 0), True),
        ),
        {"gen_ai_request_model": "m"},
    ),
    Cause(
        "SpendRateHigh",
        "llm:cost_usd:rate1h > 3 * quantile_over_time(0.5, llm:cost_usd:rate1h[7d])\nand llm:cost_usd:rate1h * 3600 > 1",
        "0m",
        "Models cost {{ $value | humanize }} dollars a second, more than three times what is usual.",
        "barnraise-models",
        (Input('llm_cost_usd_total{job="codegen",model="m",task="code"}', (0, 0.01, 0.5, 0.01), True),),
    ),
    Cause(
        "SlowClients",
        'sum(increase(ws_disconnects_total{reason="slow"}[15m])) > 10',
        "0m",
        "{{ $value | humanize }} clients were cut off in a quarter of an hour because they read too slowly.",
        "barnraise-websocket",
        (Input('ws_disconnects_total{job="gateway",reason="slow"}', (None, 0.2, 2, 0), True),),
    ),
    Cause(
        "FileDescriptorsHigh",
        "max by (job, instance) (process_open_fds / process_max_fds) > 0.8",
        "5m",
        "{{ $labels.job }} on {{ $labels.instance }} has {{ $value | humanizePercentage }} of its file descriptors open.",
        "barnraise-home",
        (
            Input('process_open_fds{job="gateway",instance="a:1"}', (10, 500, 900, 500)),
            Input('process_max_fds{job="gateway",instance="a:1"}', (1000, 1000, 1000, 1000)),
        ),
        {"job": "gateway", "instance": "a:1"},
    ),
    Cause(
        "TargetDown",
        f'up{{job=~"{JOBS}"}} == 0',
        "2m",
        "{{ $labels.job }} on {{ $labels.instance }} cannot be scraped.",
        "barnraise-signals",
        (Input('up{job="codegen",instance="a:1"}', (None, 1, 0, 1)),),
        {"job": "codegen", "instance": "a:1"},
    ),
    Cause(
        "TelemetryMissing",
        '(sum(up{job="telemetry"}) or vector(0)) == 0',
        "2m",
        "No telemetry service is seen, and with it nothing of queues, workers, NATS and PostgreSQL.",
        "barnraise-signals",
        (Input('up{job="telemetry",instance="a:1"}', (1, 1, None, 1)),),
    ),
)

"""Streams and their consumers."""

from deploy.signals.boards.queries import DEAD, RATE, q
from deploy.signals.panels import Dashboard, Panel, Query, Row

LEADER = 'is_consumer_leader="true"'


def consumers(metric: str) -> Query:
    """Only a consumer's leader knows its figures, and each telemetry service that runs tells them."""
    return q(f"max by (consumer_name) (jetstream_consumer_{metric}{{{LEADER}}})", "{{consumer_name}}")


def _server(expr: str) -> Query:
    """Of each NATS server, once."""
    return q(f"max by (server_name) ({expr})", "{{server_name}}")


JETSTREAM = Dashboard(
    "barnraise-jetstream",
    "Barnraise · JetStream",
    "The bus: what waits, what is at work, what comes again, and what has died.",
    (
        Row(
            "Queues",
            (
                Panel("Waiting", "Not delivered yet.", "short", (consumers("num_pending"),)),
                Panel("At work", "Delivered and not acknowledged.", "short", (consumers("num_ack_pending"),)),
                Panel("Again", "Delivered more than once and not acknowledged.", "short", (consumers("num_redelivered"),)),
                Panel("Standing requests", "Workers that ask for a message; 0 is nobody.", "short", (consumers("num_waiting"),)),
                Panel(
                    "Oldest",
                    "How long the oldest message has waited.",
                    "s",
                    (q("max by (consumer_name) (queue_oldest_pending_seconds)", "{{consumer_name}}"),),
                    bounds=(30, 60),
                ),
                Panel(
                    "Dead letters",
                    "That left their queue unhandled, in the last hour, and those that nobody has dealt with.",
                    "short",
                    (
                        q("sum(increase(dead_letters_total[1h]))", "last hour"),
                        q(DEAD, "open"),
                    ),
                    bounds=(1, 2),
                ),
            ),
        ),
        Row(
            "Streams",
            (
                Panel(
                    "Messages",
                    "In each stream.",
                    "short",
                    (q('max by (stream_name) (jetstream_stream_total_messages{is_stream_leader="true"})', "{{stream_name}}"),),
                ),
                Panel(
                    "Bytes",
                    "In each stream.",
                    "bytes",
                    (q('max by (stream_name) (jetstream_stream_total_bytes{is_stream_leader="true"})', "{{stream_name}}"),),
                ),
                Panel(
                    "Storage",
                    "In use, of what there may be.",
                    "percentunit",
                    (_server("jetstream_server_total_message_bytes / (jetstream_server_max_storage > 0)"),),
                    bounds=(0.6, 0.8),
                ),
            ),
        ),
        Row(
            "Servers",
            (
                Panel("Clients", "Connected.", "short", (_server("gnatsd_varz_connections"),)),
                Panel("Messages in", "Received in a second.", "ops", (_server(f"rate(gnatsd_varz_in_msgs[{RATE}])"),)),
                Panel("Messages out", "Sent in a second.", "ops", (_server(f"rate(gnatsd_varz_out_msgs[{RATE}])"),)),
                Panel("Memory", "Resident.", "bytes", (_server("gnatsd_varz_mem"),)),
                Panel("Processor", "Per cent of one core.", "percent", (_server("gnatsd_varz_cpu"),)),
                Panel(
                    "Slow readers",
                    "Clients of the bus that were cut off since its start.",
                    "short",
                    (_server("gnatsd_varz_slow_consumers"),),
                ),
            ),
        ),
    ),
)

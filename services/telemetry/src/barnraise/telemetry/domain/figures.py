"""What NATS and PostgreSQL tell of themselves, under the names that their usual exporters give it, so that dashboards fit both."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple


class Figure(NamedTuple):
    """What is exported under a name: its help text and labels."""

    help: str
    labels: tuple[str, ...]


class Sample(NamedTuple):
    name: str
    labels: tuple[str, ...]
    value: float


_SERVER = ("server_name",)
_STREAM = ("server_name", "account", "stream_name", "is_stream_leader")
_CONSUMER = (*_STREAM, "consumer_name", "is_consumer_leader")
_DATABASE = ("datname",)

FIGURES: Mapping[str, Figure] = {
    "gnatsd_up": Figure("Whether the server's monitoring page was read.", ("server",)),
    "gnatsd_varz_connections": Figure("Connected clients.", _SERVER),
    "gnatsd_varz_subscriptions": Figure("Subscriptions.", _SERVER),
    "gnatsd_varz_slow_consumers": Figure("Clients that were cut off because they read too slowly.", _SERVER),
    "gnatsd_varz_in_msgs": Figure("Messages received since the start.", _SERVER),
    "gnatsd_varz_out_msgs": Figure("Messages sent since the start.", _SERVER),
    "gnatsd_varz_in_bytes": Figure("Bytes received since the start.", _SERVER),
    "gnatsd_varz_out_bytes": Figure("Bytes sent since the start.", _SERVER),
    "gnatsd_varz_mem": Figure("Resident memory in bytes.", _SERVER),
    "gnatsd_varz_cpu": Figure("Per cent of one processor.", _SERVER),
    "jetstream_server_total_streams": Figure("Streams.", _SERVER),
    "jetstream_server_total_consumers": Figure("Consumers.", _SERVER),
    "jetstream_server_total_messages": Figure("Messages in all streams.", _SERVER),
    "jetstream_server_total_message_bytes": Figure("Bytes in all streams.", _SERVER),
    "jetstream_server_max_storage": Figure("Bytes that streams may take on disk.", _SERVER),
    "jetstream_stream_total_messages": Figure("Messages in the stream.", _STREAM),
    "jetstream_stream_total_bytes": Figure("Bytes in the stream.", _STREAM),
    "jetstream_stream_first_seq": Figure("The stream's first sequence number.", _STREAM),
    "jetstream_stream_last_seq": Figure("The stream's last sequence number.", _STREAM),
    "jetstream_stream_consumer_count": Figure("The stream's consumers.", _STREAM),
    "jetstream_consumer_num_pending": Figure("Messages that were not delivered yet.", _CONSUMER),
    "jetstream_consumer_num_ack_pending": Figure("Messages that were delivered and not acknowledged.", _CONSUMER),
    "jetstream_consumer_num_redelivered": Figure("Messages that were delivered again and not acknowledged.", _CONSUMER),
    "jetstream_consumer_num_waiting": Figure("Standing requests for a message.", _CONSUMER),
    "jetstream_consumer_delivered_stream_seq": Figure("The last sequence number that was delivered.", _CONSUMER),
    "jetstream_consumer_ack_floor_stream_seq": Figure("Everything up to this sequence number is acknowledged.", _CONSUMER),
    "pg_up": Figure("Whether PostgreSQL answers.", ()),
    "pg_settings_max_connections": Figure("Connections that PostgreSQL takes.", ()),
    "pg_stat_activity_count": Figure("Connections by what they do.", ("datname", "state")),
    "pg_stat_activity_max_tx_duration": Figure("Seconds of the longest transaction.", _DATABASE),
    "pg_stat_database_xact_commit": Figure("Transactions that were committed since the statistics began.", _DATABASE),
    "pg_stat_database_xact_rollback": Figure("Transactions that were rolled back since the statistics began.", _DATABASE),
    "pg_stat_database_blks_hit": Figure("Blocks found in memory since the statistics began.", _DATABASE),
    "pg_stat_database_blks_read": Figure("Blocks read from disk since the statistics began.", _DATABASE),
    "pg_stat_database_deadlocks": Figure("Deadlocks since the statistics began.", _DATABASE),
    "pg_database_size_bytes": Figure("Bytes on disk.", _DATABASE),
}

_VARZ = ("connections", "subscriptions", "slow_consumers", "in_msgs", "out_msgs", "in_bytes", "out_bytes", "mem", "cpu")
_JSZ = {
    "total_streams": "streams",
    "total_consumers": "consumers",
    "total_messages": "messages",
    "total_message_bytes": "bytes",
}
_STATE = {
    "total_messages": "messages",
    "total_bytes": "bytes",
    "first_seq": "first_seq",
    "last_seq": "last_seq",
    "consumer_count": "consumer_count",
}
_QUEUE = {
    "num_pending": "num_pending",
    "num_ack_pending": "num_ack_pending",
    "num_redelivered": "num_redelivered",
    "num_waiting": "num_waiting",
}


def of_server(varz: Mapping[str, Any], jsz: Mapping[str, Any]) -> Iterator[Sample]:
    """A server's ``/varz`` and ``/jsz?consumers=true`` as samples. Ephemeral consumers, of which each gateway has one, are left out."""
    name = str(varz["server_name"])
    for key in _VARZ:
        yield Sample(f"gnatsd_varz_{key}", (name,), float(varz.get(key, 0)))
    for key, told in _JSZ.items():
        yield Sample(f"jetstream_server_{key}", (name,), float(jsz.get(told, 0)))
    yield Sample("jetstream_server_max_storage", (name,), float(jsz.get("config", {}).get("max_storage", 0)))
    for account in jsz.get("account_details", ()):
        for stream in account.get("stream_detail", ()):
            yield from _of_stream(name, str(account["name"]), stream)


def _of_stream(server: str, account: str, stream: Mapping[str, Any]) -> Iterator[Sample]:
    labels = (server, account, str(stream["name"]), _leads(server, stream))
    state = stream.get("state", {})
    for key, told in _STATE.items():
        yield Sample(f"jetstream_stream_{key}", labels, float(state.get(told, 0)))
    for consumer in stream.get("consumer_detail", ()):
        if consumer.get("config", {}).get("durable_name"):
            own = (*labels, str(consumer["name"]), _leads(server, consumer))
            yield from _of_consumer(own, consumer)


def _of_consumer(labels: tuple[str, ...], consumer: Mapping[str, Any]) -> Iterator[Sample]:
    for key, told in _QUEUE.items():
        yield Sample(f"jetstream_consumer_{key}", labels, float(consumer.get(told, 0)))
    yield Sample("jetstream_consumer_delivered_stream_seq", labels, float(consumer.get("delivered", {}).get("stream_seq", 0)))
    yield Sample("jetstream_consumer_ack_floor_stream_seq", labels, float(consumer.get("ack_floor", {}).get("stream_seq", 0)))


def _leads(server: str, item: Mapping[str, Any]) -> str:
    """Without a cluster, whoever tells of it is in charge of it."""
    leader = (item.get("cluster") or {}).get("leader")
    return "true" if leader in (None, server) else "false"


def of_database(rows: Sequence[Mapping[str, Any]], activity: Sequence[Mapping[str, Any]], most: int) -> Iterator[Sample]:
    """``rows`` of ``pg_stat_database`` with the size, ``activity`` as ``datname, state, count, oldest``, ``most`` connections."""
    yield Sample("pg_up", (), 1.0)
    yield Sample("pg_settings_max_connections", (), float(most))
    for row in rows:
        name = (str(row["datname"]),)
        for column in ("xact_commit", "xact_rollback", "blks_hit", "blks_read", "deadlocks"):
            yield Sample(f"pg_stat_database_{column}", name, float(row[column]))
        yield Sample("pg_database_size_bytes", name, float(row["size"]))
    oldest: dict[str, float] = {}
    for row in activity:
        yield Sample("pg_stat_activity_count", (str(row["datname"]), str(row["state"])), float(row["count"]))
        oldest[str(row["datname"])] = max(oldest.get(str(row["datname"]), 0.0), float(row["oldest"] or 0))
    for database, seconds in oldest.items():
        yield Sample("pg_stat_activity_max_tx_duration", (database,), seconds)

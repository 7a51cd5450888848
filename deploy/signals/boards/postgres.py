"""The database."""

from deploy.signals.boards.queries import RATE, q, quantiles
from deploy.signals.panels import Dashboard, Panel, Row

POSTGRES = Dashboard(
    "barnraise-postgres",
    "Barnraise · PostgreSQL",
    "The database: connections, transactions, memory and size, and how long services wait for it.",
    (
        Row(
            "Server",
            (
                Panel(
                    "Connections",
                    "By what they do, of those that there may be.",
                    "short",
                    (
                        q("sum by (state) (max by (datname, state) (pg_stat_activity_count))", "{{state}}"),
                        q("max(pg_settings_max_connections)", "most"),
                    ),
                ),
                Panel(
                    "Transactions",
                    "In a second.",
                    "ops",
                    (
                        q(f"max by (datname) (rate(pg_stat_database_xact_commit[{RATE}]))", "committed"),
                        q(f"max by (datname) (rate(pg_stat_database_xact_rollback[{RATE}]))", "rolled back"),
                    ),
                ),
                Panel(
                    "Found in memory",
                    "The share of blocks that need no disk.",
                    "percentunit",
                    (
                        q(
                            f"max by (datname) (rate(pg_stat_database_blks_hit[{RATE}])"
                            f" / (rate(pg_stat_database_blks_hit[{RATE}]) + rate(pg_stat_database_blks_read[{RATE}])))",
                            "{{datname}}",
                        ),
                    ),
                ),
                Panel("Size", "On disk.", "bytes", (q("max by (datname) (pg_database_size_bytes)", "{{datname}}"),)),
                Panel(
                    "Longest transaction",
                    "That is open.",
                    "s",
                    (q("max by (datname) (pg_stat_activity_max_tx_duration)", "{{datname}}"),),
                    bounds=(30, 300),
                ),
                Panel(
                    "Deadlocks",
                    "In an hour.",
                    "short",
                    (q("sum(max by (datname) (increase(pg_stat_database_deadlocks[1h])))", "deadlocks"),),
                    bounds=(1, 5),
                ),
            ),
        ),
        Row(
            "Services",
            (
                Panel("Connections lent out", "By service.", "short", (q("sum by (job) (db_pool_in_use)", "{{job}}"),), width=12),
                Panel(
                    "Wait for a connection, p95",
                    "By service.",
                    "s",
                    quantiles("db_pool_wait_seconds", "job", "", "{{job}}")[1:],
                    bounds=(0.1, 0.5),
                    width=12,
                ),
            ),
        ),
    ),
)

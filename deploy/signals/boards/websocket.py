"""Who listens, and how soon they hear."""

from deploy.signals.boards.queries import RATE, q, quantiles
from deploy.signals.panels import Dashboard, Panel, Row

WEBSOCKET = Dashboard(
    "barnraise-websocket",
    "Barnraise · WebSocket",
    "The fan-out of events to browsers: who listens, how late they hear, and who was cut off.",
    (
        Row(
            "Fan-out",
            (
                Panel("Clients", "That are live.", "short", (q("sum by (instance) (ws_connections)", "{{instance}}"),)),
                Panel(
                    "Events sent", "In a second.", "ops", (q(f"sum by (instance) (rate(ws_events_sent_total[{RATE}]))", "{{instance}}"),)
                ),
                Panel("Lag", "From publication to sending.", "s", quantiles("ws_event_lag_seconds", ""), bounds=(0.25, 1)),
                Panel(
                    "Waiting to be sent",
                    "Bytes that clients have not taken.",
                    "bytes",
                    (q("sum by (instance) (ws_send_queue_depth)", "{{instance}}"),),
                ),
                Panel(
                    "Cut off", "By reason, in a second.", "ops", (q(f"sum by (reason) (rate(ws_disconnects_total[{RATE}]))", "{{reason}}"),)
                ),
            ),
        ),
    ),
)

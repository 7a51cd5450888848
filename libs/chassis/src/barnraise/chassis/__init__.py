"""What every service shares: broker, ledger, logs, traces, metrics, health, errors, objects."""

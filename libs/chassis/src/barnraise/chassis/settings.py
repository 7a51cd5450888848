"""Settings that every service has. Read by a service's app.py alone."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """From the environment, with the prefix ``BARNRAISE_``. ``sentry_dsn``: where exceptions are told, Sentry or what speaks its protocol;
    nowhere without it. Traces are set by OpenTelemetry's own variables: ``OTEL_EXPORTER_OTLP_ENDPOINT``, ``OTEL_TRACES_SAMPLER``.

    ``nats_url``: the bus, or several servers of it with commas between them. ``migrations``: whether the service brings its schema up to
    date itself, or waits until somebody has (``python -m barnraise.chassis.migrate``). ``stream_replicas``: on how many NATS servers each
    stream is kept. ``drain_seconds``: how long work that was begun may go on after SIGTERM; then it is given back, and another replica
    has it at once.
    """

    model_config = SettingsConfigDict(env_prefix="BARNRAISE_", frozen=True, extra="ignore")

    nats_url: str
    database_url: str
    objects_url: str
    cache_dir: Path
    http_host: str = "127.0.0.1"
    http_port: int = 0
    runtime_file: Path | None = None
    log_level: str = "info"
    log_format: Literal["json", "console"] = "json"
    sentry_dsn: SecretStr | None = None
    migrations: Literal["apply", "await"] = "apply"
    stream_replicas: int = Field(default=1, ge=1, le=5)
    drain_seconds: float = Field(default=5.0, ge=0)


class MigrationSettings(BaseSettings):
    """What ``barnraise.chassis.migrate`` needs: a role that may change tables, and nothing else."""

    model_config = ServiceSettings.model_config

    database_url: str
    log_level: str = "info"
    log_format: Literal["json", "console"] = "json"

"""Settings that every service has. Read by a service's app.py alone."""

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """From the environment, with the prefix ``BARNRAISE_``."""

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

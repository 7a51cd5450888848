"""The gateway's settings."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from barnraise.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """``auth_token`` is this run's secret. ``public_url`` is how people reach the gateway behind something else, ``preview_domain`` the
    domain whose sub-domains are previews. ``preview_access``: who knows a preview's ``label`` may look at it, or its ``owner`` alone, who
    has a cookie for it; ``auto`` means the owner where ``public_url`` is https, for then others reach it. ``preview_requests``: how many
    requests a second one preview may be sent for long; ten times as many at once are let through. Further hosts and origins can be
    allowed, as JSON lists."""

    auth_token: SecretStr = Field(min_length=16)
    web_dir: Path | None = None
    preview_domain: str = "localhost"
    preview_access: Literal["auto", "label", "owner"] = "auto"
    preview_requests: float = Field(default=100.0, gt=0)
    public_url: str | None = None
    allowed_hosts: frozenset[str] = frozenset()
    allowed_origins: frozenset[str] = frozenset()

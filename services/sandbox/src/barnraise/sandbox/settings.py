"""Settings of the sandbox service."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from barnraise.chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Times in seconds, sizes in bytes.

    ``data_dir`` keeps what applications in previews have stored; in ``base_dir`` are the layers that ``python -m barnraise.sandbox base``
    makes. ``sandbox_driver`` ``none`` switches off everything that runs code. ``sandbox_domain``: the host suffix, beside ``.localhost``,
    under which previews are asked for, such as ``.preview.example``.
    """

    data_dir: Path
    base_dir: Path
    sandbox_driver: Literal["auto", "none"] = "auto"
    sandbox_domain: str = ""
    sandbox_previews: int = Field(default=8, ge=1)
    sandbox_idle_seconds: float = 1800.0
    sandbox_warm: bool = True
    sandbox_data_bytes: int = 256 << 20

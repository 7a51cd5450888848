"""Settings of the sandbox service."""

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from barnraise.chassis.settings import ServiceSettings
from barnraise.sandbox.domain.limits import ENFORCEABLE


class Settings(ServiceSettings):
    """Times in seconds, sizes in bytes.

    ``data_dir`` keeps what applications in previews have stored; in ``base_dir`` are the layers that ``python -m barnraise.sandbox base``
    makes. ``sandbox_driver`` ``none`` switches off everything that runs code; ``auto`` takes the first that is safe here.
    ``sandbox_docker``: the Docker Engine's address, such as ``unix:///run/docker.sock``; else the one of Docker's own tools.
    For ``kubernetes``: ``sandbox_image`` is the image of sandboxes, ``sandbox_server`` the API server's address when it is not that of the
    cluster around, ``sandbox_claim`` the volume claim that holds ``data_dir``. ``sandbox_accept``: what sandboxes may lack, in the words of
    ``barnraise doctor`` with commas between them. ``sandbox_domain``: the host suffix, beside ``.localhost``, under which previews are
    asked for, such as ``.preview.example``. ``sandbox_door``: ``host:port`` at which gateways on other
    machines reach previews; where it is empty they must share this one. ``sandbox_previews`` run at once, one for each project; one ends
    after ``sandbox_idle_seconds`` without a look, and after ``sandbox_preview_seconds`` in any case. ``sandbox_tests``: runs of tests at
    once.
    ``package_index`` (simple API) and ``node_index`` (npm registry): the addresses of the indexes from which projects get packages that
    the base layer lacks; empty for what pip, uv and npm are configured with here, ``none`` for no index. ``sandbox_layers_bytes``: what
    such layers may take on disk together.
    """

    data_dir: Path
    base_dir: Path
    sandbox_driver: Literal["auto", "local", "gvisor", "docker", "docker+gvisor", "kubernetes", "none"] = "auto"
    sandbox_docker: str = ""
    sandbox_server: str = ""
    sandbox_namespace: str = "barnraise-sandboxes"
    sandbox_image: str = ""
    sandbox_runtime_class: str = "gvisor"
    sandbox_claim: str = ""
    sandbox_accept: str = ""
    sandbox_domain: str = ""
    sandbox_door: str = ""
    sandbox_previews: int = Field(default=8, ge=1)
    sandbox_idle_seconds: float = Field(default=1800.0, gt=0)
    sandbox_preview_seconds: float = Field(default=86400.0, gt=0)
    sandbox_tests: int = Field(default=2, ge=1)
    sandbox_warm: bool = True
    sandbox_data_bytes: int = 256 << 20
    sandbox_layers_bytes: int = 8 << 30
    package_index: str = ""
    node_index: str = ""

    @field_validator("sandbox_accept")
    @classmethod
    def _known(cls, value: str) -> str:
        unknown = set(words(value)) - set(ENFORCEABLE)
        if unknown:
            raise ValueError(f"not among {', '.join(ENFORCEABLE)}: {', '.join(sorted(unknown))}")
        return value

    @field_validator("package_index", "node_index")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and value != "none" and not (value.startswith(("http://", "https://")) and urlsplit(value).hostname):
            raise ValueError("neither an http:// or https:// address nor 'none'")
        return value

    @property
    def accepted(self) -> frozenset[str]:
        return frozenset(words(self.sandbox_accept))


def beside(base_dir: Path, data_dir: Path) -> Settings:
    """Those of the environment, for looking at sandboxes without a bus and a database."""
    nowhere = {"nats_url": "", "database_url": "", "objects_url": "", "cache_dir": data_dir}
    return Settings(base_dir=base_dir, data_dir=data_dir, **nowhere)  # ty: ignore[invalid-argument-type]


def words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]

"""Previews and who may see them, as the HTTP API shows them."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from barnraise.contracts.base import Contract


class Trouble(Contract):
    """What went wrong last in a preview, in the words of its application."""

    commit: str | None
    source: Literal["script", "console", "request", "server"]
    text: str
    detail: str = ""
    where: str = ""


class Preview(Contract):
    status: Literal["none", "starting", "running", "stopped", "failed"]
    url: str | None
    commit: str | None
    enforced: tuple[str, ...] = Field(description="The limits that hold; in brackets how, where it is in a coarser way.")
    accepted: tuple[str, ...] = Field(default=(), description="Limits that do not hold, which the operator has accepted by name.")
    detail: str | None
    trouble: Trouble | None = None
    memory: int | None = Field(default=None, description="Bytes that it takes while it runs, where that can be seen.")


class Share(Contract):
    """A link that shows the preview to whoever has it, until it expires or is taken back."""

    id: str
    project_id: str
    url: str
    note: str
    created_at: datetime
    expires_at: datetime


class Shares(Contract):
    items: tuple[Share, ...]


class Link(Contract):
    """A link that lets one browser in, once."""

    url: str
    expires_at: datetime

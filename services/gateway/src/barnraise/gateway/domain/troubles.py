"""What a preview's page says of its own troubles. It is a stranger's page: its words are bounded and cleaned, nothing else is believed."""

from typing import Annotated, Literal

from pydantic import Field

from barnraise.contracts.base import Contract
from barnraise.contracts.troubles import clean, signature

WATCH, REPORT = "/.barnraise/watch.js", "/.barnraise/trouble"
"""Addresses on the origin of every preview: the script that watches, and where it reports."""
MAX_REPORT = 16 << 10
MOST = 20
"""Reports that are passed on of one preview on one commit."""


class Report(Contract):
    """One trouble, as the page tells it."""

    source: Literal["script", "console", "request"]
    text: Annotated[str, Field(min_length=1, max_length=500)]
    detail: Annotated[str, Field(max_length=4000)] = ""
    where: Annotated[str, Field(max_length=300)] = ""

    def cleaned(self) -> "Report":
        """Fit to be shown; ValidationError when nothing of its text is left."""
        text, detail, where = (clean(part) for part in (self.text, self.detail, self.where))
        return Report(source=self.source, text=" ".join(text.split()), detail=detail, where=where)

    @property
    def signature(self) -> str:
        return f"{self.source} {signature(self.text)}"

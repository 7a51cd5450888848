"""What runs have left, shown by hosts that have nothing else: an origin for each project, and an address for each file, for a while."""

from datetime import UTC, datetime

from barnraise.chassis.clock import now
from barnraise.contracts.diagnostics import Artefact
from barnraise.gateway.domain.refusals import not_found
from barnraise.gateway.domain.shares import files_label, opens, sign
from barnraise.gateway.domain.sites import Site
from barnraise.gateway.ports import Shares
from barnraise.gateway.service.reports import Reports

_SECONDS = 600
"""An address opens its file for so long at least, and for twice as long at most; asked for again in between, it stays the same."""


class Artefacts:
    def __init__(self, reports: Reports, kept: Shares, site: Site) -> None:
        self._reports = reports
        self._kept = kept
        self._site = site

    async def content(self, project_id: str, digest: str) -> tuple[Artefact, bytes]:
        """For a program that may see the project."""
        return await self._reports.artefact(project_id, digest)

    async def address(self, project_id: str, digest: str) -> str:
        """Where a browser that may see the project gets the file, from an origin that shares nothing with the platform's."""
        await self._reports.artefact(project_id, digest)
        secret = await self._kept.secret()
        label = files_label(secret, project_id)
        until = datetime.fromtimestamp((int(now().timestamp()) // _SECONDS + 2) * _SECONDS, UTC)
        return (
            f"{self._site.preview_url(label)}{project_id}/{digest}?token={sign(secret, 'file', _named(label, project_id, digest), until)}"
        )

    async def opened(self, label: str, project_id: str, digest: str, token: str) -> tuple[Artefact, bytes]:
        """What that address shows; not found when it does not open anything any more."""
        secret = await self._kept.secret()
        known = label == files_label(secret, project_id)
        if not known or opens(secret, "file", _named(label, project_id, digest), token, now()) is None:
            raise not_found("artefact", "The address has expired. Open the file on the project's page again.")
        return await self._reports.artefact(project_id, digest)


def _named(label: str, project_id: str, digest: str) -> str:
    return f"{label}/{project_id}/{digest}"

"""Troubles of previews' pages on their way into the project's story."""

import hashlib
from collections import OrderedDict

from barnraise.chassis.clock import now
from barnraise.contracts.events import PreviewTroubled
from barnraise.contracts.requests import PreviewState
from barnraise.gateway.domain import views
from barnraise.gateway.domain.troubles import MOST, Report
from barnraise.gateway.ports import Bus, Records

_KEPT = 1000


class Troubles:
    """Tells each trouble of a preview once, and not many of them: a page may say anything, as often as it likes."""

    def __init__(self, bus: Bus, recorded: Records) -> None:
        self._bus = bus
        self._records = recorded
        self._told: OrderedDict[tuple[str, str], set[str]] = OrderedDict()

    async def tell(self, state: PreviewState, report: Report) -> None:
        """``state`` is the running preview that it is about."""
        if state.project_id is None or state.preview_id is None:
            return
        told = self._told_of(state.preview_id, state.commit or "")
        mark = hashlib.sha256(report.signature.encode()).hexdigest()[:24]
        if mark in told or len(told) >= MOST:
            return
        told.add(mark)
        event = PreviewTroubled(
            id=f"trouble:{state.preview_id}:{(state.commit or '')[:12]}:{mark}", project_id=state.project_id, at=now(),
            preview_id=state.preview_id, commit=state.commit, source=report.source, text=report.text, detail=report.detail,
            where=report.where,
        )  # fmt: skip
        if not await self._bus.tell(event):
            told.discard(mark)

    async def last(self, state: PreviewState) -> views.Trouble | None:
        """The newest trouble of the commit that a preview shows."""
        kept = await self._records.report(state.project_id, "trouble") if state.project_id else None
        return views.Trouble.model_validate(kept) if kept and kept["commit"] == state.commit else None

    def _told_of(self, preview: str, commit: str) -> set[str]:
        told = self._told.setdefault((preview, commit), set())
        self._told.move_to_end((preview, commit))
        if len(self._told) > _KEPT:
            self._told.popitem(last=False)
        return told

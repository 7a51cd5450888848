"""Asks the planner as the conductor does, and has what it makes."""

from datetime import UTC, datetime

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.planning import plan

AT = datetime(2026, 1, 1, tzinfo=UTC)


def ask(text: str, manifest: Manifest | None = None, *, imported: bool = False, models: bool = False) -> PlanMade | PlanAnswered:
    asked = MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=text, manifest=manifest, imported=imported)
    return plan(asked, AT, models=models)


def made(text: str, manifest: Manifest | None = None) -> Manifest:
    """The manifest that a text makes, or that it makes of one."""
    result = ask(text, manifest)
    assert isinstance(result, PlanMade), result
    assert result.manifest is not None
    return result.manifest

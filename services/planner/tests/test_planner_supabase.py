"""Supabase: asked for in a description or later."""

from datetime import UTC, datetime

import pytest

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.planning import plan

AT = datetime(2026, 1, 1, tzinfo=UTC)
SHOP = "Orders have a number and belong to a customer. Customers have a name."


def ask(text: str, manifest: Manifest | None = None) -> PlanMade | PlanAnswered:
    return plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=text, manifest=manifest), AT)


def made(text: str, manifest: Manifest | None = None) -> Manifest:
    result = ask(text, manifest)
    assert isinstance(result, PlanMade), result
    assert result.manifest is not None
    assert result.decision.open_points == ()
    return result.manifest


def kinds(manifest: Manifest) -> list[str]:
    return [block.kind for block in manifest.integrations]


@pytest.mark.parametrize(
    "wish", ["Use Supabase.", "It should use Supabase.", "With a Supabase schema.", "Users sign in, and use Supabase as the database."]
)
def test_a_wish_for_supabase_is_built(wish: str) -> None:
    manifest = made(f"{SHOP} {wish}")
    assert kinds(manifest) == ["supabase"]
    assert [entity.name for entity in manifest.entities] == ["Order", "Customer"]


def test_supabase_comes_and_goes() -> None:
    base = made(SHOP)
    assert kinds(base) == []
    later = made("add Supabase", base)
    assert kinds(later) == ["supabase"]
    assert kinds(made("remove Supabase", later)) == []
    assert isinstance(ask("use Supabase", later), PlanAnswered)

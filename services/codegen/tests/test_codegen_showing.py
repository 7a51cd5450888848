"""What a model is shown, and who it is: by words and by what uses what, within a budget, with an account of all of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from barnraise.codegen.domain.asking import request
from barnraise.codegen.domain.roles import ROLES, designer, editor
from barnraise.codegen.domain.showing import choose, survey
from barnraise.contracts.commands import DesignManifest, EditCode
from barnraise.contracts.diagnostics import Diagnostic, TestReport
from barnraise.contracts.documents import Attachment
from barnraise.contracts.manifest import Entity, Manifest
from barnraise.contracts.memory import Exchange, Memory

AT = datetime(2026, 1, 1, tzinfo=UTC)
HEAD: dict[str, Any] = {"id": "j1:generate:1", "project_id": "p1", "job_id": "j1", "at": AT}
PROJECT = {
    "backend/app/invoices.py": b"from app.tidy_rounding import half_up\n\n\nclass Invoice:\n    def total(self):\n"
    b"        return half_up(self.net)\n",
    "backend/app/tidy_rounding.py": b"def half_up(value):\n    return value\n",
    **{f"backend/app/thing{n}.py": f"class Thing{n}:\n    name = '{n}'\n".encode() for n in range(12)},
    "frontend/src/App.tsx": b"import { Menu } from './menu';\nexport const App = () => <Menu />;\n",
    "frontend/src/menu.tsx": b"export const Menu = () => null;\n",
}


def test_what_a_task_rests_on_ranks_above_what_has_nothing_to_do_with_it() -> None:
    order = survey(PROJECT, "the total of an invoice is wrong").order
    assert order[:2] == ["backend/app/invoices.py", "backend/app/tidy_rounding.py"], "no word of the task stands in the second"
    assert survey(PROJECT, "the menu").order[0] == "frontend/src/menu.tsx"
    assert survey(PROJECT, "x", {"backend/app/thing7.py"}).order[0] == "backend/app/thing7.py"
    assert set(survey({"a.txt": b"", "b.bin": b"\0"}, "?").order) == {"a.txt"} and survey({}, "x").order == []


@pytest.mark.parametrize("budget", [0, 44, 200, 100_000])
def test_what_is_shown_fits_and_the_report_has_all_of_it(budget: int) -> None:
    shown = choose(survey(PROJECT, "the total of an invoice"), budget)
    report = shown.context
    assert report and sum(part.tokens for part in report.included) <= budget == report.budget
    told = {part.name for part in (*report.included, *report.left_out)}
    assert told == set(PROJECT), "each file is told of, once"
    assert {part.name for part in report.included if part.kind == "file"} == set(shown.files)
    assert report.unread == len(shown.others) and set(shown.others) | set(shown.files) | set(shown.outlines or {}) == set(PROJECT)
    if budget == 44:
        assert shown.outlines == {"backend/app/tidy_rounding.py": "def half_up(value):"}, "what does not fit is shown by what it defines"


def test_wishes_are_always_told_and_decisions_by_what_they_are_about() -> None:
    wish = Memory(id="w1", kind="wish", text="always British spelling", at=AT)
    decisions = [Memory(id=f"d{n}", kind="decision", text=f"Thing {n} was painted " + "x" * 200, at=AT) for n in range(9)]
    invoices = Memory(id="d9", kind="decision", text="Invoices are rounded half up " + "x" * 200, at=AT)
    turns = [Exchange(said="hello", answered="What shall it be?"), Exchange(said="track invoices", answered="Made.")]
    shown = choose(survey({}, "the total of an invoice"), 800, [wish, *decisions, invoices], turns)
    assert shown.wishes == ("always British spelling",) and shown.decisions == (invoices.text,)
    assert Exchange(said="track invoices", answered="Made.") in shown.exchanges
    assert choose(survey({}, "x"), 0, [wish]).wishes == ("always British spelling",)
    assert "always British spelling" in request("x", shown) and "Invoices are rounded" in request("x", shown)


def test_documents_are_shown_as_data_and_leave_room_for_the_code() -> None:
    papers = [Attachment(name=f"{n}.txt", media_type="text/plain", text=f"Paper {n}. " * 9000) for n in range(3)]
    shown = choose(survey(PROJECT, "the total of an invoice"), 3000, attachments=papers)
    asked = request("the total", shown)
    assert all(f"Paper {n}." in asked for n in range(3)) and "half_up" in asked and len(asked) < 3 * 3000 + 3000


TASKS = {
    "write tests for the invoices": "test",
    "refactor the invoices": "quality",
    "add a Dockerfile with compose": "devops",
    "make the sidebar a menu": "uix",
    "answer with 418 from the API": "backend",
    "round the totals of invoices": "backend",
    "show the API's answer in a modal on the page": "edit",
}


def test_every_role_is_somebodys() -> None:
    asked = {
        ROLES[name].name: editor(EditCode(**HEAD, commit="a" * 40, task=task), survey(PROJECT, task).order).name
        for task, name in TASKS.items()
    }
    assert asked == {name: name for name in asked}
    finding = Diagnostic(tool="ruff", code="E1", severity="error", message="x")
    report = TestReport(passed=0, failed=1, skipped=0, seconds=1)
    others = [editor(EditCode(**HEAD, commit="a" * 40, task="x", **more)).name for more in ({"diagnostics": (finding,)}, {"tests": report})]
    others += [editor(EditCode(**HEAD, commit="a" * 40, task="x", question=True)).name]
    stands = Manifest(name="a", title="A", entities=(Entity(name="Pot", label="Pot", plural_label="Pots", fields=()),))
    others += [designer(DesignManifest(**HEAD, text="x", manifest=given)).name for given in (None, stands)]
    assert others == ["debug", "debug", "docs", "core", "arch"]
    assert set(ROLES) == {*TASKS.values(), *others}, "no row is dead"

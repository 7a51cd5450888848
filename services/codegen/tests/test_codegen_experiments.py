"""Experiments: who gets which variant, what came of it as steps and ledger have it, the rule by which one wins, and the way back."""

import random
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

import asyncpg
import pytest
from pydantic import ValidationError

from barnraise.chassis import database
from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.adapters.experiments import PostgresExperiments
from barnraise.codegen.adapters.journal import PostgresJournal
from barnraise.codegen.domain import experiments as rules
from barnraise.codegen.domain.experiments import LEVEL, SETTLES, Trial, fate, outcomes, p_value, variant_of, winner
from barnraise.codegen.domain.roles import ROLES
from barnraise.codegen.domain.steps import Step
from barnraise.codegen.ports import Asked, Room, Said, Tier
from barnraise.codegen.service import Codegen
from barnraise.contracts.commands import EditCode, MergeBranch
from barnraise.contracts.diagnostics import TestReport
from barnraise.contracts.experiments import Experiment, ListExperiments, RollBackExperiment, StartExperiment, Variant

NOW = datetime(2026, 1, 5, tzinfo=UTC)
OID = "a" * 40
SHORTER = Experiment(
    name="shorter",
    role="backend",
    variants=(Variant(name="as-it-is"), Variant(name="terse", prompt="Make the smallest change.", model="strong")),
    sample=10,
)


def trials(**kept: str) -> list[Trial]:
    """``terse="++-?"``: a project for each sign, kept, not landed or not known yet."""
    fates: dict[str, Any] = {"+": "kept", "-": "not_landed", "?": "open", "u": "undone"}
    return [
        Trial(name.replace("_", "-"), NOW + timedelta(minutes=n), fates[sign])
        for name, signs in kept.items()
        for n, sign in enumerate(signs)
    ]


def won(experiment: Experiment = SHORTER, **kept: str) -> str | None:
    return winner(experiment, outcomes(experiment, trials(**kept)))


def test_a_project_has_one_variant_and_as_many_have_each() -> None:
    given = [variant_of(SHORTER, f"project-{n}").name for n in range(4000)]
    assert given == [variant_of(SHORTER, f"project-{n}").name for n in range(4000)]
    assert 1850 < given.count("terse") < 2150
    other = SHORTER.model_copy(update={"name": "another"})
    same = sum(variant_of(other, f"project-{n}").name == name for n, name in enumerate(given))
    assert 1850 < same < 2150, "who is in one experiment's variant is anywhere in another's"


def test_a_winner_has_to_be_shown_by_the_whole_sample_and_nothing_else() -> None:
    assert won(as_it_is="++--------", terse="+++++++++-") == "terse"
    assert won(as_it_is="++--------", terse="++++++++?-") is None, "one is not known yet"
    assert won(as_it_is="++--------", terse="+++++++++") is None, "one is missing"
    assert won(as_it_is="+++++-----", terse="++++++++--") is None, "that may be chance"
    assert won(as_it_is="+++++++++-", terse="++--------") is None, "the first holds anyway"
    assert won(as_it_is="++--------++++++++", terse="+++++++++-") == "terse", "what comes after the sample is not looked at"
    assert won(as_it_is="++--------", terse="uuuuuuuuu-") is None, "what was undone was not kept"


def test_more_variants_have_to_show_more() -> None:
    """Nine of ten against four is enough for one comparison (p = 0.019), not for three."""
    more = tuple(Variant(name=name) for name in ("other", "third"))
    wide = SHORTER.model_copy(update={"variants": (*SHORTER.variants, *more)})
    assert won(as_it_is="++++------", terse="+++++++++-") == "terse"
    assert won(wide, as_it_is="++++------", terse="+++++++++-", other="+" * 4 + "-" * 6, third="+" * 4 + "-" * 6) is None


def test_the_figures_of_the_rule_are_those_of_the_books() -> None:
    assert p_value(9, 4, 10) == pytest.approx(0.0191, abs=1e-4)
    assert p_value(60, 40, 100) == pytest.approx(0.00468, abs=1e-5)
    assert p_value(0, 0, 10) == p_value(10, 10, 10) == 1.0


def test_where_nothing_is_different_hardly_any_experiment_has_a_winner() -> None:
    """Two thousand experiments whose variants are the same: however often somebody looks, at most 5 % may be wrong (2.5 % on this side)."""
    chance, experiment, wrong = random.Random(1), SHORTER.model_copy(update={"sample": 40}), 0
    for _ in range(2000):
        made = trials(**{name: "".join(chance.choice("++-") for _ in range(40)) for name in ("as_it_is", "terse")})
        wrong += winner(experiment, outcomes(experiment, made)) is not None
    assert wrong / 2000 < LEVEL / 2 + 0.01


def step(number: int, origin: Any, job: str | None, target: int | None = None) -> Step:
    of = f"g{target}" if target else None
    return Step(f"s{number}", f"g{number}", job, origin, f"{number:040x}", f"{number + 1:040x}", None, None, of)


def test_what_became_of_a_change_is_read_off_the_steps() -> None:
    late, soon = NOW + SETTLES, NOW + timedelta(hours=1)
    made = [step(1, "compile", "j0"), step(2, "merge", "j1")]
    assert fate(made[:1], "j1", NOW, soon) == fate(made, "j1", NOW, soon) == "open", "it may still be undone"
    assert (fate(made, "j1", NOW, late), fate(made[:1], "j1", NOW, late)) == ("kept", "not_landed")
    undone = [*made, step(3, "undo", "j2")]
    assert fate(undone, "j1", NOW, soon) == "undone"
    assert fate([*undone, step(4, "redo", "j3")], "j1", NOW, late) == "kept"
    assert fate([*made, step(3, "merge", "j2"), step(4, "undo", "j3")], "j1", NOW, late) == "kept", "another was undone"
    assert fate([*made[:1], step(2, "merge", "j9")], "j1", NOW, late) == "not_landed", "a person's merge is another job"


def test_a_change_that_was_taken_back_out_of_turn_was_not_kept() -> None:
    """By a revert of its step, or by going back to a version before it; both can be undone, redone and taken back themselves."""
    late = NOW + SETTLES
    made = [step(1, "compile", "j0"), step(2, "merge", "j1"), step(3, "edit", None)]

    def became(*more: Step) -> str:
        return fate([*made, *more], "j1", NOW, late)

    for taken in (step(4, "revert", "j2", 2), step(4, "restore", "j2", 1)):
        assert became(taken) == "undone"
        assert became(taken, step(5, "undo", None)) == "kept"
        assert became(taken, step(5, "undo", None), step(6, "redo", None)) == "undone"
        assert became(taken, step(5, "edit", None), step(6, "revert", "j3", 4)) == "kept"
        assert became(taken, step(5, "restore", None, 3)) == "kept"
    assert became(step(4, "revert", "j2", 2), step(5, "redo", None)) == "kept", "it can be done again at once"
    assert became(step(4, "revert", "j2", 3)) == became(step(4, "restore", "j2", 2)) == "kept", "another was taken back"
    assert became(step(4, "revert", "j2")) == "kept", "only a repair of it was taken back"


@pytest.mark.parametrize(
    "wrong", [{"variants": SHORTER.variants[:1]}, {"variants": (SHORTER.variants[0],) * 2}, {"sample": 9}, {"role": "debug"}]
)
def test_what_is_no_experiment_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Experiment.model_validate(SHORTER.model_dump() | wrong)


class Clock:
    at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Iterator[Clock]:
    yield Clock()


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[asyncpg.Pool]:
    opened = await database.connect(database_url)
    await database.migrate(opened, "codegen", files("barnraise.codegen") / "migrations")
    yield opened
    await opened.close()


@pytest.fixture
def kept(pool: asyncpg.Pool, clock: Clock) -> PostgresExperiments:
    return PostgresExperiments(pool, PostgresJournal(pool), clock)


def about(project: str = "any") -> dict[str, Any]:
    return {"id": "r1", "project_id": project, "at": NOW}


def edit(project: str, **more: Any) -> EditCode:
    given = {"id": f"{project}:1", "project_id": project, "job_id": f"job-{project}", "at": NOW, "commit": OID, "task": "greet"}
    return EditCode.model_validate(given | more)


async def landed(pool: asyncpg.Pool, project: str, *origins: str) -> None:
    there = await pool.fetchval("select count(*) from codegen.steps where project_id = $1", project)
    for number, origin in enumerate(origins, there):
        job = f"job-{project}" if origin == "merge" else None
        query = "insert into codegen.steps (project_id, step_id, group_id, job_id, origin, main_after) values ($1, $2, $2, $3, $4, $5)"
        await pool.execute(query, project, f"{project}-{number}", job, origin, OID)


def projects(variant: str) -> Iterator[str]:
    return (name for name in (f"project-{n}" for n in range(1000)) if variant_of(SHORTER, name).name == variant)


@pytest.mark.connected
async def test_a_role_is_played_by_the_projects_variant_until_one_has_won_and_as_before_when_rolled_back(
    kept: PostgresExperiments, pool: asyncpg.Pool, clock: Clock
) -> None:
    role = ROLES["backend"]
    first, other = list(projects("as-it-is"))[:11], list(projects("terse"))[:11]
    assert await kept.cast(role, edit(other[0])) == role, "nothing is tried"
    await kept.start(StartExperiment(**about(), experiment=SHORTER))
    for project in (*first[:10], *other[:10]):
        played = await kept.cast(role, edit(project))
        again = await kept.cast(role, edit(project, id="again", job_id="a-later-job"))
        assert played == again and (played.prompt, played.prefer) == (
            ("Make the smallest change.", "strong") if project in other else (role.prompt, "")
        )
        await landed(pool, project, "compile", *(("merge",) if project in other or project == first[0] else ()))
    assert await kept.cast(ROLES["uix"], edit(other[0])) == ROLES["uix"], "that is another role"
    (running,) = (await kept.list(ListExperiments(**about()))).items
    assert (running.state, running.winner, [one.settled for one in running.outcomes]) == ("running", None, [0, 0])
    await landed(pool, other[3], "undo")
    clock.at += SETTLES
    (decided,) = (await kept.list(ListExperiments(**about()))).items
    assert (decided.state, decided.winner) == ("decided", "terse") and "kept: as-it-is 1 of 10, terse 9 of 10" in decided.said
    assert decided.outcomes[1].undone == 1
    assert (await kept.cast(role, edit(first[10]))).prefer == "strong", "everybody has the winner"
    await kept.roll_back(RollBackExperiment(**about(), name="shorter"))
    assert await kept.cast(role, edit(other[0])) == role
    with pytest.raises(BarnraiseError, match="would be mixed"):
        await kept.start(StartExperiment(**about(), experiment=SHORTER))
    with pytest.raises(BarnraiseError, match="no experiment"):
        await kept.roll_back(RollBackExperiment(**about(), name="unknown"))


@pytest.mark.connected
async def test_repairs_costs_and_what_was_wrong_are_those_of_the_first_change(kept: PostgresExperiments, pool: asyncpg.Pool) -> None:
    await kept.start(StartExperiment(**about(), experiment=SHORTER))
    await kept.start(StartExperiment(**about(), experiment=SHORTER))
    with pytest.raises(BarnraiseError, match="Another experiment holds"):
        await kept.start(StartExperiment(**about(), experiment=SHORTER.model_copy(update={"name": "second"})))
    project = next(projects("terse"))
    await kept.cast(ROLES["backend"], edit(project))
    report = TestReport(passed=1, failed=3, skipped=0, seconds=1)
    for id, failed in (("repair-1", 3), ("repair-1", 3), ("repair-2", 1)):
        tests = report.model_copy(update={"failed": failed})
        debug = await kept.cast(ROLES["debug"], edit(project, id=id, tests=tests, score=87 + 3 * failed))
        assert debug == ROLES["debug"], "repairs are as they are"
    for number, cost in enumerate((Decimal("0.01"), Decimal("0.02"))):
        await pool.execute(
            """insert into codegen.model_calls (id, at, tenant, project_id, job_id, task, profile, model, aside_tokens, aside_cost,
                outcome, cost, ended_at) values ($1, $2, 't', $3, $4, 'code', 'a', 'm', 0, 0, 'done', $5, $6)""",
            str(number), NOW, project, f"job-{project}", cost, NOW + timedelta(seconds=2),
        )  # fmt: skip
    await kept.merged(merge(project, 100))
    (state,) = (await kept.list(ListExperiments(**about()))).items
    outcome = state.outcomes[1]
    assert outcome.score == 96.0, "that of the first proposal, before its repairs and its merge"
    assert (outcome.given, outcome.repairs, outcome.failing, outcome.cost, outcome.seconds) == (1, 2.0, 3.0, Decimal("0.03"), 4.0)


@pytest.mark.connected
async def test_the_score_of_what_needed_no_repair_is_that_of_its_merge(kept: PostgresExperiments) -> None:
    await kept.start(StartExperiment(**about(), experiment=SHORTER))
    one, other, third = [name for name, _ in zip(projects("terse"), range(3), strict=False)]
    for project in (one, other, third):
        await kept.cast(ROLES["backend"], edit(project))
    for project, score in ((one, 100), (other, 91), (other, 91)):
        await kept.merged(merge(project, score))
    (state,) = (await kept.list(ListExperiments(**about()))).items
    assert [outcome.score for outcome in state.outcomes] == [None, 95.5], "of what was not merged nobody knows yet"


def merge(project: str, score: int) -> MergeBranch:
    return MergeBranch(**about(project) | {"job_id": f"job-{project}"}, branch=f"proposals/job-{project}", score=score)


class Scripted:
    asked: Asked

    async def __call__(self, asked: Asked) -> Said:
        self.asked = asked
        return Said("Which colour do you mean?", "scripted", 1, 1, None)

    async def room(self, project_id: str, tier: Tier, reply: int) -> Room:
        return Room(context=20_000, reply=reply)

    async def sees(self, project_id: str) -> bool:
        return False


async def test_a_variant_reaches_the_model(stage: Any) -> None:
    class Casting:
        async def cast(self, role: Any, command: EditCode) -> Any:
            return rules.played(role, SHORTER.variants[1])

    await stage.compile(stage.manifest(Task="title"))
    author = Scripted()
    command = EditCode(**stage.envelope("job-e"), commit=(await stage.open()).refs["main"], task="greet people in task")
    await stage.run(Codegen(stage.codegen._workshop, author, casting=Casting()).edit, command)
    assert author.asked.instructions.startswith("Make the smallest change.") and author.asked.prefer == "strong"

"""Experiments in PostgreSQL. What came of a change is not written down a second time: it is read off the steps and the ledger."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import asyncpg

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.domain import experiments as rules
from barnraise.codegen.domain.experiments import Trial
from barnraise.codegen.domain.roles import Role
from barnraise.codegen.ports import Journal
from barnraise.contracts.commands import EditCode, MergeBranch
from barnraise.contracts.experiments import (
    Experiment,
    Experiments,
    ExperimentState,
    ListExperiments,
    RollBackExperiment,
    StartExperiment,
)

MOST = 100
_TRIALS = """select t.*, coalesce(c.cost, 0) as cost, coalesce(c.seconds, 0) as seconds
    from (select *, row_number() over (partition by variant order by at, project_id) as place
        from codegen.trials where experiment = $1) t
    left join lateral (select sum(cost) as cost, sum(extract(epoch from ended_at - at))::float8 as seconds
        from codegen.model_calls where job_id = t.job_id) c on true
    where t.place <= $2 order by t.at, t.project_id"""


class PostgresExperiments:
    """``clock``: the time; what is settled depends on it. Whether one can be decided is looked at whenever a project is added to it, and
    whenever somebody looks."""

    def __init__(self, pool: asyncpg.Pool, journal: Journal, clock: Callable[[], datetime] = now) -> None:
        self._pool = pool
        self._journal = journal
        self._now = clock

    async def cast(self, role: Role, command: EditCode) -> Role:
        """See ``Casting``."""
        if command.diagnostics or command.tests:
            await self._repaired(command)
            return role
        query = "select * from codegen.experiments where role = $1 and state <> 'rolled_back'"
        row = await self._pool.fetchrow(query, role.name)
        if row is None or not command.job_id:
            return role
        experiment = Experiment.model_validate_json(row["settings"])
        if row["state"] == "decided":
            winning = [variant for variant in experiment.variants if variant.name == row["winner"]]
            return rules.played(role, winning[0]) if winning else role
        variant = rules.variant_of(experiment, command.project_id)
        query = (
            "insert into codegen.trials (experiment, project_id, job_id, variant, at) values ($1, $2, $3, $4, $5) on conflict do nothing"
        )
        added = await self._pool.execute(query, experiment.name, command.project_id, command.job_id, variant.name, self._now())
        if added == "INSERT 0 1":
            await self._state(row)
        return rules.played(role, variant)

    async def merged(self, command: MergeBranch) -> None:
        """See ``Casting``; where it was repaired before, the first proposal's score is known."""
        query = "update codegen.trials set score = $2 where job_id = $1 and score is null and repairs = '{}'"
        await self._pool.execute(query, command.job_id, command.score)

    async def list(self, _: ListExperiments) -> Experiments:
        """All, as they are now; one that can be decided is."""
        return await self._all()

    async def start(self, request: StartExperiment) -> Experiments:
        experiment = request.experiment
        try:
            query = """insert into codegen.experiments as known (name, role, settings) values ($1, $2, $3)
                on conflict (name) do update set name = known.name returning settings, state"""
            row = await self._pool.fetchrow(query, experiment.name, experiment.role, experiment.model_dump_json())
        except asyncpg.UniqueViolationError as error:
            detail = f"Another experiment holds for the role '{experiment.role}'."
            raise BarnraiseError("invalid_request", detail, "Roll it back first, also when it has a winner.") from error
        if Experiment.model_validate_json(row["settings"]) != experiment or row["state"] == "rolled_back":
            detail = f"There was an experiment '{experiment.name}' before, and its figures would be mixed with these."
            raise BarnraiseError("invalid_request", detail, "Take another name.")
        return await self._all()

    async def roll_back(self, request: RollBackExperiment) -> Experiments:
        done = await self._pool.execute("update codegen.experiments set state = 'rolled_back' where name = $1", request.name)
        if done == "UPDATE 0":
            raise BarnraiseError("not_found", f"There is no experiment '{request.name}'.", "Look at the list of experiments.")
        return await self._all()

    async def _all(self) -> Experiments:
        rows = await self._pool.fetch(f"select * from codegen.experiments order by started_at desc, name limit {MOST}")
        return Experiments(items=tuple([await self._state(row) for row in rows]))

    async def _repaired(self, command: EditCode) -> None:
        """Once for each command, however often it is delivered; what was wrong at first stays."""
        failing = command.tests.failed if command.tests else 0
        query = """update codegen.trials
            set repairs = repairs || $2::text, findings = coalesce(findings, $3), failing = coalesce(failing, $4),
                score = coalesce(score, $5)
            where job_id = $1 and not $2 = any(repairs)"""
        await self._pool.execute(query, command.job_id, command.id, len(command.diagnostics), failing, command.score)

    async def _state(self, row: Any) -> ExperimentState:
        experiment = Experiment.model_validate_json(row["settings"])
        found = rules.outcomes(
            experiment, [await self._trial(trial) for trial in await self._pool.fetch(_TRIALS, experiment.name, experiment.sample)]
        )
        state, won = row["state"], row["winner"]
        if state == "running" and rules.decided(experiment, found):
            state, won = "decided", rules.winner(experiment, found)
            query = "update codegen.experiments set state = 'decided', winner = $2 where name = $1 and state = 'running'"
            await self._pool.execute(query, experiment.name, won)
        said = "Rolled back: the role is as it was." if state == "rolled_back" else rules.told(experiment, found, won)
        return ExperimentState(experiment=experiment, state=state, winner=won, said=said, started_at=row["started_at"], outcomes=found)

    async def _trial(self, row: Any) -> Trial:
        steps = await self._journal.steps(row["project_id"])
        return Trial(
            variant=row["variant"],
            at=row["at"],
            fate=rules.fate(steps, row["job_id"], row["at"], self._now()),
            repairs=len(row["repairs"]),
            findings=row["findings"] or 0,
            failing=row["failing"] or 0,
            score=row["score"],
            cost=row["cost"],
            seconds=row["seconds"],
        )

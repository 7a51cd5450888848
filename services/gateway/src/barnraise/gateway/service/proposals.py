"""Models' changes that wait on branches for a person, and what models have cost."""

import asyncio
from typing import Any

from barnraise.chassis.clock import new_id, now
from barnraise.contracts.requests import GetUsage, ModelUsage
from barnraise.gateway.domain import views
from barnraise.gateway.domain.facts import value
from barnraise.gateway.domain.proposals import Proposal, ProposalChecks
from barnraise.gateway.domain.proposals import Proposals as Waiting
from barnraise.gateway.domain.refusals import not_found
from barnraise.gateway.ports import Bus, Code, Records
from barnraise.gateway.service.jobs import Jobs
from barnraise.gateway.service.projects import Projects

PROPOSALS = "proposals/"


class Proposals:
    def __init__(self, recorded: Records, code: Code, bus: Bus, projects: Projects, jobs: Jobs) -> None:
        self._records = recorded
        self._code = code
        self._bus = bus
        self._projects = projects
        self._jobs = jobs

    async def list(self, project_id: str) -> Waiting:
        """Those that are neither merged nor discarded, newest first. The branches say which there are, events what is known of them."""
        await self._projects.require(project_id)
        refs, bases = await asyncio.gather(self._code.refs(project_id), self._code.bases(project_id))
        found = {name: at for name, at in refs.items() if name.startswith(PROPOSALS)}
        items = [await self._proposal(project_id, name, at, bases.get(name)) for name, at in found.items()]
        return Waiting(items=tuple(sorted(items, key=lambda item: item.commit.at, reverse=True)))

    async def of_job(self, job_id: str) -> ModelUsage:
        job = await self._jobs.get(job_id)
        return await self._bus.ask(GetUsage(id=new_id(), project_id=job.project_id, job_id=job_id, at=now()))

    async def of_project(self, project_id: str) -> ModelUsage:
        await self._projects.require(project_id)
        return await self._bus.ask(GetUsage(id=new_id(), project_id=project_id, at=now()))

    async def check_open(self, project_id: str, name: str) -> None:
        """Refusal when there is no such proposal."""
        await self._projects.require(project_id)
        if not name.startswith(PROPOSALS) or name not in await self._code.refs(project_id):
            raise not_found("proposal")

    async def _proposal(self, project_id: str, name: str, at: views.Commit, base: str | None) -> Proposal:
        told = await self._records.report(project_id, f"proposal:{name}") or {}
        job_id = told.get("job_id") or at.job_id
        known = await self._records.job(job_id) if job_id else None
        facts = known[0].facts if known else {}
        status: dict[str, Any] = value(facts, "status") or {}
        return Proposal(
            branch=name,
            commit=at,
            base=base,
            job_id=job_id,
            status=status.get("status"),
            text=told.get("text") or at.summary,
            files=told.get("files", ()),
            checks=_checks(value(facts, f"checks:{at.commit}")),
            tests=value(facts, f"tests:{at.commit}"),
            waits=status.get("problem"),
            used=told.get("used"),
            impact=told.get("impact"),
        )


def _checks(said: dict[str, Any] | None) -> ProposalChecks | None:
    return ProposalChecks(passed=said["passed"], score=said["score"], errors=said["errors"]) if said else None

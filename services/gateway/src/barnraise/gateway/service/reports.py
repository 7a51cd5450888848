"""The newest plan, checks and tests of a project; statistics and traces from telemetry; what this machine can do."""

import asyncio
import re
from typing import Any

from barnraise.chassis.clock import new_id, now
from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.diagnostics import Artefact, artefact_key
from barnraise.contracts.operations import Replayed
from barnraise.contracts.requests import (
    DescribeBus,
    DescribeModels,
    DescribeSandbox,
    GetSpenders,
    GetStatistics,
    GetTrace,
    ModelsState,
    ReplayDeadLetter,
    Request,
    SandboxState,
    Statistics,
    Trace,
)
from barnraise.gateway.domain import views
from barnraise.gateway.domain.refusals import Refusal, not_found
from barnraise.gateway.ports import Bus, Records, Uploads
from barnraise.gateway.service.projects import Projects

_BROUGHT: dict[str, Any] = {"decision": {"intent": "create", "reasons": ["The plan came with the code."]}, "summary": ""}
MOST_LETTERS = 300
_TRACE = re.compile(r"^[0-9a-f]{32}$")


class Reports:
    def __init__(self, recorded: Records, bus: Bus, projects: Projects, objects: Uploads, version: str) -> None:
        self._records = recorded
        self._bus = bus
        self._projects = projects
        self._objects = objects
        self._version = version

    async def plan(self, project_id: str) -> views.Plan:
        """What the code stands for where there is code, else what is planned."""
        standing = await self._records.report(project_id, "manifest")
        plan = _BROUGHT if standing and not await self._records.report(project_id, "plan") else None
        plan = plan or await self._report(project_id, "plan", "There is no plan yet.")
        return views.Plan.model_validate(plan | ({"manifest": standing} if standing else {}))

    async def tests(self, project_id: str) -> views.Tests:
        return views.Tests.model_validate(await self._report(project_id, "tests", "No tests have run yet."))

    async def artefact(self, project_id: str, digest: str) -> tuple[Artefact, bytes]:
        """What the last run of the tests has left, and its content."""
        tests = await self.tests(project_id)
        found = next((one for one in tests.report.artefacts if one.digest == digest), None)
        if found is None:
            raise not_found("artefact", "The tests have run again since, or have left no such file.")
        try:
            return found, await self._objects.get(artefact_key(project_id, digest))
        except KeyError as error:
            raise not_found("artefact", "The tests have run again since.") from error

    async def checks(self, project_id: str) -> views.Checks:
        return views.Checks.model_validate(await self._report(project_id, "checks", "Nothing was checked yet."))

    async def statistics(self, project_id: str | None) -> Statistics:
        if project_id is not None:
            await self._projects.require(project_id)
        return await self._bus.ask(GetStatistics(id=new_id(), project_id=project_id or "any", at=now()))

    async def trace(self, trace_id: str) -> Trace:
        if not _TRACE.match(trace_id):
            raise not_found("trace", "A trace id has 32 hexadecimal digits.")
        return await self._bus.ask(GetTrace(id=new_id(), project_id="any", at=now(), trace_id=trace_id))

    async def models(self) -> ModelsState:
        return await self._bus.ask(DescribeModels(id=new_id(), project_id="any", at=now()))

    async def operations(self) -> views.Operations:
        """Works when services are down, and says which; only without telemetry, which knows the bus, there is nothing to say."""
        bus, models, spenders = await asyncio.gather(
            self._bus.ask(DescribeBus(id=new_id(), project_id="any", at=now())),
            self._unless_down(DescribeModels(id=new_id(), project_id="any", at=now())),
            self._unless_down(GetSpenders(id=new_id(), project_id="any", at=now())),
        )
        shown = models.models if models else ()
        failing = [f"The model {one.name} fails ({one.failure})." for one in shown if one.state in ("failing", "no_key")]
        return views.Operations(
            trouble=(*bus.trouble, *failing),
            services=bus.services,
            queues=bus.queues,
            dead=bus.dead,
            models=shown,
            spenders=spenders.spenders if spenders else (),
        )

    async def replay(self, letter: str) -> Replayed:
        if len(letter) > MOST_LETTERS:
            raise not_found("dead letter", "`barnraise dead` lists them.")
        return await self._bus.ask(ReplayDeadLetter(id=new_id(), project_id="any", at=now(), letter=letter))

    async def _unless_down(self, request: Request) -> Any:
        """The answer, or None when nobody gives one in time."""
        try:
            return await self._bus.ask(request, timeout=2)
        except BarnraiseError as error:
            if error.problem.code != "unavailable":
                raise
            return None

    async def system(self) -> views.System:
        """Works when services are down, and says which."""
        presence, sandbox = await asyncio.gather(self._bus.presence(), self._sandbox())
        services = {name: "up" if here else "down" for name, here in sorted(presence.items())}
        return views.System.model_validate({"version": self._version, "sandbox": sandbox, "services": services})

    async def _sandbox(self) -> SandboxState:
        try:
            return await self._bus.ask(DescribeSandbox(id=new_id(), project_id="any", at=now()), timeout=2)
        except BarnraiseError as error:
            return SandboxState(available=False, driver="none", reason=error.problem.detail, fix="See what runs: barnraise status")

    async def _report(self, project_id: str, kind: str, missing: str) -> dict[str, Any]:
        await self._projects.require(project_id)
        body = await self._records.report(project_id, kind)
        if body is None:
            raise Refusal("not_found", missing, "Wait for the project's job.")
        return body

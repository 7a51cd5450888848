"""What the sandbox service does for the others: test a commit, show it, say what this machine can hold."""

from collections.abc import Sequence

from barnraise.chassis.clock import now
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Transaction
from barnraise.contracts.base import Message
from barnraise.contracts.commands import Command, DropPreview, ShootCommit, ShowCommit, TestCommit
from barnraise.contracts.documents import DocumentText, Picture
from barnraise.contracts.events import CommitTested, PreviewPictured, PreviewReady, StepSkipped
from barnraise.contracts.jobs import StepName
from barnraise.contracts.problems import ErrorCode, Problem
from barnraise.contracts.requests import OrderPreview, PreviewState, SandboxState
from barnraise.sandbox.domain.limits import ENFORCEABLE, Capability, advice
from barnraise.sandbox.domain.previews import Asking
from barnraise.sandbox.ports import Artefacts, SandboxUnavailable
from barnraise.sandbox.service.documents import DocumentReader
from barnraise.sandbox.service.logs import Cause
from barnraise.sandbox.service.placing import PlacedPreviews
from barnraise.sandbox.service.shooting import Photographer
from barnraise.sandbox.service.testing import TestRuns, passed


class Sandbox:
    """The service where sandboxes can run."""

    def __init__(
        self, capability: Capability, runs: TestRuns, previews: PlacedPreviews, documents: DocumentReader, photographer: Photographer
    ) -> None:
        self._capability = capability
        self._runs = runs
        self._previews = previews
        self._documents = documents
        self._photographer = photographer

    async def test(self, command: TestCommit) -> Sequence[Message]:
        try:
            end, report = await self._runs.run(_cause(command), command.commit)
        except BarnraiseError as error:
            return [_left_out(command, "test", error, "nothing_to_test")]
        event = CommitTested(
            id=f"{command.id}:tested", project_id=command.project_id, job_id=command.job_id, at=now(), commit=command.commit,
            passed=passed(end, report), verdict=end.verdict, report=report, accepted=self._capability.accepted,
            enforced=self._capability.enforced,
        )  # fmt: skip
        return [event]

    async def tested(self, transaction: Transaction, said: Sequence[Message]) -> None:
        """What goes with the reports of tests into the transaction that tells them."""
        for event in said:
            if isinstance(event, CommitTested):
                await self._runs.reported(transaction, event.project_id, event.report)

    async def show(self, command: ShowCommit, place: int | None = None) -> Sequence[Message]:
        """``place``: of the command in its stream."""
        asking = None if place is None else Asking(place, command.at)
        try:
            state = await self._previews.show(command.project_id, command.commit, _cause(command), asking)
        except BarnraiseError as error:
            return [_left_out(command, "preview", error, "nothing_to_show", "too_many_previews", "version_conflict")]
        assert state.preview_id
        assert state.host
        event = PreviewReady(
            id=f"{command.id}:ready", project_id=command.project_id, job_id=command.job_id, at=now(), preview_id=state.preview_id,
            commit=command.commit, host=state.host, enforced=state.enforced, accepted=state.accepted,
        )  # fmt: skip
        return [event]

    async def shoot(self, command: ShootCommit) -> Sequence[Message]:
        try:
            picture = await self._photographer.take(command.project_id, command.commit, (command.width, command.height))
        except BarnraiseError as error:  # it is a help, and no failure without it
            return [_skipped(command, "preview", error.problem)]
        event = PreviewPictured(
            id=f"{command.id}:pictured", project_id=command.project_id, job_id=command.job_id, at=now(), commit=command.commit,
            picture=picture,
        )  # fmt: skip
        return [event]

    async def drop(self, command: DropPreview) -> Sequence[Message]:
        await self._previews.drop(command.project_id)
        await self._runs.forget(command.project_id)
        return []

    async def start(self, project_id: str, commit: str) -> PreviewState:
        return await self._previews.start(project_id, commit)

    async def stop(self, project_id: str) -> PreviewState:
        return await self._previews.stop(project_id)

    async def get(self, project_id: str) -> PreviewState:
        return await self._previews.get(project_id)

    async def resolve(self, host: str) -> PreviewState:
        return await self._previews.resolve(host)

    async def obey(self, order: OrderPreview) -> PreviewState:
        return await self._previews.obey(order)

    async def read(self, key: str, media_type: str) -> DocumentText:
        return await self._documents.read(key, media_type)

    async def draw(self, key: str, media_type: str, kept: str) -> Picture:
        return await self._documents.draw(key, media_type, kept)

    async def describe(self) -> SandboxState:
        known = self._capability
        return SandboxState(
            available=True, driver=known.driver, enforced=known.enforced, missing=known.missing, accepted=known.accepted,
            fix=advice(known.enforced),
        )  # fmt: skip


class NoSandbox:
    """The service on a machine where nothing can run safely: it says so, and the jobs go on without these steps."""

    def __init__(self, driver: str, reason: SandboxUnavailable, artefacts: Artefacts | None = None) -> None:
        self._driver = driver
        self._reason = reason
        self._artefacts = artefacts

    async def test(self, command: TestCommit) -> Sequence[Message]:
        return [self._skipped(command, "test")]

    async def tested(self, transaction: Transaction, said: Sequence[Message]) -> None:
        """There is nothing to keep."""

    async def show(self, command: ShowCommit, place: int | None = None) -> Sequence[Message]:
        return [self._skipped(command, "preview")]

    async def shoot(self, command: ShootCommit) -> Sequence[Message]:
        return [self._skipped(command, "preview")]

    async def drop(self, command: DropPreview) -> Sequence[Message]:
        """What runs have left while there was a sandbox."""
        if self._artefacts:
            await self._artefacts.forget(command.project_id)
        return []

    async def start(self, project_id: str, commit: str) -> PreviewState:
        raise self._reason

    async def stop(self, project_id: str) -> PreviewState:
        return await self.get(project_id)

    async def get(self, project_id: str) -> PreviewState:
        return PreviewState(status="none", project_id=project_id, detail=self._reason.problem.detail)

    async def obey(self, order: OrderPreview) -> PreviewState:
        raise self._reason

    async def resolve(self, host: str) -> PreviewState:
        return PreviewState(status="none", detail=self._reason.problem.detail)

    async def read(self, key: str, media_type: str) -> DocumentText:
        problem = self._reason.problem
        raise SandboxUnavailable(f"Documents of this kind are read in a sandbox only. {problem.detail}", f"Paste its text. {problem.next}")

    async def draw(self, key: str, media_type: str, kept: str) -> Picture:
        problem = self._reason.problem
        fix = f"Say in words what it shows. {problem.next}"
        raise SandboxUnavailable(f"Pictures are opened in a sandbox only. {problem.detail}", fix)

    async def describe(self) -> SandboxState:
        problem = self._reason.problem
        return SandboxState(available=False, driver=self._driver, missing=ENFORCEABLE, reason=problem.detail, fix=problem.next)

    def _skipped(self, command: Command, step: StepName) -> StepSkipped:
        return _skipped(command, step, self._reason.problem)


def _left_out(command: Command, step: StepName, error: BarnraiseError, *harmless: ErrorCode) -> StepSkipped:
    """There is nothing to do the step with, or no place for it, which is no failure; any other error is raised again."""
    if error.problem.code not in harmless:
        raise error
    return _skipped(command, step, error.problem)


def _skipped(command: Command, step: StepName, problem: Problem) -> StepSkipped:
    return StepSkipped(
        id=f"{command.id}:skipped", project_id=command.project_id, job_id=command.job_id, at=now(), step=step, problem=problem
    )


def _cause(command: Command) -> Cause:
    return Cause(command.id, command.project_id, command.job_id)

"""The planner's use cases: make plans, and drive jobs with the conductor."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Effect, Outcome, Transaction
from barnraise.contracts.base import Message
from barnraise.contracts.commands import CancelJob, Command, DropProject, MakePlan, ResolveJob, RetryJob, StartJob
from barnraise.contracts.events import CodeChanged, CommitCreated, Event, JobEnded, PlanAnswered, PlanMade
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.memory import Memory
from barnraise.contracts.requests import ForgetMemory, GetMemory, ProjectMemory, SetMemory
from barnraise.planner.domain import conductor
from barnraise.planner.domain.conductor import Signal
from barnraise.planner.domain.job import Begin, Expired, Job, Limits
from barnraise.planner.domain.looking import pictures_of
from barnraise.planner.domain.planning import needs_model, plan
from barnraise.planner.domain.remembering import wishes_of
from barnraise.planner.domain.retelling import decided, told_before
from barnraise.planner.ports import Jobs, Memories, Models, Projects

MOST_WISHES = 100
CONVERSATION = 12
"""Messages before this one that whoever works on it may be shown."""
_BY_HAND = ("edit", "push")


class JobUnknown(LookupError):  # noqa: N818 - it is a matter of time
    """No StartJob has come for this job yet."""


class Planner:
    """Everything that moves a job is one transaction under its project's lock: state, journal and the messages that follow."""

    def __init__(
        self, jobs: Jobs, projects: Projects, now: Callable[[], datetime], limits: Limits, models: Models, memory: Memories
    ) -> None:
        self._jobs = jobs
        self._projects = projects
        self._now = now
        self._limits = limits
        self._models = models
        self._memory = memory

    async def make_plan(self, command: MakePlan) -> Outcome:
        """Understand the sentence: a plan to follow, or words to answer with. Read aside, since a long document takes seconds.

        What no plan can say is left to a model, if there is one.
        """
        sees = bool(pictures_of(command.attachments)) and await self._models.sees(command.project_id)
        made = await asyncio.to_thread(plan, command, self._now(), models=True, sees=sees)
        if needs_model(made) and not await self._models.usable(command.project_id):
            # What a model was to make more of is whole without one; what it was to do is not.
            whole = made.design and not command.imported
            made = made.model_copy(update={"design": False}) if whole else await asyncio.to_thread(plan, command, self._now())
        return Outcome([made])

    async def start(self, command: StartJob) -> Outcome:
        """Queue a job, and begin it when none of its project runs. A job that is known already is left alone."""

        async def effect(transaction: Transaction) -> Sequence[Message]:
            await self._jobs.lock(transaction, command.project_id)
            if await self._projects.dropped(transaction, command.project_id):
                return _end_dropped(conductor.accept(command), self._now())
            if await self._jobs.get(transaction, command.job_id):
                return ()
            return await self._enqueue(transaction, command)

        return Outcome(effect=effect)

    async def change(self, command: CancelJob | RetryJob | ResolveJob) -> Outcome:
        """Cancel, retry or resolve a job; one that is not in the state for it stays as it is.

        Raises JobUnknown when it has overtaken the job's StartJob: it is delivered again, later each time.
        """

        async def effect(transaction: Transaction) -> Sequence[Message]:
            await self._jobs.lock(transaction, command.project_id)
            if await self._projects.dropped(transaction, command.project_id):
                return ()
            if not await self._jobs.get(transaction, command.job_id):
                raise JobUnknown(command.job_id)
            return await self._advance(transaction, command.project_id, command.job_id, command)

        return Outcome(effect=effect)

    async def hear(self, event: Event, seq: int) -> Outcome:
        """Move the event's job on. A hand edit starts a check; what the code stands for is kept whatever became of the job."""

        async def effect(transaction: Transaction) -> Sequence[Message]:
            await self._jobs.lock(transaction, event.project_id)
            if await self._projects.dropped(transaction, event.project_id):
                return ()
            # First what the code stands for now: the job's end may begin the next job on it.
            if isinstance(event, CodeChanged | CommitCreated):
                await self._projects.record_head(transaction, event.project_id, event.commit, seq)
            if isinstance(event, CodeChanged) and event.manifest:
                await self._keep_manifest(transaction, event, event.manifest, seq)
            if isinstance(event, CommitCreated):
                return await self._check(transaction, event) if event.origin in _BY_HAND else ()
            if isinstance(event, PlanMade | PlanAnswered):
                await self._memory.remember(transaction, event.project_id, wishes_of(event))
            return await self._advance(transaction, event.project_id, event.job_id, event) if event.job_id else ()

        return Outcome(effect=effect)

    async def drop(self, command: DropProject) -> Outcome:
        """The project was deleted: its jobs end cancelled, then nothing of it is left."""

        async def effect(transaction: Transaction) -> Sequence[Message]:
            await self._jobs.lock(transaction, command.project_id)
            running = await self._jobs.running(transaction, command.project_id)
            jobs = [*([running] if running else []), *await self._jobs.queued(transaction, command.project_id)]
            await self._projects.drop(transaction, command.project_id)
            await self._memory.forget(transaction, command.project_id, None)
            return [message for job in jobs for message in _end_dropped(job, self._now())]

        return Outcome(effect=effect)

    async def recall(self, request: GetMemory) -> ProjectMemory:
        """Everything that the project remembers."""
        async with self._memory.transaction() as transaction:
            return ProjectMemory(items=await self._memory.of(transaction, request.project_id))

    async def remember(self, request: SetMemory) -> ProjectMemory:
        """A wish by hand: new, or in other words. Raises BarnraiseError ``project_deleted``, ``limit_exceeded``, ``invalid_request``."""
        async with self._memory.transaction() as transaction:
            await self._standing(transaction, request.project_id)
            known = {entry.id: entry for entry in await self._memory.of(transaction, request.project_id)}
            if request.entry not in known and len([1 for entry in known.values() if entry.kind == "wish"]) >= MOST_WISHES:
                raise BarnraiseError("limit_exceeded", f"A project keeps {MOST_WISHES} wishes.", "Forget one first.")
            old = known.get(request.entry)
            entry = (
                old.model_copy(update={"text": request.text})
                if old
                else Memory(id=request.entry, kind="wish", text=request.text, at=request.at)
            )
            await self._memory.remember(transaction, request.project_id, (entry,))
            return ProjectMemory(items=await self._memory.of(transaction, request.project_id))

    async def forget(self, request: ForgetMemory) -> ProjectMemory:
        """One entry, or all; what is not there is forgotten already."""
        async with self._memory.transaction() as transaction:
            await self._standing(transaction, request.project_id)
            await self._memory.forget(transaction, request.project_id, request.entry)
            return ProjectMemory(items=await self._memory.of(transaction, request.project_id))

    async def _standing(self, transaction: Transaction, project_id: str) -> None:
        """Under the project's lock. Raises BarnraiseError ``project_deleted``."""
        await self._jobs.lock(transaction, project_id)
        if await self._projects.dropped(transaction, project_id):
            raise BarnraiseError("project_deleted", "This project was deleted.", "Create a new project.")

    async def stalled(self, transaction: Transaction) -> Sequence[tuple[str, str]]:
        """The jobs, with their projects, that ``nudge`` would move."""
        return await self._jobs.stalled(transaction, self._now())

    def nudge(self, project_id: str, job_id: str) -> Effect:
        """Deal with a job's deadlines, and begin it if nothing else of its project runs."""

        async def effect(transaction: Transaction) -> Sequence[Message]:
            await self._jobs.lock(transaction, project_id)
            told = await self._advance(transaction, project_id, job_id, Expired())
            return told or await self._begin_next(transaction, project_id)

        return effect

    async def _enqueue(self, transaction: Transaction, command: StartJob) -> Sequence[Message]:
        job = conductor.accept(command)
        await self._jobs.save(transaction, job, command, self._now())
        queued = conductor.queued(job, await self._ahead(transaction, job), self._now())
        return [queued, *await self._begin_next(transaction, job.project_id)]

    async def _advance(self, transaction: Transaction, project_id: str, job_id: str, signal: Signal) -> Sequence[Message]:
        """What the signal does to the job, and what its end does to the next one."""
        job = await self._jobs.get(transaction, job_id)
        if job is None or job.project_id != project_id:
            return ()
        now = self._now()
        after, told = conductor.advance(job, signal, now)
        if after == job:
            return ()
        await self._jobs.save(transaction, after, signal, now)
        await self._memory.remember(transaction, project_id, decided(job, after, now))
        if after.status == "queued":
            told = [*told, conductor.queued(after, await self._ahead(transaction, after), now)]
        return [*told, *await self._begin_next(transaction, job.project_id)]

    async def _begin_next(self, transaction: Transaction, project_id: str) -> Sequence[Message]:
        """Begin the project's first queued job when none runs; one that ends at once makes way for the next."""
        told: list[Message] = []
        while not await self._jobs.running(transaction, project_id):
            waiting = await self._jobs.queued(transaction, project_id)
            if not waiting:
                break
            spoken = waiting[0].action == "message"
            before = await self._jobs.recent(transaction, project_id, CONVERSATION) if spoken else ()
            begin = Begin(
                manifest=await self._projects.manifest(transaction, project_id),
                head=await self._projects.head(transaction, project_id),
                limits=self._limits,
                memory=await self._memory.of(transaction, project_id) if spoken else (),
                conversation=told_before(before),
            )
            job, following = conductor.advance(waiting[0], begin, self._now())
            await self._jobs.save(transaction, job, begin, self._now())
            told += following
        return told

    async def _ahead(self, transaction: Transaction, job: Job) -> int:
        running = await self._jobs.running(transaction, job.project_id)
        waiting = [other.id for other in await self._jobs.queued(transaction, job.project_id)]
        return waiting.index(job.id) + (running is not None)

    async def _keep_manifest(self, transaction: Transaction, event: CodeChanged, manifest: Manifest, seq: int) -> None:
        job = await self._jobs.get(transaction, event.job_id) if event.job_id else None
        decision = job.decision if job else None
        await self._projects.record_manifest(transaction, event.project_id, manifest, decision, event.job_id, seq)

    async def _check(self, transaction: Transaction, event: CommitCreated) -> Sequence[Message]:
        """An edit or a push is on main already: check it, in a job whose id the commit gives, behind all that the user has asked for.

        A check that waits looks at the newest commit when its turn comes, so it covers this edit too.
        """
        if any(job.action == "check" for job in await self._jobs.queued(transaction, event.project_id)):
            return ()
        job_id = f"c{event.commit[:15]}"
        if await self._jobs.get(transaction, job_id):
            return ()
        start = StartJob(
            id=f"{job_id}:start",
            project_id=event.project_id,
            job_id=job_id,
            at=event.at,
            action="check",
            position=int(event.at.timestamp() * 1000),
            commit=event.commit,
        )
        return await self._enqueue(transaction, start)


def _end_dropped(job: Job, now: datetime) -> Sequence[Message]:
    """The end of a job whose project is gone: the work stops and the end is told, but nobody is spoken to."""
    cancel = CancelJob(id=f"{job.id}:dropped", project_id=job.project_id, job_id=job.id, at=now)
    _, told = conductor.advance(job, cancel, now)
    return [message for message in told if isinstance(message, Command | JobEnded)]

"""The planner's use cases: drive jobs with the conductor, and make plans."""

from collections.abc import Callable, Sequence
from datetime import datetime

from barnraise.chassis.outcome import Outcome, Transaction
from barnraise.contracts.base import Message
from barnraise.contracts.commands import CancelJob, Command, DropProject, MakePlan, RetryJob, StartJob
from barnraise.contracts.events import CodeChanged, CommitCreated, Event, JobQueued
from barnraise.planner.domain import conductor
from barnraise.planner.domain.job import Job
from barnraise.planner.domain.language import plan
from barnraise.planner.ports import Jobs, Plans

CHECKED = ("edit",)


class Planner:
    def __init__(self, jobs: Jobs, plans: Plans, now: Callable[[], datetime]) -> None:
        self._jobs = jobs
        self._plans = plans
        self._now = now

    async def make_plan(self, command: MakePlan) -> Outcome:
        """Understand the sentence: a plan to follow, or words to answer with."""
        return Outcome([plan(command, self._now())])

    async def start(self, command: StartJob) -> Outcome:
        """Queue a job, and begin it when none of its project runs. A job that is known already is left alone."""

        async def effect(transaction: Transaction) -> Sequence[Message]:
            await self._jobs.lock(transaction, command.project_id)
            if await self._jobs.dropped(transaction, command.project_id) or await self._jobs.get(transaction, command.job_id):
                return ()
            return await self._enqueue(transaction, command)

        return Outcome(effect=effect)

    async def change(self, command: CancelJob | RetryJob) -> Outcome:
        """Cancel or retry a job."""

        async def effect(transaction: Transaction) -> Sequence[Message]:
            await self._jobs.lock(transaction, command.project_id)
            told = await self._advance(transaction, command)
            return [*told, *await self._next(transaction, command.project_id)]

        return Outcome(effect=effect)

    async def hear(self, event: Event) -> Outcome:
        """Move the event's job on; a hand edit starts a check of its own."""

        async def effect(transaction: Transaction) -> Sequence[Message]:
            await self._jobs.lock(transaction, event.project_id)
            if await self._jobs.dropped(transaction, event.project_id):
                return ()
            if isinstance(event, CommitCreated):
                return await self._committed(transaction, event)
            told = await self._advance(transaction, event)
            return [*told, *await self._next(transaction, event.project_id)]

        return Outcome(effect=effect)

    async def drop(self, command: DropProject) -> Outcome:
        async def effect(transaction: Transaction) -> Sequence[Message]:
            await self._jobs.lock(transaction, command.project_id)
            active = await self._jobs.active(transaction, command.project_id)
            told = conductor.advance(active, _cancel(active, self._now()), self._now())[1] if active else []
            await self._jobs.drop(transaction, command.project_id)
            return [message for message in told if isinstance(message, Command)]

        return Outcome(effect=effect)

    async def sweep(self, transaction: Transaction) -> Sequence[Message]:
        """Deal with steps past their deadline, in every running job."""
        told: list[Message] = []
        for seen in await self._jobs.running(transaction):
            await self._jobs.lock(transaction, seen.project_id)
            job = await self._jobs.get(transaction, seen.id)
            if job is None:
                continue
            after, messages = conductor.overdue(job, self._now())
            if messages:
                await self._jobs.save(transaction, after)
                told += [*messages, *await self._next(transaction, job.project_id)]
        return told

    async def _enqueue(self, transaction: Transaction, command: StartJob) -> Sequence[Message]:
        now = self._now()
        job = Job(
            id=command.job_id,
            project_id=command.project_id,
            action=command.action,
            position=command.position,
            text=command.text,
            name=command.name,
            commit=command.commit,
            created=now,
        )
        ahead = len(await self._jobs.queued(transaction, job.project_id)) + bool(await self._jobs.active(transaction, job.project_id))
        await self._jobs.save(transaction, job)
        await self._jobs.journal(transaction, job.id, command.type, command.model_dump_json())
        head = {"project_id": job.project_id, "job_id": job.id, "at": now}
        queued = JobQueued(id=f"{job.id}:queued", action=job.action, ahead=ahead, **head)
        return [queued, *await self._next(transaction, job.project_id)]

    async def _advance(self, transaction: Transaction, message: Command | Event) -> Sequence[Message]:
        job = await self._jobs.get(transaction, message.job_id) if message.job_id else None
        if job is None:
            return ()
        now = self._now()
        after, told = conductor.advance(job, message, now)
        if after == job:
            return ()
        await self._jobs.save(transaction, after)
        await self._jobs.journal(transaction, job.id, message.type, message.model_dump_json())  # type: ignore[union-attr]
        if isinstance(message, CodeChanged):
            await self._plans.record(transaction, job.project_id, message.manifest, message.commit, after.decision, now)
        return told

    async def _next(self, transaction: Transaction, project_id: str) -> Sequence[Message]:
        """Begin the project's first queued job, when none runs."""
        if await self._jobs.active(transaction, project_id):
            return ()
        for job in await self._jobs.queued(transaction, project_id):
            manifest, head = await self._plans.current(transaction, project_id)
            start = conductor.resume if job.run > 1 else conductor.begin
            after, told = start(job, manifest, head, self._now())
            await self._jobs.save(transaction, after)
            if after.ended:
                return [*told, *await self._next(transaction, project_id)]
            return told
        return ()

    async def _committed(self, transaction: Transaction, event: CommitCreated) -> Sequence[Message]:
        """A hand edit is on main already: check it, in a job whose id the commit gives."""
        if event.origin not in CHECKED:
            return ()
        manifest, _ = await self._plans.current(transaction, event.project_id)
        await self._plans.record(transaction, event.project_id, manifest, event.commit, None, self._now())
        job_id = f"c{event.commit[:15]}"
        if await self._jobs.get(transaction, job_id):
            return ()
        command = StartJob(
            id=f"{job_id}:start",
            project_id=event.project_id,
            job_id=job_id,
            at=self._now(),
            action="check",
            position=int(self._now().timestamp() * 1000),
            commit=event.commit,
        )
        return await self._enqueue(transaction, command)


def _cancel(job: Job, now: datetime) -> CancelJob:
    return CancelJob(id=f"{job.id}:drop", project_id=job.project_id, job_id=job.id, at=now)

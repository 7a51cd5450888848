"""Projects and jobs as last heard of: a fold over the events."""

from collections.abc import Sequence
from dataclasses import replace

from barnraise.chassis.clock import now
from barnraise.chassis.outcome import Outcome, Transaction
from barnraise.contracts.base import Message
from barnraise.contracts.events import Event, JobEnded, JobQueued, JobStarted, MessagePosted, ProjectRenamed
from barnraise.gateway.domain import facts, records
from barnraise.gateway.ports import Change, JobMeters, Records, Uploads


class Projector:
    def __init__(self, recorded: Records, uploads: Uploads, meters: JobMeters) -> None:
        self._records = recorded
        self._uploads = uploads
        self._meters = meters

    async def apply(self, event: Event, seq: int) -> Outcome:
        """Take an event into account; what it says of a deleted or unknown project is dropped."""

        async def effect(transaction: Transaction) -> Sequence[Message]:
            if isinstance(event, JobEnded) and event.status == "succeeded" and event.job_id:
                await self._forget_upload(event.job_id)
            if isinstance(event, JobQueued | JobStarted) and event.job_id:
                await self._measure(event, event.job_id)
            return await _apply(self._records.within(transaction), event, seq)

        return Outcome(effect=effect)

    async def _measure(self, event: JobQueued | JobStarted, job_id: str) -> None:
        """How long whoever asked for the job has waited; of one that is asked for once more, only the first time counts."""
        found = await self._records.job(job_id)
        if found is None:
            return
        waited = (now() - found[0].created_at).total_seconds()
        if isinstance(event, JobStarted) and "started" not in found[0].facts:
            self._meters.began(waited)
        elif isinstance(event, JobQueued) and not found[0].heard:
            self._meters.first_event(waited)

    async def _forget_upload(self, job_id: str) -> None:
        """What was imported well is in git; a failed import may be tried again."""
        found = await self._records.job(job_id)
        if found and found[0].action == "import":
            await self._uploads.delete(facts.value(found[0].facts, "source"))


async def _apply(change: Change, event: Event, seq: int) -> Sequence[Message]:
    project = await change.lock_project(event.project_id)
    job = await change.lock_job(event.job_id) if event.job_id else None
    if project is None or project.deleted_at is not None:
        return ()
    await _apply_to_job(change, job, event, seq)
    if isinstance(event, MessagePosted):
        text = event.text.replace("\x00", "\ufffd")
        await change.add_message(records.Message(event.id, event.project_id, event.role, text, event.at, event.job_id))
    for kind, body in facts.reports(event).items():
        await change.report(event.project_id, kind, seq, body)
    learnt = facts.learn_about_project(project.facts, seq, event)
    newest = max(project.last_seq, seq)
    name = facts.title(project.facts, seq, event) or project.name
    await change.save_project(replace(project, name=name, facts=learnt, last_seq=newest, updated_at=max(project.updated_at, event.at)))
    return () if name == project.name else (ProjectRenamed(id=f"{event.id}:named", project_id=project.id, at=event.at, name=name),)


async def _apply_to_job(change: Change, job: records.Job | None, event: Event, seq: int) -> None:
    news = facts.job_news(event)
    if job is not None and news:
        await change.save_job(replace(job, heard=True, facts=facts.learn(job.facts, seq, news)))
    elif job is None and isinstance(event, JobQueued) and event.job_id:
        # The planner's own: the check that follows a hand edit.
        made = records.Job(event.job_id, event.project_id, event.action, "", event.at, heard=True)
        await change.add_job(replace(made, facts=facts.learn({}, seq, news)))

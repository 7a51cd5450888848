"""Jobs and the conversation that they come from."""

from collections.abc import Sequence
from dataclasses import replace

from barnraise.chassis.clock import new_id, now
from barnraise.contracts.commands import CancelJob, ResolveJob, RetryJob
from barnraise.contracts.conflicts import Choice, Side
from barnraise.contracts.jobs import JobAction
from barnraise.gateway.domain import cursors, records, texts, views
from barnraise.gateway.domain.choices import complete
from barnraise.gateway.domain.records import Key, Reply
from barnraise.gateway.domain.refusals import Refusal, not_found
from barnraise.gateway.domain.sites import Site
from barnraise.gateway.domain.sniffing import Upload
from barnraise.gateway.ports import Bus, Change, Records
from barnraise.gateway.service.documents import Documents
from barnraise.gateway.service.once import Once, reply
from barnraise.gateway.service.projects import NO_PROJECT, new_job, post, queue, standing

RETRYABLE = ("failed", "cancelled")


class Jobs:
    def __init__(self, recorded: Records, bus: Bus, once: Once, documents: Documents, site: Site) -> None:
        self._records = recorded
        self._bus = bus
        self._once = once
        self._documents = documents
        self._site = site

    async def say(self, project_id: str, text: str, key: Key | None, files: Sequence[Upload] = (), attempts: int = 1) -> Reply:
        """Accept a message and what comes with it. While another job runs it waits its turn: ``ahead`` says behind how many."""
        texts.check_prompt(text, "/text", may_be_empty=bool(files))
        if stored := await self._once.replied(key):
            return stored
        if not records.is_id(project_id) or not await self._records.exists(project_id):
            raise not_found("project", NO_PROJECT)
        job = new_job(project_id, "message", text, attachments=await self._documents.read(project_id, files), attempts=attempts)

        async def work(change: Change) -> Reply:
            project = await standing(change, project_id)
            message, posted = await post(change, job)
            accepted = await queue(change, project, job)
            await change.say(job.id, [posted, accepted.command(job.created_at)])
            taken.set()
            return reply(202, views.Said(job=views.job(accepted, self._site), message=views.message(message)))

        async with self._documents.kept_if_taken(job.attachments) as taken:
            return await self._once.commit(key, job.id, work)

    async def start(
        self, project_id: str, action: JobAction, key: Key | None, *, target: str | None = None, source: str | None = None
    ) -> Reply:
        """Accept a job that no message caused. ``target`` is the commit to restore, or to undo alone; ``source`` the branch to merge."""
        job = new_job(project_id, action, target=target, source=source)

        async def work(change: Change) -> Reply:
            accepted = await queue(change, await standing(change, project_id), job)
            await change.say(job.id, [accepted.command(job.created_at)])
            return reply(202, views.Started(job=views.job(accepted, self._site)))

        return await self._once.commit(key, job.id, work)

    async def get(self, job_id: str) -> views.Job:
        found = await self._records.job(job_id) if records.is_id(job_id) else None
        if found is None:
            raise not_found("job")
        job, gone = found
        if gone:
            raise _deleted()
        return views.job(job, self._site)

    async def list(self, project_id: str, limit: int, cursor: str | None) -> views.Page[views.Job]:
        """Newest first."""
        found = await self._records.jobs(project_id, limit + 1, cursors.decode_number("jobs", cursor))
        more = len(found) > limit
        following = cursors.encode("jobs", str(found[limit - 1].ordinal)) if more else None
        return views.Page(items=tuple(views.job(job, self._site) for job in found[:limit]), next_cursor=following, has_more=more)

    async def messages(self, project_id: str, limit: int, cursor: str | None) -> views.Page[views.Message]:
        """Oldest first."""
        found = await self._records.messages(project_id, limit + 1, cursors.decode_number("messages", cursor))
        more = len(found) > limit
        following = cursors.encode("messages", str(found[limit - 1].ordinal)) if more else None
        return views.Page(items=tuple(views.message(message) for message in found[:limit]), next_cursor=following, has_more=more)

    async def cancel(self, job_id: str, key: Key | None) -> Reply:
        """Ask for the job's end; it is told by an event when it has come."""
        cause = f"{job_id}:cancel:{new_id()}"

        async def work(change: Change) -> Reply:
            job = await _locked(change, job_id)
            if not job.active:
                raise Refusal("job_not_running", f"The job has ended: {job.status}.", "There is nothing to cancel.")
            await change.say(cause, [CancelJob(id=cause, project_id=job.project_id, job_id=job.id, at=now())])
            return reply(202, views.job(job, self._site))

        return await self._once.commit(key, cause, work)

    async def retry(self, job_id: str, key: Key | None) -> Reply:
        """Run a failed or cancelled job again from where it ended; it is queued from now on."""
        cause = f"{job_id}:retry:{new_id()}"

        async def work(change: Change) -> Reply:
            job = await _locked(change, job_id)
            if job.status not in RETRYABLE:
                raise Refusal("job_not_retryable", f"The job is {job.status}.", "Only failed and cancelled jobs can be retried.")
            return await self._again(change, job, RetryJob(id=cause, project_id=job.project_id, job_id=job.id, at=now()))

        return await self._once.commit(key, cause, work)

    async def conflict(self, job_id: str) -> views.Conflict:
        """Where the job's change and a person's edits meet, while it waits for choices."""
        found = await self._records.job(job_id) if records.is_id(job_id) else None
        if found is None or found[1]:
            raise not_found("job")
        return await self._conflict(found[0])

    async def resolve(self, job_id: str, choices: Sequence[Choice], rest: Side | None, key: Key | None) -> Reply:
        """Run a job in conflict again with these choices, and ``rest`` for all places without one; it is queued from now on."""
        cause = f"{job_id}:resolve:{new_id()}"

        async def work(change: Change) -> Reply:
            job = await _locked(change, job_id)
            taken = complete((await self._conflict(job)).files, choices, rest)
            command = ResolveJob(id=cause, project_id=job.project_id, job_id=job.id, at=now(), choices=taken)
            return await self._again(change, job, command)

        return await self._once.commit(key, cause, work)

    async def _conflict(self, job: records.Job) -> views.Conflict:
        body = await self._records.report(job.project_id, f"conflict:{job.id}") if job.in_conflict else None
        if body is None:
            raise Refusal("job_not_resolvable", f"The job is {job.status}; no choice is open.", "Say what should change.")
        return views.Conflict.model_validate(body)

    async def _again(self, change: Change, job: records.Job, command: RetryJob | ResolveJob) -> Reply:
        # The sequence number stays: whatever is told after the end that we know is news, that end told again is not.
        waiting = replace(job, facts={**job.facts, "status": [job.facts["status"][0], {"status": "queued"}]})
        await change.save_job(waiting)
        await change.say(command.id, [command])
        return reply(202, views.job(waiting, self._site))

    async def republish(self, older: float) -> int:
        """Tell the planner again of jobs that it has not taken up; a repeat does no harm. How many."""
        jobs = await self._records.unheard(older)
        for job in jobs:
            await self._bus.publish(job.command(now()))
        return len(jobs)


async def _locked(change: Change, job_id: str) -> records.Job:
    job = await change.lock_job(job_id) if records.is_id(job_id) else None
    if job is None:
        raise not_found("job")
    project = await change.lock_project(job.project_id)
    if project is None or project.deleted_at is not None:
        raise _deleted()
    return job


def _deleted() -> Refusal:
    return Refusal("project_deleted", "The job's project was deleted.", "Start a new project.")

"""Projects: accepted, listed, renamed, deleted."""

from collections.abc import Sequence
from dataclasses import replace

from barnraise.chassis.clock import new_id, now
from barnraise.chassis.tracing import current_trace_id
from barnraise.contracts.commands import DropCode, DropPreview, DropProject
from barnraise.contracts.documents import Attachment
from barnraise.contracts.events import MessagePosted, ProjectCreated, ProjectDeleted, ProjectRenamed
from barnraise.contracts.jobs import JobAction
from barnraise.gateway.domain import cursors, facts, records, texts, views
from barnraise.gateway.domain.records import Key, Reply
from barnraise.gateway.domain.refusals import not_found
from barnraise.gateway.domain.sites import Site
from barnraise.gateway.domain.sniffing import Upload
from barnraise.gateway.ports import Bus, Change, Records
from barnraise.gateway.service.documents import Documents
from barnraise.gateway.service.once import Once, reply

NO_PROJECT = "GET /api/v2/projects lists what there is."


class Projects:
    def __init__(self, recorded: Records, bus: Bus, once: Once, documents: Documents, site: Site) -> None:
        self._records = recorded
        self._bus = bus
        self._once = once
        self._documents = documents
        self._site = site

    async def create(self, prompt: str, name: str | None, key: Key | None, files: Sequence[Upload] = ()) -> Reply:
        """Accept a prompt and what comes with it: project, message, job and their announcements are safe when this returns."""
        texts.check_prompt(prompt, "/prompt", may_be_empty=bool(files))
        given = texts.check_name(name) if name is not None else None
        if stored := await self._once.replied(key):
            return stored
        project_id = new_id()
        attachments = await self._documents.read(project_id, files)
        job = new_job(project_id, "message", prompt, given, attachments=attachments)
        at = job.created_at
        known = {} if given else facts.NAMED_BY_PROMPT
        called = given or texts.name_for(prompt) or texts.name_for(attachments[0].name)
        project = records.Project(job.project_id, called, at, at, facts=known)

        async def work(change: Change) -> Reply:
            await change.add_project(project)
            created = ProjectCreated(id=f"{project.id}:created", project_id=project.id, at=at, name=project.name)
            message, posted = await post(change, job)
            accepted = await queue(change, project, job)
            await change.say(job.id, [created, posted, accepted.command(at)])
            taken.set()
            shown = views.job(accepted, self._site)
            overview = views.project(records.Overview(project, accepted, True), self._site)
            return reply(202, views.Submitted(project=overview, job=shown, message=views.message(message)))

        async with self._documents.kept_if_taken(attachments) as taken:
            return await self._once.commit(key, job.id, work)

    async def begin(self, job: records.Job, name: str, key: Key | None) -> Reply:
        """Accept a project whose first job brings its code: project, job and their announcements are safe when this returns."""
        at = job.created_at
        project = records.Project(job.project_id, name, at, at)

        async def work(change: Change) -> Reply:
            await change.add_project(project)
            created = ProjectCreated(id=f"{project.id}:created", project_id=project.id, at=at, name=name)
            accepted = await queue(change, project, job)
            await change.say(job.id, [created, accepted.command(at)])
            overview = views.project(records.Overview(project, accepted, True), self._site)
            return reply(202, views.Begun(project=overview, job=views.job(accepted, self._site)))

        return await self._once.commit(key, job.id, work)

    async def list(self, limit: int, cursor: str | None) -> views.Page[views.Project]:
        """Newest first."""
        found = await self._records.overviews(limit + 1, cursors.decode_number("projects", cursor))
        more = len(found) > limit
        following = cursors.encode("projects", str(found[limit - 1].project.ordinal)) if more else None
        shown = tuple(views.project(overview, self._site) for overview in found[:limit])
        return views.Page(items=shown, next_cursor=following, has_more=more)

    async def get(self, project_id: str) -> views.Project:
        overview = await self._records.overview(project_id) if records.is_id(project_id) else None
        if overview is None:
            raise not_found("project", NO_PROJECT)
        return views.project(overview, self._site)

    async def rename(self, project_id: str, name: str) -> views.Project:
        chosen, cause = texts.check_name(name), f"rename:{new_id()}"
        async with self._records.begin() as change:
            project = await standing(change, project_id)
            await change.save_project(replace(project, name=chosen, facts=facts.named_by_person(project.facts), updated_at=now()))
            await change.say(cause, [ProjectRenamed(id=cause, project_id=project_id, at=now(), name=chosen)])
        await self._bus.announce(cause)
        return await self.get(project_id)

    async def delete(self, project_id: str) -> None:
        """Mark it deleted, and have everybody forget it. Its jobs are cancelled by the planner."""
        cause = f"{project_id}:deleted"
        async with self._records.begin() as change:
            project = await standing(change, project_id)
            at = now()
            await change.save_project(replace(project, deleted_at=at, updated_at=at, facts={}))
            await change.forget_project(project_id)
            drops = [
                # The project itself stands for the job that a command must name.
                kind(id=f"{project_id}:{kind.owner}:drop", project_id=project_id, job_id=project_id, at=at)
                for kind in (DropProject, DropPreview, DropCode)
            ]
            await change.say(cause, [*drops, ProjectDeleted(id=cause, project_id=project_id, at=at)])
        await self._bus.announce(cause)

    async def require(self, project_id: str) -> None:
        """Refusal ``not_found`` unless the project is there."""
        if not records.is_id(project_id) or not await self._records.exists(project_id):
            raise not_found("project", NO_PROJECT)


async def standing(change: Change, project_id: str) -> records.Project:
    """The project, locked for this transaction; Refusal ``not_found`` when it is not there or deleted."""
    project = await change.lock_project(project_id) if records.is_id(project_id) else None
    if project is None or project.deleted_at is not None:
        raise not_found("project", NO_PROJECT)
    return project


def new_job(
    project_id: str,
    action: JobAction,
    text: str = "",
    name: str | None = None,
    *,
    target: str | None = None,
    source: str | None = None,
    attachments: tuple[Attachment, ...] = (),
    attempts: int = 1,
) -> records.Job:
    given = (("target", target), ("source", source), ("attempts", attempts if attempts > 1 else None))
    known = {fact: [0, what] for fact, what in given if what}
    return records.Job(
        new_id(), project_id, action, text, now(), name=name, trace_id=current_trace_id(), facts=known, attachments=attachments
    )


async def queue(change: Change, project: records.Project, job: records.Job) -> records.Job:
    """Give the job its place behind the (locked) project's other jobs, and keep it."""
    placed = replace(job, position=project.positions, ahead=await change.active_jobs(project.id))
    await change.save_project(replace(project, positions=project.positions + 1, updated_at=job.created_at))
    await change.add_job(placed)
    return placed


async def post(change: Change, job: records.Job) -> tuple[records.Message, MessagePosted]:
    """Keep the user's message that the job comes from, and make the event that tells it."""
    names = tuple(attachment.name for attachment in job.attachments)
    message = records.Message(new_id(), job.project_id, "user", job.text, job.created_at, job.id, attachments=names)
    await change.add_message(message)
    return message, MessagePosted(
        id=message.id,
        project_id=job.project_id,
        job_id=job.id,
        at=message.at,
        role=message.role,
        text=message.text,
        attachments=names,
    )

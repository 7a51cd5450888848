"""Independent tasks are worked on at the same time: while one is judged and lands, models write the next ones, each on a branch of its own
from where ``main`` was. When its turn comes, what was written is merged on its branch with what ``main`` has become, and judged like any
other change. Where two tasks meet in the same lines, the later one is written anew."""

from datetime import datetime

from barnraise.contracts.events import CodeProposed, Event, StepFailed
from barnraise.contracts.problems import Problem
from barnraise.planner.domain.job import Draft, Edit, Job, OpenStep
from barnraise.planner.domain.steps import Moved, answered, ask, cause, close, edit_ahead, move, then, waited_for

MOST = 3
"""Tasks that are worked on beside the one whose turn it is."""


def asked(job: Job, now: datetime) -> Moved:
    """Has models begin with the tasks that come next."""
    if not job.independent or job.attempts > 1 or job.commit is None:
        return job, []
    begun = {draft.task for draft in job.drafts}
    fresh = [task for task in job.tasks[:MOST] if task not in begun]
    numbered = enumerate(fresh, len(job.drafts) + 1)
    drafts = {n: Draft(task=task, command=f"{job.id}:ahead:{n}:{job.run}", base=job.commit) for n, task in numbered}
    return move(job, drafts=(*job.drafts, *drafts.values())), [edit_ahead(job, draft, n, now) for n, draft in drafts.items()]


def heard(job: Job, event: Event) -> Job:
    """What has come of a task whose turn has not come. A model that only says something is asked again then."""
    if not isinstance(event, CodeProposed | StepFailed):
        return job
    proposal = event if isinstance(event, CodeProposed) and event.changed else None
    known = {"proposal": proposal, "failed": proposal is None}
    return move(job, drafts=tuple(draft.model_copy(update=known) if draft.command == cause(event) else draft for draft in job.drafts))


def taken(job: Job, now: datetime) -> Moved | None:
    """The step that waits for what was begun with; None where the task has to be begun with now."""
    task = job.edit.task if job.edit else None
    draft = next((draft for draft in job.drafts if draft.task == task and not draft.failed), None)
    return waited_for(job, "generate", draft.command, now) if draft else None


def known(job: Job) -> tuple[OpenStep, CodeProposed] | None:
    """An open step whose answer came before it was waited for."""
    for draft in job.drafts:
        if draft.proposal and not draft.failed and (step := answered(job, draft.proposal)):
            return step, draft.proposal
    return None


def stood(job: Job, event: CodeProposed) -> str | None:
    """Where ``main`` was when this was written, if it was written ahead and ``main`` is elsewhere by now."""
    base = next((draft.base for draft in job.drafts if draft.command == cause(event)), None)
    return base if job.edit and base != job.edit.base else None


def anew(job: Job, step: OpenStep, now: datetime) -> Moved:
    """What was written does not go together with what ``main`` has become: the task is begun with from there."""
    assert job.edit
    why = Problem(code="merge_conflict", detail="Another task has changed the same lines.", next="Nothing: it is done anew.")
    edit = Edit(base=job.edit.base, task=job.edit.task, used=job.edit.used)
    drafts = tuple(draft.model_copy(update={"failed": draft.failed or draft.task == edit.task}) for draft in job.drafts)
    job = move(job, edit=edit, commit=edit.base, drafts=drafts)
    return then(close(job, step, "skipped", now, why), lambda job: ask(job, "generate", now))

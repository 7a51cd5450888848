"""What no plan says, piece by piece: when the plan stands on ``main``, each task is a change of the code by a model. One that fails is
told and left; what landed before stays. A change that no plan came with is the job's only task, and its failure the job's end."""

from datetime import datetime

from barnraise.contracts.problems import Problem
from barnraise.planner.domain import ahead, words
from barnraise.planner.domain.job import Edit, Job, Unmet
from barnraise.planner.domain.steps import Moved, ask, end, left, move, then

_HOPELESS = frozenset({"no_model", "limit_exceeded"})


def begin(job: Job, now: datetime) -> Moved:
    """The next task, from where ``main`` is."""
    assert job.commit
    task, *later = job.tasks
    edit = Edit(base=job.commit, task=task)
    used = (*job.used, *(job.edit.used if job.edit else ()))
    done = (*job.done, job.edit.said) if job.edit and job.edit.stage == "landed" else job.done
    job = move(job, tasks=tuple(later), edit=edit, used=used, done=done, repairs=0, findings=(), ways=(), chosen=False, stopped=())
    return then(ahead.asked(job, now), lambda job: ahead.taken(job, now) or ask(job, "generate", now))


def over(job: Job, problem: Problem, now: datetime) -> Moved:
    """The change at hand does not land."""
    edit = job.edit
    if edit is None or edit.task is None:
        return end(job, "needs_input", now, problem)
    unmet = [Unmet(task=edit.task, why=problem.detail, next=problem.next, left=left(job, problem))]
    if problem.code in _HOPELESS:
        unmet += [Unmet(task=task, why=problem.detail, next=problem.next) for task in job.tasks]
        job = move(job, tasks=())
    used = (*job.used, *edit.used)
    job = move(job, unmet=(*job.unmet, *unmet), commit=edit.base, edit=None, used=used, findings=(), tests=None, problems={}, stopped=())
    return begin(job, now) if job.tasks else finish(job, now)


def finish(job: Job, now: datetime) -> Moved:
    """All that could be done is done; what could not, somebody has to decide about."""
    return end(job, "needs_input" if job.unmet else "succeeded", now)


def refused(job: Job, now: datetime, *, stuck: bool = False) -> Moved:
    """``main`` stays; the proposal can be looked at on its branch."""
    assert job.edit
    problem = Problem(
        code="proposal_unsound",
        detail=words.refused(job, stuck=stuck),
        next=f"Say what to do differently, or merge '{job.edit.branch}' yourself.",
    )
    return over(job, problem, now)


def unchanged(job: Job, now: datetime) -> Moved:
    """The model has changed nothing, and says why."""
    if job.edit is None or job.edit.task is None:
        return end(job, "needs_input", now, said=words.said_by_model(job))
    problem = Problem(code="proposal_unsound", detail=words.said_by_model(job)[:1900], next="Say it differently, as a message of its own.")
    return over(job, problem, now)

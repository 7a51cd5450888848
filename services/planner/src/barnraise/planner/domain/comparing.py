"""What was made of a picture is looked at itself, once: a picture of the preview goes to the model beside those that came with the message,
and its plan is corrected. Whatever of that fails, what was made stays, and it is said that nobody has compared."""

from datetime import datetime

from barnraise.contracts.documents import Attachment
from barnraise.contracts.events import ManifestDesigned, PreviewPictured
from barnraise.contracts.problems import Problem
from barnraise.planner.domain.job import Job, OpenStep
from barnraise.planner.domain.looking import pictures_of
from barnraise.planner.domain.steps import Moved, ask, close, move, then

SHOT = "preview.png"
MOST_TASKS = 8


def due(job: Job) -> bool:
    """Whether the preview is there to be compared, and has not been."""
    return job.compare == "due" and job.shown


def shoot(job: Job, now: datetime) -> Moved:
    return ask(move(job, compare="shooting"), "preview", now)


def pictured(job: Job, step: OpenStep, event: PreviewPictured, now: datetime) -> Moved:
    """Now the model can see both."""
    if event.commit != job.commit:
        return job, []
    shot = Attachment(name=SHOT, media_type=event.picture.media_type, text="", picture=event.picture)
    job, told = close(move(job, compare="comparing", shot=shot), step, "succeeded", now)
    return then((job, told), lambda job: ask(job, "plan", now))


def compared(job: Job, step: OpenStep, event: ManifestDesigned, now: datetime) -> Moved:
    """The corrected plan, if it is another one; nothing is asked for here."""
    nearer = event.manifest is not None and event.manifest != job.manifest
    more = event.tasks[: max(0, MOST_TASKS - len(job.tasks))] if event.manifest else ()
    said = f"Compared the preview with {_names(job)}: "
    said += (event.summary or "brought nearer to it.") if nearer or more else "near enough."
    job = move(
        job,
        compare="done",
        manifest=event.manifest or job.manifest,
        tasks=(*job.tasks, *more),
        used=(*job.used, event.used) if event.used else job.used,
        done=(*job.done, said[:500]),
    )
    return close(job, step, "succeeded", now)


def given_up(job: Job, step: OpenStep, problem: Problem, now: datetime) -> Moved:
    """Nobody has compared; that is said, and changes nothing else."""
    note = f"The preview was not compared with {_names(job)}: {problem.detail}"[:900]
    decision = job.decision and job.decision.model_copy(update={"open_points": (*job.decision.open_points, note)})
    return close(move(job, compare="done", decision=decision), step, "skipped", now, problem)


def _names(job: Job) -> str:
    return ", ".join(pictures_of(job.attachments))

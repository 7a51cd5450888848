"""What the built-in engine could not read, or not all of: a model makes the plan. Its failure costs nothing but time: then the plan, or the
answer, is what it would be without models."""

from datetime import datetime

from barnraise.contracts.events import ManifestDesigned, PlanAnswered, PlanMade
from barnraise.contracts.problems import Problem
from barnraise.planner.domain import words
from barnraise.planner.domain.job import Edit, Job, OpenStep
from barnraise.planner.domain.looking import pictures_of
from barnraise.planner.domain.steps import Moved, ask, ask_again, close, end, move, then


def asked(job: Job, step: OpenStep, event: PlanMade | PlanAnswered, now: datetime) -> Moved:
    """The step goes on with a model; what the engine made of the message is kept."""
    return ask_again(move(job, reading=event), step, now, timeouts=0, failures=0)


def questioned(job: Job, step: OpenStep, event: PlanAnswered, now: datetime) -> Moved:
    """A question about the code: a model answers it."""
    assert job.commit
    job = move(job, decision=event.decision, reading=event, edit=Edit(base=job.commit, question=True))
    return then(close(job, step, "succeeded", now), lambda job: ask(job, "generate", now))


def designed(job: Job, step: OpenStep, event: ManifestDesigned, now: datetime) -> Moved:
    """The model's plan in the place of the engine's, with what is to be done besides."""
    job, told = close(job, step, "succeeded", now)
    used = (*job.used, event.used) if event.used else job.used
    job = move(job, decision=event.decision, summary=event.summary, manifest=event.manifest, tasks=event.tasks, used=used)
    job = move(job, designed=True, independent=event.independent, reading=None)
    if event.looked and event.manifest and event.manifest.kind != "script":
        job = move(job, compare="due")
    if event.manifest is None:
        return then((job, told), lambda job: end(job, "needs_input", now, said=event.answer or words.said_by_model(job)))
    return job, told


def without(job: Job, problem: Problem) -> PlanMade | PlanAnswered:
    """What the engine made of the message, saying why no model has helped."""
    reading = job.reading
    assert reading
    note = f"No model could help: {problem.detail}"[:900]
    decision = reading.decision.model_copy(update={"open_points": (*reading.decision.open_points, note)})
    changed: dict[str, object] = {"design": False, "decision": decision, "remember": ()}
    if isinstance(reading, PlanAnswered) and pictures_of(job.attachments):
        changed["text"] = f"{reading.text[:3000]}\n\n{note}".strip()
    return reading.model_copy(update=changed)

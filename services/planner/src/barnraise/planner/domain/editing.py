"""A model's change of the code, on its way to ``main``: proposed on a branch, checked and tested there, repaired a few times, and only then
merged. Whatever happens before, ``main`` and the preview stay what they were.

plan -> [validate what is there, where no plan vouches for it] -> generate -> validate -> test -> (repair -> validate -> test)* ->
generate (the merge) -> preview. Where ``main`` has moved meanwhile, what the merge gave is checked and tested like any other change.
"""

from datetime import datetime

from barnraise.contracts.events import CodeChanged, CodeProposed, CommitValidated
from barnraise.contracts.problems import Problem
from barnraise.planner.domain import words
from barnraise.planner.domain.job import Edit, Job, OpenStep
from barnraise.planner.domain.steps import Moved, ask, close, end, move, signatures, then


def begun(job: Job) -> Job:
    """The job when its turn comes (again): what was proposed and not found sound is begun anew, from what ``main`` is now."""
    if job.edit is None or job.commit is None or job.edit.stage in ("tested", "landed"):
        return job
    return move(job, edit=Edit(base=job.commit, score=job.edit.score))


def asked(job: Job, now: datetime) -> Moved:
    """The plan says that the code itself is to be changed."""
    if job.commit is None:
        return end(job, "needs_input", now, said="There is nothing to change yet: say what to build.")
    if not job.text.strip():  # a document alone
        return end(job, "needs_input", now, said="Say in words what to change; a document alone does not tell.")
    job = move(job, edit=Edit(base=job.commit))
    return ask(job, "validate" if job.without_plan else "generate", now)


def proposed(job: Job, step: OpenStep, event: CodeProposed, now: datetime) -> Moved:
    """What the model has made of it: a change, or words alone."""
    job, told = close(job, step, "succeeded", now)
    assert job.edit
    used = (*job.edit.used, event.used) if event.used else job.edit.used
    said = event.text or job.edit.said
    if not event.changed:
        job = move(job, edit=_with(job.edit, said=said, used=used))
        if step.name == "repair":
            return then((job, told), lambda job: _refuse(job, now))
        return then((job, told), lambda job: end(job, "needs_input", now, said=words.said_by_model(job)))
    deletes = tuple(file.path for file in event.files if file.change == "deleted")
    edit = _with(job.edit, stage="proposed", branch=event.branch, tree=event.tree, said=said, used=used, deletes=deletes)
    return then((move(job, edit=edit, commit=event.commit), told), lambda job: ask(job, "validate", now))


def judged(job: Job, step: OpenStep, event: CommitValidated, now: datetime) -> Moved:
    """The critic's word: on what was there, or on the proposal, whose score may not be lower."""
    assert job.edit
    if job.edit.stage == "asked":
        job, told = close(move(job, edit=_with(job.edit, score=event.score)), step, "succeeded", now)
        return then((job, told), lambda job: ask(job, "generate", now))
    if event.passed or (job.edit.score is not None and event.score >= job.edit.score):
        return then(close(move(job, findings=()), step, "succeeded", now), lambda job: ask(job, "test", now))
    before = job.findings
    job = move(job, findings=tuple(finding for finding in event.diagnostics if finding.severity == "error"), tests=None)
    progress = not before or len(signatures(job.findings)) < len(signatures(before))
    problem = Problem(code="validation_failed", detail=words.unsound(job.findings), next="Say what to do differently.")
    return _mend(close(job, step, "failed", now, problem), now, progress=progress)


def failing(job: Job, step: OpenStep, problem: Problem, now: datetime) -> Moved:
    """The proposal's tests have failed."""
    return _mend(close(job, step, "failed", now, problem), now, progress=True)


def tested(job: Job, now: datetime) -> Moved:
    """Nothing speaks against the proposal any more: it lands, unless it takes files away, which a person has to look at first."""
    assert job.edit
    if job.edit.deletes:
        problem = Problem(
            code="approval_needed", detail=words.deletes(job), next=f"Merge '{job.edit.branch}' if that is right, or say it differently."
        )
        return end(job, "needs_input", now, problem)
    return ask(move(job, edit=_with(job.edit, stage="tested")), "generate", now)


def landed(job: Job, event: CodeChanged, now: datetime) -> Moved:
    """It is on ``main``."""
    assert job.edit
    as_tested = event.tree is not None and event.tree == job.edit.tree
    job = move(job, commit=event.commit, manifest=job.base, edit=_with(job.edit, stage="landed"))
    return ask(job, "preview" if as_tested else "validate", now)


def _mend(moved: Moved, now: datetime, *, progress: bool) -> Moved:
    job, told = moved
    if not progress or job.repairs >= job.limits.repairs:
        return then(moved, lambda job: _refuse(job, now))
    return then((move(job, repairs=job.repairs + 1, stopped=()), told), lambda job: ask(job, "repair", now))


def _refuse(job: Job, now: datetime) -> Moved:
    """``main`` stays; the proposal can be looked at on its branch."""
    assert job.edit
    problem = Problem(
        code="proposal_unsound", detail=words.refused(job), next=f"Say what to do differently, or merge '{job.edit.branch}' yourself."
    )
    return end(job, "needs_input", now, problem)


def _with(edit: Edit, **changes: object) -> Edit:
    return edit.model_copy(update=changes)

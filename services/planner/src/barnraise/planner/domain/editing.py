"""A change on its way to ``main``: proposed on a branch, checked and tested there, repaired while that helps, and only then merged.
Whatever happens before, ``main`` and the preview stay what they were. It is a model's change of the code, or what a plan was compiled to,
if a model made the plan or the result was merged with what others have written.

plan -> generate -> validate -> test -> (repair -> validate -> test)* -> generate (the merge) -> preview. What fails is compared with
what failed on ``main`` before: a proposal may not be worse, and where it is about tests, there may not be fewer of them. Where ``main``
has moved meanwhile, both are merged on the branch and judged once more. Tried in several ways, each is checked and tested on
a branch of its own, and the best goes on: see ``trying``.
"""

import re
from datetime import datetime

from barnraise.contracts.diagnostics import Diagnostic, TestReport
from barnraise.contracts.events import CodeChanged, CodeProposed, CommitTested, CommitValidated, FileChange
from barnraise.contracts.problems import Problem
from barnraise.planner.domain import ahead, tasks, trying, words
from barnraise.planner.domain.job import Edit, Job, OpenStep
from barnraise.planner.domain.signatures import failing, signatures
from barnraise.planner.domain.steps import Moved, ask, close, end, judge_and_show, move, show, then

PERFECT = 100
"""The critic's score of what it finds nothing about."""
MOST_OVERTAKEN = 5
"""Times that ``main`` may move while a change is judged, until that is left to a person."""
STUCK = 2
"""Repairs in vain of the same fault after which nobody tries again."""
TEST_PATH = re.compile(r"(^|/)(tests?/|__tests__/|test_[^/]*\.py$|[^/]*_test\.py$|[^/]*\.(test|spec)\.[cm]?[jt]sx?$)")
_COLLECTS = re.compile(r"(^|/)(conftest\.py|pytest\.ini|pyproject\.toml|setup\.cfg|tox\.ini|package\.json|vite(st)?\.config\.[cm]?[jt]s)$")


def begun(job: Job) -> Job:
    """The job when its turn comes (again): what was proposed and not found sound is begun anew, from what ``main`` is now."""
    if job.edit is None or job.commit is None or job.edit.stage in ("tested", "landed"):
        return job
    if job.edit.planned:
        return move(job, edit=None)
    return move(job, edit=Edit(base=job.commit, task=job.edit.task, question=job.edit.question))


def asked(job: Job, now: datetime) -> Moved:
    """The plan says that the code itself is to be changed."""
    if job.commit is None:
        return end(job, "needs_input", now, said="There is nothing to change yet: say what to build.")
    if not job.text.strip():  # a document alone
        return end(job, "needs_input", now, said="Say in words what to change; a document alone does not tell.")
    return ask(move(job, edit=Edit(base=job.commit)), "generate", now)


def proposed(job: Job, step: OpenStep, event: CodeProposed, now: datetime) -> Moved:
    """What the model has made of it: a change, or words alone."""
    if job.edit is None or job.edit.stage == "tested":
        return _planned(job, step, event, now) if job.edit is None else _overtaken(job, job.edit, step, event, now)
    job, told = close(job, step, "succeeded", now)
    assert job.edit
    used = (*job.edit.used, event.used) if event.used else job.edit.used
    said = event.text or job.edit.said
    if not event.changed:
        job = move(job, edit=_with(job.edit, said=said, used=used))
        if step.name == "repair":
            return then((job, told), lambda job: tasks.refused(job, now))
        return then((job, told), lambda job: _only_said(job, now))
    deletes = tuple(dict.fromkeys((*event.destroys, *(file.path for file in event.files if file.change == "deleted"))))
    size = sum(file.added + file.removed for file in event.files)
    edit = _with(job.edit, stage="proposed", branch=event.branch, tree=event.tree, said=said, used=used, deletes=deletes, size=size)
    edit = _with(edit, weakens=event.weakens, passed=False, recount=edit.recount or any(map(_counts, event.files)))
    if step.name == "generate" and (stood := ahead.stood(job, event)):
        edit = _with(edit, stage="tested", stood=stood)
        return then((move(job, edit=edit, commit=event.commit), told), lambda job: ask(job, "generate", now))
    return then((move(job, edit=edit, commit=event.commit), told), lambda job: ask(job, "validate", now))


def _planned(job: Job, step: OpenStep, event: CodeProposed, now: datetime) -> Moved:
    """What the plan was compiled to."""
    base = event.base or job.commit
    assert base
    edit = Edit(base=base, stage="proposed", planned=event.commit, branch=event.branch, tree=event.tree)
    return then(close(move(job, edit=edit, commit=event.commit), step, "succeeded", now), lambda job: ask(job, "validate", now))


def _overtaken(job: Job, edit: Edit, step: OpenStep, event: CodeProposed, now: datetime) -> Moved:
    """``main`` has moved: the proposal, merged with what is there now, is judged anew."""
    known: dict[str, object] = {"score": None, "failing": None, "counted": None, "passed": False, "report": None}
    edit = _with(edit, stage="proposed", base=event.base or edit.base, tree=event.tree, overtaken=edit.overtaken + 1, **known)
    edit = _with(edit, planned=event.commit if edit.planned else None, stood=None)
    job, told = close(move(job, edit=edit, commit=event.commit, findings=()), step, "succeeded", now)
    if edit.overtaken < MOST_OVERTAKEN:
        return then((job, told), lambda job: ask(job, "validate", now))
    detail = f"The project was changed {edit.overtaken} times while this change was judged, so it was not merged."
    problem = Problem(code="version_conflict", detail=detail, next=f"Merge '{edit.branch}' when you are ready.")
    return then((job, told), lambda job: tasks.over(job, problem, now))


def judged(job: Job, step: OpenStep, event: CommitValidated, now: datetime) -> Moved:
    """The critic's word: on the proposal, or on what was there, whose score may not be higher."""
    assert job.edit
    if job.edit.weighing:
        edit = _with(job.edit, weighing=False, score=_score(event))
        return then(close(move(job, edit=edit), step, "succeeded", now), lambda job: _compared(job, now))
    found = _to_mend(event)
    job = move(job, edit=_with(job.edit, reached=_score(event)), findings=found, tests=None)
    if event.score == PERFECT or not found or _as_good(job):
        return then(close(move(job, findings=()), step, "succeeded", now), lambda job: ask(job, "test", now))
    problem = None
    if not event.passed:
        problem = Problem(code="validation_failed", detail=words.unsound(found), next="Say what to do differently.")
    closed = close(job, step, "failed" if problem else "succeeded", now, problem)
    if job.edit and job.edit.score is None:
        return then(closed, lambda job: _weigh(job, "validate", now))
    return then(closed, lambda job: _mend(job, now))


def tried(job: Job, step: OpenStep, event: CommitTested, problem: Problem | None, now: datetime) -> Moved:
    """The tests have run: on the proposal, or on what was there. ``problem``: they did not pass."""
    assert job.edit
    if job.edit.weighing:
        known = failing(event.report) if problem else frozenset()
        edit = _with(job.edit, weighing=False, failing=tuple(sorted(known)), counted=_run(event.report))
        job = move(job, edit=edit, tests=job.edit.report)
        return then(close(job, step, "failed" if problem else "succeeded", now, problem), lambda job: _compared(job, now))
    job = move(job, tests=event.report, edit=_with(job.edit, passed=problem is None))
    closed = close(job, step, "failed" if problem else "succeeded", now, problem)
    if problem is None and not (job.edit and job.edit.recount and job.edit.counted is None):
        return then(closed, lambda job: sound(job, now))
    if job.edit and (job.edit.failing is None or problem is None):
        return then(closed, lambda job: _weigh(job, "test", now))
    return then(closed, lambda job: _compared(job, now))


def untested(job: Job, now: datetime) -> Moved:
    """This machine runs no tests: not those of the proposal, or not those of what was there, and then nothing excuses the proposal's."""
    assert job.edit
    if job.edit.weighing:
        edit = _with(job.edit, weighing=False, failing=(), counted=0)
        return _compared(move(job, edit=edit, tests=job.edit.report), now)
    return sound(job, now)


def sound(job: Job, now: datetime) -> Moved:
    """Nothing speaks against the proposal any more."""
    return _counted(job, now, sound=True) if trying.choosing(job) else _lands(job, now)


def _lands(job: Job, now: datetime) -> Moved:
    """It is merged, unless it takes files or tests away, which a person has to look at first."""
    edit, run = job.edit, _run(job.tests)
    assert edit
    if not edit.weakens and edit.counted is not None and run is not None and run < edit.counted:
        edit = _with(edit, weakens=(f"{run} tests are run, where {edit.counted} were",))
        job = move(job, edit=edit)
    if edit.deletes or edit.weakens:
        problem = Problem(
            code="approval_needed", detail=words.takes_away(job), next=f"Merge '{edit.branch}' if that is right, or say it differently."
        )
        return tasks.over(job, problem, now)
    return ask(move(job, edit=_with(edit, stage="tested")), "generate", now)


def landed(job: Job, event: CodeChanged, now: datetime) -> Moved:
    """It is on ``main``."""
    assert job.edit
    as_tested = event.tree is not None and event.tree == job.edit.tree
    job = arrived(move(job, commit=event.commit, manifest=job.manifest or job.base))
    return show(job, now) if as_tested else judge_and_show(job, now)


def arrived(job: Job) -> Job:
    """With the change on ``main``. One that a plan stands for is from now on like any other that was compiled."""
    assert job.edit
    if job.edit.planned:
        return move(job, edit=None, used=(*job.used, *job.edit.used))
    return move(job, edit=_with(job.edit, stage="landed"))


def _only_said(job: Job, now: datetime) -> Moved:
    """The model has changed nothing: it answers a question, or asks one."""
    assert job.edit
    if job.edit.question:
        return end(job, "succeeded", now, said=words.told_by_model(job))
    return _counted(job, now, sound=False) if trying.choosing(job) else tasks.unchanged(job, now)


def failed(job: Job, problem: Problem, now: datetime) -> Moved:
    """No change has come of it: one way less, or the end of what is at hand."""
    if problem.code == "proposal_unsound" and trying.choosing(job):
        return _counted(job, now, sound=False)
    if problem.code == "no_model" and job.edit and job.edit.planned:
        return tasks.refused(job, now)
    return tasks.over(job, problem, now)


def _counted(job: Job, now: datetime, *, sound: bool) -> Moved:
    """The way at hand has been judged: the next one, or the best of all."""
    job = trying.counted(job, sound=sound)
    if len(job.ways) < job.attempts:
        return ask(trying.anew(job), "generate", now)
    job = trying.chosen(job)
    assert job.edit
    if job.edit.stage == "asked":
        return tasks.unchanged(job, now)
    return _mend(job, now) if job.findings or (job.tests and job.tests.failed) else _lands(job, now)


def _weigh(job: Job, step: str, now: datetime) -> Moved:
    """What is wrong with the proposal may have been wrong before: look at what was there."""
    assert job.edit
    edit = _with(job.edit, weighing=True, report=job.tests)
    return ask(move(job, edit=edit), "test" if step == "test" else "validate", now)


def _compared(job: Job, now: datetime) -> Moved:
    """With what was there known, whether the proposal is worse."""
    assert job.edit
    if job.findings:
        return ask(move(job, findings=()), "test", now) if _as_good(job) else _mend(job, now)
    if job.edit.passed or (job.edit.failing is not None and failing(job.tests) <= set(job.edit.failing)):
        return sound(job, now)
    return _mend(job, now)


def _to_mend(event: CommitValidated) -> tuple[Diagnostic, ...]:
    """Errors before all else; of warnings, what the code can do something about: a tool that is missing here is not its fault."""
    if not event.passed:
        return tuple(finding for finding in event.diagnostics if finding.severity == "error")
    return tuple(finding for finding in event.diagnostics if finding.about == "project")


def _score(event: CommitValidated) -> int:
    """Also below 0: where ``main`` has so many faults that its score is 0, one more still makes it worse."""
    return event.score if event.cost is None else PERFECT - event.cost


def _as_good(job: Job) -> bool:
    return bool(job.edit and job.edit.score is not None and job.edit.reached is not None and job.edit.reached >= job.edit.score)


def _mend(job: Job, now: datetime) -> Moved:
    """Once more to the model, unless the same fault has outlived two repairs, or the budget is spent. A way among several is as it is."""
    if trying.choosing(job):
        return _counted(job, now, sound=False)
    assert job.edit
    fault = "\n".join(sorted(map(" ".join, signatures(job.findings, job.tests)))) or "unknown"
    outlived = job.edit.outlived.get(fault, -1) + 1
    job = move(job, edit=_with(job.edit, outlived={**job.edit.outlived, fault: outlived}))
    if outlived >= STUCK or job.repairs >= job.limits.mends:
        return tasks.refused(job, now, stuck=outlived >= STUCK)
    return ask(move(job, repairs=job.repairs + 1, stopped=()), "repair", now)


def _counts(file: FileChange) -> bool:
    """Whether the change of the file may be one of which tests there are: not of a new file with tests, but of what collects them."""
    return bool(_COLLECTS.search(file.path) or (file.change != "added" and TEST_PATH.search(file.path)))


def _run(report: TestReport | None) -> int | None:
    """Tests that have run to an end."""
    return report.passed + report.failed if report else None


def _with(edit: Edit, **changes: object) -> Edit:
    return edit.model_copy(update=changes)

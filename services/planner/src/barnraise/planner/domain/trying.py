"""One change in several ways: each is proposed, checked and tested on a branch of its own; the best goes on, the others stay there."""

from barnraise.planner.domain.job import Edit, Job, Way
from barnraise.planner.domain.signatures import failing
from barnraise.planner.domain.steps import move


def choosing(job: Job) -> bool:
    """Whether the proposal at hand is one of several ways, none of which was chosen yet."""
    return job.edit is not None and not job.edit.planned and job.attempts > 1 and not job.chosen


def counted(job: Job, *, sound: bool) -> Job:
    """With the way at hand among those that were tried."""
    assert job.edit
    wrong = 0 if sound else len(job.findings) + (len(failing(job.tests)) if job.tests else 1)
    proposal = job.edit if job.edit.stage == "proposed" else None
    way = Way(
        sound=sound, score=job.edit.reached or 0, wrong=wrong, edit=proposal, commit=job.commit, findings=job.findings, tests=job.tests
    )
    return move(job, ways=(*job.ways, way), findings=(), tests=None)


def anew(job: Job) -> Job:
    """From ``main`` once more; what is known of ``main`` stays known, and what models were used for is added up."""
    assert job.edit
    known = job.edit
    edit = Edit(base=known.base, task=known.task, used=known.used, score=known.score, failing=known.failing, counted=known.counted)
    return move(job, edit=edit, commit=known.base)


def chosen(job: Job) -> Job:
    """With the best way at hand: a sound one before an unsound one, then the critic's score, what is wrong, what would be deleted
    or taken from tests, the smaller change, and the first of equals. ``edit.stage`` is ``asked`` where no way has proposed anything."""
    assert job.edit
    way = min((way for way in job.ways if way.edit), key=_rank, default=None)
    if way is None or way.edit is None:
        return move(anew(job), chosen=True)
    known = {"used": job.edit.used, "score": job.edit.score, "failing": job.edit.failing, "counted": job.edit.counted}
    edit = way.edit.model_copy(update=known)
    return move(job, chosen=True, edit=edit, commit=way.commit, findings=way.findings, tests=way.tests)


def _rank(way: Way) -> tuple[bool, int, int, int, int]:
    assert way.edit
    return (not way.sound, -way.score, way.wrong, len(way.edit.deletes) + len(way.edit.weakens), way.edit.size)

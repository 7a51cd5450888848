"""What the difference of two commits touches."""

import asyncio

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.codegen.domain.impact import impact_of
from barnraise.codegen.service.workshop import Workshop
from barnraise.contracts.impact import GetImpact, Impact
from barnraise.vfs import Repository

SECONDS = 10.0


async def get_impact(workshop: Workshop, request: GetImpact) -> Impact:
    """Raises BarnraiseError ``not_found``; where it cannot be told, its words are empty."""
    repository = await workshop.open(request.project_id)
    for commit in filter(None, (request.base, request.commit)):
        if not repository.reaches(commit):
            raise BarnraiseError("not_found", f"There is no commit {commit[:12]}.", "Look at the list of commits.")
    return await touched(repository, request.base, request.commit) or Impact()


async def touched(repository: Repository, base: str | None, commit: str) -> Impact | None:
    """None where it cannot be told, or takes too long: a change is not held up by what is said beside it."""
    try:
        async with asyncio.timeout(SECONDS):
            return await asyncio.to_thread(_touched, repository, base, commit)
    except Exception as error:  # hostile files, in parsers that are not ours
        get_logger().warning("what a change touches cannot be told", commit=commit, error=repr(error))
        return None


def _touched(repository: Repository, base: str | None, commit: str) -> Impact:
    return impact_of(repository.tree(base) if base else {}, repository.tree(commit))

"""A project that begins where another one stands: the same commits, in packs of its own, so that either can be deleted."""

import asyncio
from collections.abc import Sequence

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.domain.steps import Step, until
from barnraise.codegen.service.workshop import Cause, History, Workshop, code_changed, main_of, settle_in
from barnraise.contracts.commands import CloneProject
from barnraise.vfs import Repository
from barnraise.vfs.refs import TAGS


async def clone_project(workshop: Workshop, command: CloneProject) -> Outcome:
    """Announces CommitCreated and CodeChanged. Raises ``not_found`` when there is no code or no such version, ``project_deleted``."""
    own = await workshop.open(command.project_id)
    if "main" in own.refs:  # asked for twice: the first clone is as good
        return Outcome([code_changed(own, command, own.refs["main"], own.refs.get("blueprint"))])
    source = await workshop.open(command.source)
    head = command.commit or main_of(source)
    steps = until(await workshop.journal.steps(command.source), head)
    if not steps or not source.contains("main", head):
        raise BarnraiseError("not_found", f"{head[:12]} is not a version of that project.", "Use a commit from its log.")
    refs = dict(source.refs) if command.commit is None else _refs_at(source, head, steps)
    pack = await asyncio.to_thread(source.pack_everything, tuple(refs.values()))
    cause = Cause(command, command.job_id, "clone", source.commit_at(head).summary)
    return await settle_in(workshop, cause, History(refs, steps, [pack]))


def _refs_at(source: Repository, head: str, steps: Sequence[Step]) -> dict[str, str]:
    """Both branches as they were then, and the names of versions up to there."""
    names = {name: commit for name, commit in source.refs.items() if name.startswith(TAGS) and source.follows(head, commit)}
    blueprint = steps[-1].blueprint_after
    return {"main": head, **({"blueprint": blueprint} if blueprint else {}), **names}

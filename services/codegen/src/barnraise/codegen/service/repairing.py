"""The tools' own safe fixes, as a commit on ``main``."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.domain.repairs import RepairPlan, by_package, line_length, plan_repair, plan_scripts
from barnraise.codegen.domain.steps import group_of_repair
from barnraise.codegen.service.workshop import Cause, Conflict, Workshop, code_changed, conflicted, main_of, settle
from barnraise.contracts.commands import EditCode, RepairCommit
from barnraise.vfs import Repository


async def repair_commit(workshop: Workshop, command: RepairCommit) -> Outcome:
    """Announces CommitCreated and CodeChanged; MergeConflicted when ``main`` has moved on in the same lines meanwhile."""
    repository = await workshop.open(command.project_id)
    main = main_of(repository)
    if not repository.contains("main", command.commit):
        raise BarnraiseError("not_found", f"The commit {command.commit[:12]} is not on main.", "Retry the job.")
    fixed = await _fixed(workshop, repository, command)
    merge = repository.merge(repository.tree_of(command.commit), repository.tree_of(main), fixed)
    if merge.tree is None:
        return conflicted(command, Conflict(merge.conflicts))
    if merge.tree == repository.tree_of(main):
        return Outcome([code_changed(repository, command, main, repository.refs.get("blueprint"))])
    cause = Cause(command, command.job_id, "repair", _summary(command))
    group = group_of_repair(await workshop.journal.steps(command.project_id), command.commit, command.job_id)
    return await settle(workshop, repository, cause, cause.step(repository, group, cause.commit(repository, merge.tree, [main])))


async def _fixed(workshop: Workshop, repository: Repository, command: RepairCommit) -> str:
    """The commit's tree with the fixes in it."""
    return repository.edit_tree(repository.tree_of(command.commit), await fixes(workshop, repository, command))


async def fixes(workshop: Workshop, repository: Repository, command: RepairCommit | EditCode) -> dict[str, bytes]:
    """The files of the commit that the fixes are about, with them."""
    contents = await asyncio.to_thread(repository.tree, command.commit)
    packages = by_package(plan_repair(command.diagnostics), contents)
    scripts = plan_scripts(command.diagnostics, contents)
    with tempfile.TemporaryDirectory(prefix="barnraise-repair-") as name:
        # The whole tree, because the order of imports depends on which modules are the project's own.
        await asyncio.to_thread(repository.checkout, command.commit, Path(name))
        for root, plan in packages.items():
            await workshop.fixer(Path(name, root), plan, line_length(contents.get(f"{root}/pyproject.toml".lstrip("/"))))
        if scripts.paths and workshop.script_fixer:
            await workshop.script_fixer(Path(name), scripts)
        return await asyncio.to_thread(_read, Path(name), {**packages, "": _both(packages.get(""), scripts)})


def _both(plan: RepairPlan | None, scripts: RepairPlan) -> RepairPlan:
    return RepairPlan((*(plan.paths if plan else ()), *scripts.paths), ())


def _read(directory: Path, packages: Mapping[str, RepairPlan]) -> dict[str, bytes]:
    paths = [f"{root}/{path}".lstrip("/") for root, plan in packages.items() for path in plan.paths]
    return {path: (directory / path).read_bytes() for path in paths}


def _summary(command: RepairCommit) -> str:
    rules = sorted({finding.code for finding in command.diagnostics if finding.fixable})
    return f"Fix {', '.join(rules[:8])}" + (f" and {len(rules) - 8} more" if len(rules) > 8 else "")

"""A project from a file: a zip archive's tree, or a git bundle's history. The compiler leaves it alone, unless a plan came with it."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace

from pydantic import ValidationError

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Outcome
from barnraise.codegen.domain.manifest_file import MANIFEST_PATH, read_manifest, write_manifest
from barnraise.codegen.domain.rebuilding import rebuilt
from barnraise.codegen.domain.steps import Step
from barnraise.codegen.service.workshop import Cause, History, Workshop, code_changed, settle_in, take_back
from barnraise.contracts.commands import ImportCode
from barnraise.contracts.manifest import Manifest
from barnraise.vfs import Pack, Repository
from barnraise.vfs.archives import is_bundle, is_zip, read_bundle, read_zip
from barnraise.vfs.pushing import MAX_IMPORTED
from barnraise.vfs.quarantine import check_pack
from barnraise.vfs.refs import TAGS, check_name, short_name


async def import_code(workshop: Workshop, command: ImportCode) -> Outcome:
    """Announces CommitCreated and CodeChanged. Raises ``invalid_request``, ``path_invalid``, ``too_large``, ``not_found``."""
    repository = await workshop.open(command.project_id)
    if "main" in repository.refs:  # asked for twice: the first import is as good
        return Outcome([code_changed(repository, command, repository.refs["main"], repository.refs.get("blueprint"))])
    data = await workshop.repositories.upload(command.upload)
    cause = Cause(command, command.job_id, "import", "Import")
    if is_bundle(data):
        history = await _bundled(workshop, cause, data)
    elif is_zip(data):
        history = await asyncio.to_thread(_zipped, workshop, repository, cause, data)
    else:
        raise BarnraiseError("invalid_request", "This is neither a zip archive nor a git bundle.", "Upload one of these.")
    return await settle_in(workshop, cause, history)


def _zipped(workshop: Workshop, repository: Repository, cause: Cause, data: bytes) -> History:
    """One step, with exactly the archive's tree; behind it, where there is a plan, what the compiler makes of it."""
    files = read_zip(data)
    executable = {path for path, file in files.items() if file.executable}
    tree = repository.write_tree({path: file.data for path, file in files.items()}, executable)
    manifest = _manifest(files[MANIFEST_PATH].data if MANIFEST_PATH in files else None)
    blueprint = _compiled(workshop, repository, cause, manifest, None) if manifest else None
    main = cause.commit(repository, tree, [blueprint])
    step = cause.step(repository, cause.message.id, main, blueprint)
    refs = {"main": main, **({"blueprint": blueprint} if blueprint else {})}
    return History(refs, [step], [repository.pack([main, *([blueprint] if blueprint else [])])])


async def _bundled(workshop: Workshop, cause: Cause, data: bytes) -> History:
    bundle = read_bundle(data)
    project_id = cause.message.project_id
    pack = await check_pack(bundle.pack)
    await workshop.repositories.store(project_id, pack)
    try:
        await workshop.repositories.adopt(project_id, pack.id)
        # Opened again, because a repository sees the packs that were there when it was opened.
        repository = await workshop.open(project_id)
        return await asyncio.to_thread(_history, workshop, repository, cause, pack, bundle.refs)
    except BarnraiseError:
        await take_back(workshop, project_id, pack.id)
        raise


def _history(workshop: Workshop, repository: Repository, cause: Cause, pack: Pack, listed: Mapping[str, str]) -> History:
    """The bundle's refs and steps; its commits keep their ids."""
    refs = _refs(repository, listed)
    repository.check_imported(tuple(refs.values()))
    main = refs["main"]
    manifest = _manifest_of(repository, main)
    blueprint, packs = refs.pop("blueprint", None), [pack]
    if manifest is None:
        planned = None
        refs |= {"imported-blueprint": blueprint} if blueprint else {}
    elif blueprint and _manifest_of(repository, blueprint) == manifest:
        planned = blueprint
    else:
        planned = _compiled(workshop, repository, cause, manifest, blueprint)
        packs.append(repository.pack([planned]))
    steps = rebuilt(repository.log(main, limit=MAX_IMPORTED)[0], repository.log(planned, limit=MAX_IMPORTED)[0] if planned else [])
    return History(refs | ({"blueprint": planned} if planned else {}), _planned(steps, planned), packs)


def _refs(repository: Repository, listed: Mapping[str, str]) -> dict[str, str]:
    """Branches and tags by short names, each with its commit. Without a ``main``, what a clone would check out becomes it."""
    found: dict[str, str] = {}
    for ref, oid in sorted(listed.items()):
        name, commit = short_name(ref), repository.peel(oid)
        if commit is None:
            raise BarnraiseError("invalid_request", f"'{ref[:60]}' leads to no commit in the bundle.", "Make the bundle anew.")
        if name in ("main", "blueprint"):
            found[name] = commit
        elif name is not None:
            found[_usable(name, found)] = commit
    head = repository.peel(listed["HEAD"]) if "HEAD" in listed else None
    chosen = found.get("main") or head or found.get("master") or next((found[name] for name in found if "/" not in name), None)
    if chosen is None:
        raise BarnraiseError("invalid_request", "The bundle has no branch.", "Make it with: git bundle create project.bundle --all")
    return found | {"main": chosen}


def _usable(name: str, found: Mapping[str, str]) -> str:
    """The name itself, or one that projects can have: what it leads to must not be lost."""
    tag, bare = (TAGS, name.removeprefix(TAGS)) if name.startswith(TAGS) else ("", name)
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", bare)[:60].strip("-.")
    for candidate in (name, f"{tag}imported-{plain}", f"{tag}imported-{len(found)}-{plain}"):
        try:
            return check_name(candidate, found)
        except BarnraiseError:
            continue
    return check_name(f"{tag}imported-{len(found)}", found)


def _planned(steps: list[Step], blueprint: str | None) -> list[Step]:
    """The newest step stands on the blueprint that there is now, wherever it came from."""
    return [*steps[:-1], replace(steps[-1], blueprint_after=blueprint)]


def _compiled(workshop: Workshop, repository: Repository, cause: Cause, manifest: Manifest, before: str | None) -> str:
    """What the compiler makes of the plan, as the next commit of ``blueprint``: what the next refinement is merged against."""
    tree = repository.write_tree({**workshop.compiler(manifest), MANIFEST_PATH: write_manifest(manifest)})
    return cause.commit(repository, tree, [before])


def _manifest_of(repository: Repository, commit: str) -> Manifest | None:
    there = MANIFEST_PATH in repository.blobs(commit)
    return _manifest(repository.read(commit, MANIFEST_PATH).data if there else None)


def _manifest(data: bytes | None) -> Manifest | None:
    """None too for a plan that is none: then the code is imported without one, and that is told."""
    try:
        return read_manifest(data) if data is not None else None
    except ValidationError:
        return None

"""Projects that begin with code: a copy of another project, or a file."""

from barnraise.chassis.clock import new_id
from barnraise.chassis.errors import BarnraiseError
from barnraise.gateway.domain import texts
from barnraise.gateway.domain.records import Key, Reply
from barnraise.gateway.domain.refusals import Refusal
from barnraise.gateway.ports import Code, Uploads
from barnraise.gateway.service.projects import Projects, new_job

_FILES = (b"PK\x03\x04", b"PK\x05\x06", b"# v2 git bundle\n", b"# v3 git bundle\n")
_UNNAMED = "Imported project"


class Copies:
    def __init__(self, projects: Projects, code: Code, uploads: Uploads) -> None:
        self._projects = projects
        self._code = code
        self._uploads = uploads

    async def clone(self, project_id: str, name: str | None, revision: str | None, key: Key | None) -> Reply:
        """A new project with another one's history: all of it, or what leads to a revision."""
        source = await self._projects.get(project_id)
        if await self._code.head(project_id) is None:
            raise Refusal("not_found", "The project has no code yet.", "Wait for its first job to generate some.")
        commit = (await self._code.commit(project_id, revision)).commit if revision else None
        given = texts.check_name(name) if name is not None else f"{source.name[: texts.MAX_NAME - 7]} (copy)"
        return await self._projects.begin(new_job(new_id(), "clone", target=commit, source=project_id), given, key)

    async def take_in(self, data: bytes, name: str | None, key: Key | None) -> Reply:
        """A new project of a zip archive or a git bundle. The file is stored first: its job finds it whatever happens next."""
        if not data.startswith(_FILES):
            detail = "This is neither a zip archive nor a git bundle."
            raise Refusal("unsupported_media_type", detail, "Upload a .zip, or make a bundle: git bundle create project.bundle --all")
        given = texts.check_name(name) if name is not None else _UNNAMED
        project_id = new_id()
        upload = f"uploads/{project_id}"
        await self._uploads.put(upload, data)
        answer: Reply | None = None
        try:
            answer = await self._projects.begin(new_job(project_id, "import", source=upload), given, key)
            return answer
        except BarnraiseError as refused:
            if refused.problem.code.startswith("idempotency_"):
                await self._uploads.delete(upload)
            raise
        finally:
            if answer and answer.replayed:
                await self._uploads.delete(upload)

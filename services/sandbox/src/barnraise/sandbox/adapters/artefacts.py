"""What runs have left, in the object store."""

from collections.abc import Mapping

from barnraise.chassis.objects import ObjectStore
from barnraise.contracts.diagnostics import artefact_key


class StoredArtefacts:
    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    async def keep(self, project_id: str, contents: Mapping[str, bytes]) -> None:
        wanted = {artefact_key(project_id, digest): content for digest, content in contents.items()}
        there = set(await self._objects.list(artefact_key(project_id, "")))
        for key in wanted.keys() - there:
            await self._objects.put(key, wanted[key])
        for key in there - wanted.keys():
            await self._objects.delete(key)

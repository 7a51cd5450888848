"""Working adapters in memory, for tests and development."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from barnraise.contracts.events import Event
from barnraise.contracts.requests import OrderPreview, PreviewState
from barnraise.sandbox.domain.previews import Asking, Record, Wanted
from barnraise.sandbox.ports import PeerGone


class MemoryPreviews:
    def __init__(self) -> None:
        self._records: dict[str, Record] = {}
        self._asked: dict[str, Asking] = {}

    async def claim(self, project_id: str, host: str) -> Record:
        return self._records.setdefault(project_id, Record(project_id, host, "stopped", None))

    async def of_project(self, project_id: str) -> Record | None:
        return self._records.get(project_id)

    async def of_host(self, host: str) -> Record | None:
        return next((record for record in self._records.values() if record.host == host), None)

    async def set(self, project_id: str, wanted: Wanted | None = None, commit: str | None = None) -> None:
        record = self._records.get(project_id)
        if record:
            self._records[project_id] = replace(record, wanted=wanted or record.wanted, commit=commit or record.commit)

    async def newest(self, project_id: str, asking: Asking) -> bool:
        known = self._asked.get(project_id)
        if known and asking.before(known):
            return False
        self._asked[project_id] = asking
        return True

    async def drop(self, project_id: str) -> None:
        self._asked.pop(project_id, None)
        self._records.pop(project_id, None)


class MemoryReplicas:
    """One replica alone."""

    async def beat(self, me: str, room: int, running: Collection[str]) -> list[str]:
        return []

    async def lives(self, replica: str) -> bool:
        return False

    async def leave(self, me: str) -> None:
        pass

    async def place(self, project_id: str, me: str, gone: Collection[str]) -> str:
        return me


class MemoryPeers:
    """Nobody else."""

    async def ask(self, replica: str, order: OrderPreview) -> PreviewState:
        raise PeerGone(replica)


class MemoryCode:
    def __init__(self) -> None:
        self._trees: dict[tuple[str, str], Mapping[str, bytes]] = {}

    def put(self, project_id: str, commit: str, files: Mapping[str, bytes]) -> None:
        self._trees[project_id, commit] = dict(files)

    async def files(self, project_id: str, commit: str) -> Mapping[str, bytes]:
        return self._trees[project_id, commit]


class MemoryAnnouncer:
    def __init__(self) -> None:
        self.events: list[Event] = []

    async def publish(self, message: Event) -> None:
        self.events.append(message)

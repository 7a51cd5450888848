"""Previews among several replicas: each has one owner, who is asked for it; a new one goes where most places are free."""

from collections.abc import Callable
from typing import Literal

from barnraise.chassis.clock import new_id, now
from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.contracts.requests import OrderPreview, PreviewState
from barnraise.sandbox.domain.previews import Asking, Record
from barnraise.sandbox.ports import PeerGone, Peers, Previews, Replicas
from barnraise.sandbox.service.logs import Cause
from barnraise.sandbox.service.previewing import PreviewHost

_TRIES = 6
Order = Literal["show", "start", "stop", "drop", "wake", "look"]


class PlacedPreviews:
    """What ``PreviewHost`` offers, wherever the preview is. ``me`` names this replica; a replica that is gone loses its previews to who is
    asked for them next, and what they have stored lies where all replicas reach it."""

    def __init__(
        self, host: PreviewHost, records: Previews, replicas: Replicas, peers: Peers, me: str, new_label: Callable[[], str]
    ) -> None:
        self._host = host
        self._records = records
        self._replicas = replicas
        self._peers = peers
        self._me = me
        self._new_label = new_label

    async def show(self, project_id: str, commit: str, cause: Cause, asking: Asking | None = None) -> PreviewState:
        """See ``PreviewHost.show``."""
        record = await self._records.claim(project_id, self._new_label())
        return await self._owned(record, _order("show", project_id, commit, cause, asking))

    async def start(self, project_id: str, commit: str) -> PreviewState:
        """See ``PreviewHost.start``."""
        record = await self._records.claim(project_id, self._new_label())
        return await self._owned(record, _order("start", project_id, commit))

    async def get(self, project_id: str) -> PreviewState:
        return await self._of_owner(_order("look", project_id))

    async def stop(self, project_id: str) -> PreviewState:
        return await self._of_owner(_order("stop", project_id))

    async def drop(self, project_id: str) -> None:
        await self._of_owner(_order("drop", project_id))

    async def resolve(self, host: str) -> PreviewState:
        """See ``PreviewHost.resolve``."""
        record = await self._records.of_host(host)
        if record is None:
            return PreviewState(status="none")
        if record.wanted == "running" and record.commit:
            return await self._owned(record, _order("wake", record.project_id))
        return await self._of_owner(_order("look", record.project_id))

    async def obey(self, order: OrderPreview) -> PreviewState:
        """What another replica orders. BarnraiseError ``unavailable`` when the preview is not this one's any more."""
        record = await self._records.of_project(order.project_id)
        if record and record.owner != self._me:
            raise BarnraiseError("unavailable", "The preview has moved.", "Try again in a moment.", retryable=True)
        return await self._do(order, record)

    async def tend(self) -> None:
        """Say that this replica lives, end what others have taken over, and what has run for long enough. Called every few seconds, and
        quick: who is late with this is taken for dead. What is at work is left alone until the next time."""
        lost = await self._replicas.beat(self._me, self._host.room, self._host.running())
        for project_id in self._host.resting() & set(lost):
            get_logger().warning("another replica has taken a preview over", project_id=project_id)
            await self._host.stop(project_id, "replaced")
        await self._host.tend()

    async def _owned(self, record: Record, order: OrderPreview) -> PreviewState:
        """Done by the one who has it or is to have it."""
        gone: set[str] = set()
        owner = record.owner if record.running else None
        for _ in range(_TRIES):
            owner = owner or await self._replicas.place(order.project_id, self._me, gone)
            try:
                return await self._at(owner, order, record)
            except PeerGone:
                gone.add(owner)
                owner = None
            except BarnraiseError as error:
                moved = await self._owner(order.project_id)
                if error.problem.code != "unavailable" or moved in (None, owner):
                    raise
                owner = moved
        raise BarnraiseError("unavailable", "No sandbox service could take the preview.", "Try again in a moment.", retryable=True)

    async def _owner(self, project_id: str) -> str | None:
        record = await self._records.of_project(project_id)
        return record.owner if record else None

    async def _of_owner(self, order: OrderPreview) -> PreviewState:
        """Done by the one who has it, else here: there is nothing to start."""
        record = await self._records.of_project(order.project_id)
        try:
            return await self._at(record.owner if record and record.owner else self._me, order, record)
        except PeerGone:
            return await self._do(order, record)

    async def _at(self, owner: str, order: OrderPreview, record: Record | None) -> PreviewState:
        return await self._do(order, record) if owner == self._me else await self._peers.ask(owner, order)

    async def _do(self, order: OrderPreview, record: Record | None) -> PreviewState:
        project_id = order.project_id
        match order.order:
            case "show":
                assert order.commit
                cause = Cause(order.command_id, project_id, order.job_id) if order.job_id else None
                asking = Asking(order.place, order.asked_at) if order.place is not None and order.asked_at else None
                return await self._host.show(project_id, order.commit, cause, asking)
            case "start":
                assert order.commit
                return await self._host.start(project_id, order.commit)
            case "stop":
                return await self._host.stop(project_id)
            case "wake" if record:
                return await self._host.resolve(record.host)
            case "drop":
                await self._host.drop(project_id)
        return await self._host.get(project_id)


def _order(
    order: Order, project_id: str, commit: str | None = None, cause: Cause | None = None, asking: Asking | None = None
) -> OrderPreview:
    return OrderPreview(
        id=f"order:{new_id()}", project_id=project_id, at=now(), order=order, commit=commit,
        command_id=cause.id if cause else "", job_id=cause.job_id if cause else None,
        place=asking.place if asking else None, asked_at=asking.at if asking else None,
    )  # fmt: skip

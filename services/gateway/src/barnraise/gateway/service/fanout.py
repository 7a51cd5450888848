"""The hub: one ring of recent events, clients by topic, and a way in for a client that comes with its last number.

Exactness rests on one rule: between the last look into the ring and the joining of the topic there is no await.
"""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from typing import Any, Protocol

from barnraise.chassis import tracing
from barnraise.chassis.errors import BarnraiseError
from barnraise.gateway.domain.entries import Encode, Entry, Ring, Topic
from barnraise.gateway.domain.sequences import in_future
from barnraise.gateway.ports import EventLog, FanOutMeters

PAGE = 256
CHUNK = 1 << 20
SLOW = 8 << 20
BUSY = 256 << 10
AT_ONCE = 32
PATIENCE = 5.0


class Sink(Protocol):
    """A client. ``encode`` is the same function for all clients that take the same bytes."""

    encode: Encode

    def write(self, data: bytes) -> bool:
        """Hand over bytes without waiting; False when the client has gone."""
        ...

    def buffered(self) -> int:
        """Bytes that were handed over and not yet sent."""
        ...

    async def drained(self) -> None:
        """Wait until there is little left to send."""
        ...

    def cut(self, reason: str) -> None:
        """End the connection: the client is too slow, or must come again."""
        ...

    def live(self, seq: int) -> bytes: ...
    def now(self, data: bytes) -> bytes: ...
    def reset(self, seq: int) -> bytes: ...


class Gone(Exception):  # noqa: N818 - an ordinary end
    """The client went while it was being caught up."""


class Crowd:
    """The clients of one topic, and the events that wait for the next flush."""

    def __init__(self) -> None:
        self.pending: list[Entry] = []
        self.sinks: dict[Encode, set[Sink]] = {}

    def join(self, sink: Sink) -> None:
        self.sinks.setdefault(sink.encode, set()).add(sink)

    def leave(self, sink: Sink) -> bool:
        """Whether it was here."""
        group = self.sinks.get(sink.encode)
        if not group or sink not in group:
            return False
        group.remove(sink)
        if not group:
            del self.sinks[sink.encode]
        return True


class Hub:
    def __init__(self, log: EventLog, meters: FanOutMeters, ring: Ring | None = None) -> None:
        self._log = log
        self._meters = meters
        self._ring = ring or Ring()
        self._crowds: dict[Topic, Crowd] = {}
        self._dirty: set[Topic] = set()
        self._scheduled = False
        self._deleted: set[str] = set()
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._ready = asyncio.Event()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._reads: dict[tuple[Topic, int], asyncio.Task[list[Entry]]] = {}
        meters.backlog(self._buffered)

    # what the tap tells

    @property
    def last(self) -> int:
        """The newest event that was seen."""
        return self._ring.last

    def restart(self, seq: int) -> None:
        """Begin behind that number. Clients that are here belong to what was before, and must come again."""
        self.close("restart")
        self._ring.restart(seq)

    def ready(self) -> None:
        """The ring is warm: clients may join."""
        self._ready.set()

    def forget(self, projects: Iterable[str]) -> None:
        """Deliver nothing more of these projects."""
        self._deleted.update(projects)

    def receive(self, seq: int, subject: str, data: bytes, at: float = 0.0, trace: str = "") -> None:
        """The next event of the stream, which took it at that time (epoch seconds)."""
        entry = Entry(seq, subject, data, at, trace)
        self._ring.append(entry)
        if self._visible(entry):
            if _is_deletion(entry):
                self._deleted.add(entry.project)
            self._pend(entry.project, entry)
            self._pend(None, entry)
        if self._waiting:
            self._wake()

    def show(self, project: str, data: bytes) -> None:
        """Something that is told just now and kept by nobody. Who is not up to date, or has much to read already, does not get it."""
        crowd = self._crowds.get(project)
        if crowd is None or project in self._deleted:
            return
        self._flush_topic(project)  # what it follows on comes first
        for group in tuple(crowd.sinks.values()):
            for sink in tuple(group):
                if sink.buffered() < BUSY and not sink.write(sink.now(data)):
                    self.leave(project, sink)

    def close(self, reason: str) -> None:
        """End every connection; clients come again by themselves."""
        for topic, crowd in list(self._crowds.items()):
            for sink in [sink for group in crowd.sinks.values() for sink in group]:
                self.leave(topic, sink)
                sink.cut(reason)

    # what clients do

    async def start(self, after: int | None) -> int:
        """Where a client goes on. BarnraiseError ``unavailable`` while the stream is out of reach, Refusal for a number in the future."""
        await _patiently(self._ready.wait())
        if after is None:
            return self._ring.last
        if after > self._ring.last:
            _, last = await self._log.extent()
            if after > last:
                raise in_future(after, last)
            await _patiently(self._reached(after))
        return after

    async def follow(self, topic: Topic, after: int, sink: Sink, known: int | None = None) -> None:
        """Send what came after, then join. ``known`` is the newest number that matters to this client: when it has that one already,
        it does not miss what the stream has dropped. Raises Gone."""
        if after < self._ring.floor:
            after = await self._reset(after, sink, known)
        while (step := await self._catch_up(topic, after, sink)) is not None:
            after = step
        # No await from here on.
        self._send(sink, self._recent(topic, after))
        if not sink.write(sink.live(self._ring.last)):
            raise Gone
        # What waits for the next flush is in the ring already, so the newcomer has it.
        self._flush_topic(topic)
        self._crowds.setdefault(topic, Crowd()).join(sink)
        self._meters.joined(1)

    async def page(self, topic: Topic, after: int, limit: int) -> tuple[list[Entry], int]:
        """At most ``limit`` events after a number, and the number up to which that is all there is."""
        while True:
            entries = await self._log.read(topic, after, limit)
            after = entries[-1].seq if entries else after
            shown = [entry for entry in entries if self._visible(entry)]
            if shown or len(entries) < limit:
                return shown, after

    def leave(self, topic: Topic, sink: Sink) -> None:
        crowd = self._crowds.get(topic)
        if crowd and crowd.leave(sink):
            self._meters.joined(-1)
            if not crowd.sinks:
                del self._crowds[topic]

    # catching up

    async def _reset(self, after: int, sink: Sink, known: int | None) -> int:
        first, _ = await self._log.extent()
        if after + 1 >= first:
            return after
        if (known is None or known > after) and not sink.write(sink.reset(first)):
            raise Gone
        return first - 1

    async def _catch_up(self, topic: Topic, after: int, sink: Sink) -> int | None:
        """Send one portion; the number that it reaches, or None when what is left may be sent at once."""
        if after < (floor := self._ring.floor):
            page = await self._read(topic, after)
            self._send(sink, [entry for entry in page if entry.seq <= floor and self._visible(entry)])
            await sink.drained()
            return min(page[-1].seq, floor) if len(page) == PAGE else floor
        portion = _portion(self._recent(topic, after))
        if portion is None:
            return None
        self._send(sink, portion)
        await sink.drained()
        return portion[-1].seq

    def _recent(self, topic: Topic, after: int) -> list[Entry]:
        return [entry for entry in self._ring.after(topic, after) if self._visible(entry)]

    async def _read(self, topic: Topic, after: int) -> list[Entry]:
        """One page from the stream; clients that want the same page share one reading."""
        key = (topic, after)
        task = self._reads.get(key)
        if task is None:
            task = self._reads[key] = asyncio.create_task(self._fetch(topic, after))
            task.add_done_callback(lambda _: self._reads.pop(key, None))
        return await asyncio.shield(task)

    async def _fetch(self, topic: Topic, after: int) -> list[Entry]:
        async with self._slots:
            return list(await self._log.read(topic, after, PAGE))

    def _send(self, sink: Sink, entries: list[Entry]) -> None:
        if entries and not sink.write(b"".join(map(sink.encode, entries))):
            raise Gone
        self._meters.sent(len(entries))

    def _visible(self, entry: Entry) -> bool:
        """Of a deleted project, only the deletion is told."""
        return entry.project not in self._deleted or _is_deletion(entry)

    async def _reached(self, seq: int) -> None:
        if seq > self._ring.last:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append((seq, future))
            await future

    def _wake(self) -> None:
        for seq, future in self._waiting:
            if seq <= self._ring.last and not future.done():
                future.set_result(None)
        self._waiting = [item for item in self._waiting if not item[1].done()]

    # delivering

    def _pend(self, topic: Topic, entry: Entry) -> None:
        crowd = self._crowds.get(topic)
        if crowd is None:
            return
        crowd.pending.append(entry)
        self._dirty.add(topic)
        if not self._scheduled:
            self._scheduled = True
            # While a flush runs more events come in, so batches grow exactly as much as they must.
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._scheduled = False
        for topic in tuple(self._dirty):
            self._flush_topic(topic)

    def _flush_topic(self, topic: Topic) -> None:
        self._dirty.discard(topic)
        crowd = self._crowds.get(topic)
        if crowd is None or not crowd.pending:
            return
        entries, crowd.pending = crowd.pending, []
        links = [{"traceparent": entry.trace} for entry in entries if entry.trace]
        # Many traces end in one delivery to many clients: it belongs to none of them, and leads back to each.
        with tracing.span("fan out", {}, links=links) if links else contextlib.nullcontext():
            self._deliver_all(topic, crowd, entries)
        now = time.time()
        for entry in entries:
            if entry.at:
                self._meters.late(now - entry.at)

    def _deliver_all(self, topic: Topic, crowd: Crowd, entries: list[Entry]) -> None:
        for encode, group in tuple(crowd.sinks.items()):
            data = b"".join(map(encode, entries))
            self._meters.sent(len(entries) * len(group))
            for sink in tuple(group):
                self._deliver(topic, sink, data)

    def _buffered(self) -> int:
        return sum(sink.buffered() for crowd in self._crowds.values() for group in crowd.sinks.values() for sink in group)

    def _deliver(self, topic: Topic, sink: Sink, data: bytes) -> None:
        if not sink.write(data):
            self.leave(topic, sink)
        elif sink.buffered() > SLOW:
            self.leave(topic, sink)
            self._meters.cut("slow")
            sink.cut("slow")


def _is_deletion(entry: Entry) -> bool:
    return entry.token.startswith("project-deleted")


def _portion(entries: list[Entry]) -> list[Entry] | None:
    """The first entries that make up about a megabyte, or None when all of them are less."""
    size = 0
    for index, entry in enumerate(entries):
        size += len(entry.data)
        if size > CHUNK:
            return entries[: index + 1]
    return None


async def _patiently(work: Any) -> None:
    try:
        await asyncio.wait_for(work, PATIENCE)
    except TimeoutError as error:
        raise BarnraiseError("unavailable", "The stream of events is out of reach.", "Try again in a moment.", retryable=True) from error

"""Events on their way to clients: bytes that are wrapped, never parsed. Whose they are and what they are stands in the subject."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator

Topic = str | None
"""A project's id, or None for all projects."""


class Entry:
    """One event with its public number. Frames are made once, when the first client needs them.
    ``at``: epoch seconds of its publication, as far as it is known. ``trace``: the W3C
    parent of its publication, where its way to the clients is traced."""

    __slots__ = ("_frame", "_sse", "at", "data", "project", "seq", "token", "trace")

    def __init__(self, seq: int, subject: str, data: bytes, at: float = 0.0, trace: str = "") -> None:
        _, self.project, self.token = subject.split(".", 2)
        self.seq = seq
        self.at = at
        self.trace = trace
        self.data = data
        self._frame: bytes | None = None
        self._sse: bytes | None = None

    def item(self) -> bytes:
        """``{"seq": n, "event": {...}}``"""
        return b'{"seq":%d,"event":%b}' % (self.seq, self.data)

    def frame(self) -> bytes:
        """The item as a whole WebSocket text frame."""
        if self._frame is None:
            self._frame = text_frame(self.item())
        return self._frame

    def sse(self) -> bytes:
        """The event as a server-sent event."""
        if self._sse is None:
            tag = self.token.replace("-", ".").encode()
            self._sse = b"id: %d\nevent: %b\ndata: %b\n\n" % (self.seq, tag, self.data.replace(b"\n", b"\ndata: "))
        return self._sse


Encode = Callable[[Entry], bytes]
"""How a client wants its events: ``Entry.frame`` or ``Entry.sse``."""


def text_frame(payload: bytes) -> bytes:
    """An unmasked, final text frame (RFC 6455, 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


class Ring:
    """The newest events, all and by project. ``floor`` is the highest number that is not in it, ``last`` the newest that was seen:
    every event with floor < number <= last is here."""

    def __init__(self, max_entries: int = 20_000, max_bytes: int = 32 << 20) -> None:
        self.floor = self.last = 0
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._bytes = 0
        self._all: deque[Entry] = deque()
        self._by_project: defaultdict[str, deque[Entry]] = defaultdict(deque)

    def restart(self, seq: int) -> None:
        """Begin after that number, with nothing."""
        self.floor = self.last = seq
        self._bytes = 0
        self._all.clear()
        self._by_project.clear()

    def append(self, entry: Entry) -> None:
        self.last = entry.seq
        self._all.append(entry)
        self._by_project[entry.project].append(entry)
        self._bytes += len(entry.data)
        while len(self._all) > self._max_entries or self._bytes > self._max_bytes:
            self._evict()

    def after(self, topic: Topic, seq: int) -> list[Entry]:
        """The topic's events in the ring with a higher number, in order."""
        return list(self._newer(topic, seq))[::-1]

    def _newer(self, topic: Topic, seq: int) -> Iterator[Entry]:
        for entry in reversed(self._all if topic is None else self._by_project.get(topic, ())):
            if entry.seq <= seq:
                return
            yield entry

    def _evict(self) -> None:
        oldest = self._all.popleft()
        self.floor = oldest.seq
        self._bytes -= len(oldest.data)
        own = self._by_project[oldest.project]
        own.popleft()
        if not own:
            del self._by_project[oldest.project]

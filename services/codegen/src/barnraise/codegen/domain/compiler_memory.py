"""Files that were rendered before: a change of one entity leaves the files of most others as they were."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock


class Memory:
    """The newest ``most_bytes`` of rendered files, by a digest of what they depend on."""

    def __init__(self, most_bytes: int = 32 << 20) -> None:
        self._files: OrderedDict[bytes, bytes] = OrderedDict()
        self._room = most_bytes
        self._lock = Lock()

    def recall(self, essence: str, render: Callable[[], str]) -> bytes:
        """The file for ``essence``, which must say all that ``render`` depends on."""
        key = hashlib.sha256(essence.encode()).digest()
        with self._lock:
            if (known := self._files.get(key)) is not None:
                self._files.move_to_end(key)
                return known
        made = render().encode()
        with self._lock:
            if key not in self._files:
                self._files[key] = made
                self._room -= len(made)
            while self._room < 0:
                self._room += len(self._files.popitem(last=False)[1])
        return made

"""Host users for sandboxes: a number of its own for each, so that no sandbox may touch another's files or processes."""

import zlib
from pathlib import Path

_SLOTS = 1000
_INSTANCES = 100_000
_HIGH = 1_000_000_000


class Users:
    """Lends user ids from a range of the instance's own."""

    def __init__(self, instance: str) -> None:
        self._first = _first(instance)
        self._taken: set[int] = set()

    def take(self) -> int:
        user = next(user for user in range(self._first, self._first + _SLOTS) if user not in self._taken)
        self._taken.add(user)
        return user

    def give_back(self, user: int) -> None:
        self._taken.discard(user)


def _first(instance: str) -> int:
    """Far above every user of the machine; in a container that has few numbers, near the end of what it has."""
    fields = Path("/proc/self/uid_map").read_text().split()
    end = int(fields[0]) + int(fields[2])
    if end >= _HIGH + _INSTANCES * _SLOTS:
        return _HIGH + zlib.crc32(instance.encode()) % _INSTANCES * _SLOTS
    return max(end - 2 * _SLOTS, 1000)

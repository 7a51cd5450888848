"""How many requests may come in a time: a bucket for each key, which fills steadily and is emptied by what comes."""

SPARE_SECONDS = 10.0
"""What may come at once, as seconds of the steady rate: a page of many modules, loaded a few times in a row."""
_KEYS = 4096


class Pace:
    """``rate``: requests a second, for each key. Times are seconds of a clock that only goes forward."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._room = max(1.0, rate * SPARE_SECONDS)
        self._buckets: dict[str, tuple[float, float]] = {}

    def admit(self, key: str, now: float) -> float:
        """0.0 where one more may come, which counts; else the seconds until one may."""
        left, at = self._buckets.get(key, (self._room, now))
        left = min(self._room, left + (now - at) * self._rate)
        if left < 1.0:
            return (1.0 - left) / self._rate
        if key not in self._buckets and len(self._buckets) >= _KEYS:
            self._forget(now)
        self._buckets[key] = (left - 1.0, now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Those that are full again are as good as unknown."""
        self._buckets = {key: kept for key, kept in self._buckets.items() if kept[0] + (now - kept[1]) * self._rate < self._room}

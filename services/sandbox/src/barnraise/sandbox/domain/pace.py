"""How often something may happen: a bucket of tokens, with the clock passed in."""


class Pace:
    """``rate`` tokens come back each second, and at most ``burst`` wait to be spent. The bucket is full at the beginning."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._left = burst
        self._at = 0.0

    def spend(self, tokens: float, now: float) -> float:
        """Seconds until what was spent beyond the bucket has come back; 0 where there was enough. ``now``: seconds of any clock."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate) - tokens
        self._at = now
        return max(0.0, -self._left / self._rate)

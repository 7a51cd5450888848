"""What is known of a model's health: a circuit breaker and measured success, as a value that replicas share. Times are epoch seconds."""

from dataclasses import dataclass, replace
from typing import Literal

from barnraise.models.failures import LASTING, OF_THE_CALL, Failed

FAILURES_TO_OPEN = 3
FIRST_COOL_DOWN = 5.0
LONGEST_COOL_DOWN = 300.0
LASTING_COOL_DOWN = 60.0
TRIAL_SECONDS = 60.0  # how long a trial keeps others away, if whoever made it is never heard of again
WEIGHT = 0.2  # of the newest attempt in the moving averages
FORGIVEN_BY_HALF = 600.0  # seconds

State = Literal["closed", "open", "half_open", "resting"]


@dataclass(frozen=True)
class Health:
    """``failures``: one after another. ``opens``: cool-downs since the last success. ``rests_until``: the provider asked for it.
    ``success`` (0 to 1) and ``seconds`` are moving averages, as of ``at``."""

    failures: int = 0
    opens: int = 0
    open_until: float = 0.0
    trial_until: float = 0.0
    rests_until: float = 0.0
    success: float = 1.0
    seconds: float = 0.0
    attempts: int = 0
    at: float = 0.0
    last_failure: str = ""

    def state(self, now: float) -> State:
        if self.opens:
            return "open" if now < self.open_until or now < self.trial_until else "half_open"
        return "resting" if now < self.rests_until else "closed"

    def standing(self, now: float) -> float:
        """Its success, which is forgiven with time: else a model that failed once would never be asked again beside one that did not."""
        return 1 - (1 - self.success) * 0.5 ** (max(0.0, now - self.at) / FORGIVEN_BY_HALF)

    def begin_trial(self, now: float) -> "Health":
        """One attempt is made to see whether it is well again; until it ends, nobody else makes one."""
        return replace(self, trial_until=now + TRIAL_SECONDS)

    def end_trial(self) -> "Health":
        """Nobody makes one any more, however it ended."""
        return replace(self, trial_until=0.0) if self.trial_until else self

    def succeed(self, seconds: float, now: float) -> "Health":
        known = self.seconds if self.attempts else seconds
        return Health(
            success=self.standing(now) + WEIGHT * (1 - self.standing(now)),
            seconds=known + WEIGHT * (seconds - known),
            attempts=self.attempts + 1,
            at=now,
        )

    def fail(self, failure: Failed, now: float) -> "Health":
        if failure.kind in OF_THE_CALL:
            return replace(self, trial_until=0.0)
        if failure.kind == "rate_limited":
            rest = min(failure.retry_after or 1.0, LONGEST_COOL_DOWN)
            return replace(self, trial_until=0.0, rests_until=now + rest, last_failure=failure.kind)
        worse = replace(
            self,
            failures=self.failures + 1,
            trial_until=0.0,
            success=self.standing(now) * (1 - WEIGHT),
            at=now,
            attempts=self.attempts + 1,
            last_failure=failure.kind,
        )
        if failure.kind not in LASTING and not self.opens and worse.failures < FAILURES_TO_OPEN:
            return worse
        cool_down = LASTING_COOL_DOWN if failure.kind in LASTING else min(FIRST_COOL_DOWN * 2**self.opens, LONGEST_COOL_DOWN)
        return replace(worse, opens=self.opens + 1, open_until=now + cool_down)

"""Which model is asked first, which next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from barnraise.models.calls import Call, Task, Usage
from barnraise.models.health import Health
from barnraise.models.profiles import Profile


@dataclass(frozen=True)
class Weights:
    """How much the order of profiles, the price and the time count, against success, which counts 1."""

    order: float
    price: float
    seconds: float


WEIGHTS: dict[Task, Weights] = {
    "cheap": Weights(order=0.0, price=0.5, seconds=0.1),
    "ui": Weights(order=0.2, price=0.1, seconds=0.2),
    "code": Weights(order=0.3, price=0.05, seconds=0.05),
    "reasoning": Weights(order=0.3, price=0.05, seconds=0.0),
    "vision": Weights(order=0.3, price=0.05, seconds=0.05),
}


def able(profiles: Sequence[Profile], call: Call) -> list[Profile]:
    """Those that do such tasks, see images where there are some, and have room for the question and its answer."""
    wanted = {call.task} | ({"vision"} if call.needs_vision else set())
    room = call.input_estimate() + call.max_tokens
    return [
        profile
        for profile in profiles
        if (not call.needs_vision or "vision" in profile.tasks)
        and wanted & profile.tasks
        and not profile.needs_key
        and room <= profile.context
        and call.max_tokens <= profile.output
    ]


def ranked(
    profiles: Sequence[Profile],
    call: Call,
    now: float,
    health: Callable[[Profile], Health],
    price: Callable[[Profile, Usage], Decimal | None],
) -> list[Profile]:
    """Best first: measured success, less what order, price and time take away. Each is a share of the greatest among the candidates."""
    usage = Usage(input=call.input_estimate(), output=call.max_tokens)
    healths = [health(profile) for profile in profiles]
    prices = [float(price(profile, usage) or 0) for profile in profiles]
    dearest, slowest = max(prices, default=0) or 1, max((known.seconds for known in healths), default=0) or 1
    weights = WEIGHTS[call.task]

    def value(index: int) -> float:
        lost = weights.order * index / len(profiles) + weights.price * prices[index] / dearest
        return healths[index].standing(now) - lost - weights.seconds * healths[index].seconds / slowest

    return [profiles[index] for index in sorted(range(len(profiles)), key=value, reverse=True)]

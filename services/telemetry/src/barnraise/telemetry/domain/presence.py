"""Who works: the heartbeats of services' processes, and what is wrong in sentences."""

from collections.abc import Iterable, Sequence

from barnraise.contracts.operations import PRESENT_SECONDS, QueueState, ServiceState, Worker

SERVICES = ("gateway", "planner", "codegen", "validator", "sandbox", "telemetry")
OLD_SECONDS = 60.0
_FORGOTTEN_SECONDS = 3600.0
_MOST = 10_000


class Roster:
    """When each worker was last heard. ``began``: when listening began; times are seconds of one clock."""

    def __init__(self, began: float) -> None:
        self._began = began
        self._heard: dict[tuple[str, str], float] = {}

    def hear(self, worker: Worker, at: float) -> None:
        key = (worker.service, worker.instance)
        if worker.leaving:
            self._heard[key] = at - PRESENT_SECONDS
        elif key in self._heard or len(self._heard) < _MOST:
            self._heard[key] = at

    def services(self, at: float) -> list[ServiceState]:
        """Every service that must be there, and whoever else has spoken."""
        self._heard = {key: heard for key, heard in self._heard.items() if at - heard < _FORGOTTEN_SECONDS}
        names = [*SERVICES, *sorted({service for service, _ in self._heard} - set(SERVICES))]
        return [self._service(name, at) for name in names]

    def is_settled(self, at: float) -> bool:
        """Whether it was listened for long enough to say that somebody is missing."""
        return at - self._began >= PRESENT_SECONDS

    def _service(self, name: str, at: float) -> ServiceState:
        ages = [at - heard for (service, _), heard in self._heard.items() if service == name]
        return ServiceState(service=name, workers=sum(age < PRESENT_SECONDS for age in ages), heard=round(min(ages), 1) if ages else None)


def trouble(services: Iterable[ServiceState], queues: Iterable[QueueState], dead: int, *, settled: bool) -> Sequence[str]:
    """What an operator should know first."""
    missing = [state.service for state in services if not state.workers] if settled else []
    said = [f"No workers for {service}." for service in missing]
    said += [
        f"{queue.service} is behind: the oldest message for {queue.consumer} has waited {queue.oldest:.0f} s, {queue.pending} wait."
        for queue in queues
        if queue.oldest is not None and queue.oldest > OLD_SECONDS and queue.service not in missing
    ]
    if dead:
        said.append(f"{dead} dead letter{'s' if dead > 1 else ''} that nobody has dealt with.")
    return said

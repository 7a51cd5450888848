"""Dead letters: what JetStream's advisories say of a message that left its queue unhandled."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class DeadLetter:
    stream: str
    consumer: str
    sequence: int
    cause: str
    deliveries: int


def read_advisory(data: bytes) -> DeadLetter:
    """A ``max_deliver`` or ``terminated`` advisory; ValueError for anything else."""
    said = json.loads(data)
    if not isinstance(said, dict) or not {"stream", "consumer", "stream_seq"} <= said.keys():
        raise ValueError(f"not an advisory: {data[:100]!r}")
    kind = str(said.get("type", "")).rsplit(".", 1)[-1]
    if kind not in ("max_deliver", "terminated"):
        raise ValueError(f"not the advisory of a dead message: {said.get('type')!r}")
    cause = said.get("reason") or ("delivered too often" if kind == "max_deliver" else "terminated")
    return DeadLetter(said["stream"], said["consumer"], int(said["stream_seq"]), cause, int(said.get("deliveries", 0)))

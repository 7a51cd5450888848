"""Dead letters: what JetStream's advisories say of a message that left its queue unhandled."""

import json
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DeadLetter:
    stream: str
    consumer: str
    sequence: int
    cause: str
    deliveries: int


@dataclass(frozen=True)
class Kept:
    """A dead letter as it is kept."""

    letter: DeadLetter
    at: datetime
    replayed_at: datetime | None = None

    @property
    def id(self) -> str:
        return f"{self.letter.stream}:{self.letter.consumer}:{self.letter.sequence}"


def read_id(id: str) -> tuple[str, str, int]:
    """Stream, consumer and sequence; ValueError for what is no such id."""
    stream, consumer, sequence = id.split(":")
    if not (stream and consumer and sequence.isascii() and sequence.isdecimal()) or len(sequence) > 18:
        raise ValueError(f"no dead letter's id: {id[:100]!r}")
    return stream, consumer, int(sequence)


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

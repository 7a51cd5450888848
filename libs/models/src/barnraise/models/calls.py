"""What is asked of a model, what comes back, and what is told on the way. Nothing here knows a provider."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any, Literal, get_args

Task = Literal["vision", "reasoning", "code", "ui", "cheap"]
TASKS: tuple[Task, ...] = get_args(Task)

IMAGE_TOKENS = 1_600
"""What an image is taken for before it is sent; providers scale larger ones down to about this."""
BYTES_PER_TOKEN = 3
"""Text is 3 to 5 bytes a token with the usual tokenizers: an estimate must not be too low."""


@dataclass(frozen=True)
class Image:
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True)
class Turn:
    role: Literal["user", "assistant"]
    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True)
class Call:
    """``schema``: a JSON schema that the reply's text must be JSON of. ``max_tokens``: of the reply. ``seconds``: for everything, with
    waiting and fall-over. ``tenant`` shares cached replies with nobody else; ``project_id`` and ``job_id`` pay. ``fresh``: not a reply
    that was given before. ``prefer``: the profile to be asked first, where it can be. ``reuse``: what is asked will be asked again soon,
    with more behind it: worth what a provider charges for keeping it, where that has to be asked for."""

    task: Task
    turns: tuple[Turn, ...]
    instructions: str = ""
    schema: Mapping[str, Any] | None = None
    max_tokens: int = 4_096
    seconds: float = 120.0
    temperature: float | None = None
    tenant: str = "local"
    project_id: str = ""
    job_id: str = ""
    fresh: bool = False
    prefer: str = ""
    reuse: bool = False

    @property
    def needs_vision(self) -> bool:
        return any(turn.images for turn in self.turns)

    def input_estimate(self) -> int:
        """Tokens that it will take to ask; rather too many than too few."""
        texts = (self.instructions, json.dumps(self.schema) if self.schema else "", *(turn.text for turn in self.turns))
        images = sum(len(turn.images) for turn in self.turns)
        return sum(map(estimate_tokens, texts)) + 8 * len(self.turns) + IMAGE_TOKENS * images

    def digest(self, model: str) -> str:
        """The same for calls that mean the same to the same model, of one tenant. 64 hexadecimal digits."""
        turns = [
            (turn.role, turn.text, [(image.media_type, hashlib.sha256(image.data).hexdigest()) for image in turn.images])
            for turn in self.turns
        ]
        said = [self.tenant, model, self.instructions, turns, self.schema, self.max_tokens, self.temperature]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def unfenced(text: str) -> str:
    """JSON without the Markdown fence that models like to put around it."""
    match = re.fullmatch(r"\s*```(?:json)?\s*\n(.*?)\n\s*```\s*", text, re.DOTALL)
    return match[1] if match else text


def estimate_tokens(text: str) -> int:
    return -(-len(text.encode(errors="replace")) // BYTES_PER_TOKEN)


@dataclass(frozen=True)
class Usage:
    """Tokens as the provider reported them. ``input`` includes ``cached`` and ``cache_written``; ``output`` includes ``reasoning``."""

    input: int = 0
    output: int = 0
    cached: int = 0
    cache_written: int = 0
    reasoning: int = 0

    @property
    def total(self) -> int:
        return self.input + self.output

    def __add__(self, other: "Usage") -> "Usage":
        mine, theirs = asdict(self), asdict(other)
        return Usage(**{name: mine[name] + theirs[name] for name in mine})

    @property
    def plausible(self) -> bool:
        """Whether the parts fit into their wholes; a provider that says otherwise is not believed."""
        counts = (self.input, self.output, self.cached, self.cache_written, self.reasoning)
        return min(counts) >= 0 and self.cached + self.cache_written <= self.input and self.reasoning <= self.output


@dataclass(frozen=True)
class Reply:
    """One whole reply. ``usage`` and ``cost`` (US dollars; None: no price is known) are of this reply alone, not of attempts that failed.
    ``restarts``: how often it was begun anew. ``seconds``: of the call, with waiting."""

    text: str
    profile: str
    model: str
    usage: Usage
    cost: Decimal | None
    seconds: float
    restarts: int = 0
    cached: bool = False


@dataclass(frozen=True)
class Waiting:
    """All of a model's places are taken; ``place`` 1 is next."""

    profile: str
    place: int


@dataclass(frozen=True)
class Asking:
    """It is the model's turn: ``least`` tokens to ask, ``most`` with the longest reply; what that costs, where a price is known."""

    profile: str
    model: str
    least: int
    most: int
    least_cost: Decimal | None
    most_cost: Decimal | None


@dataclass(frozen=True)
class Delta:
    """``text`` belongs at ``offset``, in characters, of the reply."""

    offset: int
    text: str


@dataclass(frozen=True)
class Restarted:
    """Drop what was told of the reply: it begins again at offset 0."""

    profile: str
    reason: str


@dataclass(frozen=True)
class NearingBudget:
    """More than the soft cap is spent, in this ``scope`` (``job`` or ``project``)."""

    scope: str


@dataclass(frozen=True)
class Finished:
    reply: Reply


Progress = Waiting | Asking | Delta | Restarted | NearingBudget
Tell = Callable[[Progress], None]


def tell_nobody(_: Progress) -> None:
    return None

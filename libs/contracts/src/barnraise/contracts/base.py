"""The base of every message: frozen, strict, tagged with its name and version."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Self, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
"""An identifier that is safe as a subject token, a path part and (without underscores) a host label."""

Oid = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
"""A git object id."""

Timestamp = AwareDatetime


class Contract(BaseModel):
    """A value that crosses a process border: unknown keys are refused, instances never change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def decode(cls, data: bytes | str) -> Self:
        """What another process has written, perhaps with a newer version: what that knows besides is left out. ValidationError."""
        return cls.model_validate_json(data, extra="ignore")


class Message(Contract):
    """A command, event or request. Subclasses define ``type``, a Literal such as ``"plan.made.v1"``.

    ``id`` is the message's identity for deduplication: deterministic where the message is a consequence of
    another one (``<job>:<step>:<round>``), random where it comes from outside.
    """

    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    project_id: Id
    at: datetime = Field(description="When it was said, with a time zone.")

    owner: ClassVar[str]

    @classmethod
    def tag(cls) -> str:
        """The Literal value of ``type``: the message's name and version."""
        return str(get_args(cls.model_fields["type"].annotation)[0])

    def encode(self) -> bytes:
        """The message as UTF-8 JSON."""
        return self.model_dump_json().encode()

    @classmethod
    def schema_document(cls) -> dict[str, Any]:
        """The JSON Schema of this message, as committed under ``schemas/``."""
        return cls.model_json_schema(mode="validation")

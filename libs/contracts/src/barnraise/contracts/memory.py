"""What a project is remembered to want, and what was said in it: shown to whoever works on it."""

from typing import Annotated, Literal

from pydantic import Field

from barnraise.contracts.base import Contract, Id, Timestamp

Text = Annotated[str, Field(min_length=1, max_length=500)]
Texts = Annotated[tuple[Annotated[str, Field(max_length=1000)], ...], Field(max_length=50)]
MOST_REMEMBERED = 200


class Memory(Contract):
    """One thing that a project remembers. A ``wish`` stands until it is taken back ("always British spelling"); a ``decision`` is what was
    done to the code on somebody's wish, and so why the code is as it is."""

    id: Id
    kind: Literal["wish", "decision"]
    text: Text
    at: Timestamp
    job_id: Id | None = None


class Exchange(Contract):
    """A message of the user, and what came of it."""

    said: Annotated[str, Field(max_length=2000)]
    answered: Annotated[str, Field(max_length=2000)]


Remembered = Annotated[tuple[Memory, ...], Field(max_length=MOST_REMEMBERED)]
Exchanges = Annotated[tuple[Exchange, ...], Field(max_length=50)]

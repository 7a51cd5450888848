"""Exact versions with hashes of their files: what a derived layer is made of, and its name."""

import hashlib
from typing import Annotated

from pydantic import Field, StringConstraints

from barnraise.contracts.base import Contract
from barnraise.sandbox.domain.needs import Needs

FORMAT = 1
_MODULE = r"node_modules/(@[\w.~-]+/)?[\w~-][\w.~-]*"
Hash = Annotated[str, StringConstraints(pattern=r"^sha(256|384|512):[0-9a-f]{64,128}$")]
Version = Annotated[str, StringConstraints(pattern=r"^\w[\w.+!-]{0,99}$")]


class PythonPin(Contract):
    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$")]
    version: Version
    hashes: tuple[Hash, ...] = Field(min_length=1, max_length=1000)


class NodePin(Contract):
    """``path`` is where it lies; ``integrity`` as npm has it (subresource integrity, SHA-512)."""

    path: Annotated[str, StringConstraints(pattern=rf"^{_MODULE}(/{_MODULE})*$", max_length=1000)]
    name: Annotated[str, StringConstraints(pattern=r"^(@[\w.~-]+/)?[\w~-][\w.~-]*$", max_length=214)]
    version: Version
    integrity: Annotated[str, StringConstraints(pattern=r"^sha512-[A-Za-z0-9+/]{86}==$")]


class Lock(Contract):
    """What a layer has beyond the base layer, in order."""

    python: tuple[PythonPin, ...] = Field(max_length=200)
    node: tuple[NodePin, ...] = Field(max_length=1000)

    def key(self, base: str) -> str:
        """The name of the layer that this makes upon the base layer of that name."""
        return _digest(f"{FORMAT}\0{base}\0{self.model_dump_json()}")

    def words(self) -> str:
        pins = [f"{pin.name} {pin.version}" for pin in (*self.python, *self.node)]
        return ", ".join(pins[:20]) + (f" and {len(pins) - 20} more" if len(pins) > 20 else "")


def needs_key(needs: Needs, base: str, indexes: str) -> str:
    """Of what is asked for, upon a base layer and of the indexes."""
    return _digest(repr((FORMAT, base, indexes, needs.python, needs.node, needs.hashes)))


def narrowed(lock: Lock, needs: Needs) -> Lock | None:
    """With the hashes alone that the project takes; None when it takes none of those that the index has."""
    taken = dict(needs.hashes)
    python = []
    for pin in lock.python:
        hashes = tuple(one for one in pin.hashes if pin.name not in taken or one in taken[pin.name])
        if not hashes:
            return None
        python.append(pin.model_copy(update={"hashes": hashes}))
    return lock.model_copy(update={"python": tuple(python)})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]

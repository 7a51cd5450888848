"""git's pkt-lines, as far as a push needs them (gitprotocol-pack)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from barnraise.gateway.domain.refusals import Refusal

FLUSH = b"0000"
NOTHING = "0" * 40
_COMMAND = re.compile(r"^([0-9a-f]{40}) ([0-9a-f]{40}) (refs/[^\0]{1,200})$")
_ABLE = b"report-status delete-refs ofs-delta object-format=sha1 agent=barnraise"


@dataclass(frozen=True)
class RefUpdate:
    """What a push wants of one ref; ``old`` or ``new`` are ``NOTHING`` for a ref that is made or deleted."""

    old: str
    new: str
    ref: str

    @property
    def brings(self) -> bool:
        """Whether it may bring commits."""
        return self.new != NOTHING and self.ref.startswith("refs/heads/")


def line(text: str) -> bytes:
    data = text.encode() + b"\n"
    return b"%04x%b" % (len(data) + 4, data)


def advertisement(refs: Iterable[tuple[str, str]]) -> bytes:
    """What a server says before a push: its refs, and what it can do behind the first of them."""
    listed = [f"{oid} {_full_name(name)}" for name, oid in refs] or [f"{NOTHING} capabilities^{{}}"]
    first = line(f"{listed[0]}\0{_ABLE.decode()}")
    return line("# service=git-receive-pack") + FLUSH + first + b"".join(map(line, listed[1:])) + FLUSH


def _full_name(name: str) -> str:
    return f"refs/{name}" if name.startswith("tags/") else f"refs/heads/{name}"


def short_name(ref: str) -> str | None:
    """``refs/heads/idea`` -> ``idea``, ``refs/tags/v1`` -> ``tags/v1``; None for what is neither."""
    if ref.startswith("refs/heads/"):
        return ref.removeprefix("refs/heads/")
    return ref.removeprefix("refs/") if ref.startswith("refs/tags/") else None


def has_objects(pack: bytes) -> bool:
    """git sends a pack of nothing when what is pushed is there already."""
    return int.from_bytes(pack[8:12], "big") > 0 if pack[:4] == b"PACK" else bool(pack)


def read_push(body: bytes) -> tuple[list[RefUpdate], bytes]:
    """The wanted updates and the pack behind them. Raises Refusal ``invalid_request``."""
    updates, at = [], 0
    while True:
        try:
            size = int(body[at : at + 4], 16)
        except ValueError as error:
            raise _nonsense() from error
        if size == 0:
            return updates, body[at + 4 :]
        if size < 5 or at + size > len(body):
            raise _nonsense()
        updates.append(_update(body[at + 4 : at + size]))
        at += size


def report(results: Iterable[tuple[str, str | None]], *, unpacked: str = "ok") -> bytes:
    """How each ref fared: None for well, else why not."""
    lines = [line(f"ok {ref}" if why is None else f"ng {ref} {_one_line(why)}") for ref, why in results]
    return line(f"unpack {_one_line(unpacked)}") + b"".join(lines) + FLUSH


def _update(data: bytes) -> RefUpdate:
    command, _, _ = data.partition(b"\0")
    match = _COMMAND.match(command.decode("utf-8", "replace").rstrip("\n"))
    if match is None:
        raise _nonsense()
    return RefUpdate(match[1], match[2], match[3])


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


def _nonsense() -> Refusal:
    return Refusal("invalid_request", "This is no push as git makes it.", "Push with git.", status=400)

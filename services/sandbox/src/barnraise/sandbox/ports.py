"""What the service needs from outside, in its own words."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.outcome import Transaction
from barnraise.contracts.events import Event
from barnraise.contracts.requests import OrderPreview, PreviewState
from barnraise.sandbox.domain.attacks import Attack, Evidence
from barnraise.sandbox.domain.limits import Capability, Chunk, Exit, Limits, Profile, Stop, Usage
from barnraise.sandbox.domain.locks import Lock
from barnraise.sandbox.domain.previews import Asking, Record, Wanted


class SandboxUnavailable(BarnraiseError):  # noqa: N818 - the name of a state
    """Nothing can run safely here."""

    def __init__(self, reason: str, fix: str) -> None:
        super().__init__("sandbox_unavailable", reason, fix)


class Infrastructure(BarnraiseError):  # noqa: N818 - the name of a verdict
    """The platform failed, not the code that was to run."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            "internal", detail, "It is tried again by itself; if it stays so, look into the sandbox service's log.", retryable=True
        )


class Killed(Infrastructure):
    """Somebody else has ended a sandbox before it began."""


class Starved(Infrastructure):
    """The machine was too busy for a run to have its time, in seconds."""

    def __init__(self, waited: float, had: float) -> None:
        BarnraiseError.__init__(
            self, "step_timed_out", f"The machine was too busy: in {waited:.0f} s a run had {had:.0f} s for its work, and had not ended.",
            "It is tried again by itself; if it stays so, give the machine less to do at once.", retryable=True,
        )  # fmt: skip


class TooManyPreviews(BarnraiseError):  # noqa: N818 - the name of a state
    """As many run as may, and somebody is looking at each."""

    def __init__(self, room: int) -> None:
        super().__init__(
            "too_many_previews",
            f"{room} {'preview runs' if room == 1 else 'previews run'} here at once, and somebody is looking at each.",
            "Close or stop one of them, then start this one; or raise BARNRAISE_SANDBOX_PREVIEWS.",
        )


@dataclass(frozen=True)
class Spec:
    """``data`` is a folder of the host that the sandbox may write and that outlives it; with ``listens`` the sandbox gets an endpoint.
    ``more`` is one that it sees read-only beside the base layer: a derived layer or, for building one, the installers."""

    profile: Profile
    limits: Limits
    data: Path | None = None
    listens: bool = False
    more: Path | None = None


class Box(Protocol):
    """One sandbox, used once. It runs the profile's program, which is part of the platform, waits for files on its control channel,
    and from then on is to be believed in nothing."""

    id: str
    user: int | None
    """The host's number for the sandbox's user, where it has one of its own."""
    endpoint: Path | None
    """A listening Unix socket in a folder that the sandbox cannot touch; connections wait until the application answers."""

    async def send(self, message: Mapping[str, Any]) -> None:
        """Say something to the program; Infrastructure when it is gone."""
        ...

    async def receive(self, *, at_most: int = 6 << 20) -> Mapping[str, Any] | None:
        """What the program says next; None when it has ended or said what is no message (a JSON object of at most that many bytes)."""
        ...

    def output(self) -> AsyncIterator[Chunk]:
        """Everything that it prints, until it ends. Must be read, by one reader, for the sandbox to go on."""
        ...

    def gone(self) -> bool:
        """Whether it has ended."""
        ...

    async def ended(self) -> Exit:
        """How it ended; waits. Infrastructure when it has never begun."""
        ...

    async def usage(self) -> Usage:
        """What it takes now; nothing is known of one that has ended."""
        ...

    async def kill(self, why: Stop = "killed") -> None:
        """End it with all its processes and wait until nothing is left. Safe to repeat."""
        ...


class Driver(Protocol):
    """The narrow port behind which sandboxes differ."""

    async def probe(self) -> Capability:
        """Run children that must hit each limit; SandboxUnavailable when none may run here."""
        ...

    async def start(self, spec: Spec) -> Box:
        """A new sandbox; Infrastructure when it cannot be started now."""
        ...

    async def sweep(self) -> int:
        """Remove what a service that died has left; how many things there were."""
        ...

    async def entrust(self, box: Box, data: Path) -> None:
        """Make everything in the box's data folder its own, after something was put there."""
        ...

    async def discard(self, data: Path) -> None:
        """Remove a data folder, whatever a sandbox has put there."""
        ...

    async def close(self) -> None:
        """End every sandbox."""
        ...


class Used(Protocol):
    """The names of drivers that may have left something."""

    def names(self) -> list[str]: ...

    def keep(self, names: Iterable[str]) -> None: ...


class Code(Protocol):
    async def files(self, project_id: str, commit: str) -> Mapping[str, bytes]:
        """path -> content of every file of the commit."""
        ...


class Documents(Protocol):
    async def get(self, key: str) -> bytes:
        """A stored document; KeyError when it is not there."""
        ...

    async def put(self, key: str, data: bytes) -> None: ...
    async def delete(self, key: str) -> None: ...


class Artefacts(Protocol):
    """What the newest run of each project has left."""

    async def keep(self, project_id: str, contents: Mapping[str, bytes]) -> None:
        """These, by their digests, beside those of the last report; what is older than both goes."""
        ...

    async def reported(self, transaction: Transaction, project_id: str, digests: Collection[str]) -> None:
        """With the transaction, a report speaks of these: they are kept until another does."""
        ...

    async def forget(self, project_id: str) -> None:
        """Keep nothing."""
        ...


class UnfitError(Exception):
    """What a sandbox has built may not become a layer; the text is for a person."""


@dataclass(frozen=True)
class Draft:
    """A layer that is being made. ``content`` is what a sandbox fills, with ``site`` and ``node_modules``."""

    path: Path
    content: Path


class Layers(Protocol):
    """The derived layers of this machine, which other processes may make and use as well."""

    def find(self, key: str) -> Path | None:
        """The layer, which counts as used now."""
        ...

    def locked(self, needs: str) -> Lock | None:
        """What such needs have led to before."""
        ...

    def note(self, needs: str, lock: Lock) -> None:
        """Keep what such needs lead to."""
        ...

    def draft(self, key: str) -> AbstractAsyncContextManager[Draft]:
        """The one place where this layer is made, empty; waits for whoever makes it."""
        ...

    def weight(self, draft: Draft) -> str:
        """Why it is too large; nothing while it is not. Blocks."""
        ...

    def keep(self, draft: Draft, key: str) -> Path:
        """Make it the layer. UnfitError when it may not be one. Blocks."""
        ...

    def sweep(self) -> int:
        """Remove what is left over or unused; how many there were. Blocks."""
        ...


class Bundles(Protocol):
    """The page's packages of the base layer, bundled for its server."""

    def missing(self) -> bool: ...

    def keep(self, folder: Path) -> None:
        """Make the files of the folder the bundles that sandboxes see. OSError when they cannot be. Blocks."""
        ...


class Gate(Protocol):
    """``trouble``: why the last answer was refused, if one was."""

    trouble: str


class Indexes(Protocol):
    """The configured package indexes."""

    def missing(self, *, python: bool, node: bool) -> list[str]:
        """Those of the wanted languages that have none."""
        ...

    def identity(self) -> str:
        """Which they are."""
        ...

    def serve(self, endpoint: Path, allowance: tuple[int, int], names: Collection[str] | None) -> AbstractAsyncContextManager[Gate]:
        """Answer a sandbox that asks on its endpoint: at most so many bytes and requests, and only for the named packages."""
        ...


class Room(NamedTuple):
    """What a disk has left: ``bytes``, and ``names``, of which each counts for as many bytes as a project's names do."""

    bytes: float
    names: float


class Folders(Protocol):
    """Where the data of previews lies on the host."""

    def of(self, project_id: str) -> Path | None:
        """The project's folder, if it has one."""
        ...

    def spare(self) -> Path:
        """A new, empty folder that no project has yet."""
        ...

    def movable(self, project_id: str) -> bool:
        """Whether ``adopt`` can bring what the project has stored into another folder."""
        ...

    def adopt(self, spare: Path, project_id: str) -> Path:
        """Make the spare folder the project's own, with all that the project has stored, also while a sandbox uses it. Whatever happens
        in the middle, nothing is lost."""
        ...

    def used(self, folder: Path, most: int) -> int:
        """Bytes in the folder; of more than ``most`` only that it is more. Blocks."""
        ...

    def removed(self, user: int) -> int:
        """Bytes of files that the user's processes have removed and still have open. Blocks."""
        ...

    def free(self) -> Room:
        """Of the disk on which they all lie."""
        ...

    def reserve(self) -> Room:
        """What is to stay free of it."""
        ...


class Previews(Protocol):
    """The records of previews."""

    async def claim(self, project_id: str, host: str) -> Record:
        """The project's record; made with that label if there is none."""
        ...

    async def of_project(self, project_id: str) -> Record | None: ...

    async def of_host(self, host: str) -> Record | None: ...

    async def set(self, project_id: str, wanted: Wanted | None = None, commit: str | None = None) -> None:
        """Keep what is given."""
        ...

    async def newest(self, project_id: str, asking: Asking) -> bool:
        """Note the asking; False, and nothing, when one is noted that came later by its place and by its time."""
        ...

    async def drop(self, project_id: str) -> None: ...


class PeerGone(Exception):  # noqa: N818 - the name of a state
    """The replica is not there any more."""


class Replicas(Protocol):
    """Who of this service lives, and who has which preview."""

    async def beat(self, me: str, room: int, running: Collection[str]) -> list[str]:
        """Say that this replica lives, has so much room, and runs the previews of these projects; those of them that are another's now."""
        ...

    async def lives(self, replica: str) -> bool:
        """Whether it has said so lately."""
        ...

    async def leave(self, me: str) -> None:
        """Say that it lives no longer."""
        ...

    async def place(self, project_id: str, me: str, gone: Collection[str]) -> str:
        """Give the preview an owner among the living without those that are gone, and a place there; who that is."""
        ...


class Peers(Protocol):
    """The other replicas."""

    async def ask(self, replica: str, order: OrderPreview) -> PreviewState:
        """Have it carried out there, however long that takes; what BarnraiseError it ran into. PeerGone when nobody is there."""
        ...


class Visitor(Protocol):
    async def get(self, endpoint: Path, path: str, host: str) -> int | None:
        """The status of a GET through the endpoint; None when there was no answer in time."""
        ...


class Announcer(Protocol):
    async def publish(self, message: Event) -> None: ...


@dataclass(frozen=True)
class Scene:
    """One attack, set up: what its program and its neighbour's are told, and the data folders that they get."""

    attack: Attack
    orders: Mapping[str, Any]
    neighbour: Mapping[str, Any]
    data: Path | None = None
    other_data: Path | None = None


class Witness(Protocol):
    """Canaries on the host, and what happens to them."""

    def lacks(self, attack: Attack) -> str:
        """Why the attack cannot be judged here; nothing when it can."""
        ...

    def arm(self, attack: Attack) -> Scene:
        """Set the canaries up anew, with marks and secrets that nobody has seen."""
        ...

    def look(self, scene: Scene) -> None:
        """See what the attack's processes do and have now."""
        ...

    def knock(self, scene: Scene, endpoint: Path) -> None:
        """Connect to an endpoint as the gateway does, and bring the mark."""
        ...

    def judge(self, scene: Scene, heard: bytes) -> Mapping[Evidence, str]:
        """What shows that the attack succeeded. ``heard`` is everything that came out of the sandbox."""
        ...

    def clean(self, scene: Scene) -> None:
        """Put right what an attack that succeeded has changed."""
        ...

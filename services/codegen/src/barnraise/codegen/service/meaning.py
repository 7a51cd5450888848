"""Which texts are near to a question by their meaning. Where that cannot be told, nobody fails and nobody waits long: words are left."""

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import chain, islice, zip_longest

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.logs import get_logger
from barnraise.codegen.domain.fusion import Closeness
from barnraise.codegen.domain.showing import LEXICAL, Reading, things
from barnraise.codegen.ports import Author, Embedder, Meaning, ProjectDropped, Vectors
from barnraise.contracts.commands import DesignManifest, EditCode

PATIENCE = 3.0
"""Seconds that a job waits for what is new: of each thing the first piece comes first, and one of each is enough."""
SOON = 48
"""Things that can be read in that time. For more nobody waits: they are read while the model writes, and are there for the next request."""
MOST = 2000
"""Pieces of a project; of what has more, each thing's first ones count."""
_BATCH = 16


async def closeness(meaning: Meaning | None, author: Author, command: EditCode | DesignManifest, task: str, seen: Reading) -> Closeness:
    """Of the project's files, decisions and exchanges. Nothing is computed where no model is set up that could be shown them."""
    if meaning is None or not (await author.room(command.project_id, "code", 1)).context:
        return LEXICAL
    found = await asyncio.to_thread(things, seen, command.memory, command.conversation)
    return await meaning.closeness(command.project_id, task, found)


class Meanings:
    """Vectors are made once for each text, in a thread, and kept; at one time for one project once. ``aclose`` ends what is being made."""

    def __init__(self, embedder: Embedder | None, vectors: Vectors, patience: float = PATIENCE) -> None:
        self._embedder = embedder
        self._vectors = vectors
        self._patience = patience
        self._making: dict[str, asyncio.Task[None]] = {}
        self._turn = asyncio.Lock()
        self._project = asyncio.Lock()

    async def closeness(self, project_id: str, question: str, things: Mapping[tuple[str, str], Sequence[str]]) -> Closeness:
        """See ``Meaning``."""
        if self._embedder is None:
            return Closeness({}, "Its weights are not installed, or it is switched off.")
        if not things:
            return Closeness({}, "There is nothing to compare.")
        try:
            return await self._closeness(self._embedder, project_id, question, things)
        except BarnraiseError as error:
            return Closeness({}, error.problem.detail)
        except Exception as error:  # whatever it is, the job goes on with words alone
            get_logger().warning("texts cannot be compared by meaning", project_id=project_id, error=repr(error))
            return Closeness({}, f"It failed: {type(error).__name__}.")

    async def aclose(self) -> None:
        making = list(self._making.values())
        for task in making:
            task.cancel()
        await asyncio.gather(*making, return_exceptions=True)

    async def _closeness(
        self, embedder: Embedder, project_id: str, question: str, things: Mapping[tuple[str, str], Sequence[str]]
    ) -> Closeness:
        await self._vectors.ready()
        texts = {_digest(text): text for text in islice(_firsts(list(things.values())), MOST)}
        async with self._turn:
            (asked,) = await asyncio.to_thread(embedder, [question])
        digests = {thing: [digest for digest in map(_digest, pieces) if digest in texts] for thing, pieces in things.items()}
        near = await self._vectors.near(project_id, embedder.name, asked, list(texts))
        if len(near) < len(texts):
            making = self._begun(embedder, project_id, {digest: text for digest, text in texts.items() if digest not in near})
            if _unread(digests, near) <= SOON:
                done, _ = await asyncio.wait({making}, timeout=self._patience)
                for task in done:
                    task.result()
                near = await self._vectors.near(project_id, embedder.name, asked, list(texts))
        if unread := _unread(digests, near):  # what is not read yet would look as if it meant nothing
            return Closeness({}, f"{unread} of {len(things)} have not been read yet; next time they are.")
        return Closeness({thing: max(near[digest] for digest in of_it if digest in near) for thing, of_it in digests.items() if of_it})

    def _begun(self, embedder: Embedder, project_id: str, texts: Mapping[bytes, str]) -> asyncio.Task[None]:
        """What makes vectors for the project, of these unless it is at others."""
        making = self._making.get(project_id)
        if making is None:
            making = self._making[project_id] = asyncio.create_task(self._make(embedder, project_id, texts))
            making.add_done_callback(lambda made: self._made(project_id, made))
        return making

    def _made(self, project_id: str, making: asyncio.Task[None]) -> None:
        del self._making[project_id]
        if not making.cancelled() and (error := making.exception()):
            get_logger().warning("texts could not be embedded", project_id=project_id, error=repr(error))

    async def _make(self, embedder: Embedder, project_id: str, texts: Mapping[bytes, str]) -> None:
        """One project after the other: so a question waits for one batch at most, however many projects are new."""
        ordered = list(texts.items())
        async with self._project:
            for part in (ordered[start : start + _BATCH] for start in range(0, len(ordered), _BATCH)):
                async with self._turn:
                    made = await asyncio.to_thread(embedder, [text for _, text in part])
                try:
                    await self._vectors.keep(project_id, embedder.name, dict(zip((digest for digest, _ in part), made, strict=True)))
                except ProjectDropped:
                    return


def _unread(digests: Mapping[tuple[str, str], Sequence[bytes]], near: Mapping[bytes, float]) -> int:
    """Of how many things no piece is known."""
    return sum(bool(of_it) and not any(digest in near for digest in of_it) for of_it in digests.values())


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()[:16]


def _firsts(things: Sequence[Sequence[str]]) -> chain[str]:
    """The first piece of each, then the second of each that has one, and so on."""
    return chain.from_iterable((piece for piece in row if piece is not None) for row in zip_longest(*things))

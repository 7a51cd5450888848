"""The board that replicas share: a key-value bucket of NATS, read from a copy that is kept up to date, written by compare-and-swap."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import KeyValueConfig
from nats.js.errors import KeyNotFoundError, KeyWrongLastSequenceError
from nats.js.kv import KeyValue
from pydantic import TypeAdapter, ValidationError

from barnraise.chassis.logs import get_logger
from barnraise.contracts.subjects import MODELS_BUCKET
from barnraise.models.boards import Change
from barnraise.models.health import Health

SECONDS = 3600.0  # what nobody has asked for an hour is as good as new
PAUSE = 0.5
REFRESH_SECONDS = 10.0
CLAIM_SECONDS = 1.0
_HEALTH = TypeAdapter(Health)
_OUTAGES = (NatsError, TimeoutError, OSError)


class KvBoard:
    """See ``Board``. While NATS is away, each replica goes on with what it knows and tells the others later."""

    def __init__(self, bucket: KeyValue, keys: Iterable[str]) -> None:
        self._bucket = bucket
        self._keys = frozenset(keys)
        self._stale = set(self._keys)
        self._hinted = asyncio.Event()
        self._known: dict[str, Health] = {}
        self._untold: dict[str, list[Change]] = defaultdict(list)
        self._telling = asyncio.Event()
        self._closed = False

    @classmethod
    @contextlib.asynccontextmanager
    async def open(
        cls, client: Client, keys: Iterable[str], refresh: float = REFRESH_SECONDS, replicas: int = 1
    ) -> AsyncIterator["KvBoard"]:
        """For these models to begin with, and all that are asked for. ``refresh``: how often to look for what was missed while NATS was
        away. ``replicas``: servers that keep it."""
        jetstream = client.jetstream(timeout=2)
        board = cls(await jetstream.create_key_value(KeyValueConfig(bucket=MODELS_BUCKET, history=1, ttl=SECONDS, replicas=replicas)), keys)
        hints = await client.subscribe(f"$KV.{MODELS_BUCKET}.*", cb=board._hint)
        await board._refresh()
        tasks = [asyncio.create_task(board._always(board._tell)), asyncio.create_task(board._listen(refresh))]
        try:
            yield board
        finally:
            # A request to NATS that is cancelled in the instant of its answer swallows that: whoever does not hear it reads the flag.
            board._closed = True
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with contextlib.suppress(*_OUTAGES):
                await hints.unsubscribe()

    def read(self, key: str) -> Health:
        """Of a model that was set up since, what others know of it is asked for at once, and known a moment later."""
        if key not in self._known and key not in self._stale:
            self._stale.add(key)
            self._hinted.set()
        return self._known.get(key, Health())

    def record(self, key: str, change: Change) -> None:
        before = self.read(key)
        after = change(before)
        if after == before:
            return
        self._known[key] = after
        self._untold[key].append(change)
        self._telling.set()

    async def claim_trial(self, key: str, now: float) -> bool:
        try:
            async with asyncio.timeout(CLAIM_SECONDS):
                health, revision = await self._fetch(key)
                if health.state(now) != "half_open":
                    self._known[key] = health
                    return False
                self._known[key] = await self._swap(key, health.begin_trial(now), revision)
                return True
        except KeyWrongLastSequenceError:
            return False  # another replica was quicker
        except _OUTAGES:
            if self.read(key).state(now) != "half_open":
                return False
            self._known[key] = self.read(key).begin_trial(now)
            return True

    async def _always(self, work: Any) -> None:
        while not self._closed:
            try:
                await work()
            except _OUTAGES as outage:
                get_logger().info("the board of models' health is out of reach", error=repr(outage))
                await asyncio.sleep(PAUSE)

    async def _hint(self, message: Msg) -> None:
        """Somebody has written, or tried to: only the bucket itself says what it holds."""
        self._stale.add(message.subject.rsplit(".", 1)[-1])
        self._hinted.set()

    async def _listen(self, refresh: float) -> None:
        while not self._closed:
            try:
                async with asyncio.timeout(refresh):
                    await self._hinted.wait()
            except TimeoutError:
                self._stale |= self._keys | self._known.keys()
            self._hinted.clear()
            with contextlib.suppress(*_OUTAGES):
                await self._refresh()

    async def _refresh(self) -> None:
        while self._stale:
            key = next(iter(self._stale))
            health, _ = await self._fetch(key)
            self._stale.discard(key)
            self._learn(key, health)

    def _learn(self, key: str, health: Health) -> None:
        """What another replica says, with what we have not told yet on top."""
        for change in self._untold[key]:
            health = change(health)
        self._known[key] = health

    async def _tell(self) -> None:
        await self._telling.wait()
        self._telling.clear()
        for key in [key for key, changes in self._untold.items() if changes]:
            try:
                await self._tell_of(key)
            except BaseException:
                self._telling.set()
                raise

    async def _tell_of(self, key: str) -> None:
        while changes := tuple(self._untold[key]):
            health, revision = await self._fetch(key)
            for change in changes:
                health = change(health)
            with contextlib.suppress(KeyWrongLastSequenceError):
                await self._swap(key, health, revision)
                del self._untold[key][: len(changes)]
                self._learn(key, health)

    async def _fetch(self, key: str) -> tuple[Health, int]:
        try:
            entry = await self._bucket.get(key)
        except KeyNotFoundError:
            return Health(), 0
        return _parse(entry.value or b""), int(entry.revision or 0)

    async def _swap(self, key: str, health: Health, revision: int) -> Health:
        await self._bucket.update(key, _HEALTH.dump_json(health), last=revision)
        return health


def _parse(value: bytes) -> Health:
    try:
        return _HEALTH.validate_json(value)
    except ValidationError:
        return Health()  # of another version: measured anew

"""Several sandbox services on one data folder: the first has the previews, the others run tests, and one of them succeeds it."""

import asyncio
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from barnraise.contracts.commands import Command, DropPreview, ShowCommit, StopWork, TestCommit
from barnraise.contracts.requests import DescribeSandbox, ReadDocument, Request, ResolvePreview, StartPreview
from barnraise.sandbox import app, handlers
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.settings import Settings, beside


class Registrations:
    """A broker that only remembers what it was asked to bring."""

    def __init__(self) -> None:
        self.kinds: set[type[Command] | type[Request]] = set()

    def command(self, kind: type[Command], handler: Any, **options: Any) -> None:
        self.kinds.add(kind)

    def request(self, kind: type[Request], handler: Any) -> None:
        self.kinds.add(kind)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(app, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(app, "SUCCESSION_SECONDS", 0.01)
    return beside(tmp_path / "base", tmp_path / "data")


async def test_each_replica_has_a_folder_of_its_own_and_keeps_it(settings: Settings) -> None:
    async with AsyncExitStack() as first, AsyncExitStack() as third:
        assert (await app._place(settings, first))[0].data_dir == settings.data_dir
        async with AsyncExitStack() as second:
            assert (await app._place(settings, second))[0].data_dir == settings.data_dir / "replica-1"
            assert (await app._place(settings, third))[0].data_dir == settings.data_dir / "replica-2"
        async with AsyncExitStack() as again:
            assert (await app._place(settings, again))[0].data_dir == settings.data_dir / "replica-1"


async def test_a_replica_ends_to_take_the_previews_only_when_nobody_has_them(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[int] = []
    monkeypatch.setattr(signal, "raise_signal", raised.append)
    async with AsyncExitStack() as first:
        await app._place(settings, first)
        waiting = asyncio.create_task(app._succeed(Runtime(settings.data_dir)))
        await asyncio.sleep(app.SUCCESSION_SECONDS * app.SUCCESSION_LOOKS * 5)
        assert not waiting.done()
    async with asyncio.timeout(5):
        await waiting
    assert raised == [signal.SIGTERM]


@pytest.mark.parametrize("previews", [True, False])
def test_only_who_has_the_previews_is_asked_for_them(previews: bool) -> None:
    broker = Registrations()
    handlers.register(broker, None, 2, previews=previews)  # ty: ignore[invalid-argument-type]
    assert {TestCommit, StopWork, ReadDocument, DescribeSandbox} <= broker.kinds
    for kind in (ShowCommit, DropPreview, StartPreview, ResolvePreview):
        assert (kind in broker.kinds) == previews

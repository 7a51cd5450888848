"""The validator's composition root."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from barnraise.chassis import clock
from barnraise.chassis.service import Context, Service
from barnraise.validator import handlers
from barnraise.validator.adapters.checkouts import GitCheckouts
from barnraise.validator.adapters.process import Limits
from barnraise.validator.adapters.toolbox import toolbox
from barnraise.validator.service import Validator
from barnraise.validator.settings import Settings
from barnraise.vfs import Vfs


def build(settings: Settings | None = None) -> Service:
    settings = settings or Settings()

    @asynccontextmanager
    async def setup(context: Context) -> AsyncIterator[None]:
        vfs = Vfs(context.database, context.objects, settings.cache_dir)
        checkouts = GitCheckouts(vfs, settings.cache_dir / "checks")
        limits = Limits(settings.tool_seconds, settings.tool_memory, settings.tool_output)
        tools = toolbox(settings.base_dir, settings.cache_dir / "tools", limits)
        handlers.register(context.broker, Validator(checkouts, tools, clock.now, settings.tools_at_once))
        yield

    return Service("validator", settings, migrations=None, setup=setup)

"""The validator's composition root."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, closing

from barnraise.chassis import clock
from barnraise.chassis.service import Context, Service
from barnraise.validator import handlers
from barnraise.validator.adapters.checkouts import GitCheckouts
from barnraise.validator.adapters.fork_server import ForkServer
from barnraise.validator.adapters.own_folder import own_folder
from barnraise.validator.adapters.process import Limits
from barnraise.validator.adapters.programs import program_of
from barnraise.validator.adapters.toolbox import CALLS, Servers, toolbox
from barnraise.validator.adapters.tsc_servers import TscServers
from barnraise.validator.adapters.ty_servers import TyServers
from barnraise.validator.service import Validator
from barnraise.validator.settings import Settings
from barnraise.vfs import Vfs


def build(settings: Settings | None = None) -> Service:
    settings = settings or Settings()

    @asynccontextmanager
    async def setup(context: Context) -> AsyncIterator[None]:
        vfs = Vfs(context.database, context.objects, settings.cache_dir)
        limits = Limits(settings.tool_seconds, settings.tool_memory, settings.tool_output)
        with own_folder(settings.cache_dir / "checkouts") as own, closing(ForkServer(CALLS)) as server:
            server.start()
            checkouts = GitCheckouts(vfs, own / "trees", settings.cache_dir / "kept")
            context.broker.hourly(vfs.tidy)
            context.broker.hourly(checkouts.tidy)
            async with (
                aclosing(checkouts),
                aclosing(TyServers(program_of("ty"), own / "ty", limits, settings.language_servers)) as ty,
                aclosing(TscServers(own / "tsc", limits, settings.language_servers)) as tsc,
            ):
                tools = toolbox(settings.base_dir, own / "tools", limits, server, settings.advisories, Servers(ty, tsc))
                handlers.register(context.broker, Validator(checkouts, tools, clock.now, settings.tools_at_once))
                yield

    return Service("validator", settings, migrations=None, setup=setup)

"""The gateway's composition root."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from starlette.types import ASGIApp

from barnraise.chassis.errors import BarnraiseError
from barnraise.chassis.health import health_app
from barnraise.chassis.ledger import MARK_DAYS
from barnraise.chassis.local.child import free_port
from barnraise.chassis.logs import get_logger
from barnraise.chassis.metrics import Metrics
from barnraise.chassis.objects import ObjectStore
from barnraise.chassis.service import Context, Service
from barnraise.contracts.requests import GetPreview, PreviewState, ResolvePreview
from barnraise.gateway.adapters.bus import BrokerBus
from barnraise.gateway.adapters.event_log import JetStreamLog
from barnraise.gateway.adapters.git import Git
from barnraise.gateway.adapters.meters import PrometheusMeters
from barnraise.gateway.adapters.postgres import PostgresRecords
from barnraise.gateway.adapters.repositories import VfsCode
from barnraise.gateway.adapters.shares import MemoryShares, PostgresShares
from barnraise.gateway.adapters.tap import Tap, glancing
from barnraise.gateway.adapters.upstreams import UnixUpstreams
from barnraise.gateway.domain.pace import Pace
from barnraise.gateway.domain.sites import Site
from barnraise.gateway.handlers import (
    api,
    bus,
    code,
    copies,
    entry,
    events,
    experiments,
    git,
    jobs,
    memory,
    previews,
    projects,
    proposals,
    refs,
    reports,
    setup,
    shares,
)
from barnraise.gateway.handlers.artefacts import ArtefactHosts
from barnraise.gateway.handlers.door import FrontDoor, Meters
from barnraise.gateway.handlers.proxy import PreviewProxy
from barnraise.gateway.handlers.sinks import RawProtocol
from barnraise.gateway.handlers.troubles import TroubleDesk
from barnraise.gateway.handlers.web import WebApp
from barnraise.gateway.ports import (
    Bus,
    Code,
    Credentials,
    EventLog,
    FanOutMeters,
    GitServer,
    JobMeters,
    Records,
    Shares,
    Uploads,
    Upstreams,
)
from barnraise.gateway.service.artefacts import Artefacts
from barnraise.gateway.service.code import Files
from barnraise.gateway.service.copies import Copies
from barnraise.gateway.service.documents import Documents
from barnraise.gateway.service.entry import Doorkeeper
from barnraise.gateway.service.experiments import Trials
from barnraise.gateway.service.fanout import Hub
from barnraise.gateway.service.jobs import Jobs
from barnraise.gateway.service.memory import Memories
from barnraise.gateway.service.naming import Names
from barnraise.gateway.service.once import Once
from barnraise.gateway.service.previews import Previews
from barnraise.gateway.service.projecting import Projector
from barnraise.gateway.service.projects import Projects
from barnraise.gateway.service.proposals import Proposals
from barnraise.gateway.service.pushes import Pushes
from barnraise.gateway.service.reports import Reports
from barnraise.gateway.service.setup import ModelsSetup
from barnraise.gateway.service.sharing import Sharing
from barnraise.gateway.service.troubles import Troubles
from barnraise.gateway.settings import Settings
from barnraise.vfs import Vfs

if TYPE_CHECKING:
    from barnraise.gateway.adapters.hostile.site import Platform
    from barnraise.gateway.domain.hostile import Finding

SWEEP_SECONDS = 10.0
UNHEARD_SECONDS = 30.0
ORPHAN_SECONDS = 90.0
"""So long it takes no reconciler to have a job taken up: it has told the planner of it at least twice."""
FORGET_SECONDS = 60.0  # what others still say of a project that was just deleted has been said by then
_DOCUMENT_SECONDS = 3600.0
"""Reading one takes less than a minute."""
HTTP_OPTIONS = {
    "ws": RawProtocol,
    "ws_per_message_deflate": False,
    "ws_max_size": 1 << 16,
    "proxy_headers": False,
    "server_header": False,
    "timeout_graceful_shutdown": 2,
}


@dataclass(frozen=True)
class Outside:
    """Everything that the gateway needs: real, or in memory."""

    records: Records
    credentials: Credentials
    shares: Shares
    bus: Bus
    log: EventLog
    code: Code
    git: GitServer
    upstreams: Upstreams
    uploads: Uploads
    fan_out: FanOutMeters
    meters: Meters
    job_meters: JobMeters


class Gateway:
    """The use cases, wired, and the ASGI application in front of them."""

    def __init__(self, settings: Settings, outside: Outside) -> None:
        self._settings = settings
        self._outside = outside
        self.version = version("barnraise-gateway")
        owner_only = settings.preview_access == "owner" or (
            settings.preview_access == "auto" and (settings.public_url or "").startswith("https:")
        )
        self.site = Site(
            settings.http_port, settings.preview_domain, settings.public_url, settings.allowed_hosts, settings.allowed_origins, owner_only
        )
        self.keeper = Doorkeeper(outside.credentials, settings.auth_token.get_secret_value(), self.site)
        self.hub = Hub(outside.log, outside.fan_out)
        self.projector = Projector(outside.records, outside.uploads, outside.job_meters)
        once = self.once = Once(outside.records, outside.bus)
        documents = Documents(outside.bus, outside.uploads)
        self.projects = Projects(outside.records, outside.bus, once, documents, self.site)
        self.jobs = Jobs(outside.records, outside.bus, once, documents, self.site)
        self.sharing = Sharing(outside.shares, self.projects, once, self.site)
        self.troubles = Troubles(outside.bus, outside.records)
        self.reports = Reports(outside.records, outside.bus, self.projects, outside.uploads, self.version)
        self.artefacts = Artefacts(self.reports, outside.shares, self.site)
        self.previews = Previews(outside.bus, outside.code, self.projects, once, self.site, self.sharing, self.troubles)

    def asgi(self, health: ASGIApp) -> FrontDoor:
        outside = self._outside
        names = Names(outside.code, outside.bus, self.once, self.projects)
        resources = [
            projects.router(self.projects),
            copies.router(Copies(self.projects, outside.code, outside.uploads)),
            jobs.router(self.jobs, self.projects),
            reports.router(self.reports, self.artefacts),
            code.router(Files(outside.code, outside.bus, self.projects)),
            refs.router(names, self.jobs),
            proposals.router(Proposals(outside.records, outside.code, outside.bus, self.projects, self.jobs), names, self.jobs),
            setup.router(ModelsSetup(outside.bus, self.projects)),
            experiments.router(Trials(outside.bus)),
            previews.router(self.previews),
            shares.router(self.sharing),
            memory.router(Memories(outside.bus, self.projects)),
            events.router(self.hub, self.projects, outside.fan_out),
            entry.links(self.keeper),
        ]
        application = api.build(
            self.version, resources, [entry.router(self.keeper), git.router(outside.git, self.projects, Pushes(outside.git, outside.bus))]
        )
        pace = Pace(self._settings.preview_requests)
        proxy = PreviewProxy(self.previews, self.sharing, TroubleDesk(self.troubles), outside.upstreams, self.keeper, self.site, pace)
        web = WebApp(self._settings.web_dir, self.site)
        return FrontDoor(application, web, health, proxy, ArtefactHosts(self.artefacts), self.keeper, self.site, outside.meters)

    async def sweep(self) -> None:
        """Until cancelled: tell the planner of jobs that it has not taken up, drop what is old, and what deleted projects have left."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                await self.jobs.republish(UNHEARD_SECONDS)
                await self._outside.records.prune()
                self._outside.job_meters.jobs(*await self._outside.records.active(ORPHAN_SECONDS))
                for project in await self._outside.records.lingering(FORGET_SECONDS):
                    await self._outside.log.forget(project)
                    await self._outside.records.forget(project)
                for project in await self._outside.records.bygone(MARK_DAYS):
                    await self._outside.log.forget(project)  # what somebody said of it later than anybody should
                    await self._outside.records.retire(project)
            except BarnraiseError as outage:
                get_logger().info("sweep postponed", reason=outage.problem.detail)
            except Exception:
                get_logger().exception("sweep failed")


def build(settings: Settings | None = None) -> Service:
    settings = settings or Settings()
    if settings.http_port == 0:
        # Links and previews' addresses name the port, so it has to be known before the first request.
        settings = settings.model_copy(update={"http_port": free_port()})
    running: dict[str, Gateway] = {}

    @asynccontextmanager
    async def opened(context: Context) -> AsyncIterator[None]:
        gateway = running["gateway"] = Gateway(settings, _outside(context))
        gateway.hub.forget(await PostgresRecords(context.database).deleted())
        bus.register(context.broker, gateway.projector)
        tap = Tap(context.broker.nats, context.broker.jetstream, gateway.hub)
        tasks = [asyncio.create_task(tap.run()), asyncio.create_task(gateway.sweep())]
        try:
            async with glancing(context.broker.nats, gateway.hub.show):
                yield
        finally:
            for task in tasks:
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)

    def http(_: Context, health: Any) -> Any:
        return running["gateway"].asgi(health)

    migrations = files("barnraise.gateway") / "migrations"
    return Service("gateway", settings, migrations=migrations, setup=opened, http=http, http_options=HTTP_OPTIONS)


def escape(names: Collection[str] = ()) -> "Iterator[Finding]":
    """What attacks of hostile previews came to, of all or the named ones, behind a gateway of their own whose outside is in memory."""
    from barnraise.gateway.adapters.hostile.browser import run as attacked
    from barnraise.gateway.adapters.hostile.site import behind
    from barnraise.gateway.domain.hostile import ATTACKS

    yield from attacked(behind(in_memory, HTTP_OPTIONS), [attack for attack in ATTACKS if not names or attack.name in names])


def in_memory(folder: Path, port: int, endpoints: Mapping[str, str]) -> "Platform":
    """A gateway that knows these previews alone, by the endpoints of their labels; ``folder`` has its page."""
    from barnraise.gateway.adapters import memory
    from barnraise.gateway.adapters.hostile.site import Platform

    records, meters = memory.MemoryRecords(), memory.MemoryMeters()
    bus = memory.MemoryBus(records)
    git: Any = memory.MemoryGit()
    outside = Outside(
        records=records, credentials=records, shares=MemoryShares(), bus=bus, log=memory.MemoryLog(), code=memory.MemoryCode(), git=git,
        upstreams=UnixUpstreams(), uploads=memory.MemoryUploads(), fan_out=meters, meters=meters, job_meters=meters,
    )  # fmt: skip

    def resolved(asked: ResolvePreview) -> PreviewState:
        endpoint = endpoints.get(asked.host)
        return PreviewState(status="running" if endpoint else "none", host=asked.host, endpoint=endpoint)

    bus.answers |= {ResolvePreview: resolved, GetPreview: lambda _: PreviewState(status="none")}
    nowhere = {"nats_url": "", "database_url": "", "objects_url": folder.as_uri(), "cache_dir": folder}
    gateway = Gateway(Settings(**nowhere, auth_token=SecretStr(token_hex(16)), http_port=port, web_dir=folder), outside)  # ty: ignore[invalid-argument-type]
    gateway.hub.ready()

    async def link() -> str:
        return (await gateway.keeper.link(None)).url

    asgi = gateway.asgi(health_app(lambda: None, Metrics().registry))
    return Platform(asgi, link, lambda: len(records.tables.projects), lambda: gateway.hub.close("restart"))


async def _sweep_documents(objects: ObjectStore) -> None:
    """What was stored to be read, by a service that was killed meanwhile."""
    for key in await objects.older("documents/", _DOCUMENT_SECONDS):
        await objects.delete(key)


def _outside(context: Context) -> Outside:
    records, meters = PostgresRecords(context.database), PrometheusMeters(context.metrics.registry)
    vfs = Vfs(context.database, context.objects, context.settings.cache_dir)
    context.broker.hourly(vfs.tidy)
    context.broker.hourly(partial(_sweep_documents, context.objects))
    log = JetStreamLog(context.broker.nats, context.broker.jetstream)
    return Outside(
        records=records,
        credentials=records,
        shares=PostgresShares(context.database),
        bus=BrokerBus(context.broker),
        log=log,
        code=VfsCode(vfs),
        git=Git(vfs),
        upstreams=UnixUpstreams(),
        uploads=context.objects,
        fan_out=meters,
        meters=meters,
        job_meters=meters,
    )

"""The composition root of the sandbox service."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from barnraise.chassis.logs import get_logger
from barnraise.chassis.service import Context, Service
from barnraise.sandbox import handlers
from barnraise.sandbox.adapters import layer, machine
from barnraise.sandbox.adapters.announcer import BusAnnouncer
from barnraise.sandbox.adapters.artefacts import StoredArtefacts
from barnraise.sandbox.adapters.bundles import LayerBundles
from barnraise.sandbox.adapters.canaries.witness import open_folder, witnessing
from barnraise.sandbox.adapters.code import VfsCode
from barnraise.sandbox.adapters.door import open_door
from barnraise.sandbox.adapters.drivers import ALL, AUTOMATIC, KUBERNETES, LOCAL, Options, Pods, candidates
from barnraise.sandbox.adapters.folders import DataFolders
from barnraise.sandbox.adapters.indexes.gateway import ConfiguredIndexes
from barnraise.sandbox.adapters.indexes.machine import of_this_machine
from barnraise.sandbox.adapters.meters import MeteredDriver, SandboxMeters
from barnraise.sandbox.adapters.peers import BusPeers
from barnraise.sandbox.adapters.records import PostgresPreviews
from barnraise.sandbox.adapters.replicas import PostgresReplicas
from barnraise.sandbox.adapters.runtime import Runtime
from barnraise.sandbox.adapters.shelf import Shelf
from barnraise.sandbox.adapters.used import UsedDrivers
from barnraise.sandbox.adapters.visitor import HttpVisitor
from barnraise.sandbox.domain.attacks import ATTACKS
from barnraise.sandbox.domain.limits import LIMITS, Capability, Profile
from barnraise.sandbox.domain.previews import label
from barnraise.sandbox.ports import Driver, SandboxUnavailable, Spec
from barnraise.sandbox.service.bundling import bundle
from barnraise.sandbox.service.choosing import Row, choose, survey, sweep_others
from barnraise.sandbox.service.documents import DocumentReader
from barnraise.sandbox.service.escaping import EscapeSuite, Finding
from barnraise.sandbox.service.placing import PlacedPreviews
from barnraise.sandbox.service.pool import Pool, spec_for
from barnraise.sandbox.service.previewing import PreviewHost, Rules
from barnraise.sandbox.service.provisioning import Provisioner, Workshop
from barnraise.sandbox.service.sandbox import NoSandbox, Sandbox
from barnraise.sandbox.service.shooting import Photographer
from barnraise.sandbox.service.testing import TestRuns
from barnraise.sandbox.settings import Settings, beside
from barnraise.vfs import Vfs

TEND_SECONDS, WEIGH_SECONDS = 3.0, 15.0
REPLICAS = 64
PATIENCE_SECONDS = 5.0
LARGEST_LAYER = 1 << 30


def build(settings: Settings | None = None) -> Service:
    settings = settings or Settings()

    @asynccontextmanager
    async def setup(context: Context) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            try:
                place, runtime = await _place(settings, stack)
                driver, capability = await _driver(place, runtime, stack)
            except SandboxUnavailable as reason:
                _meters(settings, context)
                get_logger().warning("no sandbox", reason=reason.problem.detail, fix=reason.problem.next)
                none = NoSandbox(settings.sandbox_driver, reason, StoredArtefacts(context.objects, context.database))
                handlers.register(context.broker, none, settings.sandbox_tests)
            else:
                metered = MeteredDriver(driver, _meters(settings, context))
                service = await _service(place, settings.data_dir, context, metered, capability, stack)
                handlers.register(context.broker, service, settings.sandbox_tests)
                weighing = asyncio.create_task(_every(WEIGH_SECONDS, metered.weigh))
                stack.callback(weighing.cancel)
            yield

    return Service("sandbox", settings, migrations=files("barnraise.sandbox") / "migrations", setup=setup)


def _meters(settings: Settings, context: Context) -> SandboxMeters:
    spare = 1 if settings.sandbox_warm else 0
    slots: dict[Profile, int] = {"test": settings.sandbox_tests + spare, "preview": settings.sandbox_previews + spare}
    return SandboxMeters(context.metrics.registry, slots)


async def _place(settings: Settings, stack: AsyncExitStack) -> tuple[Settings, Runtime]:
    """Where this replica keeps its things: the first that runs on a data folder in that one, each further one in a folder of its own below.
    What projects have stored is in the data folder itself, for whoever has the preview."""
    if settings.sandbox_driver == "none":
        raise SandboxUnavailable("Running code is switched off here.", "Start without BARNRAISE_SANDBOX_DRIVER=none.")
    for number in range(REPLICAS):
        place = settings.model_copy(update={"data_dir": settings.data_dir / f"replica-{number}"}) if number else settings
        runtime = Runtime(place.data_dir)
        if await _open(runtime, patience=0.0 if number else PATIENCE_SECONDS):
            stack.callback(runtime.close)
            return place, runtime
    raise SandboxUnavailable(f"{REPLICAS} sandbox services use {settings.data_dir}.", "Give this one a BARNRAISE_DATA_DIR of its own.")


async def _driver(settings: Settings, runtime: Runtime, stack: AsyncExitStack) -> tuple[Driver, Capability]:
    """The driver, swept and probed; SandboxUnavailable says why there is none."""
    names = AUTOMATIC if settings.sandbox_driver == "auto" else (settings.sandbox_driver,)
    driver, capability = await choose(candidates(names, _options(settings), runtime), settings.accepted)
    stack.push_async_callback(driver.close)
    await sweep_others(candidates(ALL, _options(settings), runtime), UsedDrivers(settings.data_dir), capability.driver)
    get_logger().info("sandboxes run", driver=capability.driver, missing=capability.missing, accepted=capability.accepted)
    return driver, capability


def _options(settings: Settings) -> Options:
    pods = Pods(
        settings.sandbox_server,
        settings.sandbox_namespace,
        settings.sandbox_image,
        settings.sandbox_runtime_class,
        settings.sandbox_claim,
    )
    return Options(settings.base_dir, settings.data_dir, settings.sandbox_domain, settings.sandbox_docker, pods)


async def rows(base_dir: Path) -> list[Row]:
    """What every driver gives on this machine, beside a service that runs."""
    with TemporaryDirectory(prefix="barnraise-drivers-") as folder:
        settings = beside(base_dir, Path(folder))
        runtime = Runtime(settings.data_dir)
        runtime.open()
        try:
            return await survey(candidates(ALL, _options(settings), runtime), settings.accepted)
        finally:
            runtime.close()


async def escape(wanted: Mapping[str, Any], names: Collection[str], own: bool, signalled: Callable[[], int]) -> AsyncIterator[Finding]:
    """The escape suite's findings, of all attacks or the named ones; SandboxUnavailable when there is no sandbox.

    ``wanted`` are settings: the base layer, and which driver. ``own``: the calling thread has a network of its own.
    """
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(open_folder())
        settings = Settings.model_construct(data_dir=folder / "instance", **wanted)
        driver, capability = await _driver(*await _place(settings, stack), stack)
        witness = stack.enter_context(witnessing(folder, own, signalled))
        suite = EscapeSuite(driver, witness, capability.enforced)
        async for finding in suite.run([attack for attack in ATTACKS if not names or attack.name in names]):
            yield finding


async def _open(runtime: Runtime, patience: float) -> bool:
    """False when a living service has it. One that was just killed may still be on its way out: for that there is patience, in seconds."""
    until = time.monotonic() + patience
    while True:
        try:
            runtime.open()
            return True
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            await asyncio.sleep(0.1)
        except OSError as error:
            raise SandboxUnavailable(f"The runtime folder cannot be used: {error}", f"Look at {runtime.folder}.") from error


async def _service(
    settings: Settings, shared: Path, context: Context, driver: Driver, capability: Capability, stack: AsyncExitStack
) -> Sandbox:
    announcer = BusAnnouncer(context.broker)
    vfs = Vfs(context.database, context.objects, settings.cache_dir)
    context.broker.hourly(vfs.tidy)
    code = VfsCode(vfs)
    packages = await _provisioner(settings, driver, capability)
    stack.push_async_callback(packages.close)
    folders = DataFolders(shared, settings.data_dir)
    stack.callback(folders.close)
    spare = 1 if settings.sandbox_warm else 0
    tests = Pool(driver, lambda: spec_for("test"), spare=spare)
    waiting = Pool(driver, lambda: Spec("preview", LIMITS["preview"], folders.spare(), listens=True), spare=spare)
    rules = Rules(
        settings.sandbox_previews, settings.sandbox_idle_seconds, settings.sandbox_preview_seconds, settings.sandbox_data_bytes,
    )  # fmt: skip
    address = await stack.enter_async_context(open_door(settings.sandbox_door)) if settings.sandbox_door else str
    records, replicas, me = PostgresPreviews(context.database), PostgresReplicas(context.database), context.broker.replica
    host = PreviewHost(
        driver, waiting, code, records, folders, HttpVisitor(), announcer, _label, rules, capability, packages, address,
    )  # fmt: skip
    previews = PlacedPreviews(host, records, replicas, BusPeers(context.broker, replicas), me, _label)
    await replicas.beat(me, host.room, ())
    for closing in (tests.close, waiting.close, host.close, lambda: replicas.leave(me)):
        stack.push_async_callback(closing)
    tests.fill()
    if settings.sandbox_warm:
        stocking = asyncio.create_task(_stock(settings, driver, capability, waiting, folders.spare()))
        stack.push_async_callback(_ended, stocking)
    tender = asyncio.create_task(_every(TEND_SECONDS, previews.tend))
    stack.callback(tender.cancel)
    documents = DocumentReader(Pool(driver, lambda: spec_for("document"), spare=0), context.objects, idle=machine.idle)
    artefacts = StoredArtefacts(context.objects, context.database)
    runs = TestRuns(tests, code, announcer, packages=packages, artefacts=artefacts, idle=machine.idle)
    photographer = Photographer(driver, code, packages, context.objects, documents)
    return Sandbox(capability, runs, previews, documents, photographer)


async def _stock(settings: Settings, driver: Driver, capability: Capability, waiting: Pool, data: Path) -> None:
    """Previews wait as soon as what they share is there."""
    base = layer.find(settings.base_dir)
    try:
        if base and capability.driver != KUBERNETES:
            await bundle(driver, LayerBundles(base, linked=capability.driver != LOCAL), data)
    finally:
        waiting.fill()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def _label() -> str:
    return label(secrets.token_bytes(16))


async def _provisioner(settings: Settings, driver: Driver, capability: Capability) -> Provisioner:
    base = layer.find(settings.base_dir)
    if base is None:
        return Provisioner(None)
    if capability.driver == KUBERNETES:
        return Provisioner(base.packages(), why_not="Sandboxes in a cluster have what is in their image, and nothing more.")
    own_python, own_node = of_this_machine()
    python, node = settings.package_index or own_python, settings.node_index or own_node
    indexes = ConfiguredIndexes("" if python == "none" else python, "" if node == "none" else node)
    shelf = Shelf(settings.base_dir / "derived", base.modules, room=settings.sandbox_layers_bytes, largest=LARGEST_LAYER)
    swept = await asyncio.to_thread(shelf.sweep)
    if swept:
        get_logger().info("swept derived layers that nobody uses", layers=swept)
    return Provisioner(base.packages(), Workshop(driver, shelf, indexes, base.path.name, base.installers))


async def _every(seconds: float, tend: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await tend()
        except Exception as error:  # an outage of the database must not end the tending
            get_logger().warning("tending postponed", error=repr(error))

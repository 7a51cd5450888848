"""What the bus brings, handed to the service."""

from collections.abc import Sequence

from barnraise.chassis.broker import Broker
from barnraise.chassis.outcome import Outcome, Transaction
from barnraise.contracts.base import Message
from barnraise.contracts.commands import DropPreview, ShootCommit, ShowCommit, StopWork, TestCommit
from barnraise.contracts.documents import DocumentText, Picture
from barnraise.contracts.requests import (
    DescribeSandbox,
    GetPreview,
    OrderPreview,
    PreviewState,
    ReadDocument,
    ReadPicture,
    ResolvePreview,
    SandboxState,
    StartPreview,
    StopPreview,
)
from barnraise.sandbox.service.sandbox import NoSandbox, Sandbox


def register(broker: Broker, service: Sandbox | NoSandbox, tests: int) -> None:
    """``tests``: how many runs of tests go on at once; the others wait."""

    async def test(command: TestCommit) -> Outcome:
        said = await service.test(command)

        async def effect(transaction: Transaction) -> Sequence[Message]:
            await service.tested(transaction, said)
            return ()

        return Outcome(said, effect)

    async def show(command: ShowCommit) -> Outcome:
        return Outcome(await service.show(command, broker.place()))

    async def shoot(command: ShootCommit) -> Outcome:
        return Outcome(await service.shoot(command))

    async def drop(command: DropPreview) -> Outcome:
        return Outcome(await service.drop(command))

    async def stop_work(command: StopWork) -> Outcome:
        await broker.stop_job(command.job_id)
        return Outcome()

    async def start(request: StartPreview) -> PreviewState:
        return await service.start(request.project_id, request.commit)

    async def stop(request: StopPreview) -> PreviewState:
        return await service.stop(request.project_id)

    async def get(request: GetPreview) -> PreviewState:
        return await service.get(request.project_id)

    async def resolve(request: ResolvePreview) -> PreviewState:
        return await service.resolve(request.host)

    async def obey(order: OrderPreview) -> PreviewState:
        return await service.obey(order)

    async def read(request: ReadDocument) -> DocumentText:
        return await service.read(request.key, request.media_type)

    async def draw(request: ReadPicture) -> Picture:
        return await service.draw(request.key, request.media_type, request.kept)

    async def describe(request: DescribeSandbox) -> SandboxState:
        return await service.describe()

    broker.command(TestCommit, test, step="test", slots=tests)
    broker.command(ShootCommit, shoot, step="preview")
    broker.command(StopWork, stop_work, slots=4)
    broker.request(ReadDocument, read)
    broker.request(ReadPicture, draw)
    broker.request(DescribeSandbox, describe)
    broker.command(ShowCommit, show, step="preview", slots=4)
    broker.command(DropPreview, drop)
    broker.request(StartPreview, start)
    broker.request(StopPreview, stop)
    broker.request(GetPreview, get)
    broker.request(ResolvePreview, resolve)
    broker.request(OrderPreview, obey, by_name=True)

"""The fan-out behind a real server: order, resume, resets, slow clients, floods; WebSocket and server-sent events alike."""

import asyncio
import json
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from barnraise.chassis.clock import now
from barnraise.contracts.events import LogAppended, ProjectDeleted
from barnraise.gateway.adapters.memory import MemoryLog, MemoryMeters
from barnraise.gateway.domain.entries import Entry, Ring, text_frame
from barnraise.gateway.service import fanout
from barnraise.gateway.service.fanout import Gone, Hub


def output(project_id: str, number: int, text: str = "x") -> LogAppended:
    said = {"source": "test", "stream": "stdout", "offset": number, "text": text}
    return LogAppended(id=f"log-{project_id}-{number}", project_id=project_id, at=now(), **said)


def happen(world: Any, project_id: str, count: int = 1, text: str = "x") -> int:
    """That many events, at once; the last one's number."""
    for number in range(count):
        entry = world.log.add(output(project_id, number, text))
        world.gateway.hub.receive(entry.seq, f"evt.{project_id}.log-appended-v1", entry.data)
    return world.log.entries[-1].seq


async def project(world: Any) -> str:
    async with world.client() as api:
        return (await api.post("/api/v2/projects", json={"prompt": "A todo list"})).json()["project"]["id"]


def dial(world: Any, query: str = "", **headers: str) -> Any:
    given = {"Authorization": f"Bearer {world.settings.auth_token.get_secret_value()}"} | headers
    address = f"ws://127.0.0.1:{world.settings.http_port}/api/v2/ws?{query}"
    return connect(address, additional_headers=given, proxy=None, max_queue=None)


async def take(connection: ClientConnection, count: int) -> list[dict[str, Any]]:
    return [json.loads(await asyncio.wait_for(connection.recv(), 5)) for _ in range(count)]


@asynccontextmanager
async def listen(world: Any, path: str, **headers: str) -> AsyncIterator[AsyncIterator[tuple[str, str]]]:
    """The fields of a stream of server-sent events, comments included (as the field '')."""
    given = {"Authorization": f"Bearer {world.settings.auth_token.get_secret_value()}"} | headers
    async with (
        httpx.AsyncClient(base_url=world.url, headers=given, timeout=5) as api,
        api.stream("GET", f"/api/v2{path}") as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")

        async def fields() -> AsyncIterator[tuple[str, str]]:
            async for line in answer.aiter_lines():
                if line:
                    name, _, value = line.partition(":")
                    yield name, value.strip()

        yield fields()


async def numbers(fields: AsyncIterator[tuple[str, str]], count: int) -> list[int]:
    seen: list[int] = []
    async for name, value in fields:
        if name == "id":
            seen.append(int(value))
        if len(seen) == count:
            break
    return seen


async def test_a_client_gets_what_it_missed_then_live_then_what_happens(served) -> None:
    mine, other = await project(served), await project(served)
    for _ in range(3):
        happen(served, mine)
        happen(served, other)
    async with dial(served, f"project={mine}&after=1") as connection:
        frames = await take(connection, 3)
        assert [frame.get("seq") for frame in frames] == [3, 5, 6]
        assert frames[2] == {"live": True, "seq": 6}
        assert frames[0]["event"] == json.loads(served.log.entries[2].data)
        happen(served, other)
        last = happen(served, mine)
        assert (await take(connection, 1))[0]["seq"] == last
    async with dial(served, "after=0") as everything:
        assert [frame["seq"] for frame in await take(everything, 8)] == [1, 2, 3, 4, 5, 6, 7, 8]


async def test_without_a_number_a_client_gets_what_happens_from_now_on(served) -> None:
    mine = await project(served)
    happen(served, mine, 3)
    async with dial(served, f"project={mine}") as connection:
        assert await take(connection, 1) == [{"live": True, "seq": 3}]
        happen(served, mine)
        assert (await take(connection, 1))[0]["seq"] == 4


async def test_what_is_told_just_now_reaches_who_is_there_and_nobody_later(served) -> None:
    mine, other = await project(served), await project(served)
    async with dial(served, f"project={mine}") as connection, dial(served, f"project={other}") as stranger, dial(served) as everybody:
        for client in (connection, stranger, everybody):
            await take(client, 1)
        served.gateway.hub.show(mine, b'{"text":"x"}')
        last = happen(served, mine)
        assert [frame.get("now", frame.get("seq")) for frame in await take(connection, 2)] == [{"text": "x"}, last]
        theirs = happen(served, other)
        assert (await take(stranger, 1))[0]["seq"] == theirs
        assert [frame["seq"] for frame in await take(everybody, 2)] == [last, theirs]
    async with dial(served, f"project={mine}&after=0") as later:
        assert all("now" not in frame for frame in await take(later, 2))


IMPOSSIBLE = [("after=x", 400), ("after=-1", 400), ("after=99", 400), ("project=nosuch", 404), ("project=%00", 404)]


@pytest.mark.parametrize(("query", "status"), IMPOSSIBLE)
async def test_a_client_that_asks_for_what_cannot_be_is_told_before_it_connects(served, query: str, status: int) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with dial(served, query):
            pass
    assert refused.value.response.status_code == status
    assert json.loads(refused.value.response.body)["next"]


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": "Bearer wrong"}, {"Origin": "http://evil.example"}, {"Origin": "http://x.localhost:1"}, {"Host": "evil.example"}],
)
async def test_strangers_get_no_stream(served, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with dial(served, **headers):
            pass
    assert refused.value.response.status_code in (401, 403, 421)


async def test_what_the_ring_has_forgotten_comes_from_the_stream(served, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = await project(served), await project(served)
    ring = Ring(max_entries=10)
    monkeypatch.setattr(served.gateway.hub, "_ring", ring)
    monkeypatch.setattr(fanout, "PAGE", 7)
    for _ in range(30):
        happen(served, mine)
        happen(served, other)
    assert ring.floor == 50
    async with dial(served, f"project={mine}&after=0") as connection:
        frames = await take(connection, 31)
    assert [frame["seq"] for frame in frames[:-1]] == list(range(1, 61, 2))
    assert frames[-1]["live"]


async def test_a_client_of_a_trimmed_stream_is_told_to_begin_again(served, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = await project(served)
    monkeypatch.setattr(served.gateway.hub, "_ring", Ring(max_entries=2))
    for entry in [served.log.add(output(mine, number)) for number in range(10)]:
        served.gateway.hub.receive(entry.seq, f"evt.{mine}.log-appended-v1", entry.data)
    served.log.first = 6
    await served.records.within(None).save_project(await _with_seq(served, mine, 10))
    async with dial(served, f"project={mine}&after=3") as connection:
        frames = await take(connection, 7)
    assert frames[0] == {"reset": True, "seq": 6}
    assert [frame["seq"] for frame in frames[1:6]] == [6, 7, 8, 9, 10]
    async with listen(served, f"/projects/{mine}/events?after=3") as fields:
        found = [await anext(fields) for _ in range(3)]
    assert found[1:] == [("event", "reset"), ("data", '{"reset":true,"seq":6}')]
    await served.records.within(None).save_project(await _with_seq(served, mine, 3))
    async with dial(served, f"project={mine}&after=3") as connection:
        assert (await take(connection, 1))[0]["seq"] == 6, "nothing that matters to it was lost"


async def _with_seq(served: Any, project_id: str, seq: int) -> Any:
    from dataclasses import replace

    return replace(await served.records.within(None).lock_project(project_id), last_seq=seq)


async def test_server_sent_events_are_the_same_stream(served) -> None:
    mine = await project(served)
    happen(served, mine, 3)
    async with listen(served, f"/projects/{mine}/events?after=1") as fields:
        head = [await anext(fields) for _ in range(8)]
        assert head[0] == ("retry", "1000")
        assert head[1:3] == [("id", "2"), ("event", "log.appended.v1")]
        assert json.loads(head[3][1]) == json.loads(served.log.entries[1].data)
        assert head[7] == ("", "live 3")
        happen(served, mine)
        assert await numbers(fields, 1) == [4]
    async with listen(served, f"/projects/{mine}/events?after=0", **{"Last-Event-ID": "3"}) as fields:
        assert await numbers(fields, 1) == [4]
    async with listen(served, "/events?after=0") as fields:
        assert await numbers(fields, 4) == [1, 2, 3, 4]


async def test_a_quiet_stream_is_kept_alive(served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("barnraise.gateway.handlers.sinks.HEARTBEAT", 0.05)
    async with listen(served, "/events") as fields:
        found = [await anext(fields) for _ in range(3)]
    assert found[-1] == ("", "alive")


async def test_pages_of_events(served, check_problem, token: str) -> None:
    mine = await project(served)
    happen(served, mine, 5)
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    async with httpx.AsyncClient(base_url=served.url, headers=headers) as api:
        where = f"/api/v2/projects/{mine}/events"
        first = (await api.get(where, params={"limit": 3})).json()
        assert ([item["seq"] for item in first["items"]], first["last_seq"]) == ([1, 2, 3], 3)
        rest = (await api.get(where, params={"after": 3})).json()
        assert [item["seq"] for item in rest["items"]] == [4, 5]
        assert (await api.get(where, params={"after": 5})).json() == {"items": [], "last_seq": 5}
        check_problem(await api.get(where, params={"after": 6}), 400, "invalid_request")
        check_problem(await api.get(where, headers={"Last-Event-ID": "x"}), 400, "invalid_request")
        check_problem(await api.get(where, params={"limit": 1001}), 422, "invalid_request")


async def test_of_a_deleted_project_only_the_deletion_is_told(served) -> None:
    mine, other = await project(served), await project(served)
    happen(served, mine)
    async with dial(served) as connection:
        await take(connection, 1)
        entry = served.log.add(ProjectDeleted(id="gone", project_id=mine, at=now()))
        served.gateway.hub.receive(entry.seq, f"evt.{mine}.project-deleted-v1", entry.data)
        happen(served, mine)
        last = happen(served, other)
        assert [frame["seq"] for frame in await take(connection, 2)] == [entry.seq, last]
    async with dial(served, "after=0") as late:
        assert [frame["seq"] for frame in await take(late, 2)] == [entry.seq, last]


async def test_a_client_that_does_not_read_is_cut_and_the_others_do_not_notice(served) -> None:
    mine = await project(served)
    good = [await dial(served, f"project={mine}") for _ in range(5)]
    lazy = sockets.create_connection(("127.0.0.1", served.settings.http_port))
    token = served.settings.auth_token.get_secret_value()
    head = f"GET /api/v2/ws?project={mine} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    head += f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n"
    lazy.sendall(head.encode())
    async with asyncio.timeout(30):
        while served.meters.clients < 6:
            await asyncio.sleep(0.01)

        async def read(connection: ClientConnection) -> int:
            count = 0
            async for message in connection:
                count += b'"live"' not in message.encode()[:12]
                if count == 400:
                    break
            return count

        readers = [asyncio.create_task(read(connection)) for connection in good]
        for _ in range(400):
            happen(served, mine, text="y" * 60_000)
            await asyncio.sleep(0)
        assert await asyncio.gather(*readers) == [400] * 5
        while served.meters.clients > 5:
            await asyncio.sleep(0.01)
    assert served.meters.reasons == ["slow"]
    # It is hung up on, not only forgotten: what was on the way can be read, then the connection is over.
    lazy.settimeout(5)
    with lazy:
        await asyncio.to_thread(_read_to_the_end, lazy)
    for connection in good:
        await connection.close()


def _read_to_the_end(link: sockets.socket) -> None:
    try:
        while link.recv(1 << 20):
            pass
    except ConnectionResetError:
        return


async def test_a_client_that_says_too_much_is_cut(served) -> None:
    async with dial(served) as connection:
        await take(connection, 1)
        with pytest.raises(ConnectionClosed) as closed:
            for _ in range(200):
                await connection.send("hello")
            await connection.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
    assert served.meters.reasons == ["flood"]


async def test_a_huge_message_from_a_client_is_refused(served) -> None:
    async with dial(served) as connection:
        await take(connection, 1)
        await connection.send("x" * 70_000)
        with pytest.raises(ConnectionClosed) as closed:
            await connection.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


async def test_many_clients_come_and_go_while_events_flow(served) -> None:
    mine = await project(served)
    stop = asyncio.Event()

    async def flow() -> None:
        while not stop.is_set():
            happen(served, mine, 3)
            await asyncio.sleep(0.001)

    async def client(number: int) -> None:
        after = 0
        for _ in range(6):
            async with dial(served, f"project={mine}&after={after}") as connection:
                for _ in range(40 + number):
                    frame = json.loads(await asyncio.wait_for(connection.recv(), 5))
                    if "event" in frame:
                        assert frame["seq"] == after + 1
                        after = frame["seq"]

    flowing = asyncio.create_task(flow())
    await asyncio.gather(*(client(number) for number in range(12)))
    stop.set()
    await flowing
    async with asyncio.timeout(5):
        while served.meters.clients:
            await asyncio.sleep(0.01)


class Notebook:
    """A client that writes down the numbers that it gets."""

    def __init__(self) -> None:
        self.encode = Entry.item
        self.seen: list[int] = []
        self.gone = False

    def write(self, data: bytes) -> bool:
        if not self.gone:
            decoder, text = json.JSONDecoder(), data.decode()
            while text:
                item, end = decoder.raw_decode(text)
                text = text[end:]
                if "event" in item:
                    self.seen.append(item["seq"])
        return not self.gone

    def buffered(self) -> int:
        return 0

    async def drained(self) -> None:
        await asyncio.sleep(0)

    def cut(self, reason: str) -> None:
        self.gone = True

    def live(self, seq: int) -> bytes:
        return b'{"live":true}'

    def reset(self, seq: int) -> bytes:
        return b'{"reset":true}'


@settings(max_examples=300, deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from(["event", "event", "come", "go", "turn"]), st.integers(0, 3)), min_size=40, max_size=80),
    ring=st.integers(1, 12),
    page=st.integers(1, 5),
)
def test_whenever_clients_come_and_go_each_gets_everything_once_and_in_order(steps: list[tuple[str, int]], ring: int, page: int) -> None:
    """Four clients, four projects, a tiny ring: any interleaving of events, joining, leaving and turns of the loop."""

    async def run() -> None:
        log = MemoryLog()
        hub = Hub(log, MemoryMeters(), Ring(max_entries=ring))
        hub.ready()
        topics = ["p0", "p1", None, None]
        seen: list[list[int]] = [[], [], [], []]
        here: list[tuple[Notebook, asyncio.Task[None]] | None] = [None] * 4

        def come(number: int) -> None:
            notebook, after = Notebook(), seen[number][-1] if seen[number] else 0
            here[number] = (notebook, asyncio.create_task(hub.follow(topics[number], after, notebook)))

        def leave(number: int) -> None:
            if entry := here[number]:
                notebook, task = entry
                task.cancel()
                hub.leave(topics[number], notebook)
                notebook.gone = True
                seen[number] += notebook.seen
                here[number] = None

        for action, number in steps:
            if action == "event":
                entry = log.add(output(f"p{number}", len(log.entries)))
                hub.receive(entry.seq, f"evt.p{number}.log-appended-v1", entry.data)
            elif action == "come" and here[number] is None:
                come(number)
            elif action == "go":
                leave(number)
            else:
                await asyncio.sleep(0)
        for number in range(4):
            if here[number] is None:
                come(number)
        await asyncio.gather(*(entry[1] for entry in here if entry))
        await asyncio.sleep(0)
        for number, topic in enumerate(topics):
            leave(number)
            assert seen[number] == [entry.seq for entry in log.entries if topic in (None, entry.project)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fanout, "PAGE", page)
        patch.setattr(fanout, "CHUNK", 300)
        asyncio.run(run())


async def test_a_client_that_goes_while_it_is_caught_up_is_let_go() -> None:
    log = MemoryLog()
    hub = Hub(log, MemoryMeters())
    notebook = Notebook()
    notebook.gone = True
    with pytest.raises(Gone):
        await hub.follow(None, 0, notebook)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_frames_are_what_a_websocket_client_reads(size: int) -> None:
    from websockets.frames import Frame
    from websockets.streams import StreamReader

    reader = StreamReader()
    reader.feed_data(text_frame(b"x" * size))
    parser = Frame.parse(reader.read_exact, mask=False)
    with pytest.raises(StopIteration) as parsed:
        next(parser)
    frame = parsed.value.value
    assert (frame.fin, int(frame.opcode), bytes(frame.data)) == (True, 1, b"x" * size)

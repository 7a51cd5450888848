"""Previews of what is no application, in real sandboxes: the results of a script, and plain pages."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.contracts.events import LogAppended
from barnraise.contracts.requests import PreviewState
from barnraise.sandbox.adapters.folders import DataFolders
from barnraise.sandbox.adapters.memory import MemoryAnnouncer, MemoryCode, MemoryPreviews
from barnraise.sandbox.adapters.visitor import HttpVisitor
from barnraise.sandbox.domain.limits import LIMITS, Capability
from barnraise.sandbox.domain.previews import label
from barnraise.sandbox.ports import Spec
from barnraise.sandbox.service.logs import Cause
from barnraise.sandbox.service.pool import Pool
from barnraise.sandbox.service.previewing import PreviewHost, Rules

CAPABILITY = Capability("local", ())
pytestmark = [pytest.mark.sandbox, pytest.mark.drivers("local")]

SCRIPT = b"""
import os, pathlib
results = pathlib.Path(os.environ["RESULTS_DIR"])
(results / "deep").mkdir(parents=True)
(results / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
(results / "drawing.png").write_bytes(b"\\x89PNG\\r\\n\\x1a\\n")
(results / "liar.png").write_text("<script>alert(2)</script>")
(results / "page.html").write_text("<script>alert(3)</script>")
(results / "table.csv").write_bytes(b"a,b\\n\\0\\0")
(results / "deep" / "sums.csv").write_text("place,<b>value</b>\\na,1\\nb,2.5\\n")
(results / "note.txt").write_text("1 < 2")
(results / "link.txt").symlink_to("/etc/passwd")
(results / "folder").symlink_to("/etc")
(results / "deep" / "up").symlink_to("../..")
os.mkfifo(results / "pipe.txt")
(results / '..%2fup"><b>.txt').write_text("named badly")
print("drew", 1, "<figure>")
"""
SITE = {
    "index.html": b'<!doctype html><link rel="stylesheet" href="assets/style.css"><a href="about.html">About</a>',
    "about.html": b"<!doctype html><p>About us",
    "assets/style.css": b"p { color: red }",
}


def _random_label() -> str:
    return label(os.urandom(16))


class Stage:
    """A preview host on a real driver, with one project."""

    def __init__(self, driver, root: Path) -> None:
        self.announcer = MemoryAnnouncer()
        self.code = MemoryCode()
        folders = DataFolders(root)
        pool = Pool(driver, lambda: Spec("preview", LIMITS["preview"], folders.spare(), listens=True), spare=0)
        self.host = PreviewHost(
            driver, pool, self.code, MemoryPreviews(), folders, HttpVisitor(), self.announcer, _random_label, Rules(), CAPABILITY
        )  # fmt: skip
        self._shown = 0

    async def show(self, files: Mapping[str, bytes]) -> PreviewState:
        self._shown += 1
        commit = f"{self._shown:040x}"
        self.code.put("p1", commit, files)
        return await self.host.show("p1", commit, Cause(f"j{self._shown}:preview", "p1", "j1"))

    def said(self) -> str:
        return "".join(event.text for event in self.announcer.events if isinstance(event, LogAppended))


@pytest.fixture
async def stage(open_driver, tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_driver(tmp_path / "data") as driver:
        made = Stage(driver, tmp_path / "data")
        yield made
        await made.host.close()


async def get(shown: PreviewState, path: str) -> tuple[int, str]:
    assert shown.endpoint
    reader, writer = await asyncio.open_unix_connection(shown.endpoint)
    writer.write(f"GET {path} HTTP/1.0\r\nHost: x.localhost\r\nAccept: text/html,*/*\r\n\r\n".encode())
    head, _, body = (await asyncio.wait_for(reader.read(), 20)).partition(b"\r\n\r\n")
    writer.close()
    return int(head.split()[1]), body.decode()


async def told(shown: PreviewState, path: str) -> str:
    """The head of the answer, in small letters."""
    reader, writer = await asyncio.open_unix_connection(str(shown.endpoint))
    writer.write(f"GET {path} HTTP/1.0\r\nHost: x.localhost\r\nAccept: text/html,*/*\r\n\r\n".encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
    writer.close()
    return head.decode().lower()


async def test_the_results_of_a_script_are_a_page(stage: Stage) -> None:
    shown = await stage.show({"main.py": SCRIPT})
    status, page = await get(shown, "/")
    assert status == 200
    assert '<img src="files/drawing.svg" alt="Drawing">' in page
    assert page.count("<img") == 1, "the PNG of the same drawing is only a link"
    assert 'href="files/drawing.png"' in page
    assert "<td>a</td>" in page
    assert '<td class="n">2.5</td>' in page
    assert "&lt;b&gt;value&lt;/b&gt;" in page
    assert "1 &lt; 2" in page
    assert "drew 1 &lt;figure&gt;" in page
    assert "passwd" not in page
    assert "root:" not in page
    assert "alert" not in page
    assert "files/liar.png" in page, "it can be downloaded"
    assert page.count("<table") == 1, "what is no text is no table"
    for path in ("/files/page.html", "/files/drawing.svg", "/%66iles/page.html", "/@fs/tmp/results/files/page.html"):
        head = await told(shown, path)
        assert "content-disposition: attachment" in head, path
        assert "content-security-policy: sandbox; default-src 'none'" in head
        assert "x-content-type-options: nosniff" in head
    assert "attachment" not in await told(shown, "/")
    assert "pipe" not in page
    assert "main.py" not in page, "nothing is reached through links to folders"
    assert page.count("named badly") == 1
    assert '"><b>' not in page
    assert (await get(shown, "/files/deep__sums.csv"))[0] == 200
    assert "drew 1 <figure>" in stage.said()


async def test_a_script_runs_again_when_it_changes(stage: Stage) -> None:
    await stage.show({"main.py": b"print('first', open('data.csv').read())", "data.csv": b"1"})
    shown = await stage.show({"main.py": b"print('first', open('data.csv').read())", "data.csv": b"2"})
    assert "first 2" in (await get(shown, "/"))[1]
    await stage.show({"main.py": b"print('first', open('data.csv').read())", "data.csv": b"2", "README.md": b"about it"})
    assert stage.said().count("first 2") == 1, "prose runs nothing"


async def test_a_script_that_fails_keeps_its_last_good_results(stage: Stage) -> None:
    shown = await stage.show({"main.py": b"print('good')"})
    with pytest.raises(BarnraiseError, match=r"(?s)ended with code 1.*ZeroDivisionError"):
        await stage.show({"main.py": b"1 / 0"})
    assert "good" in (await get(shown, "/"))[1]
    mended = await stage.show({"main.py": b"print('mended')"})
    assert "mended" in (await get(mended, "/"))[1]


async def test_what_a_script_leaves_running_is_ended(stage: Stage) -> None:
    forks = b"import os, time\nif os.fork() == 0:\n    os.close(1); os.close(2)\n    time.sleep(1000)\nprint('parent')"
    shown = await stage.show({"main.py": forks})
    assert "parent" in (await get(shown, "/"))[1]
    counts = b"import os\nprint(sum(b'main.py' in open(f'/proc/{p}/cmdline', 'rb').read() for p in os.listdir('/proc') if p.isdigit()))"
    shown = await stage.show({"main.py": counts})
    assert '<pre tabindex="0">1\n' in (await get(shown, "/"))[1]


async def test_a_site_is_its_files(stage: Stage) -> None:
    shown = await stage.show(SITE)
    assert "About</a>" in (await get(shown, "/"))[1]
    assert "About us" in (await get(shown, "/about.html"))[1]
    assert "color: red" in (await get(shown, "/assets/style.css"))[1]
    assert (await get(shown, "/nothing.html"))[0] == 404
    await stage.show(SITE | {"index.html": b"<!doctype html><p>New words"})
    assert "New words" in (await get(shown, "/"))[1]


async def test_another_kind_of_project_gets_a_server_of_its_own(stage: Stage) -> None:
    await stage.show(SITE)
    shown = await stage.show({"main.py": b"print('a script now')"})
    assert "a script now" in (await get(shown, "/"))[1]


async def test_nothing_to_show_is_said(stage: Stage) -> None:
    with pytest.raises(BarnraiseError, match="nothing to show") as told:
        await stage.show({"README.md": b"words"})
    assert told.value.problem.code == "nothing_to_show"
    assert "main.py" in told.value.problem.next

"""What runs have left: inert, and for browsers from an origin that shares nothing with the platform's."""

import base64
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from page_double import FLAGS, chromium
from playwright.async_api import async_playwright, expect

from barnraise.chassis.clock import now
from barnraise.contracts.diagnostics import Artefact
from barnraise.contracts.diagnostics import TestReport as Report
from barnraise.contracts.events import CommitTested
from barnraise.contracts.requests import DescribeSandbox, GetPreview, PreviewState, SandboxState
from barnraise.gateway.service import artefacts

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FIGURE, TABLE, GONE, OLD, PAGE = ("1" * 64, "2" * 64, "3" * 64, "4" * 64, "5" * 64)
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
HOSTILE = b"<script>document.title = document.cookie; fetch('/api/v2/projects', {method: 'POST'})</script>"


async def project(world: Any) -> str:
    """Its tests have left a figure, a table, and a page that somebody named so that it looks harmless."""
    async with world.client() as api:
        made = (await api.post("/api/v2/projects", json={"prompt": "A plant diary."})).json()
    project_id = made["project"]["id"]
    left = (
        Artefact(name="leaves.png", kind="figure", media_type="image/png", size=len(PNG), digest=FIGURE),
        Artefact(name='sums ".csv', kind="table", media_type="text/csv", size=4, digest=TABLE),
        Artefact(name="gone.png", kind="figure", media_type="image/png", size=4, digest=GONE),
        Artefact(name="report.html", kind="file", media_type="application/octet-stream", size=len(HOSTILE), digest=PAGE),
    )
    report = Report(passed=1, failed=0, skipped=0, seconds=0.5, artefacts=left)
    head = {"id": "tested", "project_id": project_id, "job_id": made["job"]["id"], "at": now()}
    await world.tell(CommitTested(**head, commit=COMMIT, passed=True, verdict="exited", report=report, enforced=("network",)))
    for digest, content in ((FIGURE, PNG), (TABLE, b"a,1\n"), (OLD, b"old"), (PAGE, HOSTILE)):
        await world.uploads.put(f"artefacts/{project_id}/{digest}", content)
    return project_id


def where(project_id: str, digest: str) -> str:
    return f"/api/v2/projects/{project_id}/tests/artefacts/{digest}"


async def visit(world: Any, url: str, method: str = "GET") -> httpx.Response:
    """As a browser without cookies does; names below localhost are this machine."""
    address = urlsplit(url)
    transport = httpx.ASGITransport(app=world.asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{address.netloc}") as client:
        return await client.request(method, f"{address.path}?{address.query}")


def inert(answer: httpx.Response) -> bool:
    headers = answer.headers
    return (
        headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        and headers["x-content-type-options"] == "nosniff"
        and headers.get("content-disposition", "attachment").startswith("attachment")
        and "set-cookie" not in headers
    )


async def test_programs_with_a_token_get_the_file_itself(world, check_problem) -> None:
    project_id = await project(world)
    async with world.client() as api:
        answer = await api.get(where(project_id, TABLE))
        assert (answer.status_code, answer.content) == (200, b"a,1\n")
        assert answer.headers["content-type"].startswith("text/csv")
        assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''sums%20%22.csv"
        assert inert(answer)
        check_problem(await api.get(where(project_id, GONE)), 404, "not_found")
        check_problem(await api.get(where(project_id, OLD)), 404, "not_found")
        assert (await api.get(f"/api/v2/projects/{project_id}/tests")).json()["report"]["artefacts"][1]["kind"] == "table"


async def test_browsers_are_sent_to_an_origin_of_the_project_s_files_alone(world, check_problem) -> None:
    project_id = await project(world)
    async with world.client(**{"Sec-Fetch-Mode": "no-cors"}) as api:
        sent = await api.get(where(project_id, FIGURE))
        check_problem(await api.get(where(project_id, OLD)), 404, "not_found")
    address = urlsplit(sent.headers["location"])
    assert (sent.status_code, sent.headers["cache-control"]) == (307, "no-store")
    assert address.hostname
    assert address.hostname.startswith("files-")
    assert (address.hostname.partition(".")[2], address.port) == ("localhost", 7700)
    answer = await visit(world, sent.headers["location"])
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, PNG, "image/png")
    assert inert(answer)
    assert (await visit(world, sent.headers["location"], "HEAD")).status_code == 200
    assert (await visit(world, sent.headers["location"], "POST")).status_code == 405


async def test_an_address_opens_its_file_alone_for_its_time_alone(world, monkeypatch: pytest.MonkeyPatch) -> None:
    project_id = await project(world)
    left = world.gateway.artefacts
    good = await left.address(project_id, FIGURE)
    assert good == await left.address(project_id, FIGURE), "a browser finds it in its cache"
    other = await left.address(project_id, TABLE)
    label, token = good.split("//")[1].split(".")[0], good.partition("?")[2]
    bad = {
        "another file": other.replace(other.partition("?")[2], token),
        "another host": good.replace(label, label[:-1] + ("b" if label[-1] == "a" else "a")),
        "another project": good.replace(project_id, "p" * len(project_id)),
        "no token": good.partition("?")[0],
        "its time over": "",
        "nothing": good.split("7700")[0] + "7700/",
        "the page": good.split("7700")[0] + "7700/index.html",
        "the API": good.split("7700")[0] + f"7700{where(project_id, FIGURE)}?{token}",
    }
    monkeypatch.setattr(artefacts, "now", lambda: now().replace(year=2020))
    bad["its time over"] = await left.address(project_id, FIGURE)
    monkeypatch.undo()
    assert (await visit(world, good)).status_code == 200
    for why, url in bad.items():
        answer = await visit(world, url)
        assert answer.status_code == 404, why
        assert inert(answer), why


@pytest.mark.browser
async def test_what_the_page_shows_of_them_comes_from_the_other_origin_and_nothing_runs_in_it(served_page) -> None:
    world = served_page
    world.bus.answers[GetPreview] = lambda _: PreviewState(status="none")
    world.bus.answers[DescribeSandbox] = lambda _: SandboxState(available=True, driver="local", enforced=("network",))
    project_id = await project(world)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = await (await browser.new_context()).new_page()
        answers: dict[str, Any] = {}

        def note(answer: Any) -> None:
            answers[f"{answer.status} {urlsplit(answer.url).path.rpartition('/')[2]}"] = answer

        page.on("response", note)
        await page.goto((await world.gateway.keeper.link(None)).url)
        await page.goto(f"{world.url}/p/{project_id}?tab=checks")
        image = page.get_by_test_id("artefacts").locator("img")
        await expect(image.first).to_have_js_property("naturalWidth", 1)
        shown = answers[f"200 {FIGURE}"]
        host = urlsplit(shown.url).hostname
        assert host.startswith("files-")
        sent = await shown.request.all_headers()
        assert "cookie" not in sent
        assert "referer" not in sent
        drawn = "image => { const c = new OffscreenCanvas(1, 1).getContext('2d'); c.drawImage(image, 0, 0); c.getImageData(0, 0, 1, 1) }"
        with pytest.raises(Exception, match="tainted by cross-origin data"):
            await image.first.evaluate(drawn)
        async with page.expect_download() as waiting:
            await page.get_by_test_id("artefacts").get_by_text("report.html").click()
        download = await waiting.value
        assert urlsplit(download.url).hostname == host
        assert download.suggested_filename == "report.html"
        assert (await download.path()).read_bytes() == HOSTILE
        assert page.url.startswith(world.url)
        await browser.close()

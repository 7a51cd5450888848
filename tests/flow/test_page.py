"""The page and the platform together, in a browser: what a person does on the first day, and nothing in between is a double."""

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from page_double import Watch, axe, launch
from platform_client import SITE, Platform
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect, sync_playwright

pytestmark = [pytest.mark.flow, pytest.mark.browser]

BUILT = 180_000
SENTENCE = "Track chores: chores have a name and a room."
DUE = re.compile("due date", re.IGNORECASE)
STEPS = ("plan", "generate", "validate", "test", "preview")
TABS = {"preview": "preview-frame", "plan": "entity", "code": "file-viewer", "history": "diff-view", "checks": "checks"}
# Chromium does not know every feature that a preview is refused; what it does not know, it does not grant.
HARMLESS = ("Permissions-Policy header: Unrecognized feature: 'bluetooth'",)

# Notes each status that a step shows, also one that is gone before anybody can look.
RECORDER = """() => {
    window.shown = [];
    const look = () => {
        for (const step of document.querySelectorAll("[data-testid^=step-]")) {
            const at = `${step.dataset.testid} ${step.dataset.status}`;
            if (!window.shown.includes(at)) window.shown.push(at);
        }
    };
    new MutationObserver(look).observe(document, {subtree: true, childList: true, attributes: true, attributeFilter: ["data-status"]});
}"""


# Not for the whole session: while it lives, no test of this process can run an event loop of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, platform: Platform) -> Iterator[Page]:
    """A page that a link has let in. It must not have thrown, warned, or asked anybody but the platform when the test is done."""
    address = fresh_link(platform)
    home = address.split("/auth")[0]
    context = browser.new_context(viewport={"width": 1360, "height": 860}, base_url=home)
    page = context.new_page()
    watch = Watch(page, home, HARMLESS)
    page.goto(address)
    yield page
    context.close()
    assert watch.faults == []


@pytest.fixture(scope="module")
def plants(platform: Platform) -> str:
    """A project with one application and a refinement of it."""
    answer = platform.create(
        "Track plants: plants have a name, a species and a light (sunny, shady). Each note has a text and belongs to a plant."
    )
    asked = platform.say(answer["project"]["id"], "add a height to plants")
    assert platform.ended(asked["job"]["id"])["status"] == "succeeded"
    return str(answer["project"]["id"])


def fresh_link(platform: Platform) -> str:
    return str(json.loads(platform.cli("status", "--json").stdout)["link"])


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer-input").fill(text)
    page.get_by_test_id("composer-send").click()


def job_done(page: Page, number: int) -> Locator:
    """The job of that number, counted from one, once it has succeeded."""
    job = page.get_by_test_id("job").nth(number - 1)
    expect(job).to_have_attribute("data-status", re.compile("succeeded|failed|cancelled|needs_input"), timeout=BUILT)
    expect(job).to_have_attribute("data-status", "succeeded")
    return job


def row_of(page: Page) -> Locator:
    """The row of the project that the page shows, in the list of all."""
    project = page.url.split("?")[0].rsplit("/", 1)[-1]
    page.get_by_role("link", name="To your projects").click()
    return page.get_by_test_id("project-row").filter(has=page.locator(f"a[href$='/p/{project}']"))


def preview_of(page: Page, job: Locator) -> FrameLocator:
    """The application as that job left it."""
    commit = job.get_by_role("button", name=re.compile("^Changes")).inner_text().split()[-1]
    shown = f"[data-testid=preview-frame][data-commit^='{commit}']"
    expect(page.locator(shown)).to_be_visible(timeout=BUILT)
    return page.frame_locator(shown)


def open_list(frame: FrameLocator) -> Locator:
    """The table of chores in the application."""
    frame.get_by_role("navigation", name="Main").get_by_role("link", name="Chores").click()
    expect(frame.get_by_role("heading", name="Chores", level=1)).to_be_visible(timeout=60_000)
    return frame.get_by_role("table")


def messages(page: Page) -> list[str]:
    return page.get_by_test_id("message").all_inner_texts()


def live(page: Page) -> None:
    expect(page.get_by_test_id("connection-status")).to_have_attribute("data-status", "live", timeout=60_000)


def test_a_link_lets_one_browser_in_once(platform: Platform, browser: Browser) -> None:
    link = fresh_link(platform)
    first, second = browser.new_context(), browser.new_context()
    page = first.new_page()
    page.goto(link)
    expect(page.get_by_test_id("prompt-input")).to_be_focused()
    assert "token" not in page.url
    page.reload()
    expect(page.get_by_test_id("prompt-input")).to_be_visible()

    late = second.new_page()
    answer = late.goto(link)
    assert answer and answer.status == 401
    expect(late.get_by_role("heading")).to_contain_text("does not open any more")
    late.goto(link.split("/auth")[0])
    expect(late.get_by_role("heading", name="This page needs a link")).to_be_visible()
    first.close()
    second.close()


def test_a_page_that_fails_says_so_in_the_conversation_by_one_click(platform: Platform, browser: Browser) -> None:
    answer = platform.create("A site for a bakery called Crumb with opening hours.")
    project = answer["project"]["id"]
    assert platform.ended(answer["job"]["id"])["status"] == "succeeded"
    path = f"/projects/{project}/files/index.html"
    page_file = platform.get(path)
    broken = page_file["content"].replace("</body>", "<script>nothingLikeThis()</script></body>")
    with platform.http() as client:
        written = client.put(f"/api/v2{path}", json={"content": broken, "base": page_file["commit"]})
    assert written.status_code == 200, written.text

    context = browser.new_context(viewport={"width": 1360, "height": 860})
    page = context.new_page()
    page.goto(fresh_link(platform))
    page.goto(f"{page.url.split('/p/')[0].rstrip('/')}/p/{project}")
    strip = page.get_by_test_id("preview-trouble")
    expect(strip).to_contain_text("nothingLikeThis is not defined", timeout=BUILT)
    strip.get_by_test_id("trouble-fix").click()
    expect(page.get_by_test_id("message").filter(has_text="Fix this error of the preview")).to_contain_text("nothingLikeThis")
    expect(page.get_by_test_id("message").last).to_contain_text("“undo” takes back the last step", timeout=BUILT)
    say(page, "undo")
    job_done(page, 4)
    expect(strip).to_have_count(0, timeout=BUILT)
    context.close()


def raise_it(page: Page) -> Locator:
    """The first job: its steps come one by one, each with its time."""
    expect(page.get_by_test_id("prompt-input")).to_be_focused()
    page.evaluate(RECORDER)
    page.keyboard.type(SENTENCE)
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile("/p/"))
    first = job_done(page, 1)
    shown = page.evaluate("window.shown")
    for step in STEPS:
        row = first.get_by_test_id(f"step-{step}")
        expect(row).to_have_attribute("data-status", "succeeded")
        expect(row).to_contain_text(re.compile(r"\d m?s"))
    for step in ("validate", "test", "preview"):
        assert shown.index(f"step-{step} running") < shown.index(f"step-{step} succeeded"), shown
    expect(first).to_contain_text(re.compile(r"\d+ tests passed"))
    return first


def add_a_chore(frame: FrameLocator) -> None:
    expect(open_list(frame).get_by_role("row").nth(1)).to_be_visible()
    frame.get_by_role("link", name="New chore").click()
    frame.get_by_label("Name").fill("Sweep the barn floor")
    frame.get_by_label("Room").fill("Barn")
    frame.get_by_role("button", name="Save").click()
    expect(frame.get_by_role("heading", name="Sweep the barn floor")).to_be_visible()


def list_has(frame: FrameLocator, due: bool) -> None:
    """The chore that was added is there, and the refinement's field is or is not."""
    table = open_list(frame)
    expect(table.get_by_role("row", name=re.compile("Sweep the barn floor"))).to_be_visible()
    expect(table.get_by_role("columnheader", name=DUE)).to_have_count(1 if due else 0)
    frame.get_by_role("link", name="New chore").click()
    expect(frame.get_by_label("Name")).to_be_visible()
    expect(frame.get_by_label(DUE)).to_have_count(1 if due else 0)


def look_into_the_code(page: Page, job: Locator) -> None:
    page.get_by_test_id("tab-code").click()
    tree = page.get_by_test_id("file-tree")
    tree.get_by_role("listitem").filter(has_text=re.compile("^models")).get_by_role("button", name="chores.py").click()
    expect(page.get_by_test_id("file-viewer")).to_contain_text("due_date")
    job.get_by_role("button", name=re.compile("^Changes")).click()
    expect(page.get_by_test_id("commit")).to_have_count(2)
    model = page.get_by_test_id("diff-view").get_by_role("region", name="Changes in backend/app/models/chores.py")
    expect(model.locator("[data-kind=added]").filter(has_text="due_date")).not_to_have_count(0)
    expect(model.locator("[data-kind=removed]")).to_have_count(0)
    page.get_by_test_id("tab-preview").click()


@pytest.mark.slow
def test_a_sentence_becomes_an_application_that_words_and_buttons_change(page: Page) -> None:
    frame = preview_of(page, raise_it(page))
    add_a_chore(frame)
    list_has(frame, due=False)

    say(page, "add a due date to chores")
    second = job_done(page, 2)
    list_has(preview_of(page, second), due=True)
    look_into_the_code(page, second)

    page.get_by_test_id("undo").click()
    list_has(preview_of(page, job_done(page, 3)), due=False)
    page.get_by_test_id("redo").click()
    list_has(preview_of(page, job_done(page, 4)), due=True)

    expect(page.get_by_test_id("message")).to_have_count(6)  # two sentences, four answers
    before = messages(page)
    page.reload()
    live(page)
    expect(page.get_by_test_id("job")).to_have_count(4)
    expect(page.get_by_test_id("message")).to_have_count(6)
    assert messages(page) == before
    assert [job.get_attribute("data-status") for job in page.get_by_test_id("job").all()] == ["succeeded"] * 4

    row = row_of(page)
    expect(row).to_have_attribute("data-status", "ready")
    expect(row).to_contain_text("Ready")


def test_what_cannot_be_built_is_asked_back_in_words(page: Page, platform: Platform) -> None:
    page.get_by_test_id("prompt-input").fill("something for my business")
    page.get_by_test_id("prompt-submit").click()
    expect(page.get_by_test_id("job-status")).to_have_attribute("data-status", "needs_input", timeout=BUILT)
    project = page.url.rsplit("/", 1)[-1]
    said = platform.get(f"/projects/{project}/messages")["items"][-1]["text"]
    answer = page.locator("[data-testid=message][data-role=assistant]")
    expect(answer).to_have_count(1)
    expect(answer).to_contain_text(said.split("\n")[0])
    expect(page.get_by_test_id("composer-input")).to_have_attribute("placeholder", re.compile("Answer"))
    expect(page.get_by_test_id("problem")).to_have_count(0)

    expect(row_of(page)).to_have_attribute("data-status", "needs_input")


def test_nothing_left_to_undo_is_told_without_alarm(page: Page, platform: Platform) -> None:
    answer = platform.create(SITE)
    assert platform.ended(answer["job"]["id"])["status"] == "succeeded"
    page.goto(f"/p/{answer['project']['id']}?tab=plan")
    expect(page.get_by_role("region", name="Decision")).to_contain_text("You said “A site for a lamp maker")
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("job").last).to_have_attribute("data-status", "needs_input", timeout=BUILT)
    expect(page.get_by_test_id("problem")).to_contain_text("Nothing is left to undo")
    expect(page.get_by_test_id("problem")).to_have_class(re.compile("bg-ask-wash"))
    # It changed nothing and asked nothing.
    expect(page.get_by_test_id("job").last.get_by_role("button", name=re.compile("^Changes"))).to_have_count(0)
    expect(page.get_by_test_id("composer-input")).to_have_attribute("placeholder", re.compile("What shall change"))


def test_a_change_that_meets_an_edit_is_settled_by_choosing_and_an_old_version_comes_back(page: Page, platform: Platform) -> None:
    project = platform.create(SITE)["project"]["id"]
    page.goto(f"/p/{project}")
    expect(page.get_by_test_id("job").last).to_have_attribute("data-status", "succeeded", timeout=BUILT)
    where = f"/projects/{project}/files/index.html"
    html = platform.get(where)
    mine = re.sub("<title>.*</title>", "<title>Mine</title>", html["content"])
    with platform.http() as http:
        http.put(f"/api/v2{where}", json={"content": mine, "base": html["commit"]}).raise_for_status()
    job_done(page, 2)
    say(page, "rename the app to Quills")
    place = page.get_by_test_id("place")
    expect(place).to_have_count(1, timeout=BUILT)
    expect(place).to_contain_text("<title>Mine</title>")
    expect(place).to_contain_text("<title>Quills</title>")
    expect(page.get_by_test_id("resolve")).to_be_disabled()
    assert axe(page) == []
    place.get_by_role("radio", name="Keep yours").check()
    page.get_by_test_id("resolve").click()
    expect(page.get_by_test_id("job").last).to_have_attribute("data-status", "succeeded", timeout=BUILT)
    expect(page.get_by_test_id("conflict")).to_have_count(0)
    settled = platform.get(where)["content"]
    assert "<title>Mine</title>" in settled and "<h1>Quills</h1>" in settled
    assert platform.get(f"/projects/{project}/manifest")["manifest"]["title"] == "Quills"

    page.goto(f"/p/{project}?tab=history")
    page.get_by_test_id("commit").last.click()
    page.get_by_test_id("restore").click()
    job_done(page, 4)
    assert platform.get(where)["content"] == html["content"]
    assert platform.get(f"/projects/{project}/manifest")["manifest"]["title"] != "Quills"

    page.get_by_test_id("commit").first.click()
    page.get_by_test_id("undo-step").click()
    job_done(page, 5)
    expect(page.get_by_test_id("commit").first).to_contain_text("step undone")
    assert platform.get(where)["content"] == settled


def test_a_file_becomes_a_project_and_a_project_a_copy(page: Page, platform: Platform, tmp_path: Path) -> None:
    file = tmp_path / "my words.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("README.md", "# Words\n")
    page.goto("/")
    page.get_by_test_id("import-file").set_input_files(file)
    job_done(page, 1)
    imported = page.url.split("/p/")[1].split("?")[0]
    assert platform.get(f"/projects/{imported}")["name"] == "my words"
    expect(page.get_by_test_id("message").last).to_contain_text("cannot be changed by words")
    page.goto(f"/p/{imported}?tab=code")
    page.get_by_test_id("file-origins").click()
    expect(page.get_by_test_id("origin")).to_have_text("Import")
    assert axe(page) == []
    page.get_by_test_id("clone").click()
    expect(page).not_to_have_url(re.compile(imported))
    job_done(page, 1)
    copy = page.url.split("/p/")[1].split("?")[0]
    assert platform.get(f"/projects/{copy}/files")["commit"] == platform.get(f"/projects/{imported}/files")["commit"]


def test_two_pages_of_a_project_tell_the_same(page: Page, platform: Platform, browser: Browser) -> None:
    made = platform.create(SITE)
    assert platform.ended(made["job"]["id"])["status"] == "succeeded"
    project = made["project"]["id"]
    context = browser.new_context(base_url=page.url)
    other = context.new_page()
    watch = Watch(other, page.url.rstrip("/"), HARMLESS)
    other.goto(fresh_link(platform))
    for each in (page, other):
        each.goto(f"/p/{project}?tab=history")
        live(each)
    count = page.get_by_test_id("job").count()
    say(page, "add a section about repairs")
    job_done(other, count + 1)
    say(other, "undo")
    job_done(page, count + 2)
    for each in (page, other):
        expect(each.get_by_test_id("job").last).to_have_attribute("data-status", "succeeded", timeout=BUILT)
        expect(each.get_by_test_id("message").last).to_contain_text("Undone")
    assert messages(page) == messages(other)
    assert len(set(messages(page))) == len(messages(page))
    expect(other.get_by_test_id("commit")).to_have_count(page.get_by_test_id("commit").count())
    context.close()
    assert watch.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_holds_everything(page: Page, plants: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    found = [f"start: {each}" for each in axe(page)]
    for tab, inside in TABS.items():
        page.set_viewport_size({"width": 1360, "height": 860})
        page.goto(f"/p/{plants}?tab={tab}&view=work")
        expect(page.get_by_test_id(inside).first).to_be_visible(timeout=60_000)
        live(page)
        found += [f"{tab}: {each}" for each in axe(page)]
        page.set_viewport_size({"width": 390, "height": 844})
        wide = page.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth]")
        assert max(wide) == wide[2], (tab, wide)
    assert found == []


def test_operators_see_who_works_and_a_click_begins_the_trace(page: Page) -> None:
    page.goto("/operations")
    expect(page.get_by_test_id("trouble")).to_contain_text("All is well")
    for service in ("gateway", "planner", "codegen", "validator", "sandbox", "telemetry"):
        expect(page.get_by_role("row", name=re.compile(rf"^{service} 1 \d+ s ago$"))).to_be_visible()
    expect(page.get_by_text("Nothing is tried")).to_be_visible()
    assert axe(page) == []
    page.goto("/")
    page.get_by_test_id("prompt-input").fill(SITE)
    with page.expect_response("**/api/v2/projects") as made:
        page.get_by_test_id("prompt-submit").click()
    clicked = made.value.request.headers["traceparent"].split("-")[1]
    assert made.value.headers["x-trace-id"] == made.value.json()["job"]["trace_id"] == clicked

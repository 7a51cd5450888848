"""The page for everyone: keyboard alone, narrow windows, dark rooms, screen readers, no motion."""

import re
from collections.abc import Callable

import pytest
from page_double import Double, axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

TABS = ("preview", "plan", "code", "history", "branches", "checks", "memory", "models")


def open_tab(page: Page, project: str, tab: str, view: str = "work") -> None:
    page.goto(f"/p/{project}?tab={tab}&view={view}")
    inside = {
        "preview": "preview-frame", "plan": "entity", "code": "file-viewer", "history": "diff-view", "branches": "nothing-waits",
        "checks": "log", "memory": "memory-new", "models": "model-add",
    }[tab]  # fmt: skip
    if view == "work":
        expect(page.get_by_test_id(inside).first).to_be_visible()
    expect(page.get_by_test_id("connection-status")).to_have_attribute("data-status", "live")


def show_refusal(page: Page, double: Double) -> None:
    double.do("fail", method="POST", path="/projects", status=500)
    page.goto("/")
    page.get_by_test_id("prompt-input").fill("A diary")
    page.get_by_test_id("prompt-submit").click()
    expect(page.get_by_test_id("problem")).to_be_visible()


def show_question(page: Page, double: Double) -> None:
    double.seed()
    page.goto("/")
    page.get_by_role("button", name="Delete Task board").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def show_nothing(page: Page, double: Double) -> None:
    double.do("set", sandbox=False)
    page.goto("/")
    expect(page.get_by_test_id("system-banner")).to_be_visible()


def show_no_access(page: Page, double: Double) -> None:
    double.do("set", signedOut=True)
    page.goto("/")
    expect(page.get_by_role("heading", name="This page needs your link")).to_be_visible()


def show_failure(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed(preview=False)}")
    page.get_by_test_id("composer-input").fill("it fails")
    page.get_by_test_id("composer-send").click()
    expect(page.get_by_test_id("retry")).to_be_visible()


def show_queue(page: Page, double: Double) -> None:
    double.do("hold", step="plan")
    page.goto(f"/p/{double.seed(preview=False)}")
    for text in ("one", "two"):
        page.get_by_test_id("composer-input").fill(text)
        page.get_by_test_id("composer-send").click()
    expect(page.get_by_test_id("cancel-queued")).to_be_visible()


def show_conflict(page: Page, double: Double) -> None:
    project = double.seed()
    open_tab(page, project, "code")
    page.get_by_test_id("file-edit").click()
    page.get_by_test_id("file-editor").fill("# Mine\n")
    double.do("edit", project=project, path="README.md", content="# Theirs\n")
    page.get_by_test_id("file-save").click()
    expect(page.get_by_test_id("conflict")).to_be_visible()


def show_outage(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}")
    double.do("set", down=True)
    expect(page.get_by_test_id("offline-banner")).to_be_visible()


def show_new_project(page: Page, double: Double) -> None:
    double.do("hold", step="plan")
    page.goto("/")
    page.get_by_test_id("prompt-input").fill("A diary")
    page.get_by_test_id("prompt-submit").click()
    expect(page.get_by_test_id("step-plan")).to_be_visible()


def show_loading(page: Page, double: Double) -> None:
    project = double.seed()
    double.do("fail", method="GET", path=f"/projects/{project}", status=500)
    page.goto(f"/p/{project}")
    expect(page.get_by_test_id("problem")).to_be_visible()


def show_proposal(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto(f"/p/{project}?tab=branches&view=work")
    known = {"checks": {"passed": False, "score": 80, "errors": 2}, "tests": {"passed": 3, "failed": 1, "skipped": 0}}
    waits = {"code": "proposal_unsound", "detail": "A test fails.", "next": "Say what to do differently."}
    double.do("propose", project=project, proposal={"text": "Visitors are greeted.", "waits": waits, **known})
    page.get_by_test_id("show-difference").click()
    expect(page.get_by_test_id("diff-view")).to_be_visible()


def show_model_form(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}?tab=models&view=work")
    page.get_by_test_id("model-add").click()
    page.get_by_test_id("model-name").fill("strong")
    page.get_by_test_id("model-model").fill("gpt-5")
    page.get_by_test_id("model-test").click()
    expect(page.get_by_test_id("model-verdict")).to_be_visible()


def show_memory(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}?tab=memory&view=work")
    for wish in ("Always use British spelling", "Write short functions, and say in one sentence what each of them is for"):
        page.get_by_test_id("memory-new").fill(wish)
        page.get_by_test_id("memory-new-save").click()
        expect(page.get_by_test_id("memory-wish").last).to_contain_text(wish)
    page.get_by_test_id("memory-change").first.click()
    expect(page.get_by_test_id("memory-words")).to_be_visible()


def show_writing(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto(f"/p/{project}")
    double.do("hold", step="generate")
    page.get_by_test_id("composer-input").fill("greet everybody")
    page.get_by_test_id("composer-send").click()
    expect(page.get_by_test_id("step-generate")).to_have_attribute("data-status", "running")
    job = double.do("state")["projects"][0]["job"]["id"]
    files = [{"path": "app/greeting.py", "change": "file", "lines": 12}]
    told = {"job_id": job, "model": "strong (m)", "text": "def greet():", "files": files, "tokens": 9, "most_tokens": 99}
    double.do("now", project=project, progress=told)
    expect(page.get_by_test_id("writing-text")).to_be_visible()


Show = Callable[[Page, Double], None]
STATES = (
    show_loading,
    show_refusal,
    show_question,
    show_nothing,
    show_no_access,
    show_failure,
    show_queue,
    show_conflict,
    show_outage,
    show_new_project,
    show_proposal,
    show_model_form,
    show_memory,
    show_writing,
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_tab(page: Page, double: Double, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    project = double.seed()
    page.goto("/")
    expect(page.get_by_test_id("project-row")).to_be_visible()
    found = axe(page)
    for tab in TABS:
        open_tab(page, project, tab)
        found += [f"{tab}: {each}" for each in axe(page)]
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("show", STATES, ids=lambda show: show.__name__)
def test_axe_finds_nothing_in_any_state_and_320_pixels_hold_it(page: Page, double: Double, show: Show, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    show(page, double)
    assert axe(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    fits(page)


def test_at_320_pixels_nothing_hangs_over_on_any_tab(page: Page, double: Double) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    project = double.seed("A project with a rather long name that goes on and on for quite a while")
    page.goto("/")
    expect(page.get_by_test_id("project-row")).to_be_visible()
    fits(page)
    open_tab(page, project, "preview", view="chat")
    fits(page)
    expect(page.get_by_test_id("composer-input")).to_be_visible()
    page.get_by_test_id("view-work").click()
    expect(page.get_by_test_id("preview-frame")).to_be_visible()
    expect(page.get_by_test_id("composer-input")).to_be_hidden()
    for tab in TABS:
        open_tab(page, project, tab)
        fits(page)
        assert axe(page) == []


def fits(page: Page) -> None:
    wide = page.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth]")
    assert max(wide) == wide[2], wide


def test_the_keyboard_alone_is_enough(page: Page, double: Double) -> None:
    """From the first sentence to a diff and back to the list, with no pointer."""
    page.goto("/")
    expect(page.get_by_test_id("prompt-input")).to_be_focused()
    page.keyboard.type("A plant diary")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("job-status")).to_have_attribute("data-status", "succeeded")
    tab_to(page, "composer-input")
    page.keyboard.type("add a colour")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("job").last).to_have_attribute("data-status", "succeeded")
    expect(page.get_by_test_id("job")).to_have_count(2)
    tab_to(page, "tab-preview")
    for tab in ("plan", "code", "history"):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_test_id(f"tab-{tab}")).to_be_focused()
    expect(page.get_by_test_id("diff-view")).to_contain_text("CHANGES.md")
    page.keyboard.press("ArrowLeft")
    tab_to(page, "file-edit")
    page.keyboard.press("Enter")
    page.keyboard.type("Typed. ")
    page.keyboard.press("Control+s")
    expect(page.get_by_test_id("file-viewer")).to_contain_text("Typed. ")
    tab_to(page, "undo", back=True)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("job").last).to_contain_text("Undo")


def tab_to(page: Page, testid: str, back: bool = False) -> None:
    """Press Tab until it has the focus; what has it on the way must show it."""
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        at = page.evaluate(
            """() => {
                const at = document.activeElement, style = getComputedStyle(at);
                const ring = element => element && getComputedStyle(element).boxShadow !== "none";
                const exempt = at === document.body || at.matches("iframe, textarea");
                const shown = style.outlineStyle !== "none" || ring(at.closest("form")) || exempt;
                return {id: at.dataset.testid, shown, html: at.outerHTML.slice(0, 200)};
            }"""
        )
        assert at["shown"], at
        if at["id"] == testid:
            return
    raise AssertionError(f"{testid} cannot be reached")


def test_the_chosen_colours_hold_before_the_first_paint(page: Page, double: Double) -> None:
    page.emulate_media(color_scheme="light")
    page.goto("/")
    switch = page.get_by_role("button", name=re.compile("^Colours"))
    switch.click()
    switch.click()
    assert paper(page) == "rgb(21, 18, 14)"
    page.add_init_script("addEventListener('DOMContentLoaded', () => { window.early = document.documentElement.dataset.theme })")
    page.reload()
    assert page.evaluate("window.early") == "dark"
    assert paper(page) == "rgb(21, 18, 14)"


def paper(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


def test_nothing_moves_for_those_who_do_not_want_it(page: Page, double: Double) -> None:
    page.emulate_media(reduced_motion="reduce")
    show_new_project(page, double)
    page.wait_for_function("() => document.getAnimations().every(each => each.playState !== 'running')")
    page.emulate_media(reduced_motion="no-preference")
    page.wait_for_function("() => document.getAnimations().some(each => each.playState === 'running')")


def test_screen_readers_hear_how_it_goes(page: Page, double: Double) -> None:
    double.do("hold", step="validate")
    page.goto("/")
    page.get_by_test_id("prompt-input").fill("A diary")
    page.get_by_test_id("prompt-submit").click()
    announcer = page.locator("[aria-live=polite]")
    expect(announcer).to_have_text("Validate: running")
    double.do("release", step="validate")
    expect(announcer).to_have_text("Build: Done")


def test_forced_colours_and_large_text_keep_everything_in_sight(browser: Browser, double: Double) -> None:
    project = double.seed()
    context = browser.new_context(viewport={"width": 640, "height": 400}, base_url=double.url, forced_colors="active")
    page = context.new_page()
    for tab in TABS:
        open_tab(page, project, tab)
        fits(page)
    context.close()

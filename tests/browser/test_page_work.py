"""What people do on the page, from the first sentence to undo."""

import re

import pytest
from page_double import Double, axe
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

SENTENCE = "A plant diary: plants have a name and a species."


def ask(page: Page, text: str = SENTENCE) -> None:
    page.goto("/")
    page.get_by_test_id("prompt-input").fill(text)
    page.get_by_test_id("prompt-submit").click()
    expect(page).to_have_url(re.compile("/p/"))


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer-input").fill(text)
    page.get_by_test_id("composer-send").click()


def status(page: Page, wanted: str) -> None:
    expect(page.get_by_test_id("job-status")).to_have_attribute("data-status", wanted)


def test_a_sentence_becomes_an_application_step_by_step(page: Page, double: Double) -> None:
    double.do("hold", step="validate")
    ask(page)
    expect(page.get_by_test_id("step-generate")).to_have_attribute("data-status", "succeeded")
    validate = page.get_by_test_id("step-validate")
    expect(validate).to_have_attribute("data-status", "running")
    expect(page).to_have_title(re.compile("^Building · A plant diary"))
    early = validate.inner_text()
    expect(validate).not_to_have_text(early)  # its time goes on
    double.do("release", step="validate")
    status(page, "succeeded")
    expect(page).to_have_title(re.compile("^Done · A plant diary"))
    for step in ("plan", "generate", "validate", "test", "preview"):
        expect(page.get_by_test_id(f"step-{step}")).to_have_attribute("data-status", "succeeded")
        expect(page.get_by_test_id(f"step-{step}")).to_contain_text(re.compile(r"\d m?s"))
    expect(page.get_by_test_id("message")).to_have_count(2)
    expect(page.frame_locator("[data-testid=preview-frame]").get_by_role("heading", name="Tasks")).to_be_visible()
    page.goto("/")
    expect(page.get_by_test_id("prompt-input")).to_have_value("")
    expect(page.get_by_test_id("project-row").first).to_have_attribute("data-status", "ready")


def test_the_list_moves_by_itself(page: Page, double: Double) -> None:
    page.goto("/")
    expect(page.get_by_test_id("project-list")).to_contain_text("Nothing raised yet")
    double.seed("From somewhere else")
    expect(page.get_by_test_id("project-row")).to_contain_text("From somewhere else")


def test_examples_fill_the_box_and_an_empty_box_sends_nothing(page: Page, double: Double) -> None:
    page.goto("/")
    page.get_by_test_id("prompt-submit").click()
    expect(page.get_by_test_id("prompt-input")).to_be_focused()
    assert double.seen("POST") == []
    page.get_by_role("button", name="Blog").click()
    expect(page.get_by_test_id("prompt-input")).to_have_value(re.compile("^A blog"))
    page.get_by_test_id("prompt-input").press("Control+Enter")
    expect(page).to_have_url(re.compile("/p/"))


def test_a_message_while_a_job_runs_waits_its_turn_and_says_so(page: Page, double: Double) -> None:
    double.do("hold", step="validate")
    ask(page)
    expect(page.get_by_test_id("step-validate")).to_be_visible()
    say(page, "add a photo")
    expect(page.get_by_test_id("composer-input")).to_have_value("")
    expect(page.get_by_test_id("job").last).to_contain_text("Queued, 1 ahead")
    say(page, "add a colour")
    expect(page.get_by_test_id("job").last).to_contain_text("Queued, 2 ahead")
    page.get_by_test_id("cancel-queued").last.click()
    expect(page.get_by_test_id("job").last).to_have_attribute("data-status", "cancelled")
    double.do("release", step="validate")
    expect(page.get_by_test_id("job").nth(1)).to_have_attribute("data-status", "succeeded")
    said = page.get_by_test_id("message").all_inner_texts()
    assert len(said) == len(set(said))


def test_what_is_written_while_a_message_is_on_its_way_stays(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}")
    on_its_way: list[Route] = []
    page.route("**/messages", lambda route: on_its_way.append(route) if route.request.method == "POST" else route.continue_())
    with page.expect_request("**/messages"):
        say(page, "add a photo")
    page.get_by_test_id("composer-input").fill("add a colour")
    on_its_way.pop().continue_()
    expect(page.get_by_test_id("message").filter(has_text="add a photo")).to_be_visible()
    expect(page.get_by_test_id("composer-send")).to_be_enabled()
    expect(page.get_by_test_id("composer-input")).to_have_value("add a colour")
    page.reload()
    expect(page.get_by_test_id("composer-input")).to_have_value("add a colour")


def test_a_running_job_can_be_cancelled_and_tried_again(page: Page, double: Double) -> None:
    double.do("hold", step="plan")
    ask(page)
    page.get_by_test_id("cancel").click()
    status(page, "cancelled")
    expect(page.get_by_test_id("step-plan")).to_have_attribute("data-status", "cancelled")
    double.do("release", step="plan")
    page.get_by_test_id("retry").click()
    status(page, "succeeded")


def test_a_failure_says_what_to_do_and_can_be_tried_again(page: Page, double: Double) -> None:
    ask(page, "A diary that fails")
    status(page, "failed")
    problem = page.get_by_test_id("problem")
    expect(problem).to_contain_text("could not be repaired")
    expect(problem).to_contain_text("Say it in other words")
    page.get_by_test_id("tab-checks").click()
    expect(page.get_by_test_id("diagnostic").first).to_have_attribute("data-severity", "error")
    page.get_by_test_id("retry").click()
    status(page, "succeeded")
    expect(page.get_by_test_id("problem")).to_have_count(0)


def test_each_round_of_a_repair_is_shown(page: Page, double: Double) -> None:
    ask(page, "A diary with repairs")
    status(page, "succeeded")
    expect(page.get_by_test_id("step-validate")).to_have_count(2)
    expect(page.get_by_test_id("step-validate").last).to_have_attribute("data-round", "2")
    expect(page.get_by_test_id("step-repair")).to_have_attribute("data-status", "succeeded")


def test_a_question_back_waits_for_the_answer(page: Page, double: Double) -> None:
    ask(page, "nonsense")
    status(page, "needs_input")
    expect(page.get_by_test_id("message").last).to_contain_text("What shall I keep track of?")
    expect(page.get_by_test_id("composer-input")).to_have_attribute("placeholder", re.compile("Answer"))
    say(page, SENTENCE)
    status(page, "succeeded")


def test_undo_and_redo_are_buttons_and_steps_of_the_history(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}?tab=history")
    expect(page.get_by_test_id("commit")).to_have_count(2)
    page.get_by_test_id("redo").click()
    expect(page.get_by_role("alert")).to_contain_text("There is nothing to redo.")
    page.get_by_role("button", name="Dismiss").click()
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("commit")).to_have_count(3)
    expect(page.get_by_test_id("commit").first).to_contain_text("undo")
    expect(page.get_by_test_id("diff-view")).to_contain_text("README.md")
    page.get_by_test_id("redo").click()
    expect(page.get_by_test_id("commit")).to_have_count(4)
    expect(page.locator("[data-kind=added]")).not_to_have_count(0)


def test_the_changes_of_a_job_are_one_click_away_and_back_leads_back(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}")
    page.get_by_test_id("tab-plan").click()
    expect(page.get_by_test_id("entity")).to_have_count(2)
    expect(page.get_by_test_id("plan")).to_contain_text("belongs to one Project")
    expect(page.get_by_test_id("plan")).to_contain_text("Who may see whose tasks?")
    page.get_by_role("button", name=re.compile("^Changes")).click()
    expect(page).to_have_url(re.compile(r"tab=history&commit=[0-9a-f]{40}"))
    expect(page.get_by_test_id("commit").nth(1)).to_have_attribute("aria-current", "true")
    expect(page.get_by_test_id("diff-view")).to_contain_text("backend/app/tasks.py")
    page.go_back()
    expect(page.get_by_test_id("tab-plan")).to_have_attribute("aria-selected", "true")


def test_lines_tell_their_step_and_a_version_gets_a_name(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}?tab=code&path=README.md")
    expect(page.get_by_test_id("origin")).to_have_count(0)
    page.get_by_test_id("file-origins").click()
    expect(page.get_by_test_id("origin")).to_have_text("Edit README.md")
    page.get_by_test_id("origin").click()
    expect(page).to_have_url(re.compile(r"tab=history&commit=[0-9a-f]{40}"))
    page.get_by_test_id("name-version").click()
    page.get_by_label("Name of this version").fill("v1.0")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_test_id("commit").first).to_contain_text("v1.0")
    page.get_by_test_id("commit").nth(1).click()
    page.get_by_test_id("name-version").click()
    page.get_by_label("Name of this version").fill("v1.0")
    page.get_by_label("Name of this version").press("Enter")
    expect(page.get_by_test_id("problem")).to_contain_text("already")


def test_a_binary_file_is_said_to_be_one(page: Page, double: Double) -> None:
    project = double.seed()
    double.do("edit", project=project, path="logo.ico", content="\0\1")
    page.goto(f"/p/{project}?tab=history")
    expect(page.get_by_test_id("diff-view")).to_contain_text("A binary file.")


def test_before_the_first_plan_every_tab_says_what_will_stand_there(page: Page, double: Double) -> None:
    double.do("hold", step="plan")
    ask(page)
    for tab, title in {
        "plan": "There is no plan yet",
        "code": "There is no code yet",
        "history": "There is no history yet",
        "checks": "Nothing was checked yet",
        "preview": "Being raised",
    }.items():
        page.get_by_test_id(f"tab-{tab}").click()
        expect(page.get_by_role("tabpanel")).to_contain_text(title)


def test_a_file_is_read_edited_and_saved(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}?tab=code")
    expect(page.get_by_test_id("file-viewer")).to_contain_text("# Task board")
    page.get_by_test_id("file-tree").get_by_role("button", name="tasks.py", exact=True).click()
    expect(page.get_by_test_id("file-viewer")).to_contain_text("def list_tasks")
    assert page.locator(".tone-keyword").count() > 5
    page.get_by_test_id("file-tree").get_by_role("button", name="README.md").click()
    page.get_by_test_id("file-edit").click()
    page.get_by_test_id("file-editor").fill("# Mine\n")
    page.reload()
    expect(page.get_by_test_id("file-editor")).to_have_value("# Mine\n")
    page.get_by_test_id("file-save").click()
    expect(page.get_by_test_id("file-viewer")).to_contain_text("# Mine")
    expect(page.get_by_test_id("job").last).to_contain_text("Check of your edit")
    status(page, "succeeded")
    page.get_by_test_id("tab-history").click()
    expect(page.get_by_test_id("commit").first).to_contain_text("edit by hand")


def test_a_stale_edit_is_refused_without_losing_a_line(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto(f"/p/{project}?tab=code")
    page.get_by_test_id("file-edit").click()
    page.get_by_test_id("file-editor").fill("# Mine\n")
    double.do("edit", project=project, path="README.md", content="# Theirs\n")
    expect(page.get_by_test_id("file-save")).to_be_enabled()
    page.get_by_test_id("file-save").click()
    expect(page.get_by_test_id("conflict")).to_contain_text("changed while you were editing")
    page.get_by_test_id("conflict-compare").click()
    expect(page.get_by_test_id("file-viewer")).to_contain_text("# Theirs")
    page.get_by_test_id("conflict-compare").click()
    expect(page.get_by_test_id("file-editor")).to_have_value("# Mine\n")
    page.get_by_test_id("conflict-mine").click()
    expect(page.get_by_test_id("file-viewer")).to_contain_text("# Mine")


def test_the_preview_stops_starts_and_reloads(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}")
    frame = page.get_by_test_id("preview-frame")
    expect(frame).to_have_attribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-downloads")
    address = page.get_by_test_id("preview-address").inner_text()
    expect(page.get_by_test_id("preview-open")).to_have_attribute("href", re.compile(f"^{re.escape(address)}[?]token="))
    page.get_by_test_id("preview-reload").click()
    expect(page.frame_locator("[data-testid=preview-frame]").get_by_role("heading", name="Tasks")).to_be_visible()
    page.get_by_test_id("preview-stop").click()
    page.get_by_test_id("preview-start").click()
    expect(frame).to_be_visible()


def test_trouble_in_the_preview_is_shown_and_fixed_by_one_click(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto(f"/p/{project}")
    application = page.frame_locator("[data-testid=preview-frame]").get_by_role("heading", name="Tasks")
    application.evaluate("heading => heading.dataset.used = 'yes'")
    trouble = {
        "id": "t1",
        "type": "preview.troubled.v1",
        "source": "script",
        "text": "<b>x</b> is undefined",
        "detail": "at App",
        "where": "/#/a",
    }
    double.do("emit", project=project, event=trouble)
    strip = page.get_by_test_id("preview-trouble")
    expect(strip).to_contain_text("<b>x</b> is undefined")
    expect(application).to_have_attribute("data-used", "yes")  # whoever was at work in it goes on
    assert axe(page) == []
    strip.get_by_test_id("trouble-fix").click()
    expect(strip).to_have_count(0)
    expect(page.get_by_test_id("message").filter(has_text="Fix this error of the preview")).to_contain_text("On /#/a <b>x</b> is undefined")


def test_an_edit_that_does_not_hold_leaves_the_preview_and_is_told_beside_it(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto(f"/p/{project}")
    frame = page.get_by_test_id("preview-frame")
    shown = frame.get_attribute("data-commit")
    page.evaluate(
        """async (files) => {
            const { items, commit } = await (await fetch(files)).json();
            const body = JSON.stringify({ content: "const = ;", base: commit });
            await fetch(`${files}/${items[0].path}`, { method: "PUT", headers: { "Content-Type": "application/json" }, body });
        }""",
        f"/api/v2/projects/{project}/files",
    )
    strip = page.get_by_test_id("preview-trouble")
    expect(strip).to_contain_text("this is the version before it")
    expect(strip).to_contain_text("1 error")
    assert frame.get_attribute("data-commit") == shown
    strip.get_by_test_id("trouble-fix").click()
    expect(page.get_by_test_id("message").filter(has_text="Fix this error of the newest change")).to_have_count(1)
    expect(strip).to_have_count(0)


def test_the_preview_is_shared_by_a_link_that_can_be_taken_back(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}")
    page.get_by_test_id("preview-share").click()
    expect(page.get_by_test_id("share-dialog")).to_contain_text("No link is open now.")
    page.get_by_test_id("share-time").select_option("One day")
    page.get_by_test_id("share-make").click()
    expect(page.get_by_test_id("share-url")).to_have_value(re.compile(r"^http://share-.*/\.barnraise/enter\?token="))
    assert axe(page) == []
    page.get_by_test_id("share-revoke").click()
    expect(page.get_by_test_id("share")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("share-dialog")).to_have_count(0)


def test_where_nothing_can_run_the_page_says_why_and_what_to_do(page: Page, double: Double) -> None:
    double.do("set", sandbox=False)
    page.goto("/")
    expect(page.get_by_test_id("system-banner")).to_contain_text("User namespaces are switched off")
    expect(page.get_by_test_id("system-banner")).to_contain_text("sysctl")
    ask(page)
    status(page, "succeeded")
    expect(page.get_by_test_id("step-preview")).to_have_attribute("data-status", "skipped")
    expect(page.get_by_test_id("preview-unavailable")).to_contain_text("sysctl")


def test_what_holds_in_a_coarser_way_or_not_at_all_stands_on_verdict_and_preview_with_its_mending(page: Page, double: Double) -> None:
    held = ["network", "processes", "memory (watched)", "stored data (watched)"]
    double.do("set", limits={"enforced": held, "accepted": [], "fix": "Start it with Delegate=yes."})
    ask(page)
    status(page, "succeeded")
    limits = page.get_by_test_id("limits")
    expect(limits).to_contain_text("some held in a coarser way")
    expect(limits).not_to_have_attribute("open", "")
    limits.locator("summary").click()
    expect(limits).to_contain_text("memory (watched): it is looked at four times a second")
    expect(limits).to_contain_text("Held: network, processes.")
    expect(limits).to_contain_text("What to do: Start it with Delegate=yes.")
    double.do("set", limits={"enforced": held[:2], "accepted": ["memory"], "fix": None})
    say(page, "Plants get a colour.")
    expect(limits).to_contain_text("Not held, and accepted by name by whoever runs this machine: memory.")
    assert axe(page) == []
    page.get_by_role("tab", name="Checks").click()
    expect(page.get_by_test_id("checks").get_by_test_id("limits")).to_contain_text("not held: memory")


def test_the_output_of_tests_comes_live(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}?tab=checks")
    expect(page.get_by_test_id("checks")).to_contain_text("14 passed")
    page.get_by_test_id("run-tests").click()
    expect(page.get_by_test_id("log")).to_contain_text("14 passed in 0.83s")
    page.get_by_role("button", name="backend/app/tasks.py:12").click()
    expect(page.get_by_test_id("file-viewer")).to_contain_text("def list_tasks")


def test_a_project_is_renamed_and_deleted_only_when_confirmed(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}")
    page.get_by_test_id("project-name").click()
    page.get_by_label("Name of the project").fill("Barn jobs")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("project-name")).to_have_text("Barn jobs")
    page.goto("/")
    page.get_by_role("button", name="Delete Barn jobs").click()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("project-row")).to_have_count(1)
    page.get_by_role("button", name="Delete Barn jobs").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_test_id("project-row")).to_have_count(0)


def test_many_projects_come_in_pages(page: Page, double: Double) -> None:
    for number in range(15):
        double.seed(f"Project {number}", preview=False)
    page.goto("/")
    expect(page.get_by_test_id("project-row")).to_have_count(12)
    page.get_by_test_id("more").click()
    expect(page.get_by_test_id("project-row")).to_have_count(15)
    expect(page.get_by_test_id("more")).to_have_count(0)


def test_markup_stays_text(page: Page, double: Double) -> None:
    ask(page, "<img src=x onerror=\"document.title='broken'\"> <b>bold</b> [link](javascript:alert(1))\n- `<script>`")
    expect(page.get_by_test_id("message").first).to_contain_text("<b>bold</b>")
    status(page, "succeeded")
    assert page.locator("[data-testid=message] :is(img, b, a, script)").count() == 0


def test_a_proposal_says_why_it_waits_and_is_merged_or_discarded(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto(f"/p/{project}?tab=branches")
    expect(page.get_by_text("Nothing waits beside the application")).to_be_visible()
    waits = {"code": "approval_needed", "detail": "README.md would be deleted.", "next": "Merge it if that is right."}
    gone = [{"path": "README.md", "change": "deleted", "added": 0, "removed": 9}]
    known = {"checks": {"passed": True, "score": 98, "errors": 0}, "tests": {"passed": 14, "failed": 0, "skipped": 0}, "files": gone}
    double.do("propose", project=project, proposal={"text": "It is shorter now.", "waits": waits, **known})
    card = page.get_by_test_id("proposal")
    expect(card).to_contain_text("It is shorter now.")
    expect(card).to_contain_text("README.md would be deleted. Merge it if that is right.")
    for said in ("Checks passed, 98 of 100", "14 tests passed", "Deletes 1 file", "6,040 tokens, $0.018"):
        expect(card).to_contain_text(said)
    page.get_by_test_id("show-difference").click()
    expect(card.get_by_test_id("diff-view")).to_be_visible()
    page.get_by_test_id("proposal-discard").click()
    page.get_by_role("button", name="Discard it").click()
    expect(card).to_have_count(0)
    double.do("propose", project=project, proposal={"text": "Once more.", "waits": waits})
    expect(card).to_contain_text("Not tested")
    page.get_by_test_id("proposal-merge").click()
    expect(page.get_by_test_id("job").last).to_contain_text("Merge")
    expect(card).to_have_count(0)
    sent = [line.split(" ")[1].rpartition("/")[2] for line in double.seen(f"POST /projects/{project}/proposals")]
    assert sent == ["discard", "merge"]


def test_what_is_remembered_is_shown_changed_and_forgotten(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}?tab=memory")
    expect(page.get_by_text("Nothing is wished for always.")).to_be_visible()
    expect(page.get_by_test_id("memory-new-save")).to_be_disabled()
    page.get_by_test_id("memory-new").fill("Always use British spelling")
    page.keyboard.press("Enter")
    wish = page.get_by_test_id("memory-wish")
    expect(wish).to_contain_text("Always use British spelling")
    expect(page.get_by_test_id("memory-new")).to_have_value("")
    page.get_by_role("button", name="Change: Always use British spelling").click()
    page.get_by_test_id("memory-words").fill("Always use American spelling")
    page.get_by_test_id("memory-words-save").click()
    expect(wish).to_contain_text("American")
    page.reload()
    expect(wish).to_have_count(1)
    page.get_by_test_id("memory-forget").click()
    page.get_by_role("button", name="Forget it").click()
    expect(wish).to_have_count(0)


def test_a_proposal_is_looked_at_in_the_preview_and_the_application_is_one_click_away(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto(f"/p/{project}?tab=branches")
    double.do("propose", project=project, proposal={"text": "It is shorter now."})
    double.do("edit", project=project, path="README.md", content="# Main has moved on\n")
    page.get_by_test_id("proposal-look").click()
    expect(page.get_by_test_id("preview-other")).to_contain_text("It is not merged.")
    expect(page.get_by_test_id("preview-frame")).to_be_visible()
    page.get_by_test_id("preview-back").click()
    expect(page.get_by_test_id("preview-other")).to_have_count(0)
    assert len(double.seen(f"POST /projects/{project}/preview/start")) == 2


def test_what_a_change_touches_stands_beside_it(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto(f"/p/{project}?tab=branches")
    impact = {"text": "Changes `total`; used by 1 file. No test reaches it.", "symbols": [], "importers": ["app/shop.py"], "tests": []}
    double.do("propose", project=project, proposal={"text": "It is shorter now.", "impact": impact})
    card = page.get_by_test_id("proposal")
    expect(card.get_by_test_id("impact")).to_contain_text("Changes `total`; used by 1 file. No test reaches it.")
    card.get_by_text("Who uses it: 1 file").click()
    expect(card.get_by_text("app/shop.py")).to_be_visible()
    double.do("edit", project=project, path="README.md", content="# Theirs\n")
    page.goto(f"/p/{project}?tab=history")
    expect(page.get_by_test_id("impact")).to_contain_text("used by 1 file")


def test_a_model_is_set_up_tested_and_its_key_is_never_shown_again(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}?tab=models")
    page.get_by_test_id("model-add").click()
    expect(page.get_by_test_id("model-save")).to_be_disabled()
    page.get_by_test_id("model-name").fill("strong")
    page.get_by_test_id("model-model").fill("gpt-5")
    expect(page.get_by_test_id("model-key")).to_have_attribute("type", "password")
    page.get_by_test_id("model-key").fill("wrong")
    page.get_by_test_id("model-test").click()
    expect(page.get_by_test_id("model-verdict")).to_have_text("api.openai.com refuses the key.")
    page.get_by_test_id("model-key").fill("right")
    expect(page.get_by_test_id("model-verdict")).to_have_count(0)
    page.get_by_test_id("model-test").click()
    expect(page.get_by_test_id("model-verdict")).to_have_text("It answered in 0.8 s.")
    page.get_by_test_id("model-save").click()
    expect(page.get_by_test_id("model")).to_contain_text("Has a key")
    page.get_by_test_id("model-edit").click()
    expect(page.get_by_test_id("model-key")).to_have_value("")
    expect(page.get_by_text("the kept one stays")).to_be_visible()
    page.get_by_test_id("budget-job").fill("1.50")
    page.get_by_test_id("budget-save").click()
    expect(page.get_by_role("button", name="Use the instance's")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("budget-job")).to_have_value("1.50")
    page.get_by_test_id("model-remove").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_test_id("model")).to_have_count(0)

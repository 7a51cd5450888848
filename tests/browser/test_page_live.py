"""The page when things break: cut sockets, outages, refusals. Nothing is missed, shown twice or lost."""

import re

import pytest
from page_double import Double
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def connected(page: Page, status: str = "live") -> None:
    expect(page.get_by_test_id("connection-status")).to_have_attribute("data-status", status)


def post(double: Double, project: str, text: str) -> None:
    event = {"id": f"m-{text}", "type": "message.posted.v1", "role": "assistant", "text": text}
    double.do("emit", project=project, event=event)


def test_a_cut_stream_comes_back_by_itself_without_gap_or_double(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto(f"/p/{project}")
    connected(page)
    texts = []
    for round_ in range(4):
        double.do("set", refuseSockets=round_ % 3)
        post(double, project, f"before {round_}")
        double.do("cut")
        post(double, project, f"while away {round_}")
        if round_ == 1:
            connected(page, "reconnecting")
        connected(page)
        post(double, project, f"after {round_}")
        texts += [f"before {round_}", f"while away {round_}", f"after {round_}"]
        expect(page.get_by_test_id("message").last).to_contain_text(f"after {round_}")
    shown = [text.split("said:")[-1].strip() for text in page.get_by_test_id("message").all_inner_texts()]
    assert shown[2:] == texts
    resumed = [int(line.split("after=")[1]) for line in double.seen("WS")]
    assert resumed == sorted(resumed)
    assert resumed[-1] > resumed[0]


def test_a_job_goes_on_while_the_page_is_away(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}")
    double.do("hold", step="validate")
    page.get_by_test_id("composer-input").fill("add a colour")
    page.get_by_test_id("composer-send").click()
    expect(page.get_by_test_id("step-validate")).to_have_count(1)
    double.do("set", refuseSockets=2)
    double.do("cut")
    double.do("release", step="validate")
    expect(page.get_by_test_id("job-status")).to_have_attribute("data-status", "succeeded")
    for step in ("plan", "generate", "validate", "test", "preview"):
        expect(page.get_by_test_id(f"step-{step}")).to_have_count(1)


def test_when_the_stream_has_forgotten_everything_is_fetched_anew(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto(f"/p/{project}")
    connected(page)
    fetched = len(double.seen(f"GET /projects/{project}/jobs"))
    double.do("set", refuseSockets=1000)
    double.do("cut")
    post(double, project, "told to nobody")
    double.do("forget")
    post(double, project, "told after that")
    double.do("set", refuseSockets=0)
    expect(page.get_by_test_id("message").last).to_contain_text("told after that")
    assert len(double.seen(f"GET /projects/{project}/jobs")) == fetched + 1
    connected(page)


def test_an_event_from_the_future_makes_the_page_look_again(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto(f"/p/{project}?tab=plan")
    connected(page)
    expect(page.get_by_test_id("entity")).to_have_count(2)
    page.evaluate("performance.clearResourceTimings()")
    double.do("emit", project=project, event={"type": "house.moved.v9"})
    page.wait_for_function(
        """parts => {
            const asked = performance.getEntriesByType("resource").map(each => new URL(each.name).pathname);
            return parts.every(part => asked.some(path => path.endsWith(part)));
        }""",
        arg=[f"/{project}", "/jobs", "/messages", "/manifest"],
    )


def test_an_outage_is_said_and_ends_by_itself(page: Page, double: Double) -> None:
    double.seed()
    page.goto("/")
    expect(page.get_by_test_id("project-row")).to_have_count(1)
    double.do("set", down=True)
    expect(page.get_by_test_id("offline-banner")).to_contain_text("not answering")
    page.get_by_test_id("prompt-input").fill("A diary of the outage")
    page.get_by_test_id("prompt-submit").click()
    expect(page.get_by_test_id("problem")).to_contain_text("Nothing is lost")
    expect(page.get_by_test_id("prompt-input")).to_have_value("A diary of the outage")
    double.do("set", down=False)
    expect(page.get_by_test_id("offline-banner")).to_have_count(0, timeout=15_000)
    page.get_by_test_id("prompt-submit").click()
    expect(page).to_have_url(re.compile("/p/"))


def test_a_project_opened_during_an_outage_appears_when_it_ends(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto("/")
    expect(page.get_by_test_id("project-row")).to_have_count(1)
    double.do("set", down=True)
    page.get_by_role("link", name="Task board").click()
    expect(page.get_by_test_id("problem")).to_contain_text("not answering")
    double.do("set", down=False)
    page.get_by_role("button", name="Try now").click()
    expect(page.get_by_test_id("message")).to_have_count(2)
    assert project in page.url


def test_a_sentence_whose_answer_was_lost_is_sent_again_under_the_same_key(page: Page, double: Double) -> None:
    double.do("fail", method="POST", path="/projects", status=0)
    page.goto("/")
    page.get_by_test_id("prompt-input").fill("A diary")
    page.get_by_test_id("prompt-submit").click()
    expect(page.get_by_test_id("problem")).to_be_visible()
    page.get_by_test_id("prompt-submit").click()
    expect(page).to_have_url(re.compile("/p/"))
    first, again = double.seen("POST /projects")
    assert first == again


def test_a_refusal_keeps_the_sentence_and_says_what_to_do(page: Page, double: Double) -> None:
    double.do(
        "fail", method="POST", path="/projects", status=500, detail="The database is away.", next="Wait a moment, then send it again."
    )
    page.goto("/")
    page.get_by_test_id("prompt-input").fill("A diary")
    page.get_by_test_id("prompt-submit").click()
    problem = page.get_by_test_id("problem")
    expect(problem).to_contain_text("The database is away.")
    expect(problem).to_contain_text("Wait a moment")
    expect(problem).to_contain_text(re.compile("trace [0-9a-f]{32}"))
    page.reload()
    expect(page.get_by_test_id("prompt-input")).to_have_value("A diary")


def test_a_conflict_is_shown_where_it_happened(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}")
    double.do("fail", method="POST", path="/messages", status=409, code="project_deleted", detail="This project is being deleted.")
    page.get_by_test_id("composer-input").fill("add a colour")
    page.get_by_test_id("composer-send").click()
    expect(page.get_by_test_id("problem")).to_contain_text("being deleted")
    expect(page.get_by_test_id("composer-input")).to_have_value("add a colour")


def test_who_is_not_let_in_is_told_how_to_get_a_link(page: Page, double: Double) -> None:
    double.do("set", signedOut=True)
    page.goto("/")
    expect(page.get_by_role("heading", name="This page needs your link")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("make up")
    expect(page.get_by_role("main")).to_contain_text("barnraise status")
    double.do("set", signedOut=False)
    page.get_by_role("button", name=re.compile("look again")).click()
    expect(page.get_by_test_id("prompt-input")).to_be_visible()


def test_a_session_that_ends_under_way_loses_no_draft(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}")
    page.get_by_test_id("composer-input").fill("half a thought")
    double.do("set", signedOut=True)
    expect(page.get_by_role("heading", name="This page needs your link")).to_be_visible()
    double.do("set", signedOut=False)
    page.reload()
    expect(page.get_by_test_id("composer-input")).to_have_value("half a thought")


def test_a_project_that_is_gone_says_so(page: Page, double: Double) -> None:
    page.goto("/p/p-nowhere")
    expect(page.get_by_role("heading", name="There is no such project")).to_be_visible()
    project = double.seed()
    page.goto(f"/p/{project}")
    connected(page)
    double.do("emit", project=project, event={"type": "project.deleted.v1"})
    expect(page.get_by_role("heading", name="This project was deleted")).to_be_visible()
    page.get_by_role("link", name="To your projects").click()
    expect(page.get_by_test_id("project-list")).to_be_visible()


@pytest.mark.parametrize("part", ["manifest", "files", "commits", "checks", "preview"])
def test_a_part_that_fails_offers_to_try_again(page: Page, double: Double, part: str) -> None:
    project = double.seed()
    double.do("fail", method="GET", path=f"/{part}", status=500)
    tab = {"manifest": "plan", "files": "code", "commits": "history", "checks": "checks", "preview": "preview"}[part]
    if part == "checks":
        double.do("fail", method="GET", path="/tests", status=500)
    page.goto(f"/p/{project}?tab={tab}")
    expect(page.get_by_test_id("problem")).to_contain_text("Something broke")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_test_id("problem")).to_have_count(0)


def test_what_a_model_writes_is_shown_as_it_grows_and_can_be_stopped(page: Page, double: Double) -> None:
    project = double.seed()
    page.goto(f"/p/{project}")
    connected(page)
    double.do("hold", step="generate")
    page.get_by_test_id("composer-input").fill("greet everybody")
    page.get_by_test_id("composer-send").click()
    expect(page.get_by_test_id("step-generate")).to_have_attribute("data-status", "running")
    job = double.do("state")["projects"][0]["job"]["id"]

    def tell(**progress: object) -> None:
        double.do("now", project=project, progress={"job_id": job, "model": "strong (m)", **progress})

    tell(place=3)
    expect(page.get_by_test_id("writing")).to_contain_text("Waits for strong (m): place 3")
    tell(offset=0, text="<script>alert(1)</script> Grüße", tokens=900, most_tokens=17_000, cost="0.0042", most_cost="0.25")
    tell(offset=31, text=" an alle", files=[{"path": "app/greeting.py", "change": "file", "lines": 12}])
    expect(page.get_by_test_id("writing-text")).to_have_text("<script>alert(1)</script> Grüße an alle")
    expect(page.get_by_test_id("writing-file")).to_contain_text("12 lines")
    tell(reply="r2", text="Anew", tokens=950, most_tokens=17_000, cost="0.0042", most_cost="0.25")
    expect(page.get_by_test_id("writing-text")).to_have_text("Anew")
    expect(page.get_by_test_id("writing-cost")).to_contain_text("950 of at most 17,000 tokens, $0.00420 of at most $0.250")
    page.get_by_test_id("stop-writing").click()
    expect(page.get_by_test_id("job-status")).to_have_attribute("data-status", "cancelled")
    expect(page.get_by_test_id("writing")).to_have_count(0)
    double.do("release", step="generate")

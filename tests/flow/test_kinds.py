"""Projects that are no applications: a site is its pages, a script its results; both are tested, shown and changed by words."""

import re
from collections.abc import Iterator

import pytest
from page_double import axe, launch
from platform_client import Platform, sample_prompts, until
from playwright.sync_api import Browser, sync_playwright

pytestmark = [pytest.mark.flow, pytest.mark.browser]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def built(platform: Platform, prompt: str) -> tuple[str, str]:
    """The project of a message, and where its preview is."""
    answer = platform.create(prompt)
    job = platform.ended(answer["job"]["id"])
    assert job["status"] == "succeeded", job
    assert job["tests"]["failed"] == 0
    assert job["tests"]["passed"] > 5
    return answer["project"]["id"], job["preview_url"]


def say(platform: Platform, project: str, text: str) -> None:
    job = platform.ended(platform.say(project, text)["job"]["id"])
    assert job["status"] == "succeeded", job


@pytest.mark.parametrize("sample", [sample for sample in sample_prompts() if "kind" in sample], ids=lambda sample: sample["id"])
def test_samples_of_other_kinds_are_built(platform: Platform, browser: Browser, sample: dict) -> None:
    project, url = built(platform, sample["prompt"])
    assert platform.get(f"/projects/{project}/manifest")["manifest"]["kind"] == sample["kind"]
    for width, scheme in ((1280, "light"), (390, "dark")):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        page.goto(url)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
        context.close()


def test_a_site_shows_what_was_said_and_follows(platform: Platform) -> None:
    prompt = "A site for Otter Boats with services: hire £12, lessons £30, opening hours Mon-Fri 9-17 and a contact form"
    project, url = built(platform, prompt)
    page = platform.preview(url).text
    assert "<h1>Otter Boats</h1>" in page
    assert re.search(r"Lessons</h3>\s*<p class=\"note\">£30", page)
    assert "Mon–Fri" in page
    say(platform, project, "add Picnic basket at £25 to the services and remove the opening hours")
    page = platform.preview(url).text
    assert "Picnic basket" in page
    assert "Mon–Fri" not in page
    say(platform, project, "undo")
    assert "Mon–Fri" in platform.preview(url).text


def test_a_script_draws_computes_and_runs_again(platform: Platform) -> None:
    project, url = built(platform, "Draw a bar chart of goals: Ann 3, Bob 5, Cleo 4")
    page = platform.preview(url).text
    drawing = re.search(r'<img src="(files/[^"]+\.svg)"', page)
    assert drawing
    assert platform.preview(url, f"/{drawing[1]}").headers["content-type"].startswith("image/svg+xml")
    assert '<td class="n">12</td>' in page, "the sum"
    say(platform, project, "change Cleo to 10")
    assert '<td class="n">18</td>' in platform.preview(url).text


def test_a_script_that_fails_says_why_and_keeps_its_last_results(platform: Platform) -> None:
    project, url = built(platform, "Draw a line chart of sales: Q1 3, Q2 5, Q3 4")
    code = platform.get(f"/projects/{project}/files/main.py")
    with platform.http() as http:
        broken = {"content": code["content"].replace("def main() -> None:", "def main() -> None:\n    1 / 0"), "base": code["commit"]}
        saved = http.put(f"/api/v2/projects/{project}/files/main.py", json=broken)
        assert saved.status_code == 200, saved.text
    job = until(lambda: next((job for job in platform.get(f"/projects/{project}/jobs")["items"] if job["action"] == "check"), None))
    assert platform.ended(job["id"])["status"] == "failed"
    preview = platform.get(f"/projects/{project}/preview")
    assert "ZeroDivisionError" in (preview["detail"] or "")
    assert "<img" in platform.preview(url).text

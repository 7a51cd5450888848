"""Take the README's pictures (`scripts/pictures`): a platform of its own is started, talked to through its page, and stopped."""

import json
import tempfile
from pathlib import Path

from page_double import launch
from platform_client import ROOT, Platform, sample_prompts
from playwright.sync_api import Page, expect, sync_playwright

PICTURES = ROOT / "docs/pictures"
SIZE = {"width": 1360, "height": 860}
# What stands in the list of projects already.
BEFORE = ("blog", "shop")


def start_page(page: Page, sentence: str) -> None:
    page.get_by_test_id("prompt-input").fill(sentence)
    expect(page.get_by_test_id("project-row")).to_have_count(len(BEFORE))
    for row in page.get_by_test_id("project-row").all():
        expect(row).to_have_attribute("data-status", "ready")
    take(page, "start")
    page.get_by_test_id("prompt-submit").click()


def project_page(page: Page) -> None:
    """An application and its first refinement, which is to be seen."""
    expect(page.get_by_test_id("job").last).to_have_attribute("data-status", "succeeded")
    page.get_by_test_id("composer-input").fill("make it green")
    page.get_by_test_id("composer-send").click()
    expect(page.get_by_test_id("job")).to_have_count(2)
    expect(page.get_by_test_id("job").last).to_have_attribute("data-status", "succeeded")
    commit = page.get_by_test_id("job").last.get_by_role("button", name="Changes").inner_text().split()[-1]
    shown = f"[data-testid=preview-frame][data-commit^='{commit}']"
    expect(page.locator(shown)).to_be_visible()
    frame = page.frame_locator(shown)
    frame.get_by_role("navigation", name="Main").get_by_role("link", name="Tasks").click()
    expect(frame.get_by_role("row")).not_to_have_count(0)
    expect(page.get_by_test_id("message")).to_have_count(4)
    page.get_by_role("region", name="Conversation so far").hover()
    take(page, "project")


def take(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")


def main() -> None:
    prompts = {sample["id"]: sample["prompt"] for sample in sample_prompts()}
    expect.set_options(timeout=120_000)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="barnraise-pictures-") as home, sync_playwright() as playwright:
        platform = Platform.start(Path(home))
        try:
            for name in BEFORE:
                assert platform.ended(platform.create(prompts[name])["job"]["id"])["status"] == "succeeded"
            chromium = launch(playwright)
            page = chromium.new_page(viewport=SIZE, color_scheme="light")
            page.goto(json.loads(platform.cli("status", "--json").stdout)["link"])
            start_page(page, prompts["tasks"])
            project_page(page)
            chromium.close()
        finally:
            platform.stop()


if __name__ == "__main__":
    main()

"""What a hostile preview does to the platform and to other previews from the browser of whoever looks at it: nothing.

``barnraise doctor --escape`` tries the same. Each attack must succeed behind a site that keeps nothing apart, and fail behind the gateway.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_previews import weak
from page_double import FLAGS, Double, chromium
from playwright.sync_api import Browser, Page, expect, sync_playwright

from barnraise.gateway.adapters.hostile import browser as hostile
from barnraise.gateway.adapters.hostile.site import Site, behind, open_site
from barnraise.gateway.app import HTTP_OPTIONS, in_memory
from barnraise.gateway.domain.hostile import ATTACKS, FRAME, Attack

pytestmark = pytest.mark.browser
PANEL = Path(__file__).resolve().parents[2] / "web/src/panels/preview.tsx"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield (opened := playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, hostile.REBOUND]))
        opened.close()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_is_repelled(attack: Attack, browser: Browser, gateway_site: Site) -> None:
    finding = hostile.attempt(browser, gateway_site, attack)
    assert finding.verdict == "held", finding


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_succeeds_where_nothing_is_kept_apart(attack: Attack, browser: Browser, weak_site: Site) -> None:
    assert hostile.carry_out(browser, weak_site, attack, patience=60)


@pytest.fixture(scope="module")
def gateway_site() -> Iterator[Site]:
    with open_site(behind(in_memory, HTTP_OPTIONS)) as site:
        yield site


@pytest.fixture(scope="module")
def weak_site() -> Iterator[Site]:
    with open_site(weak) as site:
        yield site


def test_the_frame_of_the_suite_is_the_page_s() -> None:
    assert f'sandbox="{FRAME}"' in PANEL.read_text()


def suite(*arguments: str, **environment: str) -> tuple[int, list[dict[str, str]]]:
    """As the command line runs it."""
    command = [sys.executable, "-m", "barnraise.gateway", "escape", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment or None)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_the_suite_comes_with_the_product() -> None:
    code, found = suite("--only", "cookie", "parent-page")
    assert (code, {one["attack"]: one["verdict"] for one in found}) == (0, {"cookie": "held", "parent-page": "held"})


@pytest.mark.parametrize(("program", "why"), [("", "there is no Chromium"), ("/bin/false", "/bin/false does not start")])
def test_without_a_browser_each_attack_says_why_it_was_not_run(program: str, why: str, tmp_path: Path) -> None:
    code, found = suite(PATH=str(tmp_path), CHROMIUM=program)
    assert (code, len(found)) == (0, len(ATTACKS))
    assert {one["verdict"] for one in found} == {"not judged"}
    assert all(re.search(why, one["said"]) for one in found)


def test_a_previews_own_forms_work(browser: Browser, gateway_site: Site) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(gateway_site.sibling)
    page.click("button")
    expect(page.locator("body")).to_have_text(gateway_site.canaries.page)
    context.close()


def test_the_page_heeds_no_message_of_a_preview(page: Page, double: Double) -> None:
    page.goto(f"/p/{double.seed()}")
    expect(page.get_by_test_id("preview-frame")).to_be_visible()
    before = page.url
    frame = page.frames[-1]
    assert frame.parent_frame
    shapes = (
        "[{type: 'navigate', url: '/x'}, {action: 'reload'}, 'javascript:alert(1)', {source: 'react-devtools'}, {id: 1, method: 'stop'}]"
    )
    frame.evaluate(f"for (const shape of {shapes}) parent.postMessage(shape, '*')")
    page.wait_for_timeout(200)
    assert page.url == before
    expect(page.get_by_test_id("preview-frame")).to_be_visible()
    assert [line for line in double.seen("POST") if "preview" in line] == []

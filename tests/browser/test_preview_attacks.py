"""What a hostile preview does to the platform and to other previews from the browser of whoever looks at it: nothing.

Each attack must succeed behind a site that keeps nothing apart, and fail behind the gateway.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from hostile_previews import EVIL, Site, open_site
from page_double import FLAGS, Double, chromium
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

pytestmark = pytest.mark.browser

SCRIPT = (Path(__file__).parent / "hostile.js").read_text()
Judge = Callable[[Site, BrowserContext, Page], bool]


def heard(what: Callable[[Site], str]) -> Judge:
    return lambda site, _, __: any(what(site) in said for said in site.canaries.heard)


def taken(site: Site, _: BrowserContext, page: Page) -> bool:
    """The platform's own tab is somewhere else."""
    return page.url.endswith("taken")


def popped(site: Site, context: BrowserContext, _: Page) -> bool:
    return any(page.url.endswith("popup") for page in context.pages)


def framed(secret: Callable[[Site], str]) -> Judge:
    def judge(site: Site, _: BrowserContext, page: Page) -> bool:
        for frame in page.frames[1:]:
            try:
                if secret(site) in frame.content():
                    return True
            except Error:
                continue
        return False

    return judge


def replaced(site: Site, context: BrowserContext, _: Page) -> bool:
    """A service worker answers for the platform or the sibling."""
    page = context.new_page()
    found = False
    for url in (f"{site.studio}/", site.sibling):
        page.goto(url)
        found = found or site.canaries.mark in page.content()
    page.close()
    return found


def tossed(site: Site, context: BrowserContext, _: Page) -> bool:
    """A cookie that the attacker has set arrives at others."""
    page = context.new_page()
    for url in (f"{site.studio}/", site.sibling):
        page.goto(url)
    page.close()
    return any(site.canaries.mark in cookies for cookies in site.canaries.cookies) or any(
        site.canaries.mark in str(cookie.get("value")) and EVIL not in str(cookie.get("domain")) for cookie in context.cookies()
    )


@dataclass(frozen=True)
class Attack:
    """``where`` its page is: in the platform's frame, alone in a tab, opened from the platform's page, or under a foreign name."""

    name: str
    where: str
    judge: Judge


ATTACKS = [
    Attack("cookie", "frame", heard(lambda site: site.canaries.session)),
    Attack("storage", "frame", heard(lambda site: site.canaries.page)),
    Attack("parent-storage", "frame", heard(lambda site: site.canaries.page)),
    Attack("parent-page", "frame", heard(lambda site: site.canaries.page)),
    Attack("top-navigation", "frame", taken),
    Attack("popup", "frame", popped),
    Attack("opener", "opened", taken),
    Attack("frame-platform", "alone", framed(lambda site: site.canaries.page)),
    Attack("frame-sibling", "alone", framed(lambda site: site.canaries.sibling)),
    Attack("sibling-storage", "alone", heard(lambda site: site.canaries.sibling)),
    Attack("platform-socket", "alone", heard(lambda site: f"opened {site.canaries.mark}")),
    Attack("platform-read", "alone", heard(lambda site: site.canaries.page)),
    Attack("platform-write", "alone", lambda site, *_: site.posts() > 0),
    Attack("platform-form", "alone", lambda site, *_: site.posts() > 0),
    Attack("service-worker", "alone", replaced),
    Attack("sibling-request", "alone", lambda site, *_: site.canaries.used > 0),
    Attack("tossed-cookie", "alone", tossed),
    Attack("camera", "alone", heard(lambda site: f"granted {site.canaries.mark}")),
    Attack("rebound-host", "foreign", heard(lambda site: f"granted {site.canaries.mark}")),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    flags = [*FLAGS, "--host-resolver-rules=MAP *.example 127.0.0.1"]
    with sync_playwright() as playwright:
        yield (opened := playwright.chromium.launch(executable_path=chromium(), args=flags))
        opened.close()


def carry_out(browser: Browser, site: Site, attack: Attack, patience: float) -> bool:
    """``patience``, in seconds: so long an attack has that does not say itself that it is done."""
    context = browser.new_context()
    site.attack = ""
    try:
        page = context.new_page()
        page.goto(site.enter())
        session = next((cookie for cookie in context.cookies() if str(cookie.get("name")).startswith("barnraise")), None)
        assert session, "the platform's page is open"
        site.canaries.session = str(session.get("value"))
        other = context.new_page()
        other.goto(site.sibling)
        other.close()
        site.attack = attack.name
        site.canaries.clear()
        attacker = page
        if attack.where == "frame":
            with suppress(Error):  # the attack may lead the page elsewhere before it is there
                page.goto(f"{site.studio}/")
            if attack.name == "popup":
                wait_until(lambda: any("armed" in said for said in site.canaries.heard), site, attack.name, page, patience)
                page.frame_locator("#frame").locator("body").click()
        elif attack.where == "opened":
            page.goto(f"{site.studio}/")
            with context.expect_page():
                page.click("#open")
        else:
            attacker = context.new_page()
            url = site.evil.replace("localhost:", "evil.example:") if attack.where == "foreign" else site.evil
            attacker.goto(url)
        wait_until(lambda: attack.judge(site, context, attacker if attack.where == "alone" else page), site, attack.name, page, patience)
        return attack.judge(site, context, attacker if attack.where == "alone" else page)
    finally:
        context.close()


def wait_until(judged: Callable[[], bool], site: Site, name: str, page: Page, patience: float) -> None:
    """Until it has succeeded, or has said that it is done and a moment has passed for what is still under way."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if any(f"done {name}" in said for said in site.canaries.heard):
            deadline = min(deadline, time.monotonic() + 0.6)
        page.wait_for_timeout(50)
        if name not in ("service-worker", "tossed-cookie") and judged():
            return


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_is_repelled(attack: Attack, browser: Browser, gateway_site: Site) -> None:
    assert not carry_out(browser, gateway_site, attack, patience=6)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_succeeds_where_nothing_is_kept_apart(attack: Attack, browser: Browser, weak_site: Site) -> None:
    assert carry_out(browser, weak_site, attack, patience=60)


@pytest.fixture(scope="module")
def gateway_site() -> Iterator[Site]:
    with open_site(SCRIPT) as site:
        yield site


@pytest.fixture(scope="module")
def weak_site() -> Iterator[Site]:
    with open_site(SCRIPT, weak=True) as site:
        yield site


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

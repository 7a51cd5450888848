"""Carrying the attacks out in a real browser, by Playwright, where both are installed; and judging by what came out, or has changed."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from barnraise.gateway.adapters.hostile.judges import JUDGES
from barnraise.gateway.adapters.hostile.site import Serve, Site, open_site
from barnraise.gateway.domain.hostile import Attack, Finding

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
REBOUND = "--host-resolver-rules=MAP *.example 127.0.0.1"
PATIENCE = 6.0
"""Seconds that an attack has which does not say itself that it is done."""
_INSTALL = "Not run: there is no Playwright. Install it where Barnraise is: pip install playwright"
_NO_BROWSER = "Not run: there is no Chromium on this machine. Debian, Ubuntu: apt install chromium; or name one by CHROMIUM."


def run(serve: Serve, attacks: Sequence[Attack]) -> Iterator[Finding]:
    """One after another, behind a gateway that is made for them. Where there is no browser, that of each."""
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        yield from (Finding(attack, "not judged", _INSTALL) for attack in attacks)
        return
    program = os.environ.get("CHROMIUM") or next((path for name in NAMES if (path := shutil.which(name))), None)
    if program is None:
        yield from (Finding(attack, "not judged", _NO_BROWSER) for attack in attacks)
        return
    with open_site(serve) as site, sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, REBOUND])
        except Error as error:
            said = f"Not run: {program} does not start. {error.message.splitlines()[0]}"
            yield from (Finding(attack, "not judged", said) for attack in attacks)
            return
        for attack in attacks:
            yield attempt(browser, site, attack)
        browser.close()


def attempt(browser: "Browser", site: Site, attack: Attack) -> Finding:
    from playwright.sync_api import Error

    begun = time.monotonic()
    try:
        succeeded = carry_out(browser, site, attack, PATIENCE)
    except (Error, OSError) as error:
        return Finding(attack, "failed", str(error), time.monotonic() - begun)
    # Under a foreign name nothing is shown, let alone run.
    ran = succeeded or attack.where == "foreign" or bool(site.canaries.heard)
    said = "" if ran else "The attack's page was not run."
    return Finding(attack, "escaped" if succeeded else "held" if ran else "failed", said, time.monotonic() - begun)


def carry_out(browser: "Browser", site: Site, attack: Attack, patience: float) -> bool:
    """Whether it succeeded. ``patience``, in seconds: so long an attack has that does not say itself that it is done."""
    from playwright.sync_api import Error

    context = browser.new_context()
    site.attack = ""
    try:
        page = context.new_page()
        page.goto(site.enter())
        session = next((cookie for cookie in context.cookies() if str(cookie.get("name")).startswith("barnraise")), None)
        if session is None:
            raise OSError("the platform's page did not open")
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
                _wait_until(lambda: any("armed" in said for said in site.canaries.heard), site, attack.name, page, patience)
                page.frame_locator("#frame").locator("body").click()
        elif attack.where == "opened":
            page.goto(f"{site.studio}/")
            with context.expect_page():
                page.click("#open")
        else:
            attacker = context.new_page()
            url = site.evil.replace("localhost:", "evil.example:") if attack.where == "foreign" else site.evil
            attacker.goto(url)
        watched = attacker if attack.where == "alone" else page

        def judged() -> bool:
            return JUDGES[attack.name](site, context, watched)

        _wait_until(judged, site, attack.name, page, patience)
        return judged()
    finally:
        context.close()


def _wait_until(judged: Callable[[], bool], site: Site, name: str, page: "Page", patience: float) -> None:
    """Until it has succeeded, or has said that it is done and a moment has passed for what is still under way."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if any(f"done {name}" in said for said in site.canaries.heard):
            deadline = min(deadline, time.monotonic() + 0.6)
        page.wait_for_timeout(50)
        if name not in ("service-worker", "tossed-cookie") and judged():
            return

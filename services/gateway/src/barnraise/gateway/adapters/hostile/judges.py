"""Whether an attack succeeded, by what the canaries heard and by what has changed."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from barnraise.gateway.adapters.hostile.site import EVIL, Site

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Judge = Callable[[Site, "BrowserContext", "Page"], bool]


def heard(what: Callable[[Site], str]) -> Judge:
    return lambda site, _, __: any(what(site) in said for said in site.canaries.heard)


def taken(site: Site, _: "BrowserContext", page: "Page") -> bool:
    """The platform's own tab is somewhere else."""
    return page.url.endswith("taken")


def popped(site: Site, context: "BrowserContext", _: "Page") -> bool:
    return any(page.url.endswith("popup") for page in context.pages)


def framed(secret: Callable[[Site], str]) -> Judge:
    from playwright.sync_api import Error

    def judge(site: Site, _: "BrowserContext", page: "Page") -> bool:
        for frame in page.frames[1:]:
            try:
                if secret(site) in frame.content():
                    return True
            except Error:
                continue
        return False

    return judge


def replaced(site: Site, context: "BrowserContext", _: "Page") -> bool:
    """A service worker answers for the platform or the sibling."""
    page = context.new_page()
    found = False
    for url in (f"{site.studio}/", site.sibling):
        page.goto(url)
        found = found or site.canaries.mark in page.content()
    page.close()
    return found


def tossed(site: Site, context: "BrowserContext", _: "Page") -> bool:
    """A cookie that the attacker has set arrives at others."""
    page = context.new_page()
    for url in (f"{site.studio}/", site.sibling):
        page.goto(url)
    page.close()
    return any(site.canaries.mark in cookies for cookies in site.canaries.cookies) or any(
        site.canaries.mark in str(cookie.get("value")) and EVIL not in str(cookie.get("domain")) for cookie in context.cookies()
    )


JUDGES: dict[str, Judge] = {
    "cookie": heard(lambda site: site.canaries.session),
    "storage": heard(lambda site: site.canaries.page),
    "parent-storage": heard(lambda site: site.canaries.page),
    "parent-page": heard(lambda site: site.canaries.page),
    "top-navigation": taken,
    "popup": popped,
    "opener": taken,
    "frame-platform": framed(lambda site: site.canaries.page),
    "frame-sibling": framed(lambda site: site.canaries.sibling),
    "sibling-storage": heard(lambda site: site.canaries.sibling),
    "platform-socket": heard(lambda site: f"opened {site.canaries.mark}"),
    "platform-read": heard(lambda site: site.canaries.page),
    "platform-write": lambda site, *_: site.posts() > 0,
    "platform-form": lambda site, *_: site.posts() > 0,
    "service-worker": replaced,
    "sibling-request": lambda site, *_: site.canaries.used > 0,
    "tossed-cookie": tossed,
    "camera": heard(lambda site: f"granted {site.canaries.mark}"),
    "rebound-host": heard(lambda site: f"granted {site.canaries.mark}"),
}

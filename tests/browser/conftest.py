"""A double and a browser per module, a fresh context per test."""

from collections.abc import Iterator

import pytest
from page_double import Double, Watch, build, launch
from playwright.sync_api import Browser, Page, sync_playwright


@pytest.fixture(scope="session")
def built() -> None:
    build()


@pytest.fixture(scope="module")
def running_double(built: None) -> Iterator[Double]:
    double = Double.start()
    yield double
    double.stop()


@pytest.fixture
def double(running_double: Double) -> Double:
    running_double.do("reset")
    return running_double


# Not for the whole session: while it lives, no test of this process can run an event loop of its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, double: Double) -> Iterator[Page]:
    """A page that must not have thrown, broken its policy or asked anybody else when the test is done."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=double.url)
    page = context.new_page()
    watch = Watch(page, double.url)
    yield page
    context.close()
    assert watch.faults == []

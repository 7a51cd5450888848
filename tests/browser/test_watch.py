"""What the platform's script tells of a preview's page, in a real browser."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

SCRIPT = Path(__file__).parents[2] / "services/gateway/src/barnraise/gateway/handlers/watch.js"
ADDRESS = "http://preview.localhost"
pytestmark = pytest.mark.browser

FETCH = "fetch('{0}', {{method: 'post'}}).catch(() => {{}})"
REQUEST = "{{const asked = new XMLHttpRequest(); asked.open('post', '{0}'); asked.send()}}"
TWICE = (
    "{const asked = new XMLHttpRequest(); asked.open('get', '/fine'); asked.send();"
    "asked.onload = () => {asked.onload = null; asked.open('put', '/broken'); asked.send()}}"
)


def told(browser: Browser, script: str) -> dict[str, Any]:
    """The one report that comes of a script of the page."""
    context = browser.new_context()
    page = context.new_page()

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS).split("?")[0]
        if path == "/gone":
            route.abort()
        elif path == "/":
            route.fulfill(content_type="text/html", body=f"<script>{SCRIPT.read_text()}</script><h1>Lamps</h1>")
        else:
            route.fulfill(status=500 if path == "/broken" else 200, body="")

    page.route("**/*", answer)
    page.goto(f"{ADDRESS}/#/lamps")
    with page.expect_request("**/.barnraise/trouble") as report:
        page.evaluate(f"() => {{ {script} }}")
    found = report.value.post_data_json
    context.close()
    return found


@pytest.mark.parametrize(
    ("script", "text"),
    [
        (FETCH.format("/broken?key=1"), "POST /broken was answered with 500"),
        (REQUEST.format("/broken?key=1"), "POST /broken was answered with 500"),
        (FETCH.format("/gone"), "POST /gone was not answered"),
        (REQUEST.format("/gone"), "POST /gone was not answered"),
        (TWICE, "PUT /broken was answered with 500"),
        ("Promise.reject(new Error('no lamp'))", "Unhandled rejection: Error: no lamp"),
        ("console.error('too dark')", "too dark"),
        ("setTimeout(() => { throw new TypeError('no bulb') })", "Uncaught TypeError: no bulb"),
    ],
)
def test_what_goes_wrong_in_the_page_is_told(browser: Browser, script: str, text: str) -> None:
    report = told(browser, script)
    assert (report["text"], report["where"]) == (text, "/#/lamps")
    assert report["source"] == {"U": "script", "P": "request", "t": "console"}[text[0]]

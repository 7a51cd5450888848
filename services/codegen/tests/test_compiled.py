"""Compiled applications as they run: what linters, type checkers, browsers and strangers' requests find in them. Nothing, that is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from compiled import Project
from compiled_manifests import MANIFESTS
from page_double import axe, launch
from playwright.sync_api import Browser, expect, sync_playwright


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Project:
    return Project.make(MANIFESTS[request.param], tmp_path)


# Not for the whole session: while it lives, no test of this process can run an event loop of its own.
@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.mark.parametrize("project", ["adversarial", "every_type", "guarded", "lengthy", "paid", "single"], indirect=True)
def test_no_tool_finds_anything(project: Project) -> None:
    assert [*project.parses(), *project.ty(), *project.bandit(), *project.tsc(), *project.oxlint()] == []


@pytest.mark.parametrize("project", ["charted", "guarded", "paid"], indirect=True)
def test_its_own_tests_pass(project: Project) -> None:
    assert project.own_tests() == []


@pytest.mark.parametrize("project", ["guarded"], indirect=True)
def test_no_request_makes_it_fail(project: Project) -> None:
    assert project.starts() == []
    assert project.schemathesis(examples=2) == []


@pytest.mark.browser
@pytest.mark.parametrize("project", ["every_type", "guarded", "single"], indirect=True)
def test_its_own_walk_in_a_browser_succeeds(project: Project) -> None:
    assert project.walk() == []


@pytest.mark.browser
@pytest.mark.parametrize("project", ["charted"], indirect=True)
def test_everybody_can_read_and_use_it(project: Project, browser: Browser) -> None:
    assert project.axe(browser) == []


@pytest.mark.browser
@pytest.mark.parametrize("project", ["single"], indirect=True)
def test_everybody_can_use_the_way_to_a_provider(project: Project, browser: Browser) -> None:
    settings = {"OIDC_CLIENT_ID": "a client", "OIDC_CLIENT_SECRET": "a secret", "PUBLIC_URL": "https://app.example.com"}
    found = []
    with project.running(settings) as url:
        for scheme in ("light", "dark"):
            page = browser.new_page(color_scheme=scheme)
            page.goto(f"{url}/?error=access_denied&state=x")
            expect(page.get_by_role("button", name="Continue with Google")).to_be_visible()
            expect(page.get_by_role("alert")).to_have_text("Signing in was cancelled.")
            found += axe(page)
            page.close()
    assert found == []

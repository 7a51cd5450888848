"""Compiled applications as they run: what linters, type checkers, browsers and strangers' requests find in them. Nothing, that is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from compiled import Project
from compiled_manifests import MANIFESTS
from page_double import launch
from playwright.sync_api import Browser, sync_playwright


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


@pytest.mark.parametrize("project", ["charted", "guarded", "paid", "single"], indirect=True)
def test_its_own_tests_pass(project: Project) -> None:
    assert project.own_tests() == []


@pytest.mark.parametrize("project", ["guarded"], indirect=True)
def test_no_request_makes_it_fail(project: Project) -> None:
    assert project.starts() == []
    assert project.schemathesis(examples=2) == []


@pytest.mark.browser
@pytest.mark.parametrize("project", ["every_type", "guarded"], indirect=True)
def test_its_own_walk_in_a_browser_succeeds(project: Project) -> None:
    assert project.walk() == []


@pytest.mark.browser
@pytest.mark.parametrize("project", ["charted"], indirect=True)
def test_everybody_can_read_and_use_it(project: Project, browser: Browser) -> None:
    assert project.axe(browser) == []

"""Who does what: one row for each kind of work that a model is asked for, and the rules that choose one. A role is data."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from barnraise.contracts.commands import DesignManifest, EditCode

RoleName = Literal["core", "arch", "edit", "backend", "uix", "test", "quality", "devops", "debug", "docs"]
Tool = Literal["manifest", "edits", "words"]
"""What a role may answer with: a manifest by its schema, edits of files, or words alone."""


@dataclass(frozen=True)
class Role:
    """``tier``: for which of a router's tasks it asks. ``reply`` and ``context`` are tokens: of its answer, and of what it is shown.
    ``prefer``: which model is asked first, by its profile's name, where it can be."""

    name: RoleName
    prompt: str
    tier: Literal["vision", "reasoning", "code", "ui", "cheap"]
    tool: Tool
    reply: int
    context: int
    prefer: str = ""


ROLES: dict[RoleName, Role] = {
    role.name: role
    for role in (
        Role(
            "core",
            "You plan a new application from a request. Take from the request what it keeps and what each thing has; add "
            "only what it cannot "
            "do without, and say so under assumed.",
            "reasoning", "manifest", 12_000, 30_000,
        ),
        Role(
            "arch",
            "You change the plan of an application that stands and has data. Everything in its manifest stays, with the same "
            "names, unless the "
            "request renames it. Prefer what the manifest can say; the rest becomes tasks.",
            "reasoning", "manifest", 12_000, 30_000,
        ),
        Role("edit", "You change an application as its user asks, across all of its parts.", "code", "edits", 16_000, 45_000),
        Role(
            "backend",
            "You work on the server: its API, models, rules and queries. Keep the API's existing answers as they are; what "
            "can be asked for "
            "wrongly gets a clear error; data that exists stays readable.",
            "code", "edits", 16_000, 45_000,
        ),
        Role(
            "uix",
            "You work on the pages. Keep to the components and variables of the design that are there; every control has a "
            "label and works by "
            "keyboard; text does not run out of its box on a small screen.",
            "ui", "edits", 16_000, 45_000,
        ),
        Role(
            "test",
            "You write tests. They fail when the behaviour is wrong, name what they are about, and need no network and no "
            "clock. Change the "
            "code under test only if the request says so.",
            "code", "edits", 12_000, 40_000,
        ),
        Role(
            "quality",
            "You make code clearer without changing what it does: no behaviour, no public name, no answer of the API is different, and the "
            "tests stay as they are.",
            "code", "edits", 16_000, 45_000,
        ),
        Role(
            "devops",
            "You work on how the application is built, configured and run. No secret goes into a file, no image runs as "
            "root, every version "
            "is pinned.",
            "code", "edits", 8_000, 30_000,
        ),
        Role(
            "debug",
            "You mend what is wrong. Find the one cause behind the findings and the failing tests before you change "
            "anything; mend the code "
            "and not the tests, unless a test contradicts the request.",
            "reasoning", "edits", 16_000, 45_000,
        ),
        Role(
            "docs",
            "You answer a question about an application, from its files, in plain words. Name the files that you speak of. "
            "Where the files do "
            "not say it, say so.",
            "cheap", "words", 2_000, 30_000,
        ),
    )
}  # fmt: skip

_TESTS = re.compile(r"\b(?:write|add|create|extend|improve)\b.{0,40}\btests?\b|\btest coverage\b", re.I | re.S)
_QUALITY = re.compile(
    r"\b(?:refactor\w*|clean(?:ed)? up|tidy|simplify|restructure|deduplicate|readab\w+|dead code|rename the (?:function"
    r"|class|variable|module))\b",
    re.I,
)
_AREAS: tuple[tuple[RoleName, re.Pattern[str]], ...] = (
    (
        "devops",
        re.compile(
            r"(^|/)(?:Dockerfile[^/]*|[^/]*compose[^/]*\.ya?ml|\.github/.*|\.gitlab-ci\.yml|Makefile|[^/]*\.(?:sh|tf)|deploy/.*|k8s/.*)$"
        ),
    ),
    ("uix", re.compile(r"(^|/)(?:frontend/.*|[^/]*\.(?:tsx|jsx|css|scss|html|vue|svelte))$")),
    ("backend", re.compile(r"(^|/)(?:backend/.*|[^/]*\.(?:py|sql|go|rs|java))$")),
)
_NAMED: tuple[tuple[RoleName, re.Pattern[str]], ...] = (
    ("devops", re.compile(r"\b(?:docker\w*|compose|kubernetes|helm|ci|github actions?|workflow|deploy\w*|environment variables?)\b", re.I)),
    (
        "uix",
        re.compile(
            r"\b(?:pages?|buttons?|colou?rs?|layout|headings?|sidebar|menu|fonts?|dark mode|modal|tooltips?|icons?|css|screen|ui)\b", re.I
        ),
    ),
    (
        "backend",
        re.compile(
            r"\b(?:api|endpoints?|quer(?:y|ies)|database|validat\w+|server|headers?|status codes?|migrations?|csv|webhooks?)\b", re.I
        ),
    ),
)
_LEADING = 5


def designer(command: DesignManifest) -> Role:
    """For a message from which a plan is to be made; who has pictures to look at has to see."""
    role = ROLES["arch" if command.manifest else "core"]
    return replace(role, tier="vision") if any(one.picture for one in command.attachments) else role


def editor(command: EditCode, ranked: Iterable[str] = ()) -> Role:
    """For a change of the code. ``ranked``: the project's files, those that the task is most about first.

    Faults are mended by one role, questions answered by another. Else the task goes by what it says, then by the files that it is about:
    where they speak of one part of the application alone, it is that part's.
    """
    if command.question:
        return ROLES["docs"]
    if command.diagnostics or command.tests:
        return ROLES["debug"]
    if _TESTS.search(command.task):
        return ROLES["test"]
    if _QUALITY.search(command.task):
        return ROLES["quality"]
    named = [name for name, pattern in _NAMED if pattern.search(command.task)]
    leading = [path for _, path in zip(range(_LEADING), ranked, strict=False)]
    return ROLES[named[0] if len(named) == 1 else _of(leading) if not named else "edit"]


def _of(paths: Collection[str]) -> RoleName:
    """The part of the application that all of these files belong to."""
    areas = {next((name for name, pattern in _AREAS if pattern.search(path)), "edit") for path in paths}
    return areas.pop() if len(areas) == 1 else "edit"  # type: ignore[return-value]

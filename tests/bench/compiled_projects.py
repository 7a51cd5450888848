"""How good compiled applications are: every prompt of the gold set is planned and compiled, and each application goes through every check
that there is. `python tests/bench/compiled_projects.py` prints it; BARNRAISE_BENCH_SAMPLE=10 looks at ten of them, evenly spread,
BARNRAISE_BENCH_CHECKS="ruff ty" makes only these checks."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

import language
from compiled import Findings, Project
from figures import Row, spread
from page_double import launch
from playwright.sync_api import Browser, sync_playwright

from barnraise.contracts.manifest import Manifest

CHECKS = {
    "parses": "every file parses",
    "ruff": "ruff check and format find nothing",
    "ty": "ty finds nothing",
    "bandit": "bandit finds nothing",
    "tsc": "tsc finds nothing",
    "oxlint": "oxlint finds nothing",
    "own_tests": "the applications' own tests pass",
    "walk": "the applications' own walk in a browser succeeds",
    "starts": "starts; page and API answer",
    "axe": "axe finds nothing on any page",
    "schemathesis": "schemathesis sees no failure of the server",
}


def rows() -> Iterator[Row]:
    checks = {name: CHECKS[name] for name in (os.environ.get("BARNRAISE_BENCH_CHECKS") or " ".join(CHECKS)).split()}
    good = dict.fromkeys(checks, 0)
    seconds: dict[str, list[float]] = {name: [] for name in checks}
    manifests = _manifests()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for at, manifest in enumerate(manifests, 1):
            print(f"{at}/{len(manifests)} {manifest.title}", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory(prefix="barnraise-compiled-", ignore_cleanup_errors=True) as folder:
                project = Project.make(manifest, Path(folder))
                for name in checks:
                    start = time.perf_counter()
                    found = _found(project, name, browser)
                    seconds[name].append(time.perf_counter() - start)
                    good[name] += not found
                    for each in found:
                        print(f"{manifest.title}: {name}: {each}", file=sys.stderr, flush=True)
        browser.close()
    yield Row("compiled projects, by the gold set's prompts", {"p50": len(manifests)}, "projects", "", None)
    for name, title in checks.items():
        yield Row(f"  {title}", {"p50": 100 * good[name] / len(manifests)}, "%", "100", good[name] == len(manifests))
    for name, title in checks.items():
        yield Row(f"  seconds until {title}", spread(seconds[name]), "s", "", None)


def _found(project: Project, name: str, browser: Browser) -> Findings:
    """What a check found; that it broke off is a finding too."""
    try:
        return project.axe(browser) if name == "axe" else getattr(project, name)()
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]


def _manifests() -> list[Manifest]:
    gold = language.gold()
    made = [case.manifest for held_out in (False, True) for case in gold.cases(held_out=held_out) if case.manifest]
    size = int(os.environ.get("BARNRAISE_BENCH_SAMPLE") or len(made))
    return [made[at * len(made) // size] for at in range(min(size, len(made)))]


if __name__ == "__main__":
    print(*("\t".join(row.cells()) for row in rows()), sep="\n")

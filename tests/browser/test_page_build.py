"""What is built: small, self-contained, strict; and the page's own unit tests."""

import gzip
import json
import re
import subprocess

import pytest
from page_double import WEB, node

pytestmark = pytest.mark.browser


def run(*command: str) -> None:
    done = subprocess.run([node(), *command], cwd=WEB, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_bundle_is_small(built: None) -> None:
    assets = [path for path in (WEB / "dist").rglob("*") if path.suffix in {".html", ".js", ".css", ".woff2", ".svg"}]
    assert sum(len(gzip.compress(path.read_bytes())) for path in assets) <= 200_000


def test_the_page_holds_nothing_inline_and_asks_nobody_else(built: None) -> None:
    html = (WEB / "dist/index.html").read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)
    assert not re.search(r"(src|href)=\"(?!/)", html)
    styles = "".join(path.read_text() for path in (WEB / "dist").rglob("*.css"))
    assert not re.search(r"url\((?!/assets/)", styles)


def test_versions_are_pinned_and_the_lock_names_no_place() -> None:
    package = json.loads((WEB / "package.json").read_text())
    versions = (package["dependencies"] | package["devDependencies"]).values()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
    lock = json.loads((WEB / "package-lock.json").read_text())
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]


def test_types_and_lint(built: None) -> None:
    run("node_modules/typescript/bin/tsc", "--noEmit")
    run("node_modules/oxlint/bin/oxlint", "--deny-warnings")


def test_the_pure_parts(built: None) -> None:
    run("node_modules/vitest/vitest.mjs", "run")

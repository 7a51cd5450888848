"""``barnraise doctor --escape``: attack this machine's sandboxes, and the platform from previews in a browser, and see by canaries whether
they hold."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from barnraise.cli.errors import CliError, Exit
from barnraise.cli.output import Output

_MARKS = {"held": "✓", "escaped": "✗", "not enforced": "!", "not judged": "?", "failed": "✗"}


def attack(base: Path, output: Output, only: list[str], driver: str | None = None) -> Exit:
    """Carry out every attack, or those with the names; FAILED when one succeeded. CliError when there is no sandbox to attack."""
    findings = []
    for finding in _all(base, only, driver):
        findings.append(finding)
        if not output.as_json:
            seen = "; ".join(finding["evidence"].values()) or (finding["said"] if finding["verdict"] in ("not judged", "failed") else "")
            output.text(f"{_MARKS[finding['verdict']]} {finding['attack']:<22} {finding['tries']}{f': {seen}' if seen else ''}")
    counted = Counter(finding["verdict"] for finding in findings)
    if output.as_json:
        output.document({"escape": {"attacks": len(findings), "verdicts": dict(counted), "findings": findings}})
    else:
        output.text(f"{len(findings)} attacks: " + ", ".join(f"{count} {verdict}" for verdict, count in counted.most_common()))
    return Exit.FAILED if counted["escaped"] or counted["failed"] else Exit.OK


def _all(base: Path, only: list[str], driver: str | None) -> Iterator[dict[str, Any]]:
    """Of both suites; at least one must know an attack that was named."""
    found = 0
    for command in (_command(base, only, driver), _in_browser(only)):
        for finding in _findings(command):
            found += 1
            yield finding
    if not found:
        raise CliError(Exit.FAILED, "The escape suite did not come to its end: it knows no such attack.", "See: barnraise doctor --escape")


def _in_browser(only: list[str]) -> list[str]:
    return [sys.executable, "-m", "barnraise.gateway", "escape", *(["--only", *only] if only else [])]


def _command(base: Path, only: list[str], driver: str | None) -> list[str]:
    chosen = [*(["--driver", driver] if driver else []), *(["--only", *only] if only else [])]
    return [sys.executable, "-m", "barnraise.sandbox", "escape", "--base", str(base), *chosen]


def _findings(command: list[str]) -> Iterator[dict[str, Any]]:
    """As they come. The suite ends with 1 at an escape; anything else but 0 means that it did not come to its end."""
    with tempfile.TemporaryFile("w+") as errors:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as suite:
            assert suite.stdout
            for line in suite.stdout:
                yield json.loads(line)
        errors.seek(0)
        said = errors.read().strip()
    if suite.returncode not in (0, 1):
        reason = said.splitlines()[-1] if said else f"exit code {suite.returncode}"
        raise CliError(Exit.FAILED, f"The escape suite did not come to its end: {reason}", "See: barnraise doctor")

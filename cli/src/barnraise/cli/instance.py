"""Where the platform is: by BARNRAISE_URL and BARNRAISE_TOKEN, else by the state file of the home directory."""

import fcntl
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from barnraise.cli.errors import CliError, Exit


@dataclass(frozen=True)
class Instance:
    url: str
    token: str


def checkout() -> Path:
    """The source checkout that this command belongs to."""
    return Path(__file__).resolve().parents[4]


def home() -> Path:
    """Where everything of this instance lives: ``$BARNRAISE_HOME``, else ``.barnraise`` in the checkout.

    As root below a directory that others may not enter, PostgreSQL and sandboxes (which do not run as root) could not reach it:
    then it is a directory of its own under /var/lib.
    """
    if chosen := os.environ.get("BARNRAISE_HOME"):
        return Path(chosen).resolve()
    return _default_home()


def _default_home() -> Path:
    root = checkout()
    if os.geteuid() == 0 and not all(parent.stat().st_mode & 0o001 for parent in (root, *root.parents)):
        return Path("/var/lib/barnraise") / hashlib.sha256(str(root).encode()).hexdigest()[:12]
    return root / ".barnraise"


def cache() -> Path:
    """What all instances of a checkout share: the base layer of previews."""
    if chosen := os.environ.get("BARNRAISE_CACHE_HOME"):
        return Path(chosen).resolve()
    return _default_home() / "shared"


def read_state() -> dict[str, Any] | None:
    """The running instance's state, or None when none runs in this home or it is not ready yet."""
    if not is_locked():
        return None
    try:
        return json.loads((home() / "state.json").read_text())
    except (OSError, json.JSONDecodeError):
        return None


def is_locked() -> bool:
    """Does a supervisor hold this home? The kernel frees its lock however it ends; a pid in a file says less, as pids come again."""
    try:
        with (home() / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def find() -> Instance:
    """The instance to talk to; CliError when none runs."""
    if url := os.environ.get("BARNRAISE_URL"):
        return Instance(url.rstrip("/"), os.environ.get("BARNRAISE_TOKEN", ""))
    state = read_state()
    if state is None:
        raise CliError(Exit.UNREACHABLE, f"No platform runs in {home()}.", "Start one with: make up (or barnraise up --detach)")
    return Instance(f"http://127.0.0.1:{state['port']}", state["token"])

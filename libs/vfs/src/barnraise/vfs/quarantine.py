"""Packs from outside: git itself indexes and checks them, in a place of their own, with little memory and little time."""

import asyncio
import contextlib
import os
import tempfile
from pathlib import Path

from barnraise.chassis.errors import BarnraiseError
from barnraise.vfs.packs import Pack

_BOUNDED = 'ulimit -v 2097152 2>/dev/null; ulimit -t 60; exec "$@"'
"""2 GiB of memory and a minute of a processor, where the shell can say so."""


async def check_pack(data: bytes, known: Path | None = None) -> Pack:
    """The pack with an index: whole, sound, and complete together with the ``known`` repository, if there is one.

    Raises BarnraiseError ``invalid_request`` with git's reason.
    """
    with tempfile.TemporaryDirectory(prefix="barnraise-pack-") as name:
        place = await asyncio.to_thread(_prepare, Path(name), known)
        told = await _index(place, data)
        return await asyncio.to_thread(_read, place, told)


def git_environment() -> dict[str, str]:
    """Nothing of ours, and nobody's configuration."""
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": "/nonexistent"}
    return environment | {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0"}


def _prepare(place: Path, known: Path | None) -> Path:
    """A bare repository that sees the known objects and keeps new ones to itself."""
    for folder in ("objects/info", "objects/pack", "refs"):
        (place / folder).mkdir(parents=True)
    (place / "HEAD").write_text("ref: refs/heads/main\n")
    if known:
        (place / "objects/info/alternates").write_text(f"{known / 'objects'}\n")
    return place


async def _index(place: Path, data: bytes) -> str:
    """What ``git index-pack`` says of the pack."""
    command = ("git", "index-pack", "--stdin", "--fix-thin", "--strict", "--threads=1")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", _BOUNDED, "sh", *command, stdin=pipe, stdout=pipe, stderr=pipe, env=git_environment() | {"GIT_DIR": str(place)}
    )
    try:
        said, why = await process.communicate(data)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if process.returncode:
        reason = (why.decode("utf-8", "replace").strip().splitlines() or ["git stopped"])[-1][:200]
        raise BarnraiseError("invalid_request", f"The objects are not sound: {reason}.", "Run: git fsck")
    return said.decode().split()[-1]


def _read(place: Path, name: str) -> Pack:
    stem = place / "objects" / "pack" / f"pack-{name}"
    data = stem.with_suffix(".pack").read_bytes()
    pack = Pack(data[-20:].hex(), data, stem.with_suffix(".idx").read_bytes())
    pack.check()
    return pack

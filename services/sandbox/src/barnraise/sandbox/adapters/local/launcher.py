"""Starting ``launch.py``, which becomes a sandbox."""

import asyncio
import functools
import marshal
import os
import py_compile
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SOURCE = Path(__file__).parent / "launch.py"


class Launcher:
    """``folder`` is where the compiled program is kept. Launch from the event loop's thread only: what is launched dies with the thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def launch(self, orders: Mapping[str, Any], descriptors: tuple[int, ...] = (), *, hears: bool = False) -> Process:
        """``hears``: it has a standard input."""
        told = marshal.dumps({"parent": os.getpid(), **orders}).hex()
        return await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", self._program, told,
            stdin=PIPE if hears else DEVNULL, stdout=PIPE, stderr=PIPE, pass_fds=descriptors, env={}, cwd="/",
        )  # fmt: skip

    @functools.cached_property
    def _program(self) -> str:
        """Compiled once, and not at every start."""
        compiled = self._folder / "launch.pyc"
        py_compile.compile(str(_SOURCE), str(compiled), doraise=True)
        return str(compiled)

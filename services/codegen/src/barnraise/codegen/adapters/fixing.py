"""A tool that mends a project's files: bounded in time, memory and what it writes, without the service's environment."""

import asyncio
import contextlib
import resource
from collections.abc import Sequence
from pathlib import Path

from barnraise.chassis.errors import BarnraiseError

SECONDS = 30.0
_BOUNDS = {resource.RLIMIT_DATA: 2 << 30, resource.RLIMIT_FSIZE: 64 << 20, resource.RLIMIT_CPU: 60, resource.RLIMIT_CORE: 0}


async def run_fixer(program: str | Path, arguments: Sequence[str | Path], directory: Path) -> None:
    """Runs it in ``directory``; how it ends does not count, since the next validation will say what is left. ``step_timed_out``."""
    devnull = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        program, *arguments, cwd=directory, env={"HOME": str(directory)}, stdin=devnull, stdout=devnull, stderr=devnull
    )
    try:
        with contextlib.suppress(ProcessLookupError):
            for kind, bound in _BOUNDS.items():
                resource.prlimit(process.pid, kind, (bound, bound))
        async with asyncio.timeout(SECONDS):
            await process.wait()
    except TimeoutError as error:
        detail = f"{Path(program).name} took longer than {SECONDS:g} s."
        raise BarnraiseError("step_timed_out", detail, "Retry the job.", retryable=True) from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

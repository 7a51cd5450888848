"""Fail points: places around outside effects where a test can make the process die, as by a power cut.

``BARNRAISE_FAILPOINT_DIR`` names a folder; when it holds a file named like the point, the process renames it to ``<point>.hit`` and
kills itself. The rename makes each arming fire once, over all processes.
"""

import os
import signal
from pathlib import Path

_FOLDER = os.environ.get("BARNRAISE_FAILPOINT_DIR")


def failpoint(name: str) -> None:
    """Die here with SIGKILL if the point is armed."""
    if _FOLDER is None:
        return
    armed = Path(_FOLDER, name)
    try:
        armed.rename(armed.with_name(f"{name}.hit"))
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)

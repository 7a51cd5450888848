"""What the control group of somebody else's process has counted."""

from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")


def refusals(process: int, name: str, proc: Path = Path("/proc"), root: Path = _ROOT) -> int:
    """How often the process's group was refused a process; 0 where that is not to be seen. ``name`` is in the group's path: where it is
    not, the number means another process here."""
    try:
        lines = (proc / str(process) / "cgroup").read_text().splitlines()
    except OSError:
        return 0
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if name in path and controllers in ("", "pids"):
            return max(_refused(root / controllers / path.lstrip("/")), _refused(root / path.lstrip("/")))
    return 0


def _refused(group: Path) -> int:
    try:
        events = dict(line.split() for line in (group / "pids.events").read_text().splitlines())
    except (OSError, ValueError):
        return 0
    return int(events.get("max", 0))

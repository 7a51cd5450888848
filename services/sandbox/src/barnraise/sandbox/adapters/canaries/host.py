"""Canaries in the host's files, processes and kernel."""

import ctypes
import os
import secrets
import shutil
import stat
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

_AT_FDCWD = -100
_SETTING = Path("/proc/sys/kernel/printk_ratelimit_burst")
_KNOB = Path("/sys/kernel/mm/ksm/sleep_millisecs")
_HOLD = """
import ctypes, sys
kept = ctypes.create_string_buffer(sys.stdin.readline().strip().encode(), 64)
print(ctypes.addressof(kept), flush=True)
sys.stdin.read()
"""


class Files:
    """A folder that everybody on the host may enter who is told its name: files to read, to write, that are sealed, and a program that
    runs as whoever made it, root as a rule. Nobody else may find that one."""

    def __init__(self, folder: Path, secret: str, sealed: str) -> None:
        self.folder = folder / f"files-{secrets.token_hex(12)}"
        self.folder.mkdir(mode=0o755)
        self.canary = self._put("canary", secret, 0o644)
        self._content = secrets.token_hex(8)
        self.guarded = self._put("guarded", self._content, 0o666)
        self.sealed = self._put("sealed", sealed, 0o600)
        self.setuid = self.folder / "show"
        shutil.copyfile("/bin/cat", self.setuid)
        self.setuid.chmod(0o4755)
        self.folder.chmod(0o777)
        self._before = self._state()

    def changes(self) -> str:
        now = self._state()
        changed = [name for name in {*now, *self._before} if now.get(name) != self._before.get(name)]
        return f"changed on the host: {', '.join(sorted(changed))}" if changed else ""

    def mend(self) -> None:
        for path in self.folder.iterdir():
            if path.name not in self._before:
                path.unlink()
        self.guarded.write_text(self._content)
        for path in self.folder.iterdir():
            os.chown(path, os.geteuid(), os.getegid())
            path.chmod(self._before[path.name][0])
        os.chown(self.folder, os.geteuid(), os.getegid())
        self._before = self._state()

    def handle(self) -> str:
        """The canary's handle (``name_to_handle_at(2)``) in hex; empty where the file system has none."""
        buffer = ctypes.create_string_buffer(136)
        ctypes.c_uint.from_buffer(buffer).value = 128
        mount = ctypes.c_int()
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.name_to_handle_at(_AT_FDCWD, str(self.canary).encode(), buffer, ctypes.byref(mount), 0):
            return ""
        return buffer.raw[: 8 + ctypes.c_uint.from_buffer(buffer).value].hex()

    def _put(self, name: str, content: str, mode: int) -> Path:
        path = self.folder / name
        path.write_text(content)
        path.chmod(mode)
        return path

    def _state(self) -> dict[str, tuple[int, int, int, int, str]]:
        found = {}
        for path in (self.folder, *self.folder.iterdir()):
            told = path.lstat()
            content = path.read_text() if path in (self.guarded, self.canary) else ""
            found[path.name] = (stat.S_IMODE(told.st_mode), told.st_uid, told.st_gid, told.st_nlink, content)
        return found


class Holder:
    """A process of the host that knows a secret, at an address that attackers are told."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._start()

    def alive(self) -> bool:
        return self._process.poll() is None

    def mend(self) -> None:
        if not self.alive():
            self.close()
            self._start()

    def close(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe
            with suppress(OSError):
                pipe.close()
        self._process.wait(5)

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(self._secret + "\n")
        self._process.stdin.flush()
        self.pid, self.address = self._process.pid, int(self._process.stdout.readline())


class Kernel:
    """Settings that do no harm, one up and one back, and a control group that limits nothing."""

    def __init__(self) -> None:
        self.values = {path: int(path.read_text()) for path in (_SETTING, _KNOB) if path.exists()}
        self.setting, self.knob = _SETTING, _KNOB
        self.group: Path | None = None
        for hierarchy in (Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup")):
            if (hierarchy / "cgroup.procs").exists():
                with suppress(OSError):
                    self.group = hierarchy / f"barnraise-escape-{os.getpid()}"
                    self.group.mkdir(exist_ok=True)
                    break
                self.group = None

    def changes(self) -> str:
        for path, value in self.values.items():
            if int(path.read_text()) != value:
                return f"{path} was changed"
        if self.group and (self.group / "cgroup.procs").read_text().strip():
            return "a process is in another control group"
        return ""

    def mend(self) -> None:
        for path, value in self.values.items():
            if int(path.read_text()) != value:
                path.write_text(str(value))

    def close(self) -> None:
        self.mend()
        if self.group:
            with suppress(OSError):
                self.group.rmdir()

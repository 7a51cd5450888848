# ruff: noqa: S108 - the folders are the sandbox's own
"""Attacks on what is measured out: each takes several times what it may, and never more than a machine without walls could bear."""

import contextlib
import os
import select
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MIB = 1 << 20
SPIN_SECONDS = 2.0


def _children(count: int, work: Any) -> int:
    """Starts them; how many there were. They end by themselves."""
    started = 0
    with contextlib.suppress(OSError):
        for _ in range(count):
            if os.fork() == 0:
                with contextlib.suppress(MemoryError):
                    work()
                os._exit(0)
            started += 1
    return started


def fork_bomb(_: dict[str, Any]) -> str:
    return f"has {_children(160, lambda: time.sleep(4))} children"


def memory_bomb(_: dict[str, Any]) -> str:
    taken = [bytearray(os.urandom(MIB)) for _ in range(160)]
    time.sleep(1)
    return f"took {len(taken)} MiB"


def memory_of_many(_: dict[str, Any]) -> str:
    """No one of them takes much. They are waited for: on a busy machine the last may be late."""
    heard, told = os.pipe()

    def hoard() -> None:
        memory = b"\1" * (16 * MIB)
        os.write(told, b"1")
        time.sleep(4)
        del memory

    count = _children(12, hoard)
    os.close(told)
    holding = 0
    while holding < count and select.select([heard], [], [], 3)[0] and (more := os.read(heard, count)):
        holding += len(more)
    time.sleep(1)
    return f"{holding} of {count} children with 16 MiB each"


def _fill(orders: dict[str, Any], folder: str, size: int) -> str:
    block = b"\1" * MIB
    with (Path(folder) / orders["mark"]).open("wb", buffering=0) as file:
        for _ in range(size):
            file.write(block)
    return f"wrote {size} MiB to {folder}"


def disk_bomb(orders: dict[str, Any]) -> str:
    return _fill(orders, str(Path.cwd()), 40)


def scratch_bomb(orders: dict[str, Any]) -> str:
    return _fill(orders, tempfile.gettempdir(), 40)


def shared_memory_bomb(orders: dict[str, Any]) -> str:
    return _fill(orders, "/dev/shm", 96)


def inode_bomb(orders: dict[str, Any]) -> str:
    folder = Path.cwd() / orders["mark"]
    folder.mkdir()
    for number in range(orders["inodes"]):
        os.close(os.open(f"{folder}/{number}", os.O_CREAT | os.O_WRONLY))
    return f"made {orders['inodes']} files"


def huge_file(orders: dict[str, Any]) -> str:
    with (Path.cwd() / orders["mark"]).open("wb") as file:
        file.truncate(1 << 40)
    return "1 TiB, sparse"


def descriptor_bomb(orders: dict[str, Any]) -> str:
    opened = []
    with contextlib.suppress(OSError):
        while len(opened) < 2000:
            opened.append(os.open("/dev/null", os.O_RDONLY))
    orders["kept"] = opened
    return f"opened {len(opened)}"


def output_bomb(_: dict[str, Any]) -> str:
    block = b"x" * 65536
    for _number in range(128):
        sys.stdout.buffer.write(block)
    sys.stdout.flush()
    return "printed 8 MiB"


def spin(_: dict[str, Any]) -> str:
    """More processors than it may."""
    until = time.monotonic() + SPIN_SECONDS

    def work() -> None:
        while time.monotonic() < until:
            pass

    _children(2, work)
    work()
    return "spun"


def long_message(orders: dict[str, Any]) -> str:
    """Has the service read more than it should."""
    orders["channel"].send({"said": "x" * (8 * MIB)})
    return "said 8 MiB"

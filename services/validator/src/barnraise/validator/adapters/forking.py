"""A program: forks a process for every check that it is asked for, with all modules read already.

It is told over a socket: ``{"call": "module:function", "arguments": [...], "directory": ..., "data": bytes, "processor": seconds,
"output": bytes}`` with four descriptors, for the answer and for standard input, output and errors. The fork says its process id, then how
it exited; when it says no more, it has died.
"""

import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

Call = Callable[[], object]


def serve(control: socket.socket, calls: Sequence[str]) -> None:
    """Until the other side hangs up. ``calls``: what it will be asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    for call in calls:
        _called(call)
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 1 << 16, 4)
        if not message:
            return
        request = json.loads(message)
        call = _called(request["call"])  # before the fork, so that it is read once
        gc.freeze()
        if os.fork() == 0:
            control.close()
            _work(request, call, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _called(name: str) -> Call:
    module, _, function = name.partition(":")
    try:
        known = module in sys.modules
        read = importlib.import_module(module)
        if not known and hasattr(read, "warm"):
            read.warm()
        return getattr(read, function)
    except Exception as error:
        reason = error

        def fail() -> None:
            raise reason

        return fail


def _work(request: dict[str, Any], call: Call, descriptors: list[int]) -> None:
    """In the fork: nothing of the project is looked at before the limits stand."""
    answer, code = descriptors[0], 70
    try:
        os.setsid()
        os.write(answer, b"%d\n" % os.getpid())
        for number, descriptor in enumerate(descriptors[1:]):
            os.dup2(descriptor, number)
        _limit(request)
        os.chdir(request["directory"])
        sys.argv = [request["call"], *request["arguments"]]
        code = _exit_code(call)
        sys.stdout.flush()
    except BaseException:
        traceback.print_exc()
    finally:
        os.write(answer, b"%d\n" % code)
        os._exit(code)


def _exit_code(call: Call) -> int:
    try:
        call()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _limit(request: dict[str, Any]) -> None:
    bounds = {
        resource.RLIMIT_DATA: request["data"],
        resource.RLIMIT_CPU: request["processor"],
        resource.RLIMIT_FSIZE: request["output"],
        resource.RLIMIT_CORE: 0,
    }
    for kind, bound in bounds.items():
        resource.setrlimit(kind, (bound, bound))


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])

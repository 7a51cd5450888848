"""A thread for the suite, with a network of its own where that may be made; the main thread counts signals meanwhile."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from barnraise.sandbox.adapters.canaries.listeners import enter_own_network

Work = Callable[[bool, Callable[[], int]], Coroutine[Any, Any, int]]


def alone(work: Work) -> int:
    """Run ``work(own network, signalled)`` in an event loop of that thread. Called from the main thread, which alone hears signals."""
    count = 0
    outcome: list[int | BaseException] = []

    def heed(*_: object) -> None:
        nonlocal count
        count += 1

    def run() -> None:
        own = os.geteuid() == 0 and enter_own_network()
        try:
            outcome.append(asyncio.run(work(own, lambda: count)))
        except BaseException as failure:
            outcome.append(failure)

    before = signal.signal(signal.SIGURG, heed)
    try:
        thread = threading.Thread(target=run, name="escape")
        thread.start()
        while thread.is_alive():
            thread.join(0.2)
    finally:
        signal.signal(signal.SIGURG, before)
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]

"""A terminal of the host, into which nobody types."""

import os
import termios
from contextlib import suppress

_INPUT, _OUTPUT, _LOCAL, _CHARACTERS = 0, 1, 3, 6


class Terminal:
    """``path`` is empty where this machine gives no terminals. Its descriptor is there to be inherited, as a service's would be that
    somebody has started by hand."""

    def __init__(self) -> None:
        self.path = ""
        self._ends: tuple[int, ...] = ()
        with suppress(OSError):
            self._ends = os.openpty()
            self.path = os.ttyname(self._own)
            os.fchmod(self._own, 0o666)
            os.set_inheritable(self._own, True)
            self._take_at_once()

    def typed(self) -> str:
        """What stands in its input; it is taken out."""
        found = b""
        while self.path and (piece := os.read(self._own, 4096)):
            found += piece
        return found.decode(errors="replace")

    def close(self) -> None:
        for end in self._ends:
            os.close(end)

    @property
    def _own(self) -> int:
        return self._ends[1]

    def _take_at_once(self) -> None:
        """No lines, no echo, and reading does not wait."""
        settings = termios.tcgetattr(self._own)
        settings[_INPUT] = settings[_OUTPUT] = settings[_LOCAL] = 0
        settings[_CHARACTERS][termios.VMIN] = settings[_CHARACTERS][termios.VTIME] = 0
        termios.tcsetattr(self._own, termios.TCSANOW, settings)

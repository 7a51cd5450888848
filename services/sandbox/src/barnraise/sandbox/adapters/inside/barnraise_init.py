# ruff: noqa: S302, SIM105, PTH103, PTH123, PTH211 - it imports little, because every start pays for it; its orders are the service's
"""The first process of a container: starts the program with the descriptors that it expects, and carries its control channel, its output
and the connections to its preview over the container's own standard input and output.

That one stream is what every kind of container has, wherever it runs; no socket of the host is in a sandbox's reach. The service's side
is ``wire.py`` of the containers' adapter. A frame is nine bytes (what, channel, length) and, for DATA, that many bytes more. Nobody
sends on a channel more than the other side has granted. Runs on the standard library alone, and imports little: every start pays for it.
"""

import _signal as signal  # ty: ignore[import-not-found]
import _socket as sockets
import marshal
import os
import select
import sys
import time

OPEN, DATA, END, GRANT, RESET = range(1, 6)
CONTROL, STDOUT, STDERR = range(3)
HEAD = 9
"""Bytes before a frame's body: what it is (1), the channel's number (4), a length (4), as numbers with the greatest byte first."""
WINDOW = 1 << 18
PIECE = 1 << 16
MOST_CONNECTIONS = 256
SERVICE_GONE = 125
SAFE = 5
"""Below it are the numbers that the program knows."""
MEETING_SECONDS, PARTING_SECONDS = 60, 10
NO_NEW_PRIVILEGES, SET_FILTER, FILTER_MODE = 38, 22, 2
NOBODY = 65534
NEW_USERS, DROP_BOUND, LAST_CAPABILITY, CAPABILITY_VERSION = 0x10000000, 24, 64, 0x20080522
PREVIEW = "\0barnraise-preview"
STAYING_SECONDS = 1
WELL, FAILED, CROWDED = 1, 2, 3
"""How the program ended, in the place of a length: crowded if it failed and there was not even room for it and one more."""


class Channel:
    """One stream between the service and a descriptor in here. ``credit``: how many bytes the service still takes."""

    def __init__(self, number, descriptor):
        os.set_blocking(descriptor, False)
        self.number, self.descriptor = number, descriptor
        self.credit = WINDOW
        self.waiting = bytearray()
        self.reads, self.writes, self.ending = True, True, False

    def read(self):
        """What the program has said; empty at the end, None when it has said nothing."""
        try:
            return os.read(self.descriptor, min(PIECE, self.credit))
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def write(self):
        """Pass on what waits; how many bytes went."""
        try:
            gone = os.write(self.descriptor, self.waiting[:PIECE])
        except BlockingIOError:
            return 0
        except OSError:
            gone, self.writes = len(self.waiting), False
        del self.waiting[:gone]
        return gone


class Init:
    def __init__(self, program, channels, listens):
        self.program = program
        self.channels = channels
        self.listens = listens
        self.incoming = bytearray()
        self.outgoing = bytearray()
        self.code = None
        self.crowded = self.dismissed = False
        self.woken, waking = os.pipe()
        for descriptor in (0, 1, self.woken, waking):
            os.set_blocking(descriptor, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)

    def serve(self):
        """Until the program has ended and everything that it said is on its way; its code."""
        self.reap()
        while self.code is None or self.unsaid():
            self.turn(None if self.code is None else 0)
        # A length at the end tells it from an end that came from outside, and from that of the program's channel.
        self.send(END, CONTROL, (CROWDED if self.crowded else FAILED) if self.code else WELL)
        os.set_blocking(1, True)
        while self.outgoing:
            del self.outgoing[: os.write(1, self.outgoing)]
        if self.code:
            self.stay()
        return self.code

    def stay(self):
        """Until the service has seen what the container's limits have counted, which goes with the container."""
        until = time.monotonic() + STAYING_SECONDS
        while not self.dismissed and (left := until - time.monotonic()) > 0:
            if select.select([0], [], [], left)[0]:
                self.hear()

    def turn(self, timeout):
        room = len(self.outgoing) < WINDOW
        channels = list(self.channels.values())
        readers = {channel.descriptor: channel for channel in channels if room and channel.reads and channel.credit}
        writers = {channel.descriptor: channel for channel in channels if channel.waiting}
        ready, free, _ = select.select([0, self.woken, *readers], [*([1] if self.outgoing else []), *writers], [], timeout)
        if self.woken in ready:
            os.read(self.woken, 4096)
            self.reap()
        if 0 in ready:
            self.hear()
        for descriptor in free:
            if descriptor == 1:
                self.say()
            elif descriptor in writers:
                self.pass_on(writers[descriptor])
        for descriptor in ready:
            if descriptor in readers:
                self.take(readers[descriptor])

    def unsaid(self):
        """Whether the program, which has ended, has left words that nobody has taken yet. A daemon's later words are not waited for."""
        left = [self.channels[number] for number in (CONTROL, STDOUT, STDERR) if self.channels[number].reads]
        ready = select.select([channel.descriptor for channel in left], [], [], 0)[0]
        if ready and not any(channel.credit for channel in left if channel.descriptor in ready):
            select.select([0], [], [])  # until the service has room for them
        return bool(ready)

    def reap(self):
        """It is the first process, so that every orphan becomes its child."""
        before = self.code
        try:
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] == self.program:
                    self.code = code_of(ended[1])
        except ChildProcessError:
            pass
        if self.code and before is None:
            self.crowded = is_crowded()

    def hear(self):
        try:
            heard = os.read(0, PIECE)
        except BlockingIOError:
            return
        if not heard and self.code is not None:
            self.dismissed = True
        elif not heard:
            os._exit(SERVICE_GONE)
        self.incoming += heard
        while len(self.incoming) >= HEAD:
            what, number, length = self.incoming[0], *(int.from_bytes(self.incoming[at : at + 4], "big") for at in (1, 5))
            size = HEAD + (length if what == DATA else 0)
            if len(self.incoming) < size:
                return
            body = bytes(self.incoming[HEAD:size])
            del self.incoming[:size]
            self.obey(what, number, length, body)

    def obey(self, what, number, length, body):
        if what == OPEN:
            self.connect(number)
        channel = self.channels.get(number)
        if channel is None:
            return
        if what == DATA:
            channel.waiting += body
            self.pass_on(channel)
        elif what == GRANT:
            channel.credit += length
        elif what == END and number == CONTROL:
            self.dismissed = True
        elif what == END:
            channel.ending = True
            self.pass_on(channel)
        elif what == RESET:
            self.drop(channel)

    def connect(self, number):
        """To the program's own listening socket, where it waits until the program accepts it."""
        connection = sockets.socket(sockets.AF_UNIX)
        connection.setblocking(False)
        try:
            if not self.listens or len(self.channels) > MOST_CONNECTIONS:
                raise OSError("no more connections")
            connection.connect(PREVIEW)
        except OSError:
            connection.close()
            self.send(RESET, number)
            return
        self.channels[number] = Channel(number, connection.detach())

    def pass_on(self, channel):
        if self.channels.get(channel.number) is not channel:
            return
        if channel.waiting and (gone := channel.write()):
            self.send(GRANT, channel.number, gone)
        if channel.ending and not channel.waiting and channel.writes:
            channel.writes = False
            say_no_more(channel.descriptor)
            self.close_if_done(channel)

    def take(self, channel):
        if self.channels.get(channel.number) is not channel:
            return
        data = channel.read()
        if data:
            channel.credit -= len(data)
            self.send(DATA, channel.number, len(data), data)
        elif data is not None:
            channel.reads = False
            self.send(END, channel.number)
            self.close_if_done(channel)

    def close_if_done(self, channel):
        if channel.number > STDERR and not channel.reads and not channel.writes:
            self.drop(channel)

    def drop(self, channel):
        if channel.number > STDERR:
            del self.channels[channel.number]
            os.close(channel.descriptor)

    def send(self, what, number, length=0, body=b""):
        self.outgoing += bytes([what]) + number.to_bytes(4, "big") + length.to_bytes(4, "big") + body
        self.say()

    def say(self):
        try:
            del self.outgoing[: os.write(1, self.outgoing)]
        except BlockingIOError:
            pass


def say_no_more(descriptor):
    """The other side of a connection reads its end; what it says can still be read."""
    connection = sockets.socket(sockets.AF_UNIX, fileno=os.dup(descriptor))
    try:
        connection.shutdown(sockets.SHUT_WR)
    except OSError:
        pass  # it is no connection any more
    finally:
        connection.close()


def is_crowded():
    """Whether there is no room for two processes, one in the place that has just become free: then that is what the program failed by."""
    waiting, leave = os.pipe()
    started = []
    try:
        for _ in range(2):
            started.append(os.fork())
            if started[-1] == 0:
                os.close(leave)
                os.read(waiting, 1)
                os._exit(0)
    except OSError:
        return True
    finally:
        os.close(leave)
        os.close(waiting)
        for one in started:
            os.waitpid(one, 0)
    return False


def code_of(status):
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def listen():
    """A socket with a name of this sandbox's network alone."""
    listener = sockets.socket(sockets.AF_UNIX)
    listener.bind(PREVIEW)
    listener.listen(256)
    return listener


def launch(orders):
    """Start the program: control channel on 3, listening socket on 4, nothing on its input."""
    ours, theirs = sockets.socketpair()
    out, err = os.pipe(), os.pipe()
    wanted = {0: os.open("/dev/null", os.O_RDONLY), 1: out[1], 2: err[1], 3: theirs.detach()}
    if orders["listens"]:
        wanted[4] = listen().detach()
    program = start(orders, wanted)
    for descriptor in wanted.values():
        os.close(descriptor)
    channels = {CONTROL: Channel(CONTROL, ours.detach()), STDOUT: Channel(STDOUT, out[0]), STDERR: Channel(STDERR, err[0])}
    return Init(program, channels, orders["listens"])


def start(orders, wanted):
    """The program's process id. Spawned: a fork would copy this process only for the copy to become another."""
    safe = {target: beyond(source) for target, source in wanted.items()}
    moves = [(os.POSIX_SPAWN_DUP2, source, target) for target, source in safe.items()]
    try:
        return os.posix_spawn(orders["command"][0], orders["command"], orders["environment"], file_actions=moves, setsid=True)
    except OSError as error:
        os.write(safe[2], f"sandbox: {error}\n".encode())
        return os.fork() or os._exit(126)
    finally:
        for descriptor in safe.values():
            os.close(descriptor)


def beyond(source):
    """Another descriptor for it, out of the way of the program's own. The module that can ask for that takes long to load."""
    lower = []
    while (found := os.dup(source)) < SAFE:
        lower.append(found)
    for one in lower:
        os.close(one)
    return found


def share_packages(where):
    """The page's packages, where its tools look for them. Mounting them there would take the folder above from the sandbox's user."""
    os.makedirs("/app/frontend", exist_ok=True)
    os.symlink(where, "/app/frontend/node_modules")


def call(name, *arguments):
    """A call of the C library. Whole ctypes would take longer to load than everything else here."""
    import _ctypes

    itself = _ctypes.dlopen(None, 0)  # ty: ignore[invalid-argument-type]
    return _ctypes.call_function(_ctypes.dlsym(itself, name), arguments)


def change_number(user):
    """Be that user of a namespace in which nobody else is, without any right there: what user 0 owns outside it then owns, but for the
    devices."""
    os.chown("/dev", NOBODY, NOBODY)
    if call("unshare", NEW_USERS):
        raise OSError("no user namespace")
    for name in ("uid_map", "gid_map"):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(f"{user} 0 1")
    for capability in range(LAST_CAPABILITY):
        call("prctl", DROP_BOUND, capability, 0, 0, 0)
    head, none = CAPABILITY_VERSION.to_bytes(8, "little"), bytes(24)
    if call("capset", head, none) or os.getuid() != user:
        raise OSError("rights cannot be dropped")


def filter_calls(program):
    """Load the system call filter for this process and all that come after it."""
    import _ctypes

    class Byte(_ctypes._SimpleCData):
        _type_ = "c"

    code = (Byte * len(program)).from_buffer_copy(program)
    described = (len(program) // 8).to_bytes(8, "little") + _ctypes.addressof(code).to_bytes(8, "little")
    if call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0) or call("prctl", SET_FILTER, FILTER_MODE, described, 0, 0):
        raise OSError("the system call filter cannot be loaded")


def meet(name):
    """Wait for the bridge, whose connection then takes the place of this process's own input and output."""
    listener = sockets.socket(sockets.AF_UNIX)
    listener.bind(f"\0{name}")
    listener.listen(1)
    listener.settimeout(MEETING_SECONDS)
    try:
        service = listener._accept()[0]  # ty: ignore[missing-attribute]
    except OSError:
        os._exit(SERVICE_GONE)
    finally:
        listener.close()
    os.dup2(service, 0)
    os.dup2(service, 1)
    os.close(service)


def bridge(name):
    """A second process, where one can be run in a container but its first one's input is out of reach: its own is passed on to that."""
    service = sockets.socket(sockets.AF_UNIX)
    until = time.monotonic() + MEETING_SECONDS
    while service.connect_ex(f"\0{name}"):
        if time.monotonic() > until:
            return SERVICE_GONE
        time.sleep(0.02)
    other = {0: service.fileno(), service.fileno(): 1}
    while True:
        for source in select.select(list(other), [], [])[0]:
            data = os.read(source, PIECE)
            if not data:
                return 0
            while data:
                data = data[os.write(other[source], data) :]


def part():
    """The bridge dies with this process, so that it is waited for until it has passed everything on."""
    say_no_more(1)
    try:
        while select.select([0], [], [], PARTING_SECONDS)[0] and os.read(0, PIECE):
            pass
    except OSError:
        pass


def main():
    if sys.argv[1] == "bridge":
        return bridge(sys.argv[2])
    orders = marshal.loads(bytes.fromhex(sys.argv[1]))
    if orders["meet"]:
        meet(orders["meet"])
    if orders["user"] is not None:
        change_number(orders["user"])
    if orders["filter"]:
        filter_calls(orders["filter"])
    if orders["packages"]:
        share_packages(orders["packages"])
    code = launch(orders).serve()
    if orders["meet"]:
        part()
    return code


if __name__ == "__main__":
    os._exit(main())

"""Is the service in this container ready? Ends with 0 or 1 and says why; imports little, because it runs every few seconds."""

import os
import signal
import socket
import sys

# The engine gives up on a check that takes too long, but not all engines end it: on a machine that is too busy they would heap up.
signal.alarm(9)

with socket.create_connection(("127.0.0.1", int(os.environ["BARNRAISE_HTTP_PORT"])), timeout=3) as connection:
    connection.sendall(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")
    answer = b""
    while piece := connection.recv(4096):
        answer += piece
sys.stdout.write(answer.partition(b"\r\n\r\n")[2].decode(errors="replace"))
sys.exit(b" 200 " not in answer.partition(b"\r\n")[0])

"""A mail server that remembers what reached it, in a process of its own.

Its list is the judge of a campaign: what a sender believes does not count.
"""

import os
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from signal import SIGKILL


#: How long the server is busy before and after it has stored a letter. During the
#: second of these a letter has arrived and its sender does not know.
BUSY = 0.002


@contextmanager
def recording(log: Path) -> Iterator[int]:
    """Serve until left; the port to send to."""
    log.touch()
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        child = os.fork()
        if not child:
            try:
                serve(listener, log)
            finally:
                os._exit(1)
        try:
            yield int(listener.getsockname()[1])
        finally:
            os.kill(child, SIGKILL)
            os.waitpid(child, 0)


def arrived(log: Path) -> Counter[str]:
    """How often each Message-ID reached the server."""
    return Counter(log.read_text("ascii").split())


def serve(listener: socket.socket, log: Path) -> None:
    """Take letters until killed, each connection in a process of its own."""
    while True:
        connection, _ = listener.accept()
        if os.fork():
            connection.close()
            reap()
            continue
        try:
            converse(connection, log)
        except OSError:
            pass
        finally:
            os._exit(0)


def reap() -> None:
    """Let go of the processes of connections that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def converse(connection: socket.socket, log: Path) -> None:
    """Answer the commands of one connection until it ends."""
    connection.sendall(b"220 ready\r\n")
    lines = iter(connection.makefile("rb").readline, b"")
    for line in lines:
        verb = line[:4].upper().strip()
        if verb == b"DATA":
            connection.sendall(b"354 go on\r\n")
            if (letter := body(lines)) is None:
                return
            time.sleep(BUSY)
            note(log, letter)
            time.sleep(BUSY)
        connection.sendall(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")


def body(lines: Iterator[bytes]) -> bytes | None:
    """A letter up to its final dot; None when the sender is gone before that."""
    read: list[bytes] = []
    for line in lines:
        if line == b".\r\n":
            return b"".join(read)
        read.append(line)
    return None


def note(log: Path, letter: bytes) -> None:
    """Write down, in one piece, that a letter has arrived."""
    message_id = str(message_from_bytes(letter)["Message-ID"])
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.write(descriptor, f"{message_id}\n".encode("ascii"))
    os.close(descriptor)

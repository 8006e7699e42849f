"""What the other side says, heard out until a moment and not beyond it.

The time-out of a socket begins anew with every byte. Here it is one for the whole
answer, so that a server which drips cannot hold a letter up.
"""

import io
import smtplib
import socket
import time
from typing import Any


class Answers(io.RawIOBase):
    """What comes over a connection, for so long as it was given."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        self._connection = connection
        self._until = 0.0

    def within(self, seconds: float) -> None:
        """Give the other side so long from now on, for all that it has to say."""
        self._until = time.monotonic() + seconds

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what is there, or wait for it while there is time."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._connection.settimeout(left)
        return self._connection.recv_into(buffer)


class Heard:
    """Lines from a connection; each answer has its time, whatever its pieces."""

    def __init__(self, connection: socket.socket) -> None:
        self._answers = Answers(connection)
        self._lines = io.BufferedReader(self._answers)
        self.within = self._answers.within
        self.read = self._lines.read
        self.readline = self._lines.readline
        self.close = self._lines.close

    def kept(self) -> bool:
        """Whether something that was said has not been heard yet."""
        self.within(0)
        try:
            return bool(self._lines.peek(1))
        except TimeoutError:
            return False


class Plain(smtplib.SMTP):
    """A mail server whose time-out is that of a whole answer."""

    def getreply(self) -> tuple[int, bytes]:
        """The server's next answer."""
        sock = self.sock
        seconds = None if sock is None else sock.gettimeout()
        if sock is None or seconds is None:
            return super().getreply()
        if self.file is None:
            self.file = Heard(sock)
        self.file.within(seconds)
        try:
            return super().getreply()
        finally:
            if self.sock is not None:
                self.sock.settimeout(seconds)


class Encrypted(Plain, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte on."""

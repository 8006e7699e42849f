"""The channel that speaks SMTP: one recipient a letter, over a few connections.

Letters share the pace, however many connections carry them. A server that lets
fewer connections in than were asked for is served over those that it does let in.
"""

import time
from collections import deque
from collections.abc import Callable
from threading import Condition, Lock

from reports.delivery.channels import DeliveryError, Doubt, Envelope, Finding
from reports.delivery.channels.line import Crowded, Line
from reports.delivery.channels.mailbox import Mailbox
from reports.delivery.channels.relay import Pace, Patience, Relay


#: Seconds after which whoever waits looks whether the wait is in vain.
GLANCE = 0.5


class Smtp:
    """A mail server that takes our letters; several threads may send at once."""

    name = "smtp"
    local = False

    def __init__(
        self,
        relay: Relay,
        *,
        pace: Pace | None = None,
        patience: Patience | None = None,
        mailbox: Mailbox | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.relay = relay
        self.patience = patience or Patience()
        self.mailbox = mailbox
        self._pace = pace or Pace()
        self._turns = Turns(self._pace, sleep)
        self._lines = Lines(self._line, self._pace.connections)

    @property
    def at_once(self) -> int:
        """As many as there may be connections."""
        return self._pace.connections

    def send(self, raw: bytes, envelope: Envelope, on_dot: Callable[[], None]) -> str:
        """Send one letter and return the server's answer to it."""
        self._turns.wait()
        while True:
            line = self._lines.take()
            try:
                reply = line.carry(raw, envelope, on_dot)
            except Crowded:
                if not self._lines.give_up(line):
                    raise
            except BaseException:
                self._lines.give_back(line)
                raise
            else:
                self._lines.give_back(line)
                return reply

    def look(self, doubt: Doubt) -> Finding:
        """Look in the mailbox that gets copies; an SMTP server cannot be asked."""
        return self.mailbox.look(doubt) if self.mailbox else Finding()

    def check(self) -> str:
        """Connect and log in without sending anything; what was found, in words."""
        line = self._line()
        try:
            line.open()
        finally:
            line.close()
        how = (
            "encrypted" if self.relay.security != "none" else "not encrypted, loopback"
        )
        who = f", logged in as {self.relay.username}" if self.relay.username else ""
        looked = f"; {self.mailbox.check()}" if self.mailbox else ""
        return f"{self.relay.place} takes letters ({how}{who}){looked}"

    def stop(self) -> None:
        """Have no letter wait for its turn any longer."""
        self._turns.stopped = True

    def close(self) -> None:
        """Take leave of the server on every idle connection."""
        self._lines.close()

    def _line(self) -> Line:
        return Line(self.relay, self.patience, self._pace.on_one_connection)


class Lines:
    """Connections that are lent to letters; a new one only if all others are lent."""

    def __init__(self, make: Callable[[], Line], most: int) -> None:
        self._make = make
        self._most = most
        self._idle: list[Line] = []
        self._lent = 0
        self._opening = False
        self._changed = Condition()

    def take(self) -> Line:
        """A connected line for one letter; waits while there is none."""
        while True:
            with self._changed:
                self._changed.wait_for(self._can_lend)
                self._lent += 1
                if self._idle:
                    return self._idle.pop()
                self._opening = True
            line = self._make()
            try:
                line.open()
            except DeliveryError:
                if not self.give_up(line):
                    raise
            except BaseException:
                self.give_back(line)
                raise
            else:
                return line
            finally:
                with self._changed:
                    self._opening = False
                    self._changed.notify_all()

    def give_back(self, line: Line) -> None:
        """A letter is done with its line."""
        with self._changed:
            self._lent -= 1
            if line.connected:
                self._idle.append(line)
            self._changed.notify_all()

    def give_up(self, line: Line) -> bool:
        """Do with one line less from now on; false if there would be none."""
        self.give_back(line)
        with self._changed:
            others = self._lent + len(self._idle)
            self._most = min(self._most, max(others, 1))
            return others > 0

    def close(self) -> None:
        """Take leave on the lines that nobody uses."""
        with self._changed:
            for line in self._idle:
                line.close()
            self._idle.clear()

    def _can_lend(self) -> bool:
        """Whether there is a line, or one may be made: they are made one by one."""
        return bool(self._idle) or (self._lent < self._most and not self._opening)


class Turns:
    """Letters take turns: no more than so many in any stretch of time."""

    def __init__(self, pace: Pace, sleep: Callable[[float], None]) -> None:
        self.pace = pace
        self._sleep = sleep
        self._taken: deque[float] = deque(maxlen=pace.letters)
        self._mine = Lock()
        self.stopped = False  #: a plain value: what sets it may be a signal

    def wait(self) -> None:
        """Wait for the next turn and take it; a DeliveryError when that is in vain."""
        with self._mine:
            while (left := self._left()) > 0:
                if self.stopped:
                    raise DeliveryError(
                        "the run was asked to end before its turn came", everyone=True
                    )
                self._sleep(min(left, GLANCE))
            self._taken.append(time.monotonic())

    def _left(self) -> float:
        """How long it is until the next turn."""
        if len(self._taken) < self.pace.letters:
            return 0
        return self._taken[0] + self.pace.seconds - time.monotonic()

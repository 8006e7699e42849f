"""The channel that speaks SMTP: one letter and one recipient at a time.

Letters go out in turn over one connection, which servers that count connections
and letters take better than a crowd, and which leaves at most one letter in doubt.
"""

import smtplib
import time
from collections import deque
from collections.abc import Callable

from reports.delivery.channels import DeliveryError, Envelope
from reports.delivery.channels.dialogue import (
    CLOSING,
    LOST,
    begin,
    connect,
    finish,
    offer,
    words,
)
from reports.delivery.channels.relay import Pace, Patience, Relay


class Smtp:
    """A mail server that takes our letters."""

    name = "smtp"
    local = False

    def __init__(
        self,
        relay: Relay,
        *,
        pace: Pace | None = None,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.relay = relay
        self.patience = patience or Patience()
        self._turns = Turns(pace or Pace(), sleep)
        self._server: smtplib.SMTP | None = None
        self._carried = 0

    def send(self, raw: bytes, envelope: Envelope, on_dot: Callable[[], None]) -> str:
        """Send one letter and return the server's answer to it."""
        self._turns.wait()
        try:
            return self._said(raw, envelope, on_dot)
        except DeliveryError as error:
            self._reset(gone=error.in_doubt or error.everyone)
            raise
        except LOST as error:
            self._hang_up()
            raise DeliveryError(
                f"{envelope.recipient}: the connection was lost ({words(error)})"
            ) from error
        except BaseException:
            self._hang_up()
            raise

    def arrived(self, message_id: str) -> bool:  # noqa: ARG002  # part of the protocol
        """Nobody can ask an SMTP server what it has got."""
        return False

    def check(self) -> str:
        """Connect and log in without sending anything; what was found, in words."""
        try:
            self._connected()
        finally:
            self.close()
        how = (
            "encrypted" if self.relay.security != "none" else "not encrypted, loopback"
        )
        who = f", logged in as {self.relay.username}" if self.relay.username else ""
        return f"{self.relay.place} takes letters ({how}{who})"

    def close(self) -> None:
        """Take leave of the server; harmless when repeated."""
        if self._server is not None:
            try:
                self._server.quit()
            except LOST:
                self._hang_up()
        self._server = None

    def _said(self, raw: bytes, envelope: Envelope, on_dot: Callable[[], None]) -> str:
        """The dialogue about one letter."""
        server = self._begun(envelope)
        offer(server, raw, envelope)
        on_dot()
        reply = finish(server, envelope, self.patience)
        self._carried += 1
        return reply

    def _begun(self, envelope: Envelope) -> smtplib.SMTP:
        """A connection on which a letter has been announced.

        A server may have closed a connection that was idle: then it is made anew.
        """
        if self._carried >= self._turns.pace.on_one_connection:
            self.close()
        if self._server is not None:
            try:
                if begin(self._server, envelope) != CLOSING:
                    return self._server
            except LOST:
                pass
            self._hang_up()
        server = self._connected()
        if begin(server, envelope) == CLOSING:
            raise DeliveryError(
                f"{self.relay.place} takes no letters now: {CLOSING}", everyone=True
            )
        return server

    def _connected(self) -> smtplib.SMTP:
        if self._server is None:
            self._server = connect(self.relay, self.patience)
            self._carried = 0
        return self._server

    def _reset(self, *, gone: bool) -> None:
        """Make the connection ready for the next letter, or drop it."""
        if gone or self._server is None:
            self._hang_up()
            return
        try:
            self._server.rset()
        except LOST:
            self._hang_up()

    def _hang_up(self) -> None:
        """Drop the connection without a word; an unfinished letter is void then."""
        if self._server is not None:
            self._server.close()
        self._server = None


class Turns:
    """Letters take turns: no more than so many in any stretch of time."""

    def __init__(self, pace: Pace, sleep: Callable[[float], None]) -> None:
        self.pace = pace
        self._sleep = sleep
        self._taken: deque[float] = deque(maxlen=pace.letters)

    def wait(self) -> None:
        """Wait for the next turn and take it."""
        if len(self._taken) == self.pace.letters:
            left = self._taken[0] + self.pace.seconds - time.monotonic()
            if left > 0:
                self._sleep(left)
        self._taken.append(time.monotonic())

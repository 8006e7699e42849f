"""One connection to a mail server, over which letters go in turn."""

import smtplib
from collections.abc import Callable

from reports.delivery.channels import DeliveryError, Envelope
from reports.delivery.channels.dialogue import (
    CLOSING,
    LOST,
    attentive,
    begin,
    connect,
    finish,
    offer,
    words,
)
from reports.delivery.channels.relay import Patience, Relay


class Crowded(DeliveryError):  # noqa: N818  # that of what it is a case of
    """The server takes no further connection: nothing was said about a letter yet."""

    def __init__(self, message: str) -> None:
        super().__init__(message, everyone=True)


class Line:
    """A connection that is made when it is needed, and made anew when it is gone."""

    def __init__(self, relay: Relay, patience: Patience, most: int) -> None:
        self.relay = relay
        self.patience = patience
        self._most = most  #: letters before the connection is made anew
        self._server: smtplib.SMTP | None = None
        self._carried = 0
        self._used = False  #: a connection that was idle may have been closed

    @property
    def connected(self) -> bool:
        """Whether there is a connection."""
        return self._server is not None

    def carry(self, raw: bytes, envelope: Envelope, on_dot: Callable[[], None]) -> str:
        """Send one letter and return the server's answer to it."""
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

    def open(self) -> smtplib.SMTP:
        """The connection, encrypted and logged in."""
        if self._server is None:
            self._server = connect(self.relay, self.patience)
            self._carried, self._used = 0, False
        return self._server

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
        try:
            server = self._begun(envelope)
        except DeliveryError as error:
            raise (Crowded(str(error)) if error.everyone else error) from error
        offer(server, raw, envelope)
        on_dot()
        attentive(server)
        reply = finish(server, envelope, self.patience)
        self._carried += 1
        return reply

    def _begun(self, envelope: Envelope) -> smtplib.SMTP:
        """A connection on which a letter has been announced.

        A server may have closed a connection that was idle: then it is made anew.
        """
        if self._carried >= self._most:
            self.close()
        if self._server is not None and self._used:
            try:
                if begin(self._server, envelope) != CLOSING:
                    return self._server
            except LOST:
                pass
            self._hang_up()
        server = self.open()
        if begin(server, envelope) == CLOSING:
            raise DeliveryError(
                f"{self.relay.place} takes no letters now: {CLOSING}", everyone=True
            )
        self._used = True
        return server

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

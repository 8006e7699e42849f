"""What carries a letter to its recipient, and what can go wrong with that."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is written on the outside of a letter."""

    sender: str
    recipient: str
    message_id: str


class DeliveryError(Exception):
    """A letter did not go out, or may not have.

    At most one of these holds; none of them: the next attempt may succeed.

    * ``permanent``  -- this letter will never be accepted
    * ``in_doubt``   -- it may have arrived; never send it again blindly
    * ``everyone``   -- no letter can go out now, so do not try the others
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        in_doubt: bool = False,
        everyone: bool = False,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.in_doubt = in_doubt
        self.everyone = everyone


class Channel(Protocol):
    """A way for letters to leave."""

    @property
    def name(self) -> str:
        """What the settings call it."""

    @property
    def local(self) -> bool:
        """Whether its letters stay on this machine."""

    def send(self, raw: bytes, envelope: Envelope, on_dot: Callable[[], None]) -> str:
        """Send one letter and return the receiver's answer, or a DeliveryError.

        ``on_dot`` is called once, just before the moment from which on the receiver
        may have the letter; when it raises, the receiver does not get it.
        """

    def arrived(self, message_id: str) -> bool:
        """Whether a letter is known to have arrived; false: it cannot be told."""

    def close(self) -> None:
        """Let go of connections; harmless when repeated."""

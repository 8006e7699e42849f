"""What carries a letter to its recipient, and what can go wrong with that."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A letter of which nobody knows whether it arrived."""

    message_id: str
    age: timedelta  #: since the last that was heard of it
    witness: str | None = None  #: the Message-ID of a letter that did arrive


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What somebody found who looked for a letter."""

    arrived: bool | None = None  #: None: it cannot be told
    words: str = ""  #: where it was looked for, and what was there


class Channel(Protocol):
    """A way for letters to leave."""

    @property
    def name(self) -> str:
        """What the settings call it."""

    @property
    def local(self) -> bool:
        """Whether its letters stay on this machine."""

    @property
    def at_once(self) -> int:
        """How many letters it carries at the same time, each for a thread."""

    def send(self, raw: bytes, envelope: Envelope, on_dot: Callable[[], None]) -> str:
        """Send one letter and return the receiver's answer, or a DeliveryError.

        ``on_dot`` is called once, just before the moment from which on the receiver
        may have the letter; when it raises, the receiver does not get it.
        """

    def look(self, doubt: Doubt) -> Finding:
        """Look where the letter would be; false only when it certainly is not there.

        What cannot be looked up now is a DeliveryError.
        """

    def stop(self) -> None:
        """Have no letter wait any longer for its turn; may be called in a signal."""

    def close(self) -> None:
        """Let go of connections; harmless when repeated."""

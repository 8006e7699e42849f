"""A sender that is killed at a chosen step, and the naive ones that it replaces."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reports.delivery.channels import Channel, Envelope
from reports.delivery.channels.relay import Pace, Relay
from reports.delivery.channels.smtp import Smtp
from reports.delivery.ledger import Ledger
from reports.delivery.lock import lock
from reports.delivery.mime import Sender, mime
from reports.delivery.post import Post, Rules
from reports.delivery.records import DeliveryKey, Letter, LetterKind, State
from reports.findings import Message


NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)
RULES = Rules(
    sender=Sender(name="Pipeline reviews", address="reviews@acme.example"),
    allowed_domains=frozenset({"acme.example"}),
)

#: A way to send letters: the ledger, the channel, and what is to be sent.
Order = Callable[[Ledger, Channel, list[Letter]], None]


def letters(count: int) -> list[Letter]:
    """A cycle of so many small letters."""
    message = Message(subject="Review", html="<p>Hello</p>\n", text="Hello\n")
    return [
        Letter(
            key=DeliveryKey(
                cycle="2026-11-24",
                kind=LetterKind.PACKET,
                rep_id=f"005Hs{number:010d}",
                recipient=f"rep{number}@acme.example",
            ),
            message=message,
            to_name=f"Rep {number}",
            at=NOW,
            snapshot="s1",
        )
        for number in range(count)
    ]


class Steps:
    """Counts the steps of a run, and kills it before the one that it was told."""

    def __init__(self, last: int | None = None) -> None:
        self.taken = 0
        self._last = last

    def around(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """The act, with a step before it and one after it."""

        def stepped(*given: Any, **named: Any) -> Any:
            self.step()
            result = act(*given, **named)
            self.step()
            return result

        return stepped

    def step(self) -> None:
        """One step further, or dead."""
        self.taken += 1
        if self.taken == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a cycle is sent from and to."""

    folder: Path  #: of the ledger
    port: int  #: of the server
    cycle: list[Letter]
    order: Order

    def run(self, steps: Steps, machine: str = "") -> None:
        """One run, as a scheduled job would do it: lock, open, send.

        Another ``machine`` sees the ledger and not the lock.
        """
        relay = Relay(host="127.0.0.1", port=self.port, security="none", hello="bench")
        with (
            lock(self.folder / machine, NOW),
            Ledger.open(self.folder / "ledger.db") as ledger,
        ):
            channel = Smtp(relay, pace=Pace(letters=100_000))
            for name in ("store", "claim", "sending", "settle"):
                setattr(ledger, name, steps.around(getattr(ledger, name)))
            channel.send = steps.around(channel.send)  # type: ignore[method-assign]
            self.order(ledger, channel, self.cycle)


def claim_send_settle(ledger: Ledger, channel: Channel, cycle: list[Letter]) -> None:
    """What the product does."""
    post = Post(ledger, channel, RULES, lambda: NOW)
    post.recover()
    post.send(cycle)


def mark_first(ledger: Ledger, channel: Channel, cycle: list[Letter]) -> None:
    """Naive: note that a letter was sent, then send it."""
    for letter, raw in unsent(ledger, cycle):
        settle(ledger, letter.key)
        carry(channel, letter, raw)


def send_first(ledger: Ledger, channel: Channel, cycle: list[Letter]) -> None:
    """Naive: send a letter, then note that it was sent."""
    for letter, raw in unsent(ledger, cycle):
        carry(channel, letter, raw)
        settle(ledger, letter.key)


def unsent(ledger: Ledger, cycle: list[Letter]) -> list[tuple[Letter, bytes]]:
    """The letters that are not marked as sent, as their bytes."""
    ledger.recover(NOW)
    rendered = [(letter, mime(letter, RULES.sender)) for letter in cycle]
    return [
        (letter, raw)
        for letter, raw in rendered
        if ledger.store(letter, raw, NOW) is State.STORED
    ]


def settle(ledger: Ledger, key: DeliveryKey) -> None:
    """Note that a letter was sent."""
    ledger.claim(key, NOW)
    ledger.settle(key, State.ACCEPTED, NOW)


def carry(channel: Channel, letter: Letter, raw: bytes) -> None:
    """Send a letter without another word."""
    envelope = Envelope(
        sender=RULES.sender.address,
        recipient=letter.key.recipient,
        message_id=letter.key.message_id,
    )
    channel.send(raw, envelope, lambda: None)


ORDERS: dict[str, Order] = {
    "claim, send, settle": claim_send_settle,
    "mark, then send": mark_first,
    "send, then mark": send_first,
}

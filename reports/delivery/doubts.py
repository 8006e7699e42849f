"""Letters in doubt: looked up where the channel can, or left to a person."""

from dataclasses import dataclass
from datetime import datetime

from reports.delivery.channels import Channel, DeliveryError, Doubt, Finding
from reports.delivery.ledger import Ledger
from reports.delivery.records import Delivery, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A letter that waits for a person, and what a look for it found."""

    delivery: Delivery
    found: str = ""

    @property
    def sentence(self) -> str:
        """Who may have got what, and what to do."""
        key = self.delivery.key
        found = f" ({self.found})" if self.found else ""
        return (
            f"{key.recipient}: {key.kind} of {key.cycle} may have arrived{found}; "
            "look, then run `dealpacket deliveries`"
        )


def resolve(ledger: Ledger, channel: Channel, now: datetime) -> list[Waiting]:
    """Settle what can be found out about letters in doubt; return the others.

    One that arrived is accepted; one that certainly did not is sent again, byte for
    byte the same. A channel that cannot be asked is not asked twice.
    """
    waiting, failed = [], ""
    for one in ledger.in_doubt():
        try:
            finding = (
                Finding(words=failed) if failed else look(ledger, channel, one, now)
            )
        except DeliveryError as error:
            failed = str(error)
            finding = Finding(words=failed)
        if finding.arrived is None:
            waiting.append(Waiting(delivery=one, found=finding.words))
        elif finding.arrived:
            ledger.settle(one.key, State.ACCEPTED, now, reason=finding.words)
        else:
            reason = f"looked for: {finding.words}"
            ledger.release(one.message_id, now, reason)
    return waiting


def look(ledger: Ledger, channel: Channel, one: Delivery, now: datetime) -> Finding:
    """What the channel finds of a letter."""
    return channel.look(
        Doubt(
            message_id=one.message_id,
            age=now - one.changed_at,
            witness=ledger.witness(one.changed_at),
        )
    )

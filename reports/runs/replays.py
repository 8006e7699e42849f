"""What was sent, again; and what waits for a person."""

from dataclasses import dataclass
from typing import Any

from reports.delivery.channels import Envelope
from reports.delivery.channels.folder import Folder
from reports.delivery.ledger import Ledger
from reports.delivery.records import LetterKind, State
from reports.delivery.reread import read
from reports.runs.outlets import nothing


#: States in which a delivery waits for somebody.
WAITING = (State.IN_DOUBT, State.HELD, State.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """What was written again, and what is not kept any more."""

    names: tuple[str, ...]
    forgotten: tuple[str, ...]
    cycles: tuple[str, ...]  #: that are known


def again(ledger: Ledger, cycle: str, rep: str | None, folder: Folder) -> Again:
    """Write the packets of a cycle as they were sent; of one rep, by address."""
    names, forgotten = [], []
    every = ledger.deliveries(kind=LetterKind.PACKET)
    for one in every:
        if one.key.cycle != cycle:
            continue
        raw = ledger.bytes_of(one.key)
        if not raw:
            forgotten.append(f"{one.key.recipient}: its bytes are no longer kept")
        elif rep is None or rep.casefold() in subject_of(raw):
            envelope = Envelope(
                sender="", recipient=one.key.recipient, message_id=one.message_id
            )
            names.append(folder.send(raw, envelope, nothing))
    known = dict.fromkeys(one.key.cycle for one in every)
    return Again(names=tuple(names), forgotten=tuple(forgotten), cycles=tuple(known))


def subject_of(raw: bytes) -> tuple[str, ...]:
    """The addresses of whose packet it is: answers go to the rep first.

    Where the rep could not be written to, answers go to the manager alone, and the
    packet is found by that address.
    """
    header = read(raw)["Reply-To"]
    return (
        tuple(one.addr_spec.casefold() for one in header.addresses[:1])
        if header
        else ()
    )


def waiting(ledger: Ledger) -> list[dict[str, Any]]:
    """The deliveries that wait for a person, as JSON."""
    return [
        {
            "message_id": one.message_id,
            "kind": one.key.kind.value,
            "cycle": one.key.cycle,
            "recipient": one.key.recipient,
            "state": one.state.value,
            "reason": one.reason,
        }
        for one in ledger.in_state(*WAITING)
    ]

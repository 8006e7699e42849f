"""Deliveries as rows: how they are found, read and written."""

import json
from sqlite3 import Connection, Row

from reports.delivery.ledger.errors import LedgerError
from reports.delivery.ledger.moments import moment, moment_if_any
from reports.delivery.records import Delivery, DeliveryKey, Letter, LetterKind, State


def delivery_of(row: Row) -> Delivery:
    """A kept delivery."""
    return Delivery(
        key=DeliveryKey(
            cycle=row["cycle"],
            kind=LetterKind(row["kind"]),
            rep_id=row["rep_id"],
            recipient=row["recipient"],
            revision=row["revision"],
        ),
        message_id=row["message_id"],
        state=State(row["state"]),
        reason=row["reason"],
        reply=row["reply"],
        attempts=row["attempts"],
        snapshot=row["snapshot"],
        rules=row["rules"],
        deal_ids=frozenset(json.loads(row["deal_ids"])),
        sha256=row["sha256"],
        waiting_since=moment(row["waiting_since"]),
        next_at=moment_if_any(row["next_at"]),
        changed_at=moment(row["changed_at"]),
    )


def stored_delivery(db: Connection, message_id: str) -> Delivery:
    """The delivery with a Message-ID, inside a transaction."""
    row = db.execute(
        "SELECT * FROM delivery WHERE message_id = ?", [message_id]
    ).fetchone()
    if row is None:
        raise LedgerError(f"the ledger knows no message {message_id}")
    return delivery_of(row)


def values_of(letter: Letter, digest: str, now: str) -> dict[str, object]:
    """A letter as a new row."""
    key = letter.key
    return {
        "message_id": key.message_id,
        "cycle": key.cycle,
        "kind": key.kind.value,
        "rep_id": key.rep_id,
        "recipient": key.recipient,
        "revision": key.revision,
        "snapshot": letter.snapshot,
        "rules": letter.rules,
        "deal_ids": json.dumps(sorted(letter.deal_ids)),
        "sha256": digest,
        "state": State.STORED.value,
        "waiting_since": now,
        "changed_at": now,
    }

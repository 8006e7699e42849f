"""The audit: a chain of hashes over everything that happened to deliveries.

Rows can only be added. Whoever changes one anyway breaks the chain from there on.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from sqlite3 import Connection

from reports.delivery.ledger.moments import kept, moment
from reports.delivery.ledger.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that happened to a delivery."""

    number: int
    at: datetime
    message_id: str
    event: str
    detail: Mapping[str, str]


class AuditPages(Page):
    """Who was sent what, when, from which snapshot, by which rules."""

    def audit(self, message_id: str | None = None) -> list[Entry]:
        """What happened, in order: to one delivery, or to all."""
        rows = self.file.rows(
            "SELECT * FROM audit WHERE ? IS NULL OR message_id = ? ORDER BY number",
            [message_id] * 2,
        )
        return [
            Entry(
                number=row["number"],
                at=moment(row["at"]),
                message_id=row["message_id"],
                event=row["event"],
                detail=json.loads(row["detail"]),
            )
            for row in rows
        ]

    def audit_break(self) -> int | None:
        """The number of the first entry that does not follow from those before it."""
        before = ""
        rows = self.file.rows("SELECT * FROM audit ORDER BY number")
        for place, row in enumerate(rows, start=1):
            values = [row["at"], row["message_id"], row["event"], row["detail"]]
            before = chained(before, row["number"], values)
            if row["number"] != place or row["hash"] != before:
                return place
        return None


def record(
    db: Connection, now: datetime, message_id: str, event: str, **detail: str
) -> None:
    """Add an entry, inside the transaction that makes it true."""
    last = db.execute(
        "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1"
    ).fetchone()
    number, before = (last["number"] + 1, last["hash"]) if last else (1, "")
    values = [kept(now), message_id, event, json.dumps(detail, sort_keys=True)]
    db.execute(
        "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?)",
        [number, *values, chained(before, number, values)],
    )


def chained(before: str, number: int, values: list[str]) -> str:
    """The hash of an entry and of all before it."""
    return sha256(json.dumps([before, number, *values]).encode()).hexdigest()

"""Pages of the ledger: how far letters have come, for whoever asks."""

import json
import zlib
from collections.abc import Sequence
from datetime import datetime

from reports.delivery.ledger.errors import LedgerError
from reports.delivery.ledger.moments import kept
from reports.delivery.ledger.page import Page
from reports.delivery.ledger.rows import delivery_of
from reports.delivery.records import Delivery, DeliveryKey, LetterKind, State


class StandingPages(Page):
    """What can be asked about deliveries."""

    def delivery(self, key: DeliveryKey) -> Delivery | None:
        """How far a letter has come; None when it was never stored."""
        row = self.file.row(
            "SELECT * FROM delivery WHERE message_id = ?", [key.message_id]
        )
        return None if row is None else delivery_of(row)

    def known(self, key: DeliveryKey) -> Delivery:
        """How far a letter that was stored has come."""
        if (found := self.delivery(key)) is None:
            raise LedgerError(f"the ledger knows no message {key.message_id}")
        return found

    def deliveries(
        self, cycle: str | None = None, kind: LetterKind | None = None
    ) -> list[Delivery]:
        """Deliveries of a cycle and kind, or of all, in order of time."""
        return self._found(
            "(? IS NULL OR cycle = ?) AND (? IS NULL OR kind = ?)",
            [cycle, cycle, kind and kind.value, kind and kind.value],
        )

    def next_revision(self, key: DeliveryKey) -> int:
        """The first revision of a delivery that does not exist yet."""
        row = self.file.row(
            "SELECT coalesce(max(revision), -1) + 1 AS next FROM delivery "
            "WHERE cycle = ? AND kind = ? AND rep_id = ? AND recipient = ?",
            [key.cycle, key.kind.value, key.rep_id, key.recipient],
        )
        return 0 if row is None else int(row["next"])

    def pending(self, now: datetime) -> list[Delivery]:
        """What can be sent at ``now``, the longest waiting first."""
        return self._found(
            "state = 'stored' OR state = 'deferred' AND next_at <= ?", [kept(now)]
        )

    def in_state(self, *states: State) -> list[Delivery]:
        """Deliveries in some states."""
        marks = ", ".join("?" for _ in states)
        return self._found(f"state IN ({marks})", [one.value for one in states])

    def in_doubt(self) -> list[Delivery]:
        """What may have arrived, and waits for a person."""
        return self.in_state(State.IN_DOUBT)

    def largest_round(
        self, kinds: Sequence[str], but: Sequence[str], since: datetime
    ) -> int:
        """The most letters of some kinds that people got in one cycle since a moment.

        Rehearsals do not count, nor do the cycles in ``but``.
        """
        row = self.file.row(
            "SELECT coalesce(max(letters), 0) AS most FROM ("
            "SELECT count(*) AS letters FROM delivery WHERE state = 'accepted' "
            "AND kind IN (SELECT value FROM json_each(?)) "
            "AND cycle NOT IN (SELECT value FROM json_each(?)) "
            "AND cycle NOT LIKE '% rehearsal' "
            "AND changed_at >= ? GROUP BY cycle)",
            [json.dumps(kinds), json.dumps(but), kept(since)],
        )
        return 0 if row is None else int(row["most"])

    def witness(self, after: datetime) -> str | None:
        """The Message-ID of a letter that a receiver took after a moment."""
        row = self.file.row(
            "SELECT message_id FROM delivery WHERE state = 'accepted' AND reply != '' "
            "AND changed_at > ? ORDER BY changed_at LIMIT 1",
            [kept(after)],
        )
        return None if row is None else str(row["message_id"])

    def bytes_of(self, key: DeliveryKey) -> bytes | None:
        """A letter as it was first kept; None when it was forgotten or never was."""
        row = self.file.row(
            "SELECT packed FROM letter WHERE message_id = ?", [key.message_id]
        )
        return None if row is None else zlib.decompress(row["packed"])

    def _found(self, where: str, values: list[object]) -> list[Delivery]:
        rows = self.file.rows(
            f"SELECT * FROM delivery WHERE {where} "  # noqa: S608  # our own words
            "ORDER BY waiting_since, cycle, kind, rep_id, recipient, revision",
            values,
        )
        return [delivery_of(row) for row in rows]

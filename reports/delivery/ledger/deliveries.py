"""Pages of the ledger: letters on their way, each sent once or listed for a person.

stored -> claimed -> sending -> accepted | deferred | refused | in doubt, and held or
cancelled before that. A claim has no lease: the lock of the data folder says whether
its owner lives, and :meth:`DeliveryPages.recover` deals with the claims of the dead.
A claim carries the name of the ledger that took it, so that somebody whose claim was
taken back finds out before the receiver gets the letter.
"""

import zlib
from datetime import datetime
from hashlib import sha256
from sqlite3 import Connection
from uuid import uuid4

from reports.delivery.ledger.audit import record
from reports.delivery.ledger.errors import LedgerError
from reports.delivery.ledger.file import LedgerFile
from reports.delivery.ledger.moments import kept, kept_if_any
from reports.delivery.ledger.page import Page
from reports.delivery.ledger.rows import delivery_of, stored_delivery, values_of
from reports.delivery.records import Delivery, DeliveryKey, Letter, State


#: What the owner of a claim may still have to say; in doubt: others gave it up.
OWNED = frozenset({State.CLAIMED, State.SENDING, State.IN_DOUBT})
#: Nobody is sending it, so it may be put aside.
WAITING = frozenset({State.STORED, State.DEFERRED, State.HELD})
ASIDE = frozenset({State.HELD, State.REFUSED, State.CANCELLED})
#: What a person may send again, or give up.
RELEASED = frozenset({State.IN_DOUBT, State.HELD, State.REFUSED, State.DEFERRED})
DROPPED = RELEASED | {State.STORED}


class DeliveryPages(Page):
    """Who is to get what, and how far it has come."""

    def __init__(self, file: LedgerFile) -> None:
        super().__init__(file)
        self._name = uuid4().hex

    def store(self, letter: Letter, raw: bytes, now: datetime) -> State:
        """Keep a letter's bytes before the first attempt; return how far it is.

        The bytes of a known letter stay, except of one that is held: it never left,
        so it is replaced and judged again.
        """
        message_id = letter.key.message_id
        values = values_of(letter, sha256(raw).hexdigest(), kept(now))
        with self.file.writing() as db:
            row = db.execute(
                "SELECT * FROM delivery WHERE message_id = ?", [message_id]
            ).fetchone()
            if row is not None:
                known = delivery_of(row)
                if known.state is not State.HELD or known.attempts:
                    return known.state
            write(db, values, raw)
            about = ("cycle", "kind", "rep_id", "recipient", "snapshot", "rules")
            detail = {name: str(values[name]) for name in (*about, "sha256")}
            record(db, now, message_id, "stored", **detail)
        return State.STORED

    def claim(self, key: DeliveryKey, now: datetime) -> bool:
        """Take the right to send a letter; false when it is not to be sent now."""
        with self.file.writing() as db:
            cursor = db.execute(
                "UPDATE delivery SET state = 'claimed', claimed_by = ?, reason = '', "
                "attempts = attempts + 1, changed_at = ? WHERE message_id = ? "
                "AND (state = 'stored' OR state = 'deferred' AND next_at <= ?)",
                [self._name, kept(now), key.message_id, kept(now)],
            )
            if cursor.rowcount == 1:
                record(db, now, key.message_id, "claimed")
        return cursor.rowcount == 1

    def sending(self, key: DeliveryKey, now: datetime) -> None:
        """Note that the receiver may have the letter from here on, or refuse to."""
        with self.file.writing() as db:
            cursor = db.execute(
                "UPDATE delivery SET state = 'sending', changed_at = ? "
                "WHERE message_id = ? AND state = 'claimed' AND claimed_by = ?",
                [kept(now), key.message_id, self._name],
            )
            if cursor.rowcount != 1:
                raise LedgerError(
                    f"{key.recipient}: somebody else took the letter over; "
                    "let only one machine send from a ledger"
                )
            record(db, now, key.message_id, "sending")

    def settle(  # noqa: PLR0913  # what came of it, in words and numbers
        self,
        key: DeliveryKey,
        state: State,
        now: datetime,
        *,
        reply: str = "",
        reason: str = "",
        next_at: datetime | None = None,
    ) -> None:
        """Say what came of a claim, or put aside a letter that nobody is sending."""
        with self.file.writing() as db:
            known = stored_delivery(db, key.message_id)
            if not self._may(db, known, state):
                raise LedgerError(
                    f"{key.recipient}: the letter is {known.state}, it cannot become "
                    f"{state}; let only one machine send from a ledger"
                )
            move(db, key.message_id, state, now, reason=reason, reply=reply)
            db.execute(
                "UPDATE delivery SET next_at = ? WHERE message_id = ?",
                [kept_if_any(next_at), key.message_id],
            )

    def _may(self, db: Connection, known: Delivery, state: State) -> bool:
        """Whether we may say that a delivery is in ``state`` now."""
        if known.state in WAITING:
            return state in ASIDE
        if known.state is State.IN_DOUBT and state is State.ACCEPTED:
            return True
        owner = db.execute(
            "SELECT claimed_by FROM delivery WHERE message_id = ?", [known.message_id]
        ).fetchone()["claimed_by"]
        return known.state in OWNED and owner == self._name

    def recover(self, now: datetime) -> list[Delivery]:
        """Settle the claims of runs that died; return what is in doubt by that.

        Only for who holds the lock: what is claimed then is nobody's any more. It was
        certainly not sent if it was only claimed; it may have been if it was sending.
        """
        in_doubt = []
        with self.file.writing() as db:
            rows = db.execute(
                "SELECT * FROM delivery WHERE state IN ('claimed', 'sending')"
            ).fetchall()
            for known in map(delivery_of, rows):
                if known.state is State.CLAIMED:
                    move(db, known.message_id, State.STORED, now)
                else:
                    reason = "the run ended before the receiver's answer was kept"
                    move(db, known.message_id, State.IN_DOUBT, now, reason=reason)
                    in_doubt.append(known.message_id)
            return [stored_delivery(db, message_id) for message_id in in_doubt]

    def release(
        self, message_id: str, now: datetime, reason: str = "released by hand"
    ) -> Delivery:
        """Let a letter be sent again, with the same bytes."""
        with self.file.writing() as db:
            known = stored_delivery(db, message_id)
            allow(known, RELEASED, "released")
            if packed(db, message_id) is None:
                raise LedgerError(f"{message_id}: its bytes are no longer kept")
            move(db, message_id, State.STORED, now, reason=reason)
            db.execute(
                "UPDATE delivery SET waiting_since = ? WHERE message_id = ?",
                [kept(now), message_id],
            )
            return stored_delivery(db, message_id)

    def drop(self, message_id: str, now: datetime) -> Delivery:
        """Never send a letter again, because a person says so."""
        with self.file.writing() as db:
            known = stored_delivery(db, message_id)
            allow(known, DROPPED, "dropped")
            reason = f"dropped by hand while {known.state}"
            move(db, message_id, State.CANCELLED, now, reason=reason)
            return stored_delivery(db, message_id)

    def forget(self, before: datetime) -> int:
        """Forget the bytes of letters that were done with before a moment."""
        with self.file.writing() as db:
            cursor = db.execute(
                "DELETE FROM letter WHERE message_id IN (SELECT message_id "
                "FROM delivery WHERE state IN ('accepted', 'refused', 'cancelled') "
                "AND changed_at < ?)",
                [kept(before)],
            )
        return cursor.rowcount


def write(db: Connection, values: dict[str, object], raw: bytes) -> None:
    """Write a letter anew, or in the place of one that was held."""
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    changes = ", ".join(f"{name} = excluded.{name}" for name in values)
    db.execute(
        f"INSERT INTO delivery ({names}) VALUES ({marks}) "  # noqa: S608  # our own names
        f"ON CONFLICT (message_id) DO UPDATE SET reason = '', {changes}",
        values,
    )
    db.execute(
        "INSERT INTO letter VALUES (?, ?) "
        "ON CONFLICT DO UPDATE SET packed = excluded.packed",
        [values["message_id"], zlib.compress(raw)],
    )


def move(  # noqa: PLR0913  # one row of the audit
    db: Connection,
    message_id: str,
    state: State,
    now: datetime,
    *,
    reason: str = "",
    reply: str = "",
) -> None:
    """Bring a delivery to a state, and say so in the audit."""
    db.execute(
        "UPDATE delivery SET state = ?, reason = ?, reply = ?, changed_at = ?, "
        "claimed_by = CASE WHEN ? IN ('sending', 'in doubt') THEN claimed_by END "
        "WHERE message_id = ?",
        [state.value, reason, reply, kept(now), state.value, message_id],
    )
    record(db, now, message_id, state.value, reason=reason, reply=reply)


def packed(db: Connection, message_id: str) -> bytes | None:
    """A letter's compressed bytes."""
    row = db.execute(
        "SELECT packed FROM letter WHERE message_id = ?", [message_id]
    ).fetchone()
    return None if row is None else bytes(row["packed"])


def allow(known: Delivery, states: frozenset[State], what: str) -> None:
    """Refuse what a person asks of a delivery that is in none of ``states``."""
    if known.state not in states:
        raise LedgerError(
            f"{known.message_id} to {known.key.recipient} is {known.state}: "
            f"it cannot be {what}"
        )

"""Pages of the ledger: what syncs observed, field changes and new choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reports.delivery.ledger.moments import kept, moment
from reports.delivery.ledger.page import Page


#: A value that a picklist offers: object, field and value.
Choice = tuple[str, str, str]


class ObservedChange(Protocol):
    """A field of a record differs from what was known of it."""

    @property
    def object(self) -> str:
        """The object, by its API name."""

    @property
    def record_id(self) -> str:
        """The record that changed."""

    @property
    def field(self) -> str:
        """The field, by its API name."""

    @property
    def at(self) -> datetime:
        """When Sales Cloud says that the record was modified."""

    @property
    def old(self) -> str | None:
        """The value before, as text."""

    @property
    def new(self) -> str | None:
        """The value after, as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """An observed change as the journal gives it back."""

    object: str
    record_id: str
    field: str
    at: datetime
    old: str | None
    new: str | None


class JournalPages(Page):
    """What Sales Cloud forgets."""

    def observe(self, changes: Sequence[ObservedChange]) -> None:
        """Keep ``changes`` for good before returning; of repeats, the first stays."""
        if not changes:
            return
        with self.file.writing() as db:
            db.executemany(
                "INSERT INTO field_change VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                [
                    (
                        one.object,
                        one.record_id,
                        one.field,
                        kept(one.at),
                        one.old,
                        one.new,
                    )
                    for one in changes
                ],
            )

    def first_seen(self, at: Mapping[Choice, datetime]) -> dict[Choice, datetime]:
        """Keep for good when choices were first seen; every moment in force."""
        known: dict[Choice, datetime] = {
            (row["object"], row["field"], row["value"]): moment(row["at"])
            for row in self.file.rows("SELECT * FROM first_seen")
        }
        if new := {one: when for one, when in at.items() if one not in known}:
            with self.file.writing() as db:
                db.executemany(
                    "INSERT INTO first_seen VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    [(*one, kept(when)) for one, when in new.items()],
                )
        return {**new, **known}

    def journal(self, until: datetime | None = None) -> list[Observed]:
        """The changes up to and including ``until``, in order of time."""
        rows = self.file.rows(
            "SELECT * FROM field_change WHERE ? IS NULL OR at <= ? "
            "ORDER BY at, object, record_id, field",
            [until and kept(until)] * 2,
        )
        return [Observed(**{**dict(row), "at": moment(row["at"])}) for row in rows]

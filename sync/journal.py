"""What a sync observes, for whoever keeps what Sales Cloud forgets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


#: A value that a picklist offers: object, field and value.
Choice = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedChange:
    """A field of a record differs from what the mirror held."""

    object: str
    record_id: str
    field: str
    at: datetime  #: when Sales Cloud says the record was last modified, in UTC
    old: str | None  #: days and numbers as ISO text
    new: str | None


class Journal(Protocol):
    """Keeps what was observed; the ledger is the real one.

    The same change may be observed twice, after a crash: record, field and moment
    tell whether it is the same.
    """

    def observe(self, changes: Sequence[ObservedChange]) -> None:
        """Keep ``changes`` for good before returning."""

    def first_seen(self, at: Mapping[Choice, datetime]) -> Mapping[Choice, datetime]:
        """Keep for good when choices were first seen; every moment in force.

        Of a choice that was seen before, the moment that is kept already stays.
        """


class Forgetful:
    """A journal that keeps nothing, for mirrors that nobody reports from."""

    def observe(self, changes: Sequence[ObservedChange]) -> None:
        """Keep nothing."""

    def first_seen(self, at: Mapping[Choice, datetime]) -> Mapping[Choice, datetime]:
        """Keep nothing; nothing was seen before."""
        return at

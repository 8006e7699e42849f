"""Writes what Sales Cloud remembers of a deal's changes: two histories.

OpportunityHistory has a row for the creation and for every change of stage, amount,
close date or probability. OpportunityFieldHistory has the tracked fields only, since
tracking was switched on, and forgets after 24 months.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sandbox.world.deal import Change, Deal
from sandbox.world.files import flag
from sandbox.world.frame import Frame
from sandbox.world.stages import CODES
from sandbox.world.when import DAY, day_text, stamp


_SNAPSHOT: Final = frozenset({"StageName", "Amount", "CloseDate", "Probability"})
_TRACKED: Final = {
    "NextStep": "Text",
    "StageName": "DynamicEnum",
    "CloseDate": "DateOnly",
}
_TRACKED_AFTER: Final = 120 * DAY
_FORGOTTEN_AFTER: Final = 730 * DAY


class Histories:
    """Writes the history of deals of one frame."""

    def __init__(self, frame: Frame) -> None:
        self._files = frame.files
        self._tracked_since = max(
            frame.span.start + _TRACKED_AFTER, frame.span.now - _FORGOTTEN_AFTER
        )

    def write(self, deal: Deal) -> None:
        """Both histories of a deal."""
        known: dict[str, Any] = {}
        for at, changed in groupby(deal.changes, key=attrgetter("at")):
            new = dict(_news(known, changed))
            if new.keys() & _SNAPSHOT:
                self._snapshot(deal, at, known, new)
            if at >= self._tracked_since:
                self._fields(deal, at, known, new)
            known |= new

    def _snapshot(
        self, deal: Deal, at: int, known: dict[str, Any], new: dict[str, Any]
    ) -> None:
        values = known | new
        moment = stamp(at)
        row = {
            "Id": deal.ids.new("OpportunityHistory"),
            "IsDeleted": flag(deal.deleted),
            "OpportunityId": deal.id,
            "StageName": values["StageName"],
            "Amount": values["Amount"],
            "CloseDate": day_text(values["CloseDate"]),
            "Probability": values["Probability"],
            "ForecastCategory": CODES[values["ForecastCategoryName"]],
            "CurrencyIsoCode": deal.currency,
            "CreatedById": self._by(deal, at),
            "CreatedDate": moment,
            "SystemModstamp": moment,
        }
        if known and "Amount" in new:
            row["PrevAmount"] = known["Amount"]
        if known and "CloseDate" in new:
            row["PrevCloseDate"] = day_text(known["CloseDate"])
        self._files.add("OpportunityHistory", row)

    def _fields(
        self, deal: Deal, at: int, known: dict[str, Any], new: dict[str, Any]
    ) -> None:
        if not known:
            self._field(deal, at, "created", "Text", None, None)
            return
        for field, type_ in _TRACKED.items():
            if field in new:
                old, value = known.get(field), new[field]
                if field == "CloseDate":
                    old, value = day_text(old), day_text(value)
                self._field(deal, at, field, type_, old, value)
        if "OwnerId" in new and deal.first_owner:
            before, after = deal.first_owner, deal.owner
            names = (before.name.whole, after.name.whole)
            self._field(deal, at, "Owner", "Text", *names)
            self._field(deal, at, "Owner", "EntityId", before.id, after.id)

    def _field(
        self, deal: Deal, at: int, field: str, type_: str, *values: str | None
    ) -> None:
        row = {
            "Id": deal.ids.new("OpportunityFieldHistory"),
            "IsDeleted": flag(deal.deleted),
            "OpportunityId": deal.id,
            "Field": field,
            "DataType": type_,
            "OldValue": values[0],
            "NewValue": values[1],
            "CreatedById": self._by(deal, at),
            "CreatedDate": stamp(at),
        }
        self._files.add("OpportunityFieldHistory", row)

    @staticmethod
    def _by(deal: Deal, at: int) -> str:
        if at == deal.story.created:
            return deal.creator_id
        return deal.worker(at).id


def _news(
    known: dict[str, Any], changed: Iterator[Change]
) -> Iterator[tuple[str, Any]]:
    """What really became different at one moment; the last word counts."""
    last = {change.field: change.value for change in changed}
    for field, value in last.items():
        if field not in known or known[field] != value:
            yield field, value

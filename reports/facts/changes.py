"""Changes: what was changed on a deal, and what those changes add up to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal
from typing import Any

from reports.facts.days import day, utc
from reports.facts.values import amount_of, day_of, normalised
from reports.model import FieldChange, Organisation, RecordId
from reports.quarters import quarter_end


Row = Mapping[str, Any]

MONTHS = 12


def change_of(row: Row, zone: tzinfo) -> FieldChange:
    """A row of the changes query."""
    at = utc(row["happened"])
    return FieldChange(
        field=row["field_name"],
        at=at,
        on=day(at, zone),
        old=row["old_value"],
        new=row["new_value"],
        record_id=RecordId(row["record_id"]) if row["record_id"] else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What the changes of a close date add up to."""

    pushes: int = 0
    pushed_days: int = 0
    month_crossings: int = 0
    quarter_crossings: int = 0
    pull_ins: int = 0
    last_push: FieldChange | None = None


def moves_of(changes: Iterable[FieldChange], org: Organisation) -> Moves:
    """Add up the changes of a close date, oldest first."""
    pushes = pushed_days = months = quarters = pull_ins = 0
    last = None
    for change in changes:
        old, new = day_of(change.old), day_of(change.new)
        if old is None or new is None or old == new:
            continue
        if new < old:
            pull_ins += 1
            continue
        pushes += 1
        pushed_days += (new - old).days
        months += month(new) > month(old)
        quarters += new > quarter_end(old, org)
        last = change
    return Moves(
        pushes=pushes,
        pushed_days=pushed_days,
        month_crossings=months,
        quarter_crossings=quarters,
        pull_ins=pull_ins,
        last_push=last,
    )


def month(on: date) -> int:
    """Months counted from the beginning of the calendar."""
    return on.year * MONTHS + on.month - 1


def same_since(
    text: str | None, changes: Sequence[FieldChange], otherwise: date | None
) -> date | None:
    """Since what day a text has been the same, but for its looks."""
    wanted, since = normalised(text), otherwise
    if not wanted:
        return None
    for change in reversed(changes):
        if normalised(change.new) != wanted:
            break
        since = change.on
        if normalised(change.old) != wanted:
            break
    return since


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """The changes of one deal, and by field those that were not part of closing it."""

    changes: tuple[FieldChange, ...]
    by_field: Mapping[str, Sequence[FieldChange]]

    def of(self, field: str) -> Sequence[FieldChange]:
        """The changes of one field, oldest first."""
        return self.by_field.get(field, ())


def trail_of(rows: Iterable[Row], zone: tzinfo) -> Trail:
    """The trail that the rows of the changes query leave."""
    changes: list[FieldChange] = []
    by_field: dict[str, list[FieldChange]] = {}
    for row in rows:
        change = change_of(row, zone)
        changes.append(change)
        if not row["closing"]:  # closing sets the close date, which is no push
            by_field.setdefault(change.field, []).append(change)
    return Trail(changes=tuple(changes), by_field=by_field)


def first_amount(changes: Iterable[FieldChange]) -> Decimal | None:
    """The first amount that was ever entered, if it was changed since."""
    for change in changes:
        found = amount_of(change.old) or amount_of(change.new)
        if found:
            return found
    return None

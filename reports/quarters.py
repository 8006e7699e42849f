"""Fiscal quarters: the organisation's own where it keeps them, else by whole months."""

from bisect import bisect_right
from datetime import date, timedelta

from reports.model import Organisation


MONTHS = 3
YEAR = 12
DAY = timedelta(days=1)
#: The first month and the last one that can begin a quarter.
FIRST, LAST = date.min.year * YEAR, date.max.year * YEAR + YEAR - 1 - MONTHS


def quarter_of(day: date, org: Organisation) -> tuple[date, date]:
    """The first and the last day of the fiscal quarter that ``day`` is in.

    Between and beyond the quarters that are kept (4-4-5 weeks, say), quarters of whole
    months fill what is left.
    """
    place = bisect_right(org.quarters, (day, date.max))
    before = org.quarters[place - 1] if place else None
    if before is not None and day <= before[1]:
        return before
    first, last = by_months(day, org.fiscal_start_month)
    if before is not None:
        first = max(first, before[1] + DAY)
    if place < len(org.quarters):
        last = min(last, org.quarters[place][0] - DAY)
    return first, last


def by_months(day: date, fiscal_start_month: int) -> tuple[date, date]:
    """The quarter of three whole months."""
    month = day.year * YEAR + day.month - 1
    begun = month - (day.month - fiscal_start_month) % MONTHS
    if not FIRST <= begun <= LAST:  # where the calendar itself begins and ends
        return (date.min, day) if begun < FIRST else (day, date.max)
    return first_of(begun), first_of(begun + MONTHS) - DAY


def first_of(month: int) -> date:
    """The first day of a month, counted from the beginning of the calendar."""
    return date(month // YEAR, month % YEAR + 1, 1)


def quarter_end(day: date, org: Organisation) -> date:
    """The last day of the fiscal quarter that ``day`` is in."""
    return quarter_of(day, org)[1]


def quarter_start(day: date, org: Organisation) -> date:
    """The first day of the fiscal quarter that ``day`` is in."""
    return quarter_of(day, org)[0]

"""Calendar arithmetic: business days and fiscal quarters. Holidays are not known."""

from datetime import date, timedelta


WEEKEND = 5  #: Saturday, counting from Monday = 0
WEEK = 7
QUARTER = 3  #: months
YEAR = 12


def business_days(start: date, end: date) -> int:
    """Working days after ``start`` up to and with ``end``."""
    days = max(0, (end - start).days)
    weeks, rest = divmod(days, WEEK)
    return weeks * WEEKEND + sum(
        (start + timedelta(days=extra)).weekday() < WEEKEND
        for extra in range(1, rest + 1)
    )


def later(start: date, days: int) -> date:
    """The working day that comes ``days`` working days after ``start``."""
    when = start
    while days > 0:
        when += timedelta(days=1)
        days -= when.weekday() < WEEKEND
    return when


def quarter_end(day: date, fiscal_start_month: int) -> date:
    """The last day of the fiscal quarter that ``day`` is in."""
    into = (day.month - fiscal_start_month) % QUARTER
    months = day.year * YEAR + day.month - 1 + QUARTER - into
    return date(months // YEAR, months % YEAR + 1, 1) - timedelta(days=1)


def quarter_start(day: date, fiscal_start_month: int) -> date:
    """The first day of the fiscal quarter that ``day`` is in."""
    months = day.year * YEAR + day.month - 1
    months -= (day.month - fiscal_start_month) % QUARTER
    return date(months // YEAR, months % YEAR + 1, 1)

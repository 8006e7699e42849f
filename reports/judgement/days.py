"""Calendar arithmetic: business days. Holidays are not known."""

from datetime import date, timedelta


WEEKEND = 5  #: Saturday, counting from Monday = 0
WEEK = 7


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

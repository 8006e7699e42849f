"""When the fiscal quarters of an organisation end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final


QUARTER: Final = 3  #: months
YEAR: Final = 12  #: months


@dataclass(frozen=True, slots=True, kw_only=True)
class Fiscal:
    """The fiscal year: custom quarters where there are any, else by its first month."""

    start_month: int = 1
    quarters: tuple[tuple[date, date], ...] = ()  #: first and last days

    def quarter_end(self, day: date) -> date:
        """The last day of the quarter that ``day`` is in."""
        for first, last in self.quarters:
            if first <= day <= last:
                return last
        left = QUARTER - 1 - (day.month - self.start_month) % QUARTER
        month = day.month + left
        year, month = day.year + (month - 1) // YEAR, (month - 1) % YEAR + 1
        following = date(year, month, 28) + timedelta(days=4)
        return following.replace(day=1) - timedelta(days=1)

    def ends(self, start: date, end: date) -> Iterator[date]:
        """The last days of quarters from ``start`` to ``end``."""
        last = self.quarter_end(start)
        while last <= end:
            yield last
            last = self.quarter_end(last + timedelta(days=1))

"""Date literals: which days ``LAST_N_DAYS:30`` or ``THIS_FISCAL_QUARTER`` mean."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo


#: Countries whose calendars begin the week on Sunday; elsewhere it is Monday.
SUNDAY_FIRST: Final = frozenset(
    ["US", "CA", "MX", "BR", "JP", "KR", "IN", "IL", "ZA", "AU", "PH", "TW", "HK", "CO"]
)

DAY: Final = timedelta(days=1)
MONTHS: Final[Mapping[str, int]] = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}

LITERAL: Final = re.compile(
    r"(?P<before>LAST_N_|NEXT_N_|N_|LAST_|THIS_|NEXT_)"
    r"(?P<unit>DAY|WEEK|MONTH|QUARTER|YEAR|FISCAL_QUARTER|FISCAL_YEAR)"
    r"(?P<after>S_AGO|S)?"
)
FIXED: Final = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}

#: The largest n that the service reads in LAST_N_DAYS:n and its like.
LARGEST: Final = 999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The organisation's today, its weeks and its fiscal year."""

    today: date
    fiscal_start: int = 1
    locale: str = "en_US"

    def week(self, steps: int) -> date:
        """The first day of the week that lies ``steps`` weeks ahead."""
        sunday = self.locale[-2:] in SUNDAY_FIRST
        back = (self.today.weekday() + (1 if sunday else 0)) % 7
        return self.today - timedelta(days=back) + timedelta(weeks=steps)

    def months(self, size: int, steps: int, first: int = 1) -> date:
        """The first day of a run of ``size`` months, counted from month ``first``."""
        index = self.today.year * 12 + self.today.month - 1
        start = index - (index - (first - 1)) % size + steps * size
        return date(start // 12, start % 12 + 1, 1)

    def start(self, unit: str, steps: int) -> date:
        """The first day of the unit that lies ``steps`` units ahead."""
        if unit == "DAY":
            return self.today + timedelta(days=steps)
        if unit == "WEEK":
            return self.week(steps)
        first = self.fiscal_start if unit.startswith("FISCAL_") else 1
        return self.months(MONTHS[unit.removeprefix("FISCAL_")], steps, first)

    def days(self, literal: str, n: int | None) -> tuple[date, date]:
        """First day and the day after the last of a literal; ValueError if it is none.

        OverflowError where the calendar ends before the literal does.
        """
        if literal in FIXED and n is None:
            day = self.today + FIXED[literal] * DAY
            return day, day + DAY
        if literal in {"LAST_90_DAYS", "NEXT_90_DAYS"} and n is None:
            literal, n = literal.replace("90", "N"), 90
        match = LITERAL.fullmatch(literal)
        if match is None:
            raise ValueError(literal)
        first, after = steps(match["before"], match["unit"], match["after"] or "", n)
        try:
            return self.start(match["unit"], first), self.start(match["unit"], after)
        except ValueError as error:
            raise OverflowError(literal) from error


def steps(before: str, unit: str, after: str, n: int | None) -> tuple[int, int]:
    """How many units ahead a literal begins, and how many until it is over."""
    single = {"LAST_": -1, "THIS_": 0, "NEXT_": 1}
    if n is None:
        if before not in single or after or unit == "DAY":
            raise ValueError(before + unit + after)
        return single[before], single[before] + 1
    match before, after:
        case "N_", "S_AGO":
            return -n, 1 - n
        case "LAST_N_", "S":
            return -n, 1 if unit == "DAY" else 0
        case "NEXT_N_", "S":
            return 1, n + 1
    raise ValueError(before + unit + after)


@dataclass(kw_only=True)
class Moments:
    """When and where a query is asked, which decides what its date literals mean.

    Most queries have none: the organisation is looked up when one has.
    """

    look: Callable[[], tuple[Calendar, ZoneInfo]]

    @cached_property
    def found(self) -> tuple[Calendar, ZoneInfo]:
        """What was looked up."""
        return self.look()

    @property
    def calendar(self) -> Calendar:
        """The organisation's calendar."""
        return self.found[0]

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return self.found[1]

    def utc(self, day: date) -> datetime:
        """The moment at which a day begins in the organisation, without its zone."""
        local = datetime.combine(day, time.min, tzinfo=self.zone)
        return local.astimezone(UTC).replace(tzinfo=None)

"""The days on which something is held, said as people say it.

Three ways: "second and fourth tuesday" of each month, days of the month such as
``[5, 20]``, and "every 2 weeks on tuesday from 2026-01-13".
"""

import re
from calendar import month_name
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


WEEK: Final = timedelta(weeks=1)

#: The last day that every month has.
LAST_IN_ALL: Final = 28

EXAMPLES: Final = (
    '"second and fourth tuesday", [5, 20] or "every 2 weeks on tuesday from 2026-01-13"'
)


class Weekday(StrEnum):
    """A day of the week; which of them are worked on depends on the country."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"

    @property
    def number(self) -> int:
        """0 for Monday, as ``date.weekday`` counts."""
        return list(Weekday).index(self)


ORDINALS: Final = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}

_DAY = f"({'|'.join(Weekday)})"
_ORDINAL = f"({'|'.join(ORDINALS)})"
NTH: Final = rf"{_ORDINAL}(( and |, ){_ORDINAL})* {_DAY}"
EVERY: Final = rf"every(?: (?P<weeks>\d+))? weeks? on {_DAY} from (?P<start>\S+)"


@dataclass(frozen=True, slots=True)
class NthWeekdays:
    """Some of the weeks' days of each month, such as the second Tuesday."""

    ordinals: tuple[str, ...]
    weekday: Weekday

    def days(self, start: date, end: date) -> Iterator[tuple[date, str]]:
        """The days from ``start`` to ``end``, each with its name."""
        for first in months(start, end):
            fitting = [
                day
                for day in (first + timedelta(n) for n in range(31))
                if day.month == first.month and day.weekday() == self.weekday.number
            ]
            for ordinal in self.ordinals:
                day = fitting[ORDINALS[ordinal]]
                if start <= day <= end:
                    yield day, f"{ordinal} {self.weekday.title()} of {month(day)}"


@dataclass(frozen=True, slots=True)
class MonthDays:
    """The same days of each month."""

    numbers: tuple[int, ...]
    weekday: Weekday = Weekday.TUESDAY  #: of what is added to them

    def days(self, start: date, end: date) -> Iterator[tuple[date, str]]:
        """The days from ``start`` to ``end``, each with its name."""
        for first in months(start, end):
            for number in self.numbers:
                day = first.replace(day=number)
                if start <= day <= end:
                    yield day, f"day {number} of {month(day)}"


@dataclass(frozen=True, slots=True)
class EveryWeeks:
    """One day every so many weeks, counted from the first."""

    weeks: int
    weekday: Weekday
    start: date

    def days(self, start: date, end: date) -> Iterator[tuple[date, str]]:
        """The days from ``start`` to ``end``, each with its name."""
        step = self.weeks * WEEK
        ahead = max(start - self.start, timedelta())
        day = self.start + -(-ahead // step) * step
        often = "week" if self.weeks == 1 else f"{self.weeks} weeks"
        while day <= end:
            yield day, f"every {often} since {said_day(self.start)}"
            day += step


Pattern = NthWeekdays | MonthDays | EveryWeeks


def month(day: date) -> str:
    """The name of the month of ``day``."""
    return month_name[day.month]


def said_day(day: date) -> str:
    """A day as people say it: 8 December 2026."""
    return f"{day.day} {month(day)} {day.year}"


def months(start: date, end: date) -> Iterator[date]:
    """The first day of each month that has a day from ``start`` to ``end``."""
    first = start.replace(day=1)
    while first <= end:
        yield first
        first = (first + timedelta(31)).replace(day=1)


def parse(said: str | tuple[int, ...]) -> Pattern:
    """The days that ``said`` means; raises ValueError with the remedy."""
    if not isinstance(said, str):
        return month_days(said)
    text = " ".join(said.casefold().split())
    if match := re.fullmatch(NTH, text):
        ordinals = tuple(re.findall(_ORDINAL, text))
        if len(set(ordinals)) < len(ordinals):
            raise ValueError(f'"{said}" says an ordinal twice')
        ordinals = tuple(sorted(ordinals, key=list(ORDINALS).index))
        return NthWeekdays(ordinals, Weekday(match[match.lastindex or 0]))
    if match := re.fullmatch(EVERY, text):
        return every(int(match["weeks"] or 1), Weekday(match[2]), match["start"])
    raise ValueError(f'"{said}" is not understood; write it like {EXAMPLES}')


def month_days(numbers: tuple[int, ...]) -> MonthDays:
    """Days of the month that every month has, each once."""
    for number in numbers:
        if not 1 <= number <= LAST_IN_ALL:
            raise ValueError(
                f"{number} does not exist in every month; use 1 to {LAST_IN_ALL}"
            )
    if not numbers or len(set(numbers)) < len(numbers):
        raise ValueError(f"{list(numbers)} needs different days; write it like [5, 20]")
    return MonthDays(tuple(sorted(numbers)))


def every(weeks: int, weekday: Weekday, start: str) -> EveryWeeks:
    """One day every so many weeks; its first day must be that weekday."""
    try:
        first = date.fromisoformat(start)
    except ValueError:
        raise ValueError(f'"{start}" is not a day; write it like 2026-01-13') from None
    if first.weekday() != weekday.number:
        raise ValueError(f"{start} is a {first:%A}, not a {weekday.title()}")
    if not 1 <= weeks <= LAST_IN_ALL:
        raise ValueError(f"every {weeks} weeks is not a cadence; use 1 to 28")
    return EveryWeeks(weeks, weekday, first)

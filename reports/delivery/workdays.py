"""Which days people work on: weekends, public holidays and blackout days."""

import re
from calendar import SATURDAY, SUNDAY
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo


DAY: Final = timedelta(days=1)
SPAN: Final = r"(\d{4}-\d\d-\d\d) to (\d{4}-\d\d-\d\d)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workdays:
    """The calendar of a team."""

    country: str | None = None
    subdivision: str | None = None
    blackout: tuple[tuple[date, date], ...] = ()  #: first and last days

    def why_not(self, day: date) -> str | None:
        """Why nobody works on ``day``; None when they do."""
        if any(first <= day <= last for first, last in self.blackout):
            return "a blackout day"
        if self.country is None:
            return "a weekend" if day.weekday() in {SATURDAY, SUNDAY} else None
        holidays = holidays_of(self.country, self.subdivision)
        if name := holidays.get(day):
            return f"a public holiday ({name})"
        return "a weekend" if holidays.is_weekend(day) else None

    def open(self, day: date) -> bool:
        """Whether people work on ``day``."""
        return self.why_not(day) is None

    def before(self, day: date, count: int = 1) -> date:
        """The business day that lies ``count`` business days before ``day``."""
        for _ in range(count):
            day = self.last(day - DAY)
        return day

    def last(self, day: date) -> date:
        """``day``, or the last business day before it."""
        return next((one for one in back_from(day) if self.open(one)), day)

    def next(self, day: date) -> date:
        """``day``, or the first business day after it."""
        return next((one for one in onward_from(day) if self.open(one)), day)

    def week(self, day: date) -> tuple[date, ...]:
        """The business days of the week of ``day``, Monday to Sunday."""
        first = monday(day)
        days = (first + number * DAY for number in range(7))
        return tuple(one for one in days if self.open(one))


#: How many days are searched for a business day before giving up: half a year.
SEARCHED: Final = 183


def back_from(day: date) -> tuple[date, ...]:
    """``day`` and those before it, latest first."""
    return tuple(day - number * DAY for number in range(SEARCHED))


def onward_from(day: date) -> tuple[date, ...]:
    """``day`` and those after it, earliest first."""
    return tuple(day + number * DAY for number in range(SEARCHED))


def monday(day: date) -> date:
    """The first day of the week of ``day``."""
    return day - day.weekday() * DAY


@lru_cache(maxsize=64)
def holidays_of(country: str, subdivision: str | None) -> Any:
    """The public holidays of a country; NotImplementedError when it is unknown."""
    from holidays import country_holidays  # noqa: PLC0415 -- slow, and rarely needed

    return country_holidays(country, subdiv=subdivision or None, language="en_US")


def span(said: date | str) -> tuple[date, date]:
    """The first and last day of a blackout; raises ValueError with the remedy."""
    if isinstance(said, date):
        return said, said
    remedy = 'write a day like 2026-12-24, or "2026-12-24 to 2027-01-01"'
    match = re.fullmatch(SPAN, said)
    try:
        first, last = (
            (date.fromisoformat(match[1]), date.fromisoformat(match[2]))
            if match
            else (date.fromisoformat(said),) * 2
        )
    except ValueError:
        raise ValueError(f'"{said}" is not understood; {remedy}') from None
    if last < first:
        raise ValueError(f'"{said}" ends before it begins')
    return first, last


def zone_named(name: str | None) -> ZoneInfo | None:
    """The time zone of that IANA name; None when there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def moment(day: date, at: time, zone: str) -> datetime:
    """The moment in UTC when a clock in ``zone`` shows ``at``.

    A time that the clocks skip is later by what they skip; of one that they show
    twice, it is the first. An unknown zone counts as UTC.
    """
    return datetime.combine(day, at, tzinfo=zone_named(zone) or UTC).astimezone(UTC)

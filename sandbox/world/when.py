"""Days and moments as whole numbers: days and seconds since 1970, in UTC.

Numbers keep a thousand reps fast; text is made only where a row is written.
"""

from datetime import UTC, date, datetime, time
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo


DAY: Final = 86_400
HOUR: Final = 3_600
MINUTE: Final = 60
FISCAL_START: Final = 2  # February

_EPOCH: Final = date(1970, 1, 1).toordinal()
_THURSDAY: Final = 3  # what 1 January 1970 was, counted from Monday
_SATURDAY_SUNDAY: Final = frozenset({5, 6})
#: Where the week ends on other days.
_WEEKENDS: Final = {"Asia/Tehran": frozenset({3, 4})}


def day_of(value: date) -> int:
    """The number of a day."""
    return value.toordinal() - _EPOCH


@cache
def date_of(day: int) -> date:
    """The day of a number."""
    return date.fromordinal(day + _EPOCH)


@cache
def day_text(day: int) -> str:
    """A day as a file holds it."""
    return date_of(day).isoformat()


@cache
def _clock_text(second: int) -> str:
    hours, rest = divmod(second, HOUR)
    return f"T{hours:02}:{rest // MINUTE:02}:{rest % MINUTE:02}.000+0000"


def stamp(second: int) -> str:
    """A moment as a file holds it."""
    return day_text(second // DAY) + _clock_text(second % DAY)


def utc_text(second: int) -> str:
    """A moment as people write it."""
    return stamp(second)[:19] + "Z"


def second_of(moment: datetime) -> int:
    """The whole second of a moment; one without a zone is meant as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp())


@cache
def month_end(day: int) -> int:
    """The last day of that day's month."""
    then = date_of(day)
    return day_of(date(then.year + then.month // 12, then.month % 12 + 1, 1)) - 1


@cache
def month_start(day: int) -> int:
    """The first day of that day's month."""
    return day_of(date_of(day).replace(day=1))


@cache
def month_number(day: int) -> int:
    """Months since the year 0: two days differ in it if their months do."""
    then = date_of(day)
    return then.year * 12 + then.month - 1


@cache
def fiscal(day: int) -> tuple[int, int]:
    """Fiscal year, named after the year in which it ends, and quarter."""
    months = month_number(day) - (FISCAL_START - 1)
    return months // 12 + 1, months % 12 // 3 + 1


@cache
def quarter_start(day: int) -> int:
    """The first day of that day's fiscal quarter."""
    into = (month_number(day) - (FISCAL_START - 1)) % 3
    start = month_start(day)
    for _ in range(into):
        start = month_start(start - 1)
    return start


@cache
def quarter_end(day: int) -> int:
    """The last day of that day's fiscal quarter."""
    end = month_end(day)
    while fiscal(end + 1) == fiscal(day):
        end = month_end(end + 1)
    return end


class Zone:
    """Where somebody works: local days, office hours, weekends."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._zone = ZoneInfo(name)
        self._weekend = _WEEKENDS.get(name, _SATURDAY_SUNDAY)
        self._offsets: dict[int, int] = {}

    def _offset(self, day: int) -> int:
        known = self._offsets.get(day)
        if known is None:
            noon = datetime.combine(date_of(day), time(12), self._zone)
            known = int((noon.utcoffset() or noon - noon).total_seconds())
            self._offsets[day] = known
        return known

    def at(self, day: int, second: int) -> int:
        """The moment of a local time of day."""
        return day * DAY + second - self._offset(day)

    def day(self, moment: int) -> int:
        """The local day of a moment."""
        return (moment + self._offset(moment // DAY)) // DAY

    def works(self, day: int) -> bool:
        """Whether people work on that day."""
        return (day + _THURSDAY) % 7 not in self._weekend

    def workday(self, day: int) -> int:
        """That day, or the next on which people work."""
        while not self.works(day):
            day += 1
        return day


@cache
def zone(name: str) -> Zone:
    """The zone of that name."""
    return Zone(name)

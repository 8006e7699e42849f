"""Days that a text mentions, where they can be read in one way only.

"11/03" is March to some and November to others, so it is not a day here.
"""

import re
from collections.abc import Iterator
from datetime import date

from reports.english import MONTHS


#: A mention without a year means the day nearest to when it was written.
HALF_YEAR = 183

ISO = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
DAY_MONTH = re.compile(r"\b(\d\d?)(?:st|nd|rd|th)? ([A-Za-z]{3,9})\b")
MONTH_DAY = re.compile(r"\b([A-Za-z]{3,9}) (\d\d?)(?:st|nd|rd|th)?\b")


def past_dates(text: str, written: date, today: date) -> list[date]:
    """Days before today that ``text`` names; without a year, the nearest one."""
    return sorted(found for found in dates_in(text, written) if found < today)


def dates_in(text: str, written: date) -> Iterator[date]:
    """Days that ``text`` names in a form that can be read in one way only."""
    for year, month, number in ISO.findall(text):
        yield from valid(int(year), int(month), int(number))
    named = [(number, name) for number, name in DAY_MONTH.findall(text)]
    named += [(number, name) for name, number in MONTH_DAY.findall(text)]
    for number, name in named:
        month = month_of(name)
        for year in (written.year - 1, written.year, written.year + 1):
            for found in valid(year, month, int(number)):
                if abs((found - written).days) < HALF_YEAR:
                    yield found


def month_of(name: str) -> int:
    """The number of a month by its name or a shortened one; 0 for other words."""
    word = name.capitalize()
    return next(
        (n for n, full in enumerate(MONTHS, start=1) if full.startswith(word)), 0
    )


def valid(year: int, month: int, number: int) -> Iterator[date]:
    """The day, if there is such a day."""
    try:
        yield date(year, month, number)
    except ValueError:
        return

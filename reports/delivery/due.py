"""What is due at a moment: the cadence's side of it; what was sent, the ledger knows.

Asking again is harmless: the same moments give the same answers, however often and
however late one asks.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from reports.delivery.cadence import Cadence, Meeting, Occasion
from reports.delivery.fiscal import Fiscal
from reports.delivery.occasions import between
from reports.delivery.pattern import WEEK, Weekday
from reports.delivery.records import LetterKind
from reports.delivery.workdays import DAY, Workdays, moment, monday
from reports.said import counted, say


#: What goes out after its moment is late once this has passed.
SOON: Final = timedelta(hours=1)

#: How far before a review anything is sent, and how far after it.
BEFORE, AFTER = 6 * WEEK, 4 * WEEK
MONTH: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A letter whose moment has come."""

    kind: LetterKind
    occasion: Occasion
    at: datetime  #: UTC
    until: datetime  #: UTC; from here on it is too late
    now: datetime  #: UTC, the moment of asking
    weekly: bool = False  #: sent even when nothing crossed a limit

    @property
    def too_late(self) -> bool:
        """Whether it is skipped, with a line for ops."""
        return self.now >= self.until

    @property
    def late(self) -> bool:
        """Whether it is sent later than it should have been, and says so."""
        return not self.too_late and self.now >= self.at + SOON

    @property
    def because(self) -> str:
        """How late it is, for ops and for the reader; empty when it is not."""
        if not (self.late or self.too_late):
            return ""
        told = counted(
            int((self.now - self.at) / timedelta(hours=1)),
            "due on {day} at {time} UTC, an hour ago",
            "due on {day} at {time} UTC, {count} hours ago",
            day=f"{self.at:%Y-%m-%d}",
            time=f"{self.at:%H:%M}",
        )
        return say("{due}, too late to be of use", due=told) if self.too_late else told


def due(
    cadence: Cadence,
    now: datetime,
    zone: str,
    *,
    since: datetime,
    fiscal: Fiscal | None = None,
) -> list[Due]:
    """What a rep in ``zone`` is due by ``now``, earliest first.

    That is everything whose moment has come and that is not too late; and what
    became too late after ``since``, when somebody last asked.
    """
    first = (min(since, now).date() - AFTER).replace(day=1)
    last = (now.date() + BEFORE + MONTH).replace(day=1)
    zone = cadence.zone or zone
    return come(letters(cadence, zone, first, last, fiscal or Fiscal()), since, now)


def come(planned: Iterable[Due], since: datetime, now: datetime) -> list[Due]:
    """Those whose moment has come, unless they were too late long ago."""
    coming = (one for one in planned if one.at <= now and one.until > since)
    found = (replace(one, now=now) for one in coming)
    return sorted(found, key=lambda one: (one.at, one.kind))


@lru_cache(maxsize=1024)
def letters(
    cadence: Cadence, zone: str, first: date, last: date, fiscal: Fiscal
) -> tuple[Due, ...]:
    """Everything that goes out around the reviews of some months."""
    return tuple(
        letter
        for meeting in between(cadence, first, last, fiscal)
        if meeting.reviews
        for letter in around(cadence, meeting, zone)
    )


def around(cadence: Cadence, meeting: Occasion, zone: str) -> Iterator[Due]:
    """Everything that goes out before and after one review."""
    workdays, late = cadence.workdays, cadence.too_late
    packet = moment(workdays.before(meeting.on), cadence.packet, zone)
    if cadence.reminder_days:
        day = workdays.before(meeting.on, cadence.reminder_days)
        at = moment(day, cadence.reminder, zone)
        until = min(at + timedelta(hours=late.reminder), packet)
        yield letter(LetterKind.REMINDER, meeting, at, until)
    over = moment(meeting.on, cadence.packet, zone)
    until = max(packet + timedelta(hours=late.packet), over)
    yield letter(LetterKind.PACKET, meeting, packet, until)
    day = followup_day(workdays, meeting.on, cadence.followup_weekday)
    at = moment(day, cadence.followup, zone)
    until = at + timedelta(hours=late.followup)
    yield letter(LetterKind.FOLLOW_UP, meeting, at, until)


def letter(kind: LetterKind, occasion: Occasion, at: datetime, until: datetime) -> Due:
    """A letter as it looks to somebody who asks in time."""
    return Due(kind=kind, occasion=occasion, at=at, until=until, now=at)


def followup_day(workdays: Workdays, review: date, weekday: Weekday) -> date:
    """The first such weekday after the review, or the business day nearest before.

    Never the day of the review itself: there must be time to keep a promise.
    """
    ahead = (weekday.number - review.weekday() - 1) % 7 + 1
    planned = review + ahead * DAY
    before = workdays.last(planned)
    return before if before > review else workdays.next(planned)


def alerts_due(
    cadence: Cadence,
    now: datetime,
    zone: str,
    *,
    since: datetime,
    weekday: Weekday = Weekday.MONDAY,
) -> list[Due]:
    """The checks for ops: each business day, and one a week that is always sent."""
    zone = cadence.zone or zone
    workdays = cadence.workdays
    first = min(since, now).date() - 3 * DAY
    days = (first + n * DAY for n in range((now.date() - first).days + 3))
    checks = (
        alert(day, moment(day, cadence.hygiene, zone), cadence, weekday)
        for day in days
        if workdays.open(day)
    )
    return come(checks, since, now)


def alert(day: date, at: datetime, cadence: Cadence, weekday: Weekday) -> Due:
    """One check for ops."""
    digest = weekly(cadence.workdays, day, weekday)
    name = "weekly digest" if digest else "daily check"
    check = Occasion(on=day, kind=Meeting.CHECK, because=name, planned=day)
    until = at + timedelta(hours=cadence.too_late.hygiene)
    return replace(letter(LetterKind.HYGIENE, check, at, until), weekly=digest)


def weekly(workdays: Workdays, day: date, weekday: Weekday) -> bool:
    """Whether ``day`` is the first business day of its week from ``weekday`` on.

    When the week has none, the last one before counts.
    """
    working = workdays.week(day)
    chosen = monday(day) + weekday.number * DAY
    return day == next((one for one in working if one >= chosen), working[-1])

"""On which days reviews and one-to-ones are held, and why on these.

Each day follows from the calendar around it alone, never from where a listing
began, so that every wake-up finds the same days.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from reports.delivery.cadence import Cadence, Meeting, Occasion
from reports.delivery.fiscal import Fiscal
from reports.delivery.pattern import WEEK, parse, said_day
from reports.delivery.workdays import DAY, Workdays, monday


#: How far around a day others can have an influence on it.
AROUND: Final = 8 * WEEK

YEAR: Final = timedelta(days=366)

#: How many years are looked at, one after the other, for a number of days.
YEARS: Final = (1, 4, 20)

#: What the weeks at the end of a quarter are called, the last one first.
LAST_WEEKS: Final = (
    "last week",
    "last week but one",
    "last week but two",
    "last week but three",
    "last week but four",
    "last week but five",
)


def occasions(
    cadence: Cadence,
    start: date,
    *,
    fiscal: Fiscal | None = None,
    count: int | None = None,
    end: date | None = None,
) -> list[Occasion]:
    """The meetings from ``start`` on: up to ``end``, or ``count`` of them."""
    fiscal = fiscal or Fiscal()
    if count is None:
        return list(between(cadence, start, end or start + YEAR, fiscal))
    for years in YEARS:
        found = between(cadence, start, start + years * YEAR, fiscal)
        if len(found) >= count:
            break
    return list(found[:count])


def next_review(
    cadence: Cadence, day: date, fiscal: Fiscal | None = None
) -> Occasion | None:
    """The first review on or after ``day``; None when there is none for months."""
    coming = between(cadence, day, day + 26 * WEEK, fiscal or Fiscal())
    return next((one for one in coming if one.reviews), None)


@lru_cache(maxsize=256)
def between(
    cadence: Cadence, start: date, end: date, fiscal: Fiscal
) -> tuple[Occasion, ...]:
    """The meetings from ``start`` to ``end``, earliest first."""
    wide = start - AROUND, end + AROUND
    workdays = cadence.workdays
    reviews = list(regular(cadence, workdays, *wide))
    reviews += extras(cadence, workdays, reviews, fiscal.ends(*wide))
    meetings = [*reviews, *one_to_ones(cadence, workdays, reviews, wide)]
    inside = (one for one in meetings if start <= one.on <= end)
    return tuple(sorted(inside, key=lambda one: (one.on, one.kind)))


def unsatisfied(cadence: Cadence, start: date, end: date) -> tuple[str, ...]:
    """The reviews planned from ``start`` to ``end`` for which there is no day."""
    wide = start - AROUND, end + AROUND
    held = {one.planned for one in regular(cadence, cadence.workdays, *wide)}
    return tuple(
        f"the review of {said_day(day)} ({name}) finds no business day within a week"
        for day, name in parse(cadence.days).days(start, end)
        if day not in held
    )


def regular(
    cadence: Cadence, workdays: Workdays, start: date, end: date
) -> Iterator[Occasion]:
    """The reviews that the pattern asks for, each on a business day.

    A review stays in its week. When nobody works in that week at all, it is held
    in the next one, or the one before, if that has no review of its own.
    """
    planned = list(parse(cadence.days).days(start, end))
    busy = {monday(day) for day, _ in planned}
    for day, name in planned:
        week = monday(day)
        choices = [week]
        if week + WEEK not in busy:
            choices.append(week + WEEK)
        shut_before = week - 2 * WEEK in busy and not workdays.week(week - 2 * WEEK)
        if week - WEEK not in busy and not shut_before:
            choices.append(week - WEEK)
        for choice in choices:
            if working := workdays.week(choice):
                yield placed(Meeting.REVIEW, nearest(working, day), day, name, workdays)
                break


def nearest(days: tuple[date, ...], to: date) -> date:
    """The one of ``days`` that is nearest; of two equally near, the later."""
    return min(days, key=lambda day: (abs(day - to), day < to))


def placed(
    kind: Meeting, day: date, planned: date, name: str, workdays: Workdays
) -> Occasion:
    """A meeting planned for one day and held on another, and why."""
    because = name
    if day != planned:
        why = workdays.why_not(planned)
        because = f"{name}; moved from {said_day(planned)}, {why}"
    return Occasion(on=day, kind=kind, because=because, planned=planned)


def extras(
    cadence: Cadence,
    workdays: Workdays,
    reviews: list[Occasion],
    ends: Iterator[date],
) -> Iterator[Occasion]:
    """A review in each of the last weeks of a quarter that has none."""
    busy = {monday(one.on) for one in reviews}
    weekday = parse(cadence.days).weekday
    for end in ends:
        last = workdays.last(end)
        for back, which in enumerate(LAST_WEEKS[: cadence.quarter_end_extra]):
            week = monday(last) - back * WEEK
            planned = week + weekday.number * DAY
            working = tuple(day for day in workdays.week(week) if day <= last)
            if week in busy or not working:
                continue
            busy.add(week)
            name = f"{which} of the fiscal quarter that ends on {said_day(end)}"
            day = nearest(working, min(planned, last))
            yield Occasion(on=day, kind=Meeting.EXTRA, because=name, planned=planned)


def one_to_ones(
    cadence: Cadence,
    workdays: Workdays,
    reviews: list[Occasion],
    within: tuple[date, date],
) -> Iterator[Occasion]:
    """The one-to-ones, in weeks without a review where there is such a week."""
    if cadence.one_to_ones is None:
        return
    planned = list(parse(cadence.one_to_ones).days(*within))
    reviewed = {monday(one.on) for one in reviews}
    own = {monday(day) for day, _ in planned}
    for day, name in planned:
        week = monday(day)
        near = [week, week + WEEK]
        if not {week - 2 * WEEK} <= own & reviewed:
            near.append(week - WEEK)
        free = [
            one
            for one in near
            if one not in reviewed
            and (one == week or one not in own)
            and workdays.week(one)
        ]
        choice = free[0] if free else week
        if working := workdays.week(choice):
            on = nearest(working, day + (choice - week))
            yield talk(on, day, name, workdays, reviewed)


def talk(
    day: date, planned: date, name: str, workdays: Workdays, reviewed: set[date]
) -> Occasion:
    """A one-to-one, and why it is on this day."""
    because = name
    if monday(day) in reviewed:
        because = f"{name}; in the week of a review, as no week near it is free"
    elif monday(planned) in reviewed and day != planned:
        because = f"{name}; moved from {said_day(planned)}, in a week with a review"
    elif day != planned:
        why = workdays.why_not(planned)
        because = f"{name}; moved from {said_day(planned)}, {why}"
    return Occasion(on=day, kind=Meeting.ONE_TO_ONE, because=because, planned=planned)

"""Why reviews cannot be held as the configuration says; found at start, not later."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from itertools import pairwise
from typing import Final

from reports.delivery.cadence import Cadence
from reports.delivery.occasions import LAST_WEEKS, unsatisfied
from reports.delivery.pattern import (
    WEEK,
    EveryWeeks,
    NthWeekdays,
    Weekday,
    parse,
    said_day,
)
from reports.delivery.workdays import holidays_of, monday, span, zone_named


#: A stretch of days in which every pattern shows what it does, leap day included.
SHOWN: Final = date(2027, 1, 1), date(2032, 12, 31)

#: How far ahead the days of reviews are looked at.
AHEAD: Final = 57 * WEEK

MOST_REMINDER_DAYS: Final = 10


def cadence_mistakes(cadence: Cadence, day: date | None = None) -> tuple[str, ...]:
    """Every mistake as "key: why"; with ``day``, also reviews without a day from it."""
    mistakes = [*calendar_mistakes(cadence), *letter_mistakes(cadence)]
    managers = [team.manager.lower() for team in cadence.team]
    mistakes += (
        f"team: {manager} is there twice"
        for manager in sorted(set(managers))
        if managers.count(manager) > 1
    )
    mistakes += (
        f"team: {manager} is not an address"
        for manager in managers
        if "@" not in manager
    )
    mistakes += day_mistakes(cadence, day)
    for team in cadence.team:
        own = cadence.of_team(team.manager)
        found = (*calendar_mistakes(own), *day_mistakes(own, day))
        mistakes += (
            f"team: {team.manager}: {why}" for why in found if why not in mistakes
        )
    return tuple(mistakes)


def calendar_mistakes(cadence: Cadence) -> Iterator[str]:
    """What is wrong with days, country and zone, each by itself."""
    yield from country_mistakes(cadence)
    if cadence.zone is not None and zone_named(cadence.zone) is None:
        yield f'zone: {cadence.zone!r} is unknown; write it like "Europe/Berlin"'
    for said in cadence.blackout:
        try:
            span(said)
        except ValueError as error:
            yield f"blackout: {error}"
    if cadence.quarter_end_extra > len(LAST_WEEKS):
        most = len(LAST_WEEKS)
        yield f"quarter_end_extra: more than {most} weeks leave no time to sell"
    yield from pattern_mistakes(cadence, "days", cadence.days)
    if cadence.one_to_ones is not None:
        yield from pattern_mistakes(cadence, "one_to_ones", cadence.one_to_ones)


def country_mistakes(cadence: Cadence) -> Iterator[str]:
    """A country or a part of it of which no holidays are known."""
    if cadence.country is None:
        if cadence.subdivision:
            yield "subdivision: needs a country"
        return
    try:
        holidays_of(cadence.country, None)
    except NotImplementedError:
        yield (
            f"country: the holidays of {cadence.country!r} are unknown; write the "
            'two letters of ISO 3166, like "DE"'
        )
        return
    try:
        holidays_of(cadence.country, cadence.subdivision)
    except NotImplementedError:
        known = holidays_of(cadence.country, None).subdivisions
        listed = f" ({', '.join(known)})" if known else ""
        yield f"subdivision: {cadence.country} has no {cadence.subdivision!r}{listed}"


def pattern_mistakes(
    cadence: Cadence, key: str, said: str | tuple[int, ...]
) -> Iterator[str]:
    """Days that are not understood, too close together, or never worked on."""
    try:
        pattern = parse(said)
    except ValueError as error:
        yield f"{key}: {error}"
        return
    if isinstance(pattern, NthWeekdays | EveryWeeks):
        yield from weekend_mistakes(cadence, key, pattern.weekday)
    for (one, _), (other, _) in pairwise(pattern.days(*SHOWN)):
        if monday(one) == monday(other):
            yield (
                f"{key}: {said_day(one)} and {said_day(other)} are in one week; "
                "leave a week between them"
            )
            return


def weekend_mistakes(cadence: Cadence, key: str, weekday: Weekday) -> Iterator[str]:
    """A day of the week on which nobody works."""
    day = date(2027, 1, 4 + weekday.number)
    if has_calendar(cadence) and cadence.workdays.why_not(day) == "a weekend":
        yield f"{key}: {weekday.title()} is in the weekend"


def has_calendar(cadence: Cadence) -> bool:
    """Whether its days can be looked at; what is wrong with them is said elsewhere."""
    try:
        cadence.workdays.why_not(SHOWN[0])
    except (NotImplementedError, ValueError):
        return False
    return True


def letter_mistakes(cadence: Cadence) -> Iterator[str]:
    """What is wrong with what goes out around a review."""
    if cadence.reminder_days > MOST_REMINDER_DAYS:
        yield f"reminder_days: more than {MOST_REMINDER_DAYS} business days are no help"
    if cadence.reminder_days == 1 and cadence.reminder >= cadence.packet:
        yield "reminder: is not before the packet of the same day"
    for late in fields(cadence.too_late):
        if getattr(cadence.too_late, late.name) < 1:
            yield f"too_late: {late.name} must be at least an hour, or it is never sent"
    yield from weekend_mistakes(cadence, "followup_weekday", cadence.followup_weekday)


def day_mistakes(cadence: Cadence, day: date | None) -> Iterator[str]:
    """Reviews for which there is no day, around blackouts and from ``day`` on."""
    if not has_calendar(cadence):
        return
    try:
        parse(cadence.days)
    except ValueError:
        return
    blackouts = cadence.workdays.blackout
    stretches = [(first - 2 * WEEK, last + 2 * WEEK) for first, last in blackouts]
    if day is not None:
        stretches.append((day, day + AHEAD))
    for why in dict.fromkeys(
        why for stretch in stretches for why in unsatisfied(cadence, *stretch)
    ):
        yield f"days: {why}"

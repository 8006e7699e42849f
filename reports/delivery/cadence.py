"""When reviews are held and what goes out around them: calendar arithmetic only.

``Cadence()`` holds the defaults: the second and fourth Tuesday of a month.
"""

from dataclasses import dataclass
from datetime import date, time

from reports.delivery.pattern import Weekday, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLate:
    """Hours after which a letter that is late is not sent any more."""

    reminder: int = 24
    packet: int = 48
    followup: int = 72
    hygiene: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """What is different for the reps of one manager; None: nothing."""

    manager: str  #: the address by which Sales Cloud knows the manager
    days: str | tuple[int, ...] | None = None
    one_to_ones: str | tuple[int, ...] | None = None
    quarter_end_extra: int | None = None
    country: str | None = None
    subdivision: str | None = None
    blackout: tuple[date | str, ...] | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """What ``[review]`` says."""

    days: str | tuple[int, ...] = "second and fourth tuesday"
    one_to_ones: str | tuple[int, ...] | None = None
    quarter_end_extra: int = 0  #: last weeks of a fiscal quarter with a review each
    packet: time = time(18)  #: local, on the business day before
    reminder_days: int = 3  #: business days before the review
    reminder: time = time(9)  #: local
    followup_weekday: Weekday = Weekday.FRIDAY
    followup: time = time(15)  #: local
    country: str | None = None  #: ISO 3166 code; without one, weekends only
    subdivision: str | None = None  #: of the country, such as CA or BY
    blackout: tuple[date | str, ...] = ()  #: days, or "2026-12-24 to 2027-01-01"
    zone: str | None = None  #: instead of each rep's own
    too_late: TooLate = TooLate()
    team: tuple[Team, ...] = ()


def cadence_mistakes(cadence: Cadence) -> tuple[str, ...]:
    """Why reviews cannot be held as ``cadence`` says."""
    mistakes = []
    for name in ("days", "one_to_ones"):
        said = getattr(cadence, name)
        try:
            if said is not None:
                parse(said)
        except ValueError as error:
            mistakes.append(f"{name}: {error}")
    return tuple(mistakes)

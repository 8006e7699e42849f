"""What ``[review]`` says: when reviews are held and what goes out around them.

``Cadence()`` holds the defaults: the second and fourth Tuesday of a month.
"""

from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum

from reports.delivery.pattern import Weekday
from reports.delivery.workdays import Workdays, span


@dataclass(frozen=True, slots=True, kw_only=True)
class TooLate:
    """Hours after which a letter that is late is not sent any more."""

    reminder: int = 24
    packet: int = 24  #: and never before the day of the review is over
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
    at: time | None = None


#: The fields in which a team may differ.
DIFFERENT = (
    "days",
    "one_to_ones",
    "quarter_end_extra",
    "country",
    "subdivision",
    "blackout",
    "zone",
    "at",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """When reviews are held, and what goes out before and after each."""

    days: str | tuple[int, ...] = "second and fourth tuesday"
    one_to_ones: str | tuple[int, ...] | None = None
    quarter_end_extra: int = 0  #: last weeks of a fiscal quarter with a review each
    at: time = time(10)  #: local, when the meeting begins
    packet: time = time(18)  #: local, on the business day before
    reminder_days: int = 3  #: business days before the review; 0: no reminder
    reminder: time = time(9)  #: local
    followup_weekday: Weekday = Weekday.FRIDAY
    followup: time = time(15)  #: local
    hygiene: time = time(8)  #: in the organisation's zone, each business day
    country: str | None = None  #: ISO 3166 code; without one, weekends only
    subdivision: str | None = None  #: of the country, such as CA or BY
    blackout: tuple[date | str, ...] = ()  #: days, or "2026-12-24 to 2027-01-01"
    zone: str | None = None  #: instead of each rep's own
    too_late: TooLate = TooLate()
    team: tuple[Team, ...] = ()

    @property
    def workdays(self) -> Workdays:
        """The days on which reviews can be held."""
        return Workdays(
            country=self.country,
            subdivision=self.subdivision,
            blackout=tuple(span(said) for said in self.blackout),
        )

    def of_team(self, manager: str | None) -> "Cadence":
        """The cadence of the reps of one manager, by the manager's address."""
        for team in self.team:
            if manager is not None and team.manager.lower() == manager.lower():
                said = {name: getattr(team, name) for name in DIFFERENT}
                if team.country is not None and team.subdivision is None:
                    said["subdivision"] = ""
                said = {
                    name: value for name, value in said.items() if value is not None
                }
                return replace(self, team=(), **said)
        return replace(self, team=())


class Meeting(StrEnum):
    """What an occasion is."""

    REVIEW = "review"
    EXTRA = "extra"
    ONE_TO_ONE = "one-to-one"
    CHECK = "check"  #: nobody meets; ops look at the data


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One day on which rep and manager meet, and why on this one."""

    on: date
    kind: Meeting
    because: str  #: why on this day
    planned: date  #: the day before holidays and the like were looked at

    @property
    def cycle(self) -> str:
        """The name of what is sent around it: its ISO date."""
        return self.on.isoformat()

    @property
    def reviews(self) -> bool:
        """Whether deals are reviewed, so that a packet is due."""
        return self.kind in {Meeting.REVIEW, Meeting.EXTRA}

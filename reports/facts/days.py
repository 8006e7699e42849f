"""Days and moments: what day a moment is for a person.

The mirror keeps moments in UTC without saying so; a day is the date on the wall of
the person it is counted for, so a day is never 86,400 seconds by definition.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from reports.model import Organisation, Person, Problem, RecordId, UserId
from reports.said import say


Zones = Mapping[UserId, tzinfo]


def zone_named(name: str | None) -> tzinfo | None:
    """The time zone of that IANA name; None when there is none."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def zones_of(people: Iterable[Person], org: Organisation) -> Zones:
    """Every person's zone; their names were checked when they were read."""
    default = zone_named(org.zone) or UTC
    return {person.id: zone_named(person.zone) or default for person in people}


def checked_zone(
    name: str | None, fallback: str, record: RecordId, owner: str
) -> tuple[str, tuple[Problem, ...]]:
    """``name`` if it is a zone, else ``fallback``; nonsense is a problem."""
    if not name:
        return fallback, ()
    if zone_named(name) is not None:
        return name, ()
    because = say(
        "the time zone {zone} is unknown; days are counted in {other}",
        zone=repr(name),
        other=fallback,
    )
    return fallback, (Problem(record_id=record, object=owner, because=because),)


def utc(moment: datetime) -> datetime:
    """A moment of the mirror, saying that it is UTC."""
    return moment.replace(tzinfo=UTC)


def day(moment: datetime, zone: tzinfo) -> date:
    """The local date of an aware moment."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:  # the first and the last day of the calendar
        return moment.date()

"""Whose meetings a calendar shows: all, or those of one rep and the manager."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reports.delivery.cadence import Cadence
from reports.delivery.invitations import Attendee
from reports.facts.book import read_organisation
from reports.facts.engine import open_duckdb
from reports.facts.setting import people_of
from reports.model import Person
from reports.runs.rounds import rep_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Meetings:
    """A cadence with the zone that its hours are in, and who is invited."""

    cadence: Cadence
    zone: str
    attendees: tuple[Attendee, ...] = ()


def meetings_of(
    mirror: Path, as_of: datetime, cadence: Cadence, address: str
) -> Meetings:
    """The meetings of the rep with an address, by the cadence of that team."""
    with open_duckdb(mirror) as engine:
        org, _, _ = read_organisation(engine, as_of)
        people, _ = people_of(engine.query("people", as_of=as_of), org)
    rep = people[rep_named(people.values(), address)]
    boss = people.get(rep.manager_id) if rep.manager_id else None
    own = cadence.of_team(boss.email if boss else None)
    return Meetings(
        cadence=own,
        zone=own.zone or rep.zone,
        attendees=invited(boss if boss and boss.id != rep.id else None, rep),
    )


def invited(*people: Person | None) -> tuple[Attendee, ...]:
    """Who can be invited; the first invites: the manager, where there is one."""
    return tuple(
        Attendee(name=one.name, email=one.email)
        for one in people
        if one and one.active and one.email
    )

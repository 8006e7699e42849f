"""What picklists offer: new values, those that went, and values that nobody knows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sync.cloud import Shape
from sync.journal import Choice, Journal
from sync.moments import naive, utc
from sync.plan import Item
from sync.store import Mirror


#: Objects whose picklists are time zones and languages.
DULL: Final = frozenset({"Organization", "User"})

#: Stages of present deals that the org does not list.
UNKNOWN_STAGES: Final = """
    select StageName, count(*) from sf_opportunity
    where gone_at is null and StageName is not null and StageName not in (
      select coalesce(ApiName, MasterLabel) from sf_opportunitystage
      where gone_at is null
    )
    group by 1 order by 1
"""


#: What a picklist offered when it was last looked at: since when, and whether still.
Known = Mapping[Choice, tuple[datetime, bool]]


def note_choices(
    mirror: Mirror,
    journal: Journal,
    offered: Mapping[tuple[str, str], Sequence[str]],
    at: datetime,
) -> list[str]:
    """Remember what picklists offer; a sentence for each that offers something else.

    When a value was first seen goes to the journal before the mirror: it cannot be
    read again.
    """
    known = known_choices(mirror)
    now = {(*place, v) for place, values in offered.items() for v in values}
    since = journal.first_seen({one: known.get(one, (at,))[0] for one in now})
    notes, stale, rows = [], [], []
    for place, values in offered.items():
        mine = {one[2]: told for one, told in known.items() if one[:2] == place}
        was = {value for value, (_, active) in mine.items() if active}
        if set(values) == was:
            continue
        stale += [place] if mine else []
        rows += [(*place, v, True, naive(since[*place, v])) for v in sorted(values)]
        rows += [
            (*place, v, False, naive(mine[v][0])) for v in sorted(mine.keys() - values)
        ]
        if before := was or seen_before(place, since, at):
            notes += sentences(".".join(place), set(values) - before, was - set(values))
    if rows:
        mirror.offer(stale, rows)
    return notes


def offered_by(
    items: Sequence[Item], shapes: Mapping[str, Shape | None]
) -> dict[tuple[str, str], Sequence[str]]:
    """What the picklists that we read offer, by object and field."""
    return {
        (item.obj.name, name): values
        for item in items
        if item.obj.name not in DULL and (shape := shapes.get(item.obj.name))
        for name, values in shape.choices.items()
        if name in item.columns
    }


def known_choices(mirror: Mirror) -> Known:
    """What picklists offered when the mirror was last brought up to date."""
    return {
        (obj, field, value): (moment, active)
        for obj, field, value, at, active in mirror.rows(
            "select object, field, value, first_seen, active from mirror_choice"
        )
        if (moment := utc(at))
    }


def seen_before(
    place: tuple[str, str], since: Mapping[Choice, datetime], at: datetime
) -> set[str]:
    """What a picklist has ever offered, as far as the journal knows."""
    return {one[2] for one, moment in since.items() if one[:2] == place and moment < at}


def sentences(where: str, came: set[str], went: set[str]) -> list[str]:
    """What a picklist offers that it did not, and what no longer."""
    new = [f"{where} offers a new value: {', '.join(sorted(came))}"] if came else []
    old = [f"{where} no longer offers: {', '.join(sorted(went))}"] if went else []
    return new + old


def unknown_zone(mirror: Mirror) -> list[str]:
    """A sentence if the org's own time zone is none."""
    return [
        f"the org's time zone {zone!r} is unknown, so days are counted in UTC: set "
        "Default Time Zone in Setup, Company Information"
        for (zone,) in mirror.rows("select TimeZoneSidKey from sf_organization")
        if zone and not is_zone(zone)
    ]


def is_zone(name: str) -> bool:
    """Whether there is a time zone of that name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def unknown_stages(mirror: Mirror) -> list[str]:
    """A sentence for each stage of deals that Sales Cloud does not list."""
    return [
        f"stage {stage!r} is not in the org's list of stages; deals in it: {count:,}"
        for stage, count in mirror.rows(UNKNOWN_STAGES)
    ]

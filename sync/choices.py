"""Values that picklists offer: which are new, which went, and stages nobody knows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sync.cloud import Shape
from sync.moments import naive
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


def note_choices(
    mirror: Mirror,
    items: Sequence[Item],
    shapes: Mapping[str, Shape | None],
    at: datetime,
) -> list[str]:
    """Remember what picklists offer; a sentence for each that offers something else."""
    offered = {
        (item.obj.name, name): set(values)
        for item in items
        if item.obj.name not in DULL and (shape := shapes.get(item.obj.name))
        for name, values in shape.choices.items()
        if name in item.columns
    }
    known: dict[tuple[str, str], dict[str, bool]] = {}
    for obj, name, value, active in mirror.rows(
        "select object, field, value, active from mirror_choice"
    ):
        known.setdefault((obj, name), {})[value] = active
    notes = []
    for place, now in offered.items():
        before = known.get(place, {})
        was = {value for value, active in before.items() if active}
        if now == was:
            continue
        mirror.offer(place, [(v, v not in before) for v in sorted(now)], naive(at))
        if before:
            notes += sentences(".".join(place), now - was, was - now)
    return notes


def sentences(where: str, came: set[str], went: set[str]) -> list[str]:
    """What a picklist offers that it did not, and what no longer."""
    new = [f"{where} offers a new value: {', '.join(sorted(came))}"] if came else []
    old = [f"{where} no longer offers: {', '.join(sorted(went))}"] if went else []
    return new + old


def unknown_stages(mirror: Mirror) -> list[str]:
    """A sentence for each stage of deals that Sales Cloud does not list."""
    return [
        f"stage {stage!r} is not in the org's list of stages; deals in it: {count:,}"
        for stage, count in mirror.rows(UNKNOWN_STAGES)
    ]

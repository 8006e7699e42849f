"""What everybody in the world shares: the span of time, and the org's own records."""

from dataclasses import dataclass
from typing import Final

from sandbox.world.dice import Dice
from sandbox.world.files import Files
from sandbox.world.truth import Truth
from sandbox.world.when import DAY, Zone, quarter_start, zone


ORG_ZONE: Final = "America/New_York"
#: Two fiscal years, and what is missing to the start of a quarter.
_HISTORY_DAYS: Final = 730


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when to when the world is told, in seconds."""

    start: int
    now: int
    zone: Zone

    @property
    def today(self) -> int:
        """The day of ``now`` where the organisation is."""
        return self.zone.day(self.now)


def span_to(now: int) -> Span:
    """Two fiscal years up to now, from the start of a fiscal quarter."""
    where = zone(ORG_ZONE)
    first = quarter_start(where.day(now) - _HISTORY_DAYS)
    return Span(start=where.at(first, 0), now=now, zone=where)


def pace_of(seed: int) -> float:
    """Half as long to twice as long as usual: no two organisations are alike."""
    return min(2.0, max(0.5, Dice(f"{seed}/pace").around(1.0, 0.4)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Where the world is written to, and ids that many records point to."""

    seed: int
    span: Span
    files: Files
    truth: Truth
    director_id: str
    integration_id: str
    new_business_id: str
    renewal_id: str
    quarters: tuple[tuple[int, str], ...]  #: first day and Period id
    pace: float  #: how long everything takes here, beside other organisations

    @property
    def migration(self) -> int:
        """When the records of a company that was bought were imported."""
        return self.span.start + 47 * DAY + 4 * 3_600

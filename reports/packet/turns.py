"""Whose turn it is: what earlier agendas of a rep mean for the next one."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from reports.model import OpportunityId


#: On so many of the latest agendas a deal counts as often as it was there.
COUNTED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One earlier review: its agenda, and the deals that had a problem then."""

    discussed: Collection[OpportunityId]
    flagged: Collection[OpportunityId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turns:
    """What the earlier reviews say of each deal; nothing is said of the others."""

    #: On how many of the last four agendas.
    seen: Mapping[OpportunityId, int] = field(default_factory=dict)
    #: For how many reviews, up to the last, on every agenda.
    running: Mapping[OpportunityId, int] = field(default_factory=dict)
    #: For how many reviews, up to the last, with a problem and without minutes.
    waiting: Mapping[OpportunityId, int] = field(default_factory=dict)


#: Before the first review.
NO_TURNS = Turns()


def turns_of(earlier: Sequence[Turn]) -> Turns:
    """What the earlier reviews say; ``earlier`` has the latest first."""
    on = [frozenset(turn.discussed) for turn in earlier]
    off = [
        frozenset(turn.flagged) - deals for turn, deals in zip(earlier, on, strict=True)
    ]
    return Turns(
        seen=Counter(deal for deals in on[:COUNTED] for deal in deals),
        running=runs(on),
        waiting=runs(off),
    )


def runs(sets: Sequence[frozenset[OpportunityId]]) -> dict[OpportunityId, int]:
    """For each deal of the first set in how many sets it is before one without it."""
    lengths: dict[OpportunityId, int] = {}
    still = sets[0] if sets else frozenset()
    for length, deals in enumerate(sets, start=1):
        still &= deals
        lengths |= dict.fromkeys(still, length)
    return lengths

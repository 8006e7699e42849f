"""Which share of the money due in a period was won from the same point of earlier ones.

An owner's own share is drawn towards everybody's by as much as owners' shares differ
less than their periods do (Bühlmann and Straub). The interval weighs whole periods
anew: what moves everybody in a quarter moves all of its rows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import inf

from reports.judgement.dice import Dice
from reports.judgement.periods import Past
from reports.model import UserId


#: Owners before anything is said of how they differ.
FEWEST_OWNERS = 3
#: Draws of the Bayesian bootstrap over periods, and what is cut off at either end.
DRAWS, OUT, SEED = 400, 0.1, 20_260_304

#: What was due in a period, and what of it was won.
Sums = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """The share of due money that is won, 8 in 10 between low and high."""

    share: float
    low: float
    high: float


def conversion(past: Past, owners: Iterable[UserId]) -> Conversion:
    """The conversion of some owners; somebody must have won something due."""
    every = by_period(past, past.by_owner)
    own = by_period(past, [owner for owner in owners if owner in past.by_owner])
    weight = prior(
        [
            [(float(row.due), float(row.won)) for row in rows]
            for rows in past.by_owner.values()
        ]
    )
    drawn = sorted(
        shrunk(own, every, weight, weights) for weights in draws(len(past.known))
    )
    out = round(DRAWS * OUT)
    share = shrunk(own, every, weight, [1.0] * len(past.known))
    return Conversion(
        share=share, low=min(share, drawn[out]), high=max(share, drawn[-1 - out])
    )


def by_period(past: Past, owners: Iterable[UserId]) -> list[Sums]:
    """What was due and won of some owners together, period by period."""
    rows = [past.by_owner[owner] for owner in owners]
    return [
        (
            float(sum(found[place].due for found in rows)),
            float(sum(found[place].won for found in rows)),
        )
        for place in range(len(past.known))
    ]


def shrunk(
    own: Sequence[Sums],
    every: Sequence[Sums],
    weight: float,
    weights: Sequence[float],
) -> float:
    """The own share, with so much due money of everybody's mixed in."""
    due, won = weighed(every, weights)
    usual = won / due
    if weight == inf:
        return usual
    due, won = weighed(own, weights)
    return (won + weight * usual) / (due + weight) if due + weight else usual


def weighed(sums: Sequence[Sums], weights: Sequence[float]) -> Sums:
    """Both sums over periods, each of which counts so much."""
    return (
        sum(weight * due for weight, (due, _) in zip(weights, sums, strict=True)),
        sum(weight * won for weight, (_, won) in zip(weights, sums, strict=True)),
    )


def prior(owners: Iterable[Sequence[Sums]]) -> float:
    """How much due money everybody's share is worth beside an owner's own.

    Endless where owners do not differ by more than their own periods do; never less
    than what is due in one period of one owner.
    """
    rows = [[row for row in found if row[0] > 0] for found in owners]
    totals = [
        (sum(due for due, _ in found), sum(won for _, won in found))
        for found in rows
        if found
    ]
    spare = sum(len(found) - 1 for found in rows if found)
    if len(totals) < FEWEST_OWNERS or not spare:
        return inf
    whole = sum(due for due, _ in totals)
    usual = sum(won for _, won in totals) / whole
    within = sum(
        due * (won / due - sum(w for _, w in found) / sum(d for d, _ in found)) ** 2
        for found in rows
        for due, won in found
    )
    between = sum(due * (won / due - usual) ** 2 for due, won in totals)
    noise = within / spare
    room = whole - sum(due**2 for due, _ in totals) / whole
    excess = (between - (len(totals) - 1) * noise) / room if room > 0 else 0.0
    least = whole / (spare + len(totals))
    return max(noise / excess, least) if excess > 0 else inf


@cache
def draws(periods: int) -> tuple[tuple[float, ...], ...]:
    """How much each period counts in every draw; the same for everybody."""
    dice = Dice(SEED)
    return tuple(tuple(dice.weight() for _ in range(periods)) for _ in range(DRAWS))

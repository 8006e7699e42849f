"""Did flagged deals do worse than unflagged ones? Counts, an interval, a verdict.

A flag is what the stage clock alone said; whatever was booked or captured, and
whatever a packet printed. Once packets work, flagged deals are rescued and the gap
narrows: keep the gap from before the first packet as the reference.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from statistics import NormalDist
from typing import Any

from reports.findings import DealReview
from reports.model import Book, OpportunityId


#: Below this many deals a side nothing is said.
ENOUGH = 30
#: How often an interval may miss.
MISSES = 0.05
NORMAL = NormalDist()


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Deals that were flagged, or those that were not, and how many were won."""

    n: int
    won: int

    @property
    def rate(self) -> float:
        """The share that was won; 0 of none."""
        return self.won / self.n if self.n else 0.0

    def limits(self, z: float) -> tuple[float, float]:
        """Wilson's limits of the rate, so many deviations away."""
        if not self.n:
            return 0.0, 1.0
        middle, square = 2 * self.won + z**2, z**2
        spread = z * sqrt(square + 4 * self.won * (1 - self.rate))
        whole = 2 * (self.n + square)
        return (middle - spread) / whole, (middle + spread) / whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """How flags as of a moment compare with what came of the deals."""

    as_of: datetime
    horizon_days: int
    tier: int
    flagged: Side
    unflagged: Side
    replayed: bool  #: computed now, rather than stored at the time
    beside: int = 1  #: kinds of flags that are compared at once, this one included

    @property
    def difference(self) -> float:
        """The win rate of flagged deals minus that of unflagged ones."""
        return self.flagged.rate - self.unflagged.rate

    @property
    def interval(self) -> tuple[float, float]:
        """Newcombe's interval of the difference, 95 % for all kinds together.

        Who looks at twenty kinds of flags finds one that separates by chance; each
        interval is as much wider as Bonferroni asks.
        """
        z = NORMAL.inv_cdf(1 - MISSES / 2 / self.beside)
        return newcombe(self.flagged, self.unflagged, z)

    @property
    def verdict(self) -> str:
        """What may be said of it, in a sentence without its end."""
        fewest = min(self.flagged.n, self.unflagged.n)
        if fewest < ENOUGH:
            return f"too few yet (n = {fewest}, {ENOUGH} a side are needed)"
        low, high = self.interval
        if low <= 0 <= high:
            return "flags have not separated outcomes yet"
        how = "less" if high < 0 else "more"
        return (
            f"flagged deals were won {how} often: {told(self.flagged)} flagged, "
            f"{told(self.unflagged)} unflagged"
        )

    def as_json(self) -> dict[str, Any]:
        """The result as ``dealpacket backtest --json`` prints it."""
        return {
            "as_of": f"{self.as_of:%Y-%m-%dT%H:%M:%SZ}",
            "horizon_days": self.horizon_days,
            "tier": self.tier,
            "replayed": self.replayed,
            "flagged": {"n": self.flagged.n, "won": self.flagged.won},
            "unflagged": {"n": self.unflagged.n, "won": self.unflagged.won},
            "difference": round(self.difference, 4),
            "interval": [round(limit, 4) for limit in self.interval],
            "verdict": self.verdict,
        }


def newcombe(one: Side, other: Side, z: float) -> tuple[float, float]:
    """The interval of the difference of two rates, so many deviations wide."""
    low, high = one.limits(z)
    below, above = other.limits(z)
    difference = one.rate - other.rate
    return (
        difference - sqrt((one.rate - low) ** 2 + (above - other.rate) ** 2),
        difference + sqrt((high - one.rate) ** 2 + (other.rate - below) ** 2),
    )


def told(side: Side) -> str:
    """A side as "10 of 100"."""
    return f"{side.won:,} of {side.n:,}"


def flags_of(reviews: Iterable[DealReview]) -> dict[OpportunityId, bool]:
    """What the clock said of each deal whose stay in its stage is known."""
    return {
        review.deal.id: review.clock.over
        for review in reviews
        if review.clock is not None and review.deal.days_in_stage is not None
    }


def backtest(
    flags: Mapping[OpportunityId, bool],
    then: datetime,
    later: Book,
    *,
    tier: int,
    replayed: bool = True,
) -> Backtest:
    """Compare flags as of ``then`` with what is won in the ``later`` book.

    A deal that was won and reopened in between is not won; neither is one that
    left Sales Cloud.
    """
    won = {deal.id for deal in later.closed if deal.is_won}
    sides = {True: [0, 0], False: [0, 0]}
    for deal_id, flagged in flags.items():
        sides[flagged][0] += 1
        sides[flagged][1] += deal_id in won
    return Backtest(
        as_of=then,
        horizon_days=(later.as_of - then).days,
        tier=tier,
        flagged=Side(n=sides[True][0], won=sides[True][1]),
        unflagged=Side(n=sides[False][0], won=sides[False][1]),
        replayed=replayed,
    )

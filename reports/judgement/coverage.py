"""Coverage: is what is due in the period enough for what is missing of the quota.

How much is enough comes from the organisation's own conversion at the same point of
earlier periods; a win rate or a rule of thumb stand in for it, and say so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.judgement.backtest import NORMAL, Side
from reports.judgement.conversion import conversion
from reports.judgement.periods import FEWEST_PERIODS, Past, created_later, won_since
from reports.model import Deal, UserId
from reports.normal import Norms
from reports.outlook import Coverage
from reports.said import Said, percent, say


#: Closed deals before a win rate stands in for conversion.
FEWEST_CLOSED = 20
RULE_OF_THUMB = 3.0
CENT = Decimal("0.01")


def coverage(
    deals: Iterable[Deal],
    past: Past,
    norms: Norms,
    owners: Sequence[UserId],
    *,
    quota: Decimal,
) -> Coverage:
    """What is due beside what is missing, and how much of it is usually needed."""
    created = created_later(past, owners)
    later = sum(created, Decimal(0)) / len(created) if created else Decimal(0)
    to_go = max(quota - won_since(past, owners) - later, Decimal(0))
    due = sum(
        (
            deal.amount_base
            for deal in deals
            if deal.amount_base is not None
            and deal.amount_base > 0
            and deal.close_date is not None
            and deal.close_date <= past.ends[0]
        ),
        Decimal(0),
    )
    needed = needed_for(past, norms, owners)
    return Coverage(
        due=due.quantize(CENT),
        to_go=to_go.quantize(CENT),
        ratio=float(due / to_go) if to_go else None,
        needed=needed.times,
        low=needed.low,
        high=needed.high,
        source=needed.source,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """How many times what is missing should be due; 8 in 10 between low and high."""

    times: float
    low: float | None = None
    high: float | None = None
    source: Said


def needed_for(past: Past, norms: Norms, owners: Sequence[UserId]) -> Needed:
    """How many times what is missing should be due, and where that comes from."""
    if len(past.known) >= FEWEST_PERIODS and past.together.due and past.together.won:
        found = conversion(past, owners)
        return Needed(
            times=1 / found.share,
            low=1 / found.high,
            high=1 / found.low,
            source=say(
                "of what was due at this point of {periods} earlier periods, {share} "
                "was won",
                periods=len(past.known),
                share=percent(found.share),
            ),
        )
    if norms.closed >= FEWEST_CLOSED and norms.won:
        low, high = Side(n=norms.closed, won=norms.won).limits(NORMAL.inv_cdf(0.9))
        return Needed(
            times=norms.closed / norms.won,
            low=1 / high,
            high=1 / low,
            source=say("1 / win rate, for want of earlier periods"),
        )
    return Needed(times=RULE_OF_THUMB, source=say("rule of thumb"))

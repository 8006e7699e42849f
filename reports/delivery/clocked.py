"""What the stage clock said of each deal at a review, kept raw for the backtest.

A list a deal: days in the stage, the limit, whether it was over it, the share of
winners left, the chance beside that of a fresh deal, and the won deals behind it.
"""

import json
from collections.abc import Iterable
from typing import Any

from reports.findings import ClockReading, DealReview
from reports.model import OpportunityId


#: Digits after the point; more than are ever printed.
DIGITS = 4
#: Where in a deal's list it says whether the limit was passed.
OVER = 2


def clock_text(reviews: Iterable[DealReview], tier: int) -> str:
    """The readings of deals whose stay in their stage is known, as JSON."""
    deals = {
        review.deal.id: written(review.clock)
        for review in reviews
        if review.clock is not None and review.deal.days_in_stage is not None
    }
    return json.dumps({"tier": tier, "deals": deals}, separators=(",", ":"))


def written(clock: ClockReading) -> list[Any]:
    """A reading as it is kept."""
    left, ratio = clock.winners_left, clock.chance_ratio
    return [
        clock.days,
        clock.limit,
        int(clock.over),
        None if left is None else round(left, DIGITS),
        None if ratio is None else round(ratio, DIGITS),
        clock.won,
    ]


def read_clock(text: str) -> tuple[int, dict[OpportunityId, bool]]:
    """The tier, and which deals were over their limit."""
    kept = json.loads(text)
    deals = kept["deals"].items()
    return kept["tier"], {OpportunityId(id_): bool(one[OVER]) for id_, one in deals}

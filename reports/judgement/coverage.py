"""Coverage: is what is due in the period enough for what is missing of the quota.

How much is enough comes from the organisation's own conversion at the same point of
earlier periods; a win rate or a rule of thumb stand in for it, and say so.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

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
    needed, source = needed_for(past, norms, owners)
    return Coverage(
        due=due.quantize(CENT),
        to_go=to_go.quantize(CENT),
        ratio=float(due / to_go) if to_go else None,
        needed=needed,
        source=source,
    )


def needed_for(
    past: Past, norms: Norms, owners: Iterable[UserId]
) -> tuple[float, Said]:
    """How many times what is missing should be due, and where that comes from."""
    due, won = past.together.due, past.together.won
    if len(past.known) >= FEWEST_PERIODS and due and won:
        rows = [row for owner in owners for row in past.by_owner.get(owner, ())]
        usual = float(won / due)
        periods = sum(len(rows) for rows in past.by_owner.values())
        prior = float(due) / max(periods, 1)  # one period of one owner
        own_due, own_won = (
            float(sum(r.due for r in rows)),
            float(sum(r.won for r in rows)),
        )
        share = (own_won + prior * usual) / (own_due + prior)
        return 1 / share, say(
            "of what was due at this point of {periods} earlier periods, {share} was "
            "won",
            periods=len(past.known),
            share=percent(share),
        )
    if norms.closed >= FEWEST_CLOSED and norms.won:
        return norms.closed / norms.won, say(
            "1 / win rate, for want of earlier periods"
        )
    return RULE_OF_THUMB, say("rule of thumb")

"""How much a deal is worth talking about: money that is due and can still move."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from reports.judgement.chance import chance
from reports.judgement.policy import Policy
from reports.judgement.rules import Context
from reports.model import Deal


def ceiling(deals: Iterable[Deal], policy: Policy) -> Decimal | None:
    """The quantile of positive amounts above which an amount counts no more."""
    amounts = sorted(
        deal.amount_base for deal in deals if deal.amount_base and deal.amount_base > 0
    )
    if not amounts:
        return None
    place = policy.winsorise * (len(amounts) - 1)
    low = int(place)
    high = min(low + 1, len(amounts) - 1)
    part = Decimal(str(place)) - low
    return amounts[low] + (amounts[high] - amounts[low]) * part


def urgency(deal: Deal, context: Context, most: Decimal | None) -> Decimal:
    """Amount times due, times p(1-p) once p is known; never money earned."""
    if most is None or deal.amount_base is None or deal.amount_base <= 0:
        return Decimal(0)
    value = min(deal.amount_base, most)
    if not is_due(deal, context):
        value *= context.policy.due_weight
    if (share := chance(deal, context)) is not None:
        value *= Decimal(str(round(share * (1 - share), 6)))
    return value


def is_due(deal: Deal, context: Context) -> bool:
    """Whether the close date has passed or lies within the horizon."""
    horizon = max(
        context.period_end,
        context.today + timedelta(days=context.policy.clock.min_horizon),
    )
    return deal.close_date is not None and deal.close_date <= horizon

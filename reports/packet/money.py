"""Adding money up: never across currencies, unless in the corporate one."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from reports.findings import Money
from reports.model import Deal


def by_currency(deals: Iterable[Deal]) -> dict[str, Decimal]:
    """The amounts of each currency added up, in the currencies' own order."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for deal in deals:
        if deal.amount is not None:
            sums[deal.currency] += deal.amount
    return dict(sorted(sums.items()))


def total(deals: Iterable[Deal], corporate: str) -> tuple[Money, ...]:
    """What the deals are worth together.

    One sum where one currency says it all, or where every amount is known in the
    corporate currency; else one sum per currency. Empty when no amount is entered.
    """
    counted = [deal for deal in deals if deal.amount is not None]
    sums = by_currency(counted)
    if len(sums) > 1 and all(deal.amount_base is not None for deal in counted):
        base = sum((deal.amount_base or Decimal(0) for deal in counted), Decimal(0))
        return (Money(amount=base, currency=corporate),)
    return tuple(Money(amount=sums[code], currency=code) for code in sums)

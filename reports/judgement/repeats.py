"""What is entered again and again: the same amount, the same empty reason."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from reports.judgement.policy import Policy
from reports.model import Deal, OpportunityId


#: Words that a reason begins with when it is none.
OTHER = ("other", "none", "unknown", "n/a")


def repeated(deals: Iterable[Deal], policy: Policy) -> frozenset[OpportunityId]:
    """Open deals with the same amount as the deals of the owner just before them."""
    return frozenset(
        deal.id
        for _, group in groupby(deals, key=lambda deal: deal.owner_id)
        for deal in copied(
            sorted(group, key=lambda deal: (deal.created_on, deal.id)),
            policy.same_amounts,
        )
    )


def copied(deals: list[Deal], before: int) -> Iterator[Deal]:
    """The deals that close a row of equal amounts; ``deals`` are oldest first."""
    run = 0
    previous = None
    for deal in deals:
        amount = (deal.amount, deal.currency) if deal.amount else None
        run = run + 1 if amount and amount == previous else 0
        previous = amount
        if run >= before:
            yield deal


def vague(closed: Iterable[Deal], policy: Policy) -> frozenset[OpportunityId]:
    """Deals that were lost for no reason given, of owners with too many of those."""
    found: set[OpportunityId] = set()
    for _, group in groupby(closed, key=lambda deal: deal.owner_id):
        lost = [deal for deal in group if not deal.is_won and deal.loss_reason]
        other = [deal.id for deal in lost if is_other(deal)]
        if len(lost) >= policy.vague_deals and (
            len(other) > policy.vague_share * len(lost)
        ):
            found.update(other)
    return frozenset(found)


def is_other(deal: Deal) -> bool:
    """Whether the reason says nothing."""
    return (deal.loss_reason or "").casefold().strip().startswith(OTHER)

"""How long deals that were won went between touches, stage by stage.

Days are counted, not messages: what happens on one day is one touch. A pause belongs
to the stage it began in.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from reports.judgement.contexts import local_day
from reports.judgement.hindsight import thinned
from reports.judgement.history import closed_within
from reports.judgement.policy import Policy
from reports.model import Book, Deal, OpportunityId
from reports.normal import Contact, Norms, Pauses


#: The share of pauses that are no longer than the limit.
USUAL = 0.8
#: Pauses of a stage before their length says anything.
FEWEST = 30
#: Won deals whose contacts are read; more teach little that these do not.
MOST_DEALS = 600

Contacts = Mapping[OpportunityId, Sequence[Contact]]


def won_lately(book: Book, norms: Norms) -> list[Deal]:
    """The won deals of the window whose contacts teach; below tier 1 none.

    Where activity is not captured in full, a pause may be none.
    """
    if not norms.tier or not norms.any_activity or norms.window_days is None:
        return []
    blind = {
        one.user_id for one in norms.capture.values() if not one.trusted or one.partly
    }
    won = (
        deal
        for deal in closed_within(book, norms.window_days)
        if deal.is_won and deal.owner_id not in blind
    )
    return thinned(sorted(won, key=lambda deal: deal.id), MOST_DEALS)


def with_pauses(norms: Norms, book: Book, contacts: Contacts, policy: Policy) -> Norms:
    """The norms with the usual pause of each stage that has enough of them."""
    found: dict[str, list[tuple[OpportunityId, int]]] = {}
    for deal in won_lately(book, norms):
        for stage, days in pauses_of(deal, contacts.get(deal.id, ()), book):
            found.setdefault(stage, []).append((deal.id, days))
    return replace(
        norms,
        stages={
            stage: replace(norm, pauses=usual(found.get(stage, []), policy))
            for stage, norm in norms.stages.items()
        },
    )


def pauses_of(
    deal: Deal, contacts: Sequence[Contact], book: Book
) -> Iterator[tuple[str, int]]:
    """Days from one touch to the next, and the stage that they began in."""
    owner = book.people.get(deal.owner_id)
    zones = (owner.zone if owner else book.org.zone, book.org.zone)
    days = {local_day(one.at, *zones): one.at for one in reversed(contacts)}
    for first, then in pairwise(sorted(days)):
        at = days[first]
        for visit in deal.visits:
            if visit.entered <= at and (visit.left is None or at < visit.left):
                yield visit.stage, (then - first).days


def usual(pauses: Sequence[tuple[OpportunityId, int]], policy: Policy) -> Pauses | None:
    """What 8 in 10 pauses did not exceed; None where too few are known."""
    deals = len({deal for deal, _ in pauses})
    if len(pauses) < FEWEST or deals < policy.clock.min_passed:
        return None
    days = sorted(days for _, days in pauses)
    return Pauses(
        days=days[min(int(USUAL * len(days)), len(days) - 1)],
        n=len(days),
        deals=deals,
    )

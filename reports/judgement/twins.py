"""Deals that are there twice."""

from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import combinations

from reports.judgement.policy import Policy
from reports.model import Deal, OpportunityId, RecordId


#: An account with more open deals than this is not compared deal by deal.
MOST = 50


def twins(deals: Iterable[Deal], policy: Policy) -> dict[OpportunityId, Deal]:
    """For each open deal that looks the same as another one, the other one."""
    accounts: dict[RecordId, list[Deal]] = defaultdict(list)
    for deal in deals:
        if deal.account_id:
            accounts[deal.account_id].append(deal)
    found: dict[OpportunityId, Deal] = {}
    for group in accounts.values():
        if len(group) <= MOST:
            for one, other in combinations(group, 2):
                if same(one, other, policy):
                    found.setdefault(one.id, other)
                    found.setdefault(other.id, one)
    return found


def same(one: Deal, other: Deal, policy: Policy) -> bool:
    """Whether two deals of an account look the same."""
    if abs((one.created_on - other.created_on).days) > policy.duplicate_days:
        return False
    if one.amount is None or other.amount is None or one.currency != other.currency:
        return False
    room = max(abs(one.amount), abs(other.amount)) * policy.duplicate_amount
    if abs(one.amount - other.amount) > room:
        return False
    names = one.name.casefold(), other.name.casefold()
    return SequenceMatcher(None, *names).ratio() >= policy.duplicate_name

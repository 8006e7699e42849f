"""What rules see besides a deal: one context per owner, whose day it is."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from itertools import groupby
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reports.judgement.milestones import milestones
from reports.judgement.policy import Policy
from reports.judgement.repeats import repeated, vague
from reports.judgement.rules import Context
from reports.judgement.twins import twins
from reports.model import Book, Deal, OpportunityId
from reports.normal import Norms
from reports.quarters import quarter_end


def zone(*names: str) -> tzinfo:
    """The first of the named zones that exists; UTC when none does."""
    for name in names:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return UTC


def local_day(moment: datetime, *zones: str) -> date:
    """The day of ``moment`` in the first of ``zones`` that exists."""
    return moment.astimezone(zone(*zones)).date()


def of_book(
    book: Book,
    norms: Norms,
    policy: Policy,
    flagged_before: Mapping[OpportunityId, int],
) -> Context:
    """The context in the organisation's own zone."""
    today = local_day(book.as_of, book.org.zone)
    return Context(
        as_of=book.as_of,
        today=today,
        policy=policy,
        norms=norms,
        org=book.org,
        stages=book.stages,
        people=book.people,
        leaders=frozenset(
            person.manager_id for person in book.people.values() if person.manager_id
        ),
        period_end=quarter_end(today, book.org),
        milestones=milestones(book.stages.values(), policy.milestones),
        flagged_before=flagged_before,
        twins=twins(book.deals, policy),
        doubled_accounts=book.doubled_accounts,
        repeated=repeated(book.deals, policy),
        vague=vague(book.closed, policy),
        fields=book.fields,
        used=used(book),
    )


def used(book: Book) -> frozenset[str]:
    """What the organisation's deals have any records of."""
    seen = {
        "OpportunityContactRole": any(deal.roles for deal in book.deals),
        "OpportunityLineItem": any(deal.line_items for deal in book.deals),
        "LossReason": any(deal.loss_reason for deal in book.closed),
    }
    return frozenset(name for name, present in seen.items() if present)


def by_owner(
    deals: Iterable[Deal], context: Context
) -> Iterator[tuple[list[Deal], Context]]:
    """The deals of each owner with the context of the owner's day."""
    for owner_id, group in groupby(deals, key=lambda deal: deal.owner_id):
        owner = context.people.get(owner_id)
        zones = (owner.zone, context.org.zone) if owner else (context.org.zone,)
        today = local_day(context.as_of, *zones)
        end = quarter_end(today, context.org)
        yield list(group), replace(context, today=today, period_end=end)

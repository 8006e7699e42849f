"""What the stage clock would have said at an earlier moment, from one book.

Stages, visits and ends go back; what else the clock looks at is as it is now. A deal
that has left Sales Cloud since is not there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from statistics import median
from typing import Any

from reports.judgement.beginnings import days_of
from reports.judgement.clock import End, Spell
from reports.judgement.contexts import local_day
from reports.judgement.history import closing, end_of, spells
from reports.judgement.norms import by_stage, clock_from
from reports.judgement.policy import Policy
from reports.judgement.segment_norms import segment_norms
from reports.judgement.segments import norm_of
from reports.judgement.window import setting_of
from reports.model import Book, Deal, OpportunityId, Stage, Visit
from reports.normal import Baselines, Norms


#: What a stage is whose name the book does not know.
UNKNOWN = Stage(name="", known=False)


def flags_at(
    book: Book, policy: Policy, at: datetime, every: Iterable[Spell] | None = None
) -> dict[OpportunityId, bool]:
    """Open deals of a moment, and whether the clock flagged them; below tier 1 none.

    The clock is learned from what had happened by then and nothing later; ``every``
    are the spells of the book where they are at hand.
    """
    then = rewound(book, at)
    setting = setting_of(then, plain(then), policy)
    if not setting.tier:
        return {}
    lived = spells(book, policy.renewals) if every is None else every
    clock = clock_from(lived, then, setting)
    stages, pooled = by_stage(then, clock, setting)
    norms = Norms(
        tier=setting.tier,
        won=setting.won,
        closed=setting.closed,
        window_days=setting.window,
        stages=stages,
        pooled=pooled,
        split=clock.split,
        segments=segment_norms(then, clock, setting, stages),
    )
    found = {}
    for deal in then.deals:
        norm = norm_of(norms, deal)
        limit = norm.stalled_after if norm else None
        days = days_of(deal, policy.renewals) or 0
        found[deal.id] = limit is not None and days >= limit
    return found


def rewound(book: Book, at: datetime) -> Book:
    """The book with stages, visits and ends as they were at a moment."""
    deals = [
        found
        for deal in (*book.deals, *book.closed)
        if (found := deal_at(deal, book, at)) is not None
    ]
    return replace(
        book,
        as_of=at,
        deals=tuple(deal for deal in deals if not deal.is_closed),
        closed=tuple(deal for deal in deals if deal.is_closed),
    )


def deal_at(deal: Deal, book: Book, at: datetime) -> Deal | None:
    """A deal as it was; None where it was not there, or nobody knows its stage."""
    closed = closing(deal) if deal.is_closed else None
    if closed is not None and closed <= at:
        return deal
    seen = list(visits_at(deal, at))
    if not seen:
        return None
    last = seen[-1]
    ended = end_of(last.to, book.stages)
    if last.left is not None:
        return known_by(
            deal,
            stage=book.stages.get(last.to or "", UNKNOWN),
            visits=tuple(seen),
            is_closed=True,
            is_won=ended is End.WON,
            closed_on=last.left.date(),
            closed_at=last.left,
        )
    owner = book.people.get(deal.owner_id)
    zones = (owner.zone if owner else book.org.zone, book.org.zone)
    entered, today = local_day(last.entered, *zones), local_day(at, *zones)
    return known_by(
        deal,
        stage=book.stages.get(last.stage, UNKNOWN),
        visits=tuple(seen),
        entered_stage_on=entered,
        days_in_stage=(today - entered).days,
        days_open=(today - deal.created_on).days,
    )


def known_by(deal: Deal, **then: Any) -> Deal:
    """A deal with what the clock looks at and nothing else; copying all takes long."""
    return Deal(
        id=deal.id,
        name=deal.name,
        owner_id=deal.owner_id,
        created_on=deal.created_on,
        close_date=deal.close_date,
        amount=deal.amount,
        currency=deal.currency,
        amount_base=deal.amount_base,
        first_amount=deal.first_amount,
        record_type=deal.record_type,
        type=deal.type,
        plans=deal.plans,
        imported=deal.imported,
        **then,
    )


def visits_at(deal: Deal, at: datetime) -> Iterator[Visit]:
    """The visits that had begun, the last as far as it had come."""
    for visit in deal.visits:
        if visit.entered > at:
            return
        left, to = visit.left, visit.to
        if left is None and deal.is_closed:
            left, to = closing(deal), deal.stage.name
        if left is None or left > at:
            yield replace(visit, left=None, to=None)
            return
        yield visit if left == visit.left else replace(visit, left=left, to=to)


def plain(book: Book) -> Baselines:
    """What the window needs to know of a rewound book."""
    cycles = [
        (deal.closed_on - deal.created_on).days
        for deal in book.closed
        if deal.is_won and deal.closed_on and not deal.imported
    ]
    return Baselines(
        won=len(cycles),
        closed=len(book.closed),
        median_won_cycle=int(median(cycles)) if cycles else None,
        amount_p75=None,
        amount_median=None,
        stages={},
        owners={},
    )

"""The numbers of a packet's first screen, and the rep's quota."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from reports.findings import DealReview, Money, Packet
from reports.model import Book, Deal, Quota, UserId
from reports.outlook import Standing
from reports.packet.agenda import on_track
from reports.packet.money import total


#: Forecast categories in which a deal is promised.
COMMITTED = frozenset({"Commit", "Forecast"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Deals and what they are worth together."""

    deals: int
    money: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the rep's open deals stand."""

    open: Count
    stopped: Count
    due: Count  #: by the end of the period, or past their date
    focus: Count  #: on the agenda
    on_track: int
    resting: int  #: whose flags rest until a day
    more: int | None  #: open deals more than at the last review; None: the first


def figures(packet: Packet, corporate: str) -> Figures:
    """The numbers of a packet."""
    deals = [review.deal for review in packet.deals]
    came = {"new", "moved in"}
    went = {"won", "lost", "moved out"}
    kinds = [change.kind for change in packet.changes]
    return Figures(
        open=count(deals, corporate),
        stopped=count(stopped(packet.deals), corporate),
        due=count(due(deals, packet.period_end), corporate),
        focus=count((review.deal for review in packet.focus), corporate),
        on_track=sum(
            on_track(review) and not review.resting for review in packet.deals
        ),
        resting=sum(bool(review.resting) for review in packet.deals),
        more=sum(kind in came for kind in kinds) - sum(kind in went for kind in kinds)
        if packet.since
        else None,
    )


def count(deals: Iterable[Deal], corporate: str) -> Count:
    """How many, and worth how much."""
    counted = list(deals)
    return Count(deals=len(counted), money=total(counted, corporate))


def stopped(reviews: Iterable[DealReview]) -> list[Deal]:
    """The deals that have outstayed the norm of their stage."""
    return [review.deal for review in reviews if review.stalled]


def due(deals: Iterable[Deal], end: date | None) -> list[Deal]:
    """The deals that should close by ``end``."""
    return [
        deal for deal in deals if end and deal.close_date and deal.close_date <= end
    ]


def standing(book: Book, rep_id: UserId, today: date) -> Standing | None:
    """The rep's quota of the running period, where money can be compared with it."""
    running = [
        quota
        for quota in book.quotas
        if quota.user_id == rep_id and quota.start <= today <= quota.end
    ]
    if not running:
        return None
    quota = min(running, key=lambda one: (one.end - one.start, one.start))
    won = [
        deal
        for deal in book.closed
        if deal.owner_id == rep_id
        and deal.is_won
        and deal.closed_on
        and quota.start <= deal.closed_on <= quota.end
    ]
    mine = [deal for deal in book.deals if deal.owner_id == rep_id]
    promised = [
        deal for deal in due(mine, quota.end) if deal.forecast_category in COMMITTED
    ]
    hoped = [deal for deal in due(mine, quota.end) if deal not in promised]
    sums = [worth(deals, quota, book.org.currency) for deals in (won, promised, hoped)]
    if None in sums and quota.amount_base is not None:
        # Deals of several currencies: everything in the corporate one.
        common = replace(quota, amount=quota.amount_base, currency=book.org.currency)
        quota = common
        sums = [
            worth(deals, common, book.org.currency) for deals in (won, promised, hoped)
        ]
    if quota.amount <= 0 or None in sums:
        return None
    won_sum, committed, open_sum = (amount or Decimal(0) for amount in sums)
    return Standing(
        start=quota.start,
        end=quota.end,
        currency=quota.currency,
        quota=quota.amount,
        won=won_sum,
        committed=committed,
        open=open_sum,
    )


def worth(deals: Iterable[Deal], quota: Quota, corporate: str) -> Decimal | None:
    """The sum in the quota's currency; None when an amount cannot be compared."""
    sums = Decimal(0)
    for deal in deals:
        if deal.amount is None:
            continue
        if deal.currency == quota.currency:
            sums += deal.amount
        elif quota.currency == corporate and deal.amount_base is not None:
            sums += deal.amount_base
        else:
            return None
    return sums

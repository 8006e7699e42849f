"""Earlier fiscal quarters, seen from the same distance to their end as this one.

Everything is in the corporate currency and with the amounts as they are known now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property

from reports.judgement.hindsight import won_by
from reports.judgement.history import closing
from reports.model import Book, Deal, UserId
from reports.quarters import quarter_end, quarter_start


#: Earlier periods looked at, as far back as closed deals are in the book.
PERIODS = 6
#: Fewer say nothing about money that does not exist yet, nor about conversion.
FEWEST_PERIODS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """An earlier period at the same distance from its end."""

    due: Decimal  #: open then, and planned to close by the end
    won: Decimal  #: of that, won by the end
    created: Decimal  #: created later and won by the end


@dataclass(frozen=True)
class Past:
    """Earlier periods of an organisation, by owner."""

    book: Book

    @cached_property
    def ends(self) -> tuple[date, ...]:
        """The last days of the running period and those before, latest first."""
        org = self.book.org
        found = [quarter_end(self.book.as_of.date(), org)]
        for _ in range(PERIODS):
            found.append(quarter_start(found[-1], org) - timedelta(days=1))
        return tuple(found)

    @property
    def left(self) -> timedelta:
        """What is left of the running period."""
        return after(self.ends[0]) - self.book.as_of

    @cached_property
    def by_owner(self) -> Mapping[UserId, tuple[Earlier, ...]]:
        """The earlier periods of every owner, latest first."""
        deals: dict[UserId, list[Deal]] = {}
        for deal in (*self.book.deals, *self.book.closed):
            deals.setdefault(deal.owner_id, []).append(deal)
        return {
            owner: tuple(self.earlier(found, end) for end in self.known)
            for owner, found in deals.items()
        }

    @cached_property
    def won_by_owner(self) -> Mapping[UserId, Decimal]:
        """What every owner has won in the running period."""
        start = quarter_start(self.ends[0], self.book.org)
        found: dict[UserId, Decimal] = {}
        for deal in self.book.closed:
            if (
                deal.is_won
                and deal.amount_base is not None
                and deal.closed_on is not None
                and deal.closed_on >= start
            ):
                so_far = found.get(deal.owner_id, Decimal(0))
                found[deal.owner_id] = so_far + deal.amount_base
        return found

    @cached_property
    def together(self) -> Earlier:
        """All earlier periods of all owners in one."""
        rows = [row for rows in self.by_owner.values() for row in rows]
        return Earlier(
            due=sum((row.due for row in rows), Decimal(0)),
            won=sum((row.won for row in rows), Decimal(0)),
            created=sum((row.created for row in rows), Decimal(0)),
        )

    @cached_property
    def known(self) -> tuple[date, ...]:
        """The ends of earlier periods of which the beginning is in the book."""
        deals = (*self.book.deals, *self.book.closed)
        first = min((deal.created_on for deal in deals), default=self.ends[0])
        org = self.book.org
        return tuple(end for end in self.ends[1:] if quarter_start(end, org) >= first)

    def earlier(self, deals: Iterable[Deal], end: date) -> Earlier:
        """One earlier period of some deals, from the same distance to its end."""
        then, close = after(end) - self.left, after(end)
        due = won = created = Decimal(0)
        for deal in deals:
            if over_by(deal, then):
                continue
            amount = deal.amount_base or Decimal(0)
            if amount <= 0 or not ended_by(deal, close, self.book):
                amount_won = Decimal(0)
            else:
                amount_won = amount
            if deal.created_on > then.date():
                created += amount_won
            elif planned_by(deal, then, end) and is_open(deal, then):
                due += max(amount, Decimal(0))
                won += amount_won
        return Earlier(due=due, won=won, created=created)


def over_by(deal: Deal, at: datetime) -> bool:
    """Whether the deal had been there and closed for good, as most have."""
    return (
        deal.closed_at is not None
        and deal.closed_at <= at
        and deal.created_on <= at.date()
    )


def after(day: date) -> datetime:
    """The moment at which a day is over."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def ended_by(deal: Deal, at: datetime, book: Book) -> bool:
    """Whether the deal was won by a moment, also one without a history."""
    if deal.visits:
        return won_by(deal, at, book)
    closed = closing(deal) if deal.is_closed else None
    return deal.is_won and closed is not None and closed <= at


def is_open(deal: Deal, at: datetime) -> bool:
    """Whether the deal was there and in an open stage."""
    return any(
        visit.entered <= at and (visit.left is None or visit.left > at)
        for visit in deal.visits
    )


def planned_by(deal: Deal, then: datetime, end: date) -> bool:
    """Whether the deal was then meant to close by a day."""
    plans = [close for since, close in deal.plans if since <= then]
    return bool(plans and plans[-1] and plans[-1] <= end)


def created_later(past: Past, owners: Iterable[UserId]) -> list[Decimal]:
    """What was created and won in the rest of earlier periods; none if too few."""
    rows = [past.by_owner.get(owner, ()) for owner in owners]
    periods = len(past.known)
    if periods < FEWEST_PERIODS:
        return []
    return [
        sum((found[place].created for found in rows if found), Decimal(0))
        for place in range(periods)
    ]


def won_since(past: Past, owners: Iterable[UserId]) -> Decimal:
    """What was won in the running period."""
    won = past.won_by_owner
    return sum((won.get(owner, Decimal(0)) for owner in set(owners)), Decimal(0))

"""Open deals of the past as they were known then, and what came of them.

Every second week of the window, as far as its horizon has passed. The clock is
learned anew at each date, so that what is known of a deal is nothing later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import TypeVar

from reports.judgement.chance import Features, Known, features
from reports.judgement.clock import Clock, Settings
from reports.judgement.hazards import within
from reports.judgement.history import begun, closing, observed, spell
from reports.judgement.policy import Renewals
from reports.judgement.segments import fit, segment
from reports.model import Book, Deal, Visit
from reports.normal import Split


Item = TypeVar("Item")

EVERY = timedelta(days=14)
MOST_DATES = 12
#: More deals teach nothing that these do not.
MOST_DEALS = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An open deal of the past: what was known, and what came of it."""

    deal: str
    stage: str
    at: datetime
    x: Features
    won: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What the model looks at: the stages, the clock's settings and the horizon."""

    stages: Sequence[str]
    settings: Settings
    horizon: int  #: days
    renewals: Renewals = field(default_factory=Renewals)
    split: Split | None = None


def thinned(items: list[Item], most: int) -> list[Item]:
    """At most so many of them, evenly spread."""
    return items[:: max(1, ceil(len(items) / most))]


def past(book: Book, span: Span) -> Iterator[Seen]:
    """What was known of open deals on past dates, oldest first."""
    visits = list(visited(book))
    spells = [spell(visit, deal, book, span.renewals) for deal, visit in visits]
    for at in dates(book.as_of, span):
        clock = fit(spells, span.stages, at, span.settings, span.split)
        chances = chances_of(clock, span)
        then = at + timedelta(days=span.horizon)
        for deal, visit in visits:
            if not open_in(visit, deal, at):
                continue
            by_clock = chances.of(visit, deal, at)
            if by_clock is not None:
                yield Seen(
                    deal=deal.id,
                    stage=visit.stage,
                    at=at,
                    x=features(known(deal, at, by_clock, span.horizon)),
                    won=won_by(deal, then, book),
                )


def visited(book: Book) -> Iterator[tuple[Deal, Visit]]:
    """The visits of so many deals as teach something; all need a planned close."""
    deals = sorted((*book.deals, *book.closed), key=lambda deal: deal.id)
    for deal in thinned(deals, MOST_DEALS):
        for visit in observed(deal, book) if deal.plans else ():
            yield deal, visit


def dates(as_of: datetime, span: Span) -> list[datetime]:
    """Moments of the window whose horizon has passed, oldest first."""
    last = as_of - timedelta(days=span.horizon)
    found = [last - EVERY * back for back in range(MOST_DATES)]
    begins = span.settings.begins(as_of)
    return [at for at in reversed(found) if begins is None or at >= begins]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """The chance to win within the horizon, by segment, stage and step."""

    rows: Mapping[str | None, Mapping[str, list[float]]]
    step: timedelta
    renewals: Renewals
    split: Split | None

    def of(self, visit: Visit, deal: Deal, at: datetime) -> float | None:
        """The chance of a deal in a visit; None in a stage that the clock misses."""
        rows = self.rows.get(segment(deal, self.split), self.rows[None])
        row = rows.get(visit.stage)
        if row is None:
            return None
        lived = at - begun(visit, deal, self.renewals)
        return row[min(max(0, lived // self.step), len(row) - 1)]


def chances_of(clock: Clock, span: Span) -> Chances:
    """What the clock gives to the deals of a moment."""
    steps = max(1, round(timedelta(days=span.horizon) / clock.settings.step))
    return Chances(
        rows={
            name: dict(
                zip(
                    clock.counts.stages,
                    within(hazards, steps, hazards.won),
                    strict=True,
                )
            )
            for name, hazards in ((None, clock.hazards), *clock.parts.items())
        },
        step=clock.settings.step,
        renewals=span.renewals,
        split=clock.split,
    )


def open_in(visit: Visit, deal: Deal, at: datetime) -> bool:
    """Whether the deal was in that visit at a moment."""
    left = visit.left or (closing(deal) if deal.is_closed else None)
    return visit.entered <= at and (left is None or left > at)


def known(deal: Deal, at: datetime, clock: float, horizon: int) -> Known:
    """What was known of a deal at a moment."""
    plans = [close for since, close in deal.plans if since <= at]
    close = plans[-1] if plans else None
    return Known(
        clock=clock,
        to_close=(close - at.date()).days if close else None,
        horizon=horizon,
        pushes=sum(bool(a and b and b > a) for a, b in pairwise(plans)),
        age=(at.date() - deal.created_on).days,
    )


def won_by(deal: Deal, then: datetime, book: Book) -> bool:
    """Whether the deal was won at a moment; won and open again is not won."""
    last = max(
        (visit for visit in deal.visits if visit.entered <= then),
        key=lambda visit: visit.entered,
        default=None,
    )
    if last is None:
        return False
    if last.left is None:
        closed = closing(deal) if deal.is_closed else None
        return closed is not None and closed <= then and deal.is_won
    ended = book.stages.get(last.to or "")
    return last.left <= then and ended is not None and ended.is_won

"""What a book remembers: visits for the clock, and how deals that were won went."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from reports.judgement.clock import End, Spell
from reports.judgement.policy import Renewals
from reports.model import Book, Deal, Stage, Visit


#: No deal is worked on later than it is made.
NONE = Renewals()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """How a deal that was won went through a stage, in days."""

    deal: Deal
    stayed: int
    to_won: int  #: from entering the stage


def spells(book: Book, renewals: Renewals = NONE) -> Iterator[Spell]:
    """Every visit to an open stage that can be learned from."""
    for deals in (book.deals, book.closed):
        for deal in deals:
            for visit in observed(deal, book):
                yield spell(visit, deal, book, renewals)


def observed(deal: Deal, book: Book) -> Iterator[Visit]:
    """Visits that were seen from their beginning; closed time is no exposure."""
    for visit in deal.visits:
        if not visit.imported and not is_closed(visit.stage, book.stages):
            yield visit


def spell(visit: Visit, deal: Deal, book: Book, renewals: Renewals = NONE) -> Spell:
    """A visit with its way out named as the clock needs it."""
    left, to = visit.left, end_of(visit.to, book.stages)
    if left is None and deal.is_closed and (closed := closing(deal)):
        # The history stops before the deal closed: its closing is all we know.
        left = max(visit.entered, closed)
        to = End.WON if deal.is_won else End.LOST
    entered = begun(visit, deal, renewals)
    return Spell(stage=visit.stage, entered=entered, left=left, to=to, deal=deal)


def begun(visit: Visit, deal: Deal, renewals: Renewals) -> datetime:
    """When the clock of a visit begins: on entering, or a lead time before the plan.

    The plan is the one that was in force on entering, so that pushing a close date
    does not turn the clock back.
    """
    if deal.record_type not in renewals.types and deal.type not in renewals.types:
        return visit.entered
    plans = [close for since, close in deal.plans if since <= visit.entered]
    plan = plans[-1] if plans else deal.close_date
    if plan is None or plan <= visit.entered.date():
        return visit.entered
    lead = timedelta(days=renewals.lead_days)
    return max(visit.entered, datetime.combine(plan, time(), UTC) - lead)


def closing(deal: Deal) -> datetime | None:
    """The moment a deal closed, or the start of the day."""
    if deal.closed_at or deal.closed_on is None:
        return deal.closed_at
    return datetime.combine(deal.closed_on, time(), UTC)


def end_of(name: str | None, stages: Mapping[str, Stage]) -> str | End | None:
    """A stage's name, or won or lost when the stage is closed."""
    stage = stages.get(name or "")
    if stage is None or not stage.is_closed:
        return name
    return End.WON if stage.is_won else End.LOST


def is_closed(name: str, stages: Mapping[str, Stage]) -> bool:
    """Whether ``name`` is a closed stage."""
    stage = stages.get(name)
    return stage is not None and stage.is_closed


def closed_within(book: Book, days: int) -> list[Deal]:
    """Deals that closed in the last ``days`` days, and were not imported so."""
    since = book.as_of.date() - timedelta(days=days)
    return [
        deal
        for deal in book.closed
        if deal.closed_on
        and deal.closed_on >= since
        and (deal.visits or not deal.imported)
    ]


def passages(
    book: Book, days: int, renewals: Renewals = NONE
) -> dict[str, list[Passage]]:
    """How deals that were won in the last ``days`` days went, by stage."""
    found: dict[str, list[Passage]] = {}
    for deal in closed_within(book, days):
        if deal.is_won:
            for stage, passage in passages_of(deal, book, renewals):
                found.setdefault(stage, []).append(passage)
    return found


def passages_of(
    deal: Deal, book: Book, renewals: Renewals
) -> Iterator[tuple[str, Passage]]:
    """Each open stage that the deal went through, once: the last visit counts."""
    last = {visit.stage: visit for visit in deal.visits if visit.left is not None}
    ended = max((visit.left for visit in last.values() if visit.left), default=None)
    for stage, visit in last.items():
        if is_closed(stage, book.stages) or visit.imported:
            continue
        if visit.left and ended:
            entered = min(begun(visit, deal, renewals), visit.left)
            yield (
                stage,
                Passage(
                    deal=deal,
                    stayed=(visit.left - entered).days,
                    to_won=(ended - entered).days,
                ),
            )

"""Clocks that do not start on entering a stage: those of imports and of renewals."""

from datetime import date

from reports.judgement.contexts import local_day
from reports.judgement.history import begun
from reports.judgement.policy import Renewals
from reports.judgement.rules import Context
from reports.model import Book, Deal, Problem
from reports.said import counted, day


def in_imported_stage(deal: Deal) -> bool:
    """Whether a deal is still in the stage that it was brought in with."""
    return not deal.is_closed and bool(deal.visits) and deal.visits[-1].imported


def renewal_clock(deal: Deal, renewals: Renewals) -> date | None:
    """The day on which a renewal's clock starts, where that is after entering."""
    if not renewals.types or not deal.visits:
        return None
    start = begun(deal.visits[-1], deal, renewals)
    return start.date() if start > deal.visits[-1].entered else None


def clock_days(deal: Deal, context: Context) -> int | None:
    """How many days the clock of a deal's stage has run; None: not known."""
    return days_of(deal, context.policy.renewals)


def days_of(deal: Deal, renewals: Renewals) -> int | None:
    """The same of a deal that need not be seen from today."""
    start, entered = renewal_clock(deal, renewals), deal.entered_stage_on
    if deal.days_in_stage is None or start is None or entered is None:
        return deal.days_in_stage
    return min(deal.days_in_stage, max(0, deal.days_in_stage - (start - entered).days))


def brought_in(book: Book) -> tuple[Problem, ...]:
    """One problem for all deals that have not moved since they were imported."""
    began = sorted(
        deal.entered_stage_on
        for deal in book.deals
        if in_imported_stage(deal) and deal.entered_stage_on
    )
    if not began:
        return ()
    today = local_day(book.as_of, book.org.zone)
    because = counted(
        len(began),
        "{count} open deal was imported and has not moved since: its clock starts with "
        "its records, on {first}. Nothing is learned of how long it had been in its "
        "stage.",
        "{count} open deals were imported and have not moved since: their clocks start "
        "with their records, the first on {first}. Nothing is learned of how long they "
        "had been in their stages.",
        first=day(began[0], today),
    )
    return (Problem(record_id=book.org.id, object="Opportunity", because=because),)

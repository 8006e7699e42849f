"""Stays whose beginning is not on record: told to ops once, not once per deal."""

from reports.judgement.contexts import local_day
from reports.model import Book, Deal, Problem
from reports.said import counted, day


def in_imported_stage(deal: Deal) -> bool:
    """Whether a deal is still in the stage that it was brought in with."""
    return not deal.is_closed and bool(deal.visits) and deal.visits[-1].imported


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

"""A deal seen from the review that proposed something about it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reports.delivery.records import Proposal
from reports.model import Book, Deal


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """A deal now, seen from the review that proposed something about it."""

    deal: Deal
    proposal: Proposal
    on: date  #: the day of the proposal for the rep
    today: date
    zone: tzinfo  #: the rep's
    book: Book
    decider_words: tuple[str, ...]

    @property
    def at(self) -> datetime:
        """The moment of the proposal: what is younger counts."""
        return self.proposal.proposed_at


def since_review(
    proposal: Proposal,
    deal: Deal,
    book: Book,
    /,
    *,
    today: date,
    words: tuple[str, ...],
) -> Since:
    """The deal as it is in the book, seen from the proposal."""
    rep = book.people.get(proposal.rep_id)
    zone = zone_named(rep.zone if rep else "", book.org.zone)
    return Since(
        deal=deal,
        proposal=proposal,
        on=proposal.proposed_at.astimezone(zone).date(),
        today=today,
        zone=zone,
        book=book,
        decider_words=words,
    )


def zone_named(*names: str) -> tzinfo:
    """The first of the named zones that exists; UTC when none does."""
    for name in names:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return UTC

"""Snooze: flags of a deal that rest until a day, for a reason that everybody reads.

A marker in the next step, ``[snooze 2026-12-15: waiting for legal]``, is enough; or
one in the field that the policy names. It needs a day and a reason; what rests is shown
as resting, never dropped.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from reports.findings import DealReview, Signal, Snooze
from reports.judgement.contexts import local_day
from reports.model import Book, Deal, OpportunityId


#: A snooze that is longer than a quarter is a decision that nobody took.
LONGEST = timedelta(days=92)

MARKER = re.compile(
    r"\[\s*snooze\s+(?:until\s+)?(\d{4}-\d{2}-\d{2})\s*[:,;-]\s*([^\]]+?)\s*\]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The signals of a deal, and those among them that rest."""

    active: tuple[Signal, ...]
    resting: tuple[Signal, ...] = ()
    snooze: Snooze | None = None  #: in force today


def snooze_of(text: str | None) -> Snooze | None:
    """The snooze in a text; without a day of the calendar or a reason it is none."""
    found = MARKER.search(text or "")
    if found is None:
        return None
    try:
        until = date.fromisoformat(found.group(1))
    except ValueError:
        return None
    reason = " ".join(found.group(2).split())
    return Snooze(until=until, reason=reason) if reason else None


def in_force(deal: Deal, today: date, note: str | None = None) -> Snooze | None:
    """The snooze of a deal, if it is not over and not too long; the later of two.

    It stands in the next step, or in a ``note`` of which nobody knows how old it is.
    """
    given = (
        (snooze_of(deal.next_step), deal.next_step_since or today),
        (snooze_of(note), today),
    )
    return max(
        (
            snooze
            for snooze, start in given
            if snooze and today <= snooze.until <= start + LONGEST
        ),
        key=lambda snooze: snooze.until,
        default=None,
    )


def held(
    signals: Iterable[Signal], deal: Deal, today: date, note: str | None = None
) -> Held:
    """Which signals rest today: all but good news, up to and with the day."""
    given = tuple(signals)
    snooze = in_force(deal, today, note)
    if snooze is None:
        return Held(active=given)
    return Held(
        active=tuple(one for one in given if one.positive),
        resting=tuple(one for one in given if not one.positive),
        snooze=snooze,
    )


def rest(review: DealReview, today: date, note: str | None = None) -> DealReview:
    """The review with its flags at rest; a deal that rests asks for nothing."""
    found = held(review.signals, review.deal, today, note)
    if found.snooze is None:
        return review
    return replace(
        review,
        signals=found.active,
        resting=found.resting,
        snooze=found.snooze,
        actions=(),
        stalled=False,
    )


def rested(
    reviews: Mapping[OpportunityId, DealReview],
    book: Book,
    notes: Mapping[str, str] = MappingProxyType({}),
) -> dict[OpportunityId, DealReview]:
    """All reviews with their snoozes, each on the day of the deal's owner.

    ``notes`` are what deals have in the field for snoozes.
    """
    found = {}
    for deal_id, review in reviews.items():
        owner = book.people.get(review.deal.owner_id)
        zones = (owner.zone, book.org.zone) if owner else (book.org.zone,)
        today = local_day(book.as_of, *zones)
        found[deal_id] = rest(review, today, notes.get(deal_id))
    return found

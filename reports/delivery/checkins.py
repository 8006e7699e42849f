"""The manager's check-in: a contact with the rep between the review and the weekend.

It counts when Sales Cloud has it on record. Where no contact between any two
colleagues is, nothing is said about anybody: not on record is not the same as not
done.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from reports.delivery.records import Review
from reports.delivery.since import zone_named
from reports.findings import Evidence, Outcome
from reports.model import Book, Exchange, UserId
from reports.said import Said, say


#: What a contact is called.
CONTACTS = {
    "call": say("Call"),
    "email": say("Email"),
    "meeting": say("Meeting"),
    "task": say("Task"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """Whether a manager spoke with the rep in the days after a review."""

    cycle: str
    rep_id: UserId
    manager_id: UserId | None
    due: date
    outcome: Outcome | None  #: None: cannot be told
    because: str
    evidence: tuple[Evidence, ...] = ()


def check_in(
    review: Review,
    exchanges: Iterable[Exchange],
    book: Book,
    *,
    due: date,
    today: date,
) -> CheckIn:
    """The check-in that follows a review, up to the day ``due``.

    ``exchanges`` are those of everybody in the last months: whether there are any
    says whether such contacts are recorded at all. The review itself is none.
    """
    known = tuple(exchanges)
    found = between(review, known, book, due)
    outcome, because = verdict(review, due=due, today=today, known=known, found=found)
    return CheckIn(
        cycle=review.cycle,
        rep_id=review.rep_id,
        manager_id=review.manager_id,
        due=due,
        outcome=outcome,
        because=because,
        evidence=found,
    )


def between(
    review: Review, exchanges: Iterable[Exchange], book: Book, due: date
) -> tuple[Evidence, ...]:
    """The contacts of the two from the day after the review on, up to ``due``."""
    rep = book.people.get(review.rep_id)
    zone = zone_named(rep.zone if rep else "", book.org.zone)
    pair = {review.rep_id, review.manager_id}
    return tuple(
        Evidence(
            text=say(
                "{what}: {subject}",
                what=CONTACTS[one.kind],
                subject=one.subject or say("no subject"),
            ),
            record_id=one.record_id,
            on=on,
        )
        for one in exchanges
        if one.between == pair
        and review.held_on < (on := one.at.astimezone(zone).date()) <= due
    )


def verdict(
    review: Review,
    *,
    due: date,
    today: date,
    known: tuple[Exchange, ...],
    found: tuple[Evidence, ...],
) -> tuple[Outcome | None, Said]:
    """What can be said about a check-in, and why."""
    if review.manager_id is None:
        return None, say("There was no manager to check in.")
    if found:
        return Outcome.KEPT, say("A contact after the review is on record.")
    if not known:
        return None, say(
            "Contacts between colleagues are not on record in Sales Cloud."
        )
    if today <= due:
        return Outcome.OPEN, say("No contact after the review is on record yet.")
    return Outcome.BROKEN, say("No contact after the review is on record.")

"""The end-of-week check-in: what was agreed at the review and is still open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.findings import Outcome, OwnerKind, Promise
from reports.judgement.contexts import local_day
from reports.model import Book, Deal, OpportunityId, Person, UserId
from reports.packet.assemble import manager_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A promise beside its deal."""

    promise: Promise
    name: str
    deal: Deal | None  #: None when it is not in the book any more
    days: int  #: to the day it is due, below zero when that has passed


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """What to ask before the week is over, for rep and manager alike."""

    cycle: str
    snapshot: str
    today: date
    rep: Person
    manager: Person | None
    open: tuple[Line, ...]  #: earliest due first
    done: tuple[Line, ...]  #: kept since the review
    broken: tuple[Line, ...]  #: their day has passed without evidence
    anyway: tuple[Line, ...] = ()  #: done though nobody had promised it

    @property
    def managers(self) -> tuple[Line, ...]:
        """What is not the rep's to do: the manager's own check-in."""
        return tuple(
            line for line in self.open if line.promise.owner is not OwnerKind.REP
        )


def follow_up(  # noqa: PLR0913 - one fact each, and all but two by name
    book: Book,
    rep_id: UserId,
    *,
    cycle: str,
    promises: Sequence[Promise],
    anyway: Sequence[Promise] = (),
    snapshot: str = "",
) -> FollowUp:
    """The check-in of ``rep_id`` on the promises of a cycle.

    ``anyway`` are steps that nobody had taken on, and that were done.
    """
    rep = book.people[rep_id]
    today = local_day(book.as_of, rep.zone, book.org.zone)
    deals = {deal.id: deal for deal in (*book.closed, *book.deals)}
    lines = sorted(
        (line_of(promise, deals, today) for promise in promises),
        key=lambda line: (line.promise.due, line.promise.deal_id),
    )
    of = {
        outcome: tuple(line for line in lines if line.promise.outcome is outcome)
        for outcome in Outcome
    }
    return FollowUp(
        cycle=cycle,
        snapshot=snapshot,
        today=today,
        rep=rep,
        manager=manager_of(book, rep),
        open=of[Outcome.OPEN],
        done=of[Outcome.KEPT],
        broken=of[Outcome.BROKEN],
        anyway=tuple(line_of(one, deals, today) for one in anyway),
    )


def line_of(promise: Promise, deals: dict[OpportunityId, Deal], today: date) -> Line:
    """A promise with the name of its deal."""
    deal = deals.get(promise.deal_id)
    return Line(
        promise=promise,
        name=deal.name if deal else promise.deal_id,
        deal=deal,
        days=(promise.due - today).days,
    )

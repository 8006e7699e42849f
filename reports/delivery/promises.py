"""Promises: next steps that packets propose, and the tasks that take them on.

A packet proposes; a task with the proposal's mark in its subject makes it a promise.
What became of it is read in ``outcomes``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from reports.delivery.marks import found_in, marker, proposal_id
from reports.delivery.records import Proposal, Review
from reports.findings import ActionItem, DealReview, OwnerKind, Packet
from reports.model import Book, OpportunityId, TakenTask, UserId
from reports.said import many, say


#: After so many reviews an unkept promise goes to the manager.
PATIENCE = 3
REVIVE = "revive-or-close"

#: The tasks of each mark, oldest first.
Marked = Mapping[str, Sequence[TakenTask]]


def marked(packet: Packet, held: Iterable[Proposal] = ()) -> Packet:
    """The packet with a mark on every action, for the links that take it on.

    ``held`` are promises that are still open: proposing the same again is the same
    promise, not another one.
    """
    known = promised(held, packet.rep.id)

    def with_mark(action: ActionItem) -> ActionItem:
        own = proposal_id(packet.cycle, packet.rep.id, action)
        return replace(action, mark=marker(known.get(key_of(action), own)))

    def with_marks(review: DealReview) -> DealReview:
        return replace(review, actions=tuple(map(with_mark, review.actions)))

    return replace(
        packet,
        actions=tuple(map(with_mark, packet.actions)),
        focus=tuple(map(with_marks, packet.focus)),
        deals=tuple(map(with_marks, packet.deals)),
    )


def proposals_of(packet: Packet, held: Iterable[Proposal] = ()) -> tuple[Proposal, ...]:
    """What a packet proposes anew: its actions, and every step on its cards."""
    known = promised(held, packet.rep.id)
    cards = (action for review in packet.focus for action in review.actions)
    found = {
        proposal_id(packet.cycle, packet.rep.id, action): action
        for action in (*packet.actions, *cards)
        if key_of(action) not in known
    }
    return tuple(
        Proposal(
            id=own,
            cycle=packet.cycle,
            rep_id=packet.rep.id,
            deal_id=action.deal_id,
            obstacle=action.obstacle,
            what=action.what,
            owner=action.owner,
            due=action.due,
            metric=action.metric,
            proposed_at=packet.as_of,
            code=action.code,
        )
        for own, action in found.items()
    )


def promised(
    held: Iterable[Proposal], rep_id: UserId
) -> dict[tuple[OpportunityId, str], str]:
    """The ids of a rep's open promises by what they are about."""
    return {
        key_of(one): one.id for one in held if one.rep_id == rep_id and one.taken_by
    }


def key_of(one: ActionItem | Proposal) -> tuple[OpportunityId, str]:
    """What makes two proposals the same step."""
    return one.deal_id, one.code or one.what


def newly_taken(
    proposals: Iterable[Proposal], tasks: Iterable[TakenTask]
) -> tuple[Proposal, ...]:
    """The proposals that a task has taken on since, each with its task."""
    found = by_mark(tasks)
    return tuple(
        replace(one, taken_by=task.record_id, taken_at=task.created_at)
        for one in proposals
        if one.taken_by is None and (task := task_for(one, found))
    )


def by_mark(tasks: Iterable[TakenTask]) -> Marked:
    """The tasks of each mark, oldest first."""
    found: dict[str, list[TakenTask]] = {}
    for task in sorted(tasks, key=lambda one: (one.created_at, one.record_id)):
        if mark := found_in(task.subject):
            found.setdefault(mark, []).append(task)
    return found


def task_for(proposal: Proposal, tasks: Marked) -> TakenTask | None:
    """The task that takes a proposal on; a copy on another deal does not."""
    fitting = [
        task
        for task in tasks.get(proposal.id, ())
        if task.deal_id is None or task.deal_id == proposal.deal_id
    ]
    known = (task for task in fitting if task.record_id == proposal.taken_by)
    return next(known, next(iter(fitting), None))


def aged(
    proposals: Iterable[Proposal], reviews: Iterable[Review], cycle: str
) -> tuple[Proposal, ...]:
    """The proposals with their age in reviews, up to and with that of ``cycle``.

    Counting, not adding: making the packets of a cycle again changes nothing.
    """
    held = tuple(reviews)
    return tuple(
        replace(one, carried=len(later_cycles(one, held, cycle))) for one in proposals
    )


def later_cycles(
    proposal: Proposal, reviews: Sequence[Review], cycle: str
) -> frozenset[str]:
    """The cycles in which the rep was reviewed after the one that proposed it."""
    later = {
        review.cycle
        for review in reviews
        if review.rep_id == proposal.rep_id and review.as_of > proposal.proposed_at
    }
    return frozenset({*later, cycle} - {proposal.cycle})


def raised(
    unkept: Iterable[Proposal], book: Book, *, due: date
) -> tuple[ActionItem, ...]:
    """What is unkept after three reviews, for the manager: revive it or close it.

    One a deal, the most money first; whose promise it was is not said.
    """
    deals = {deal.id: deal for deal in book.deals}
    oldest: dict[OpportunityId, int] = {}
    for one in unkept:
        if one.carried >= PATIENCE and one.deal_id in deals:
            oldest[one.deal_id] = max(one.carried, oldest.get(one.deal_id, 0))
    found = [
        ActionItem(
            deal_id=deal_id,
            obstacle=say("Open for {reviews}", reviews=many(carried, "review")),
            what=say("Decide together: revive it with a dated step, or close it"),
            owner=OwnerKind.MANAGER,
            due=due,
            metric=say("a dated step, or the deal closed"),
            value=deals[deal_id].amount_base or deals[deal_id].amount or Decimal(0),
            code=REVIVE,
        )
        for deal_id, carried in oldest.items()
    ]
    return tuple(sorted(found, key=lambda item: (-item.value, item.deal_id)))

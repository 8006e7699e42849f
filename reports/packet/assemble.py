"""One rep's packet: what goes on the page, in which order, in how many minutes."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from reports.findings import (
    ActionItem,
    DealReview,
    Fixer,
    HygieneIssue,
    Packet,
    Promise,
    Skip,
)
from reports.judgement.actions import ranked
from reports.judgement.contexts import local_day
from reports.judgement.judge import Judged
from reports.judgement.policy import Policy
from reports.judgement.segments import norm_of
from reports.model import Book, OpportunityId, Person, UserId
from reports.normal import StageNorm
from reports.packet.agenda import agenda, choose, problems
from reports.packet.changes import balances, changes
from reports.packet.cleared import Since, cleared
from reports.packet.figures import standing
from reports.packet.notes import notes
from reports.packet.turns import NO_TURNS, Turns
from reports.quarters import quarter_end


def reps_of(book: Book) -> tuple[list[UserId], list[Skip]]:
    """Who gets a packet, and who does not and why; by name.

    An owner who cannot be written to has one too: the deals need somebody.
    """
    owners = {deal.owner_id for deal in book.deals}
    managers = {person.manager_id for person in book.people.values()}
    sold = {deal.owner_id for deal in book.closed} - managers
    people = sorted(book.people.values(), key=lambda one: (one.name, one.id))
    reps = [one.id for one in people if one.id in owners]
    idle = [one for one in people if one.active and one.id in sold - owners]
    skips = [Skip(rep=one.email or one.name, reason="no open deals") for one in idle]
    return reps, skips


def assemble(  # noqa: PLR0913 - one fact each, and all but three by name
    book: Book,
    judged: Judged,
    rep_id: UserId,
    *,
    cycle: str,
    snapshot: str,
    policy: Policy,
    before: Book | None = None,
    promises: Sequence[Promise] = (),
    turns: Turns = NO_TURNS,
    reminded: datetime | None = None,
) -> Packet:
    """The packet of ``rep_id``.

    ``before`` is the book as of the rep's last review; ``turns`` what earlier agendas
    mean for this one; ``reminded`` when the rep was last asked to put fields right.
    """
    rep = book.people[rep_id]
    manager = manager_of(book, rep)
    today = local_day(book.as_of, rep.zone, book.org.zone)
    reviews = by_urgency(
        review for review in judged.reviews.values() if review.deal.owner_id == rep_id
    )
    chosen = choose(reviews, today, turns, policy.agenda)
    focus = tuple(one.review for one in chosen)
    found = changes(before, book, rep_id, today) if before else ()
    fields = to_fill(reviews)
    return Packet(
        cycle=cycle,
        as_of=book.as_of,
        snapshot=snapshot,
        today=today,
        since=local_day(before.as_of, rep.zone, book.org.zone) if before else None,
        rep=rep,
        manager=manager,
        currency=book.org.currency,
        org_name=book.org.name,
        agenda=agenda(
            chosen,
            policy.agenda,
            changes=bool(found),
            promises=bool(promises),
            fields=bool(fields),
        ),
        focus=focus,
        deals=reviews,
        actions=next_actions(focus, reviews, policy.agenda.most_actions),
        promises=tuple(promises),
        changes=found,
        data_as_of=tuple(sorted(book.data_as_of.items())),
        notes=notes(book, judged, rep, manager, policy),
        tier=judged.norms.tier,
        period_end=quarter_end(today, book.org),
        balances=balances(before, book, rep_id, found) if before else (),
        standing=standing(book, rep_id, today),
        outlook=judged.prospects.of(reviews, [rep_id]) if judged.prospects else None,
        to_fill=fields,
        cleared=cleared(reviews, since_of(rep, reminded, book, judged, policy))
        if reminded
        else (),
        names=names(book, before, reviews, promises),
        norms=norms_of(judged, reviews),
    )


def since_of(
    rep: Person, reminded: datetime, book: Book, judged: Judged, policy: Policy
) -> Since:
    """The reminder, and whether the rep's silence can be believed."""
    capture = judged.norms.capture.get(rep.id)
    return Since(
        moment=reminded,
        today=local_day(book.as_of, rep.zone, book.org.zone),
        believed=judged.norms.any_activity and (capture is None or capture.trusted),
        step_days=policy.step_stale_days,
        zone=rep.zone,
    )


def manager_of(book: Book, rep: Person) -> Person | None:
    """The rep's manager, when there is an active one."""
    manager = book.people.get(rep.manager_id) if rep.manager_id else None
    return manager if manager and manager.active and manager.id != rep.id else None


def by_urgency(reviews: Iterable[DealReview]) -> tuple[DealReview, ...]:
    """The most urgent first; what money cannot tell apart, by what is wrong."""
    return tuple(
        sorted(
            reviews,
            key=lambda one: (
                -one.urgency,
                -max((signal.severity for signal in problems(one)), default=0),
                one.deal.id,
            ),
        )
    )


def next_actions(
    focus: Sequence[DealReview], reviews: Sequence[DealReview], most: int
) -> tuple[ActionItem, ...]:
    """The first step of every deal on the agenda, then the most valuable others."""
    agreed = [review.actions[0] for review in focus if review.actions]
    others = [
        review.actions[0]
        for review in reviews
        if review.actions and review not in focus
    ]
    return tuple(ranked([*agreed, *ranked(others)][:most]))


def to_fill(reviews: Sequence[DealReview]) -> tuple[HygieneIssue, ...]:
    """What the rep can put right: the worst of each field, the worst first."""
    worst: dict[tuple[OpportunityId, str], HygieneIssue] = {}
    for review in reviews:
        for issue in review.hygiene:
            place = (issue.deal_id, issue.field)
            known = worst.get(place)
            if issue.fixer is Fixer.REP and (
                known is None or issue.severity > known.severity
            ):
                worst[place] = issue
    return tuple(sorted(worst.values(), key=lambda issue: -issue.severity))


def names(
    book: Book,
    before: Book | None,
    reviews: Sequence[DealReview],
    promises: Sequence[Promise],
) -> dict[OpportunityId, str]:
    """The names of the deals that the packet mentions."""
    wanted = {promise.deal_id for promise in promises}
    wanted |= {review.deal.id for review in reviews}
    known = (*(before.deals if before else ()), *book.closed, *book.deals)
    return {deal.id: deal.name for deal in known if deal.id in wanted}


def norms_of(
    judged: Judged, reviews: Sequence[DealReview]
) -> dict[OpportunityId, StageNorm]:
    """How long deals of its kind stay where each of the rep's deals is."""
    found = {review.deal.id: norm_of(judged.norms, review.deal) for review in reviews}
    return {deal: norm for deal, norm in found.items() if norm is not None}

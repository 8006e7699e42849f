"""Judge a book: signals, hygiene, questions and actions for every open deal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType

from reports.findings import ClockReading, DealReview, HygieneIssue, Signal
from reports.judgement.actions import actions
from reports.judgement.beginnings import brought_in, clock_days
from reports.judgement.capture import holes
from reports.judgement.chance import alarms, by_clock, chance
from reports.judgement.closing_out import lopsided
from reports.judgement.completeness import Score, counted, scores
from reports.judgement.contexts import by_owner, of_book
from reports.judgement.drift import drifted
from reports.judgement.hazards import share_at
from reports.judgement.hygiene import HYGIENE
from reports.judgement.hygiene_rules import issues_of
from reports.judgement.policy import Policy
from reports.judgement.process import gaps, handed_to_ops, told, unflagged
from reports.judgement.prospects import Prospects
from reports.judgement.readiness import answers
from reports.judgement.rules import Context, signals_of
from reports.judgement.signals import SIGNALS
from reports.judgement.stall import over
from reports.judgement.value import ceiling, urgency
from reports.model import Book, Deal, OpportunityId, Problem, UserId
from reports.normal import Norms


STALLED = "stalled-"
NOBODY: Mapping[OpportunityId, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Everything judgement says about a book."""

    norms: Norms
    reviews: Mapping[OpportunityId, DealReview]  #: open deals, in the book's order
    closed_hygiene: tuple[HygieneIssue, ...]
    problems: tuple[Problem, ...] = ()  #: for ops: capture holes, process gaps
    scores: Mapping[UserId, Score] = field(default_factory=dict)
    prospects: Prospects | None = None  #: on the running quarter


def judge(
    book: Book,
    norms: Norms,
    policy: Policy,
    *,
    flagged_before: Mapping[OpportunityId, int] = NOBODY,
) -> Judged:
    """Judge every open deal, and the close-out of those closed lately."""
    context = of_book(book, norms, policy, flagged_before)
    judged = list(open_reviews(book, context))
    closed = list(closed_deals(book, context))
    late = [issue for deal, own in closed for issue in issues_of(deal, HYGIENE, own)]
    found = gaps(
        HYGIENE,
        [(review.deal, own) for review, own in judged],
        [issue for review, _ in judged for issue in review.hygiene],
    ) | gaps(HYGIENE, closed, late)
    judged = [
        (
            replace(
                unflagged(review, own, found),
                hygiene=handed_to_ops(review.hygiene, found),
            ),
            own,
        )
        for review, own in judged
    ]
    return Judged(
        norms=norms,
        reviews={review.deal.id: review for review, _ in judged},
        closed_hygiene=handed_to_ops(late, found),
        problems=(
            *holes(book, norms.capture),
            *told(found, book.org),
            *alarms(book, norms),
            *lopsided(book, norms, policy.tiers),
            *brought_in(book),
            *drifted(book, norms),
        ),
        scores=scores(judged, counted(HYGIENE, found)),
        prospects=Prospects(book, norms, policy),
    )


def open_reviews(book: Book, context: Context) -> Iterator[tuple[DealReview, Context]]:
    """Each open deal's review with the context it was judged in."""
    for deals, own in by_owner(book.deals, context):
        most = ceiling(deals, own.policy)
        for deal in deals:
            clock = reading(deal, own)
            signals = tuple(sorted(signals_of(deal, SIGNALS, own), key=worst_first))
            value = urgency(deal, own, most)
            norm = own.norm(deal)
            yield (
                DealReview(
                    deal=deal,
                    signals=signals,
                    hygiene=tuple(issues_of(deal, HYGIENE, own)),
                    questions=answers(deal, own),
                    actions=actions(deal, signals, value, own),
                    urgency=value,
                    stalled=any(signal.code.startswith(STALLED) for signal in signals),
                    norm=norm.source if norm else None,
                    clock=clock,
                    chance=chance(deal, own),
                ),
                own,
            )


def worst_first(signal: Signal) -> tuple[bool, int]:
    """Good news last, else by severity; equals stay in the catalogue's order."""
    return signal.positive, -signal.severity


def closed_deals(book: Book, context: Context) -> Iterator[tuple[Deal, Context]]:
    """Deals that closed lately, each with its owner's context."""
    since = context.today - timedelta(days=context.policy.closed_days)
    recent = (
        deal
        for deal in book.closed
        if deal.closed_on is None or deal.closed_on >= since
    )
    for deals, own in by_owner(recent, context):
        for deal in deals:
            yield deal, own


def reading(deal: Deal, context: Context) -> ClockReading:
    """What the stage clock alone says, whatever is booked or captured."""
    norm, norms = context.norm(deal), context.norms
    lived = clock_days(deal, context)
    days = lived or 0
    step = days // norms.step_days
    known = norm is not None and lived is not None
    share = by_clock(deal, context)
    slow = norm.slowing_after if norm and known else None
    return ClockReading(
        days=days,
        limit=norm.stalled_after if norm else None,
        over=over(deal, context) is not None,
        slowing=slow is not None and days >= slow,
        winners_left=share_at(norm.left, step)
        if norm and known and norm.left
        else None,
        chance=share,
        chance_ratio=share / norm.chances[0]
        if norm and share is not None and norm.chances[0]
        else None,
        won=norm.won if norm else 0,
        tier=norms.tier,
        learned=norm.learned if norm else False,
    )

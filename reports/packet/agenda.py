"""The timed agenda: fixed blocks, and the deals that are worth their minutes.

Deals are chosen by value per minute until the planned minutes are used. Three slots
come first: a new stall, a decision, and a missing next step on one of the most
valuable deals. A deal that was on the agenda in the last four reviews gives way to
others, and after two of them it comes back as a decision only; after three in a row it
rests once, if there is another to talk about.

A problem must not wait for its turn until nobody remembers it: what had one at the last
reviews and no minutes comes after the new stall and before everything else, longest
waiting first, with the minutes of a decision.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import islice

from reports.findings import AgendaItem, DealReview, Severity, Signal
from reports.judgement.policy import Agenda
from reports.model import Deal
from reports.packet.turns import Turns
from reports.said import say


#: Only the most valuable deals claim a slot for a missing next step.
TOP = 5
#: What one of the last four agendas takes off a deal's claim on the next.
SEEN = Decimal("0.5")
#: On so many of the last agendas, a deal is there to be decided, not discussed.
TALKED_OUT = 2
#: After so many agendas in a row a deal rests once.
STRETCH = 3


class Topic(StrEnum):
    """What the minutes of a deal are for."""

    STALL = "stall"
    DECISION = "decision"
    PLAN = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A deal that could be talked about."""

    review: DealReview
    topic: Topic
    minutes: int
    claim: tuple[Decimal, Decimal]  #: value per minute, then severity per minute
    stepless: bool

    @property
    def deal(self) -> Deal:
        """The deal itself."""
        return self.review.deal

    @property
    def account(self) -> str:
        """What the minutes per account are counted by."""
        return self.deal.account_id or self.deal.id


def problems(review: DealReview) -> tuple[Signal, ...]:
    """The signals of a deal that ask for a conversation, the worst first."""
    return tuple(signal for signal in review.signals if not signal.positive)


def on_track(review: DealReview) -> bool:
    """Whether nothing about the deal is more than a footnote."""
    return all(signal.severity < Severity.MEDIUM for signal in problems(review))


def stepless(deal: Deal, today: date) -> bool:
    """Whether nothing at all is planned on the deal."""
    ahead = any(task.due and task.due >= today for task in deal.open_tasks)
    return not ((deal.next_step or "").strip() or deal.next_meeting or ahead)


def topic_of(review: DealReview, today: date, seen: int) -> Topic | None:
    """What to talk about, if the deal gives a reason to."""
    if on_track(review):
        return None
    close = review.deal.close_date
    chronic = any(signal.code == "chronic" for signal in review.signals)
    if (close is not None and close < today) or chronic or seen >= TALKED_OUT:
        return Topic.DECISION
    return Topic.STALL if review.stalled and not seen else Topic.PLAN


def candidates(
    reviews: Sequence[DealReview],
    today: date,
    turns: Turns,
    policy: Agenda,
) -> list[Candidate]:
    """The deals that could be talked about, the strongest claim first."""
    minutes = {
        Topic.STALL: policy.stall,
        Topic.DECISION: policy.decision,
        Topic.PLAN: policy.risk,
    }
    found = [
        Candidate(
            review=review,
            topic=topic,
            minutes=minutes[topic],
            claim=(
                review.urgency * SEEN**times / minutes[topic],
                weight(review) * SEEN**times / minutes[topic],
            ),
            stepless=stepless(review.deal, today),
        )
        for review in reviews
        for times in (turns.seen.get(review.deal.id, 0),)
        if (topic := topic_of(review, today, times))
    ]
    return sorted(found, key=by_claim)


def weight(review: DealReview) -> Decimal:
    """How much is wrong, for deals whose value cannot tell them apart."""
    return Decimal(sum(signal.severity for signal in problems(review)))


#: Whether a deal is what a slot is kept for.
Slot = Callable[[Candidate], bool]


@dataclass(slots=True)
class Plan:
    """The deals chosen so far, and what they leave of the minutes."""

    policy: Agenda
    chosen: list[Candidate]

    def fits(self, one: Candidate) -> bool:
        """Whether there is room for another deal, and for its account."""
        spent = sum(other.minutes for other in self.chosen)
        of_account = sum(
            other.minutes for other in self.chosen if other.account == one.account
        )
        return (
            all(one.deal.id != other.deal.id for other in self.chosen)
            and len(self.chosen) < self.policy.most_deals
            and spent + one.minutes <= self.policy.planned
            and of_account + one.minutes <= self.policy.per_account
        )

    def add(self, ranked: Iterable[Candidate]) -> None:
        """Take all that fit."""
        for one in ranked:
            if self.fits(one):
                self.chosen.append(one)

    def add_first(self, ranked: Iterable[Candidate]) -> None:
        """Take the first that fits."""
        self.add(islice(filter(self.fits, ranked), 1))

    def fill(self, wanted: Slot, ranked: Sequence[Candidate]) -> None:
        """See to it that there is such a deal, if there is one that is worth money."""
        if not any(wanted(one) for one in self.chosen):
            self.add_first(one for one in ranked if one.claim[0] > 0 and wanted(one))


def choose(
    reviews: Sequence[DealReview], today: date, turns: Turns, policy: Agenda
) -> tuple[Candidate, ...]:
    """The deals of the agenda, the strongest claim first."""
    ranked = rested(candidates(reviews, today, turns, policy), turns)
    stall, decision, step = slots(reviews)
    plan = Plan(policy=policy, chosen=[])
    plan.fill(stall, ranked)
    plan.add(overdue(ranked, turns, policy))
    plan.fill(decision, ranked)
    plan.fill(step, ranked)
    plan.add(ranked)
    return tuple(sorted(plan.chosen, key=by_claim))


def rested(ranked: list[Candidate], turns: Turns) -> list[Candidate]:
    """Without those of every recent agenda; if there are no others, half of them."""
    fresh = [one for one in ranked if turns.running.get(one.deal.id, 0) < STRETCH]
    return fresh or ranked[: (len(ranked) + 1) // 2]


def overdue(
    ranked: Sequence[Candidate], turns: Turns, policy: Agenda
) -> Iterator[Candidate]:
    """Those whose turn it is, whatever they are worth, each with little time.

    If more than fit will have waited long enough at the next review, some come early.
    """
    limit = policy.unseen_reviews
    waits = [(turns.waiting.get(one.deal.id, 0), one) for one in ranked]
    late = [(waited, one) for waited, one in waits if waited >= limit]
    soon = [
        one
        for waited, one in waits
        if waited == limit - 1 and one.deal.id not in turns.running
    ]
    room = (policy.planned - policy.stall) // max(policy.decision, 1)
    early = soon[: max(0, len(soon) - room)]
    for one in (*(one for _, one in sorted(late, key=longest_first)), *early):
        yield replace(one, minutes=min(one.minutes, policy.decision))


def longest_first(late: tuple[int, Candidate]) -> int:
    """The order of those that are late; equals stay in the order of their claims."""
    return -late[0]


def by_claim(one: Candidate) -> tuple[Decimal, Decimal, str]:
    """The strongest claim first; ties by id."""
    return -one.claim[0], -one.claim[1], one.deal.id


def slots(reviews: Sequence[DealReview]) -> tuple[Slot, Slot, Slot]:
    """What must be on the agenda where there is such a deal."""
    by_value = sorted(reviews, key=lambda one: (-one.urgency, one.deal.id))
    top = {review.deal.id for review in by_value[:TOP]}
    return (
        lambda one: one.topic is Topic.STALL,
        lambda one: one.topic is Topic.DECISION,
        lambda one: one.stepless and one.deal.id in top,
    )


def agenda(
    chosen: Sequence[Candidate],
    policy: Agenda,
    *,
    changes: bool,
    promises: bool,
    fields: bool,
) -> tuple[AgendaItem, ...]:
    """The minutes of the review; a block with nothing to say gives its time back."""
    blocks = [
        (
            policy.changes if changes else 0,
            say("What changed since the last review"),
            None,
        ),
        (policy.promises if promises else 0, say("Promised last time"), None),
        *((one.minutes, one.deal.name, one.deal.id) for one in chosen),
        (policy.reserve if chosen else 0, say("In reserve for the deals"), None),
        (policy.hygiene if fields else 0, say("Data entry, all in one go"), None),
        (policy.commitments, say("Read back who does what by when"), None),
    ]
    return tuple(
        AgendaItem(minutes=minutes, title=title, deal_id=deal_id)
        for minutes, title, deal_id in blocks
        if minutes
    )

"""What became of promises, read from records in Sales Cloud.

Kept, broken (its day has passed without a record) or open. Overtaken is what can no
longer be done because the deal is closed, gone or somebody else's: it is shown once
as open, with the reason as its evidence, and does not carry over.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date

from reports.delivery.evidence import (
    SHOWN_BY,
    of_deal,
    owner_given,
    rests_on_activity,
    shown,
    tried,
)
from reports.delivery.marks import unmarked
from reports.delivery.promises import by_mark, task_for
from reports.delivery.records import Proposal
from reports.delivery.since import Since, since_review
from reports.findings import Evidence, Outcome, Promise
from reports.model import Book, TakenTask, UserId
from reports.said import say


UNCAPTURED = say("Past its day; activity may be missing in Sales Cloud")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A proposal and what Sales Cloud shows of it."""

    proposal: Proposal
    promise: Promise
    overtaken: bool = False
    late: bool = False  #: kept, but after its day


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What became of the proposals, earliest due first."""

    promises: tuple[Reading, ...] = ()  #: kept, broken or open
    overtaken: tuple[Reading, ...] = ()  #: shown once, then dropped
    done_anyway: tuple[Reading, ...] = ()  #: nobody took it, and it was done

    @property
    def shown(self) -> tuple[Promise, ...]:
        """For the packet: nothing that was promised disappears."""
        return tuple(one.promise for one in (*self.promises, *self.overtaken))

    @property
    def asked(self) -> tuple[Promise, ...]:
        """For the check-in: without what can no longer be done."""
        return tuple(one.promise for one in self.promises)

    @property
    def settled(self) -> tuple[Reading, ...]:
        """What does not carry over: kept, overtaken, or done without a promise."""
        kept = (one for one in self.promises if one.promise.outcome is Outcome.KEPT)
        return (*kept, *self.overtaken, *self.done_anyway)

    @property
    def unkept(self) -> tuple[Proposal, ...]:
        """What carries over to the next review."""
        return tuple(
            one.proposal
            for one in self.promises
            if one.promise.outcome is not Outcome.KEPT
        )


def outcomes(  # noqa: PLR0913 - one fact each, and all but three by name
    proposals: Iterable[Proposal],
    tasks: Iterable[TakenTask],
    book: Book,
    *,
    today: date,
    decider_words: tuple[str, ...],
    unbelieved: Collection[UserId] = (),
) -> Readings:
    """What Sales Cloud shows of the proposals, as of the book.

    ``today`` is the rep's day, ``decider_words`` are those of the policy,
    ``unbelieved`` the reps whose activity may be missing in Sales Cloud. Proposals
    that nobody took are no promises; they count where the thing was done anyway.
    """
    marked, deals = by_mark(tasks), {one.id: one for one in book.deals}
    deals |= {one.id: one for one in book.closed}
    promises: list[Reading] = []
    anyway: list[Reading] = []
    for one in sorted(proposals, key=lambda one: (one.due, one.deal_id, one.id)):
        deal, task = deals.get(one.deal_id), task_for(one, marked)
        since = (
            since_review(one, deal, book, today=today, words=decider_words)
            if deal
            else None
        )
        if task or one.taken_by:
            told_of = reading(one, task, since, today)
            promises.append(spared(told_of) if one.rep_id in unbelieved else told_of)
        elif since and (found := seen(since)):
            anyway.append(told(one, Outcome.KEPT, (found,)))
    return Readings(
        promises=tuple(one for one in promises if not one.overtaken),
        overtaken=tuple(one for one in promises if one.overtaken),
        done_anyway=tuple(anyway),
    )


def reading(
    proposal: Proposal, task: TakenTask | None, since: Since | None, today: date
) -> Reading:
    """What became of one promise; a record about the deal says more than its task."""
    due = task.due if task and task.due else proposal.due
    one = replace(proposal, due=due)
    found = (seen(since) if since else None) or completed(task, since)
    if found:
        late = found.on is not None and due < found.on <= today
        return told(one, Outcome.KEPT, (found,), late=late)
    if reason := overtaken(since):
        return told(one, Outcome.OPEN, (reason,), overtaken=True)
    tries = tried(one.code, since) if since else ()
    return told(one, Outcome.BROKEN if due < today else Outcome.OPEN, tries)


def spared(found: Reading) -> Reading:
    """A reading where activity may be missing: none found does not break it."""
    promise = found.promise
    broken = promise.outcome is Outcome.BROKEN
    if not broken or not rests_on_activity(found.proposal.code):
        return found
    evidence = (*promise.evidence, Evidence(text=UNCAPTURED))
    return replace(
        found, promise=replace(promise, outcome=Outcome.OPEN, evidence=evidence)
    )


def told(
    proposal: Proposal,
    outcome: Outcome,
    evidence: tuple[Evidence, ...],
    *,
    late: bool = False,
    overtaken: bool = False,
) -> Reading:
    """A reading with the promise as packets show it."""
    return Reading(
        proposal=proposal,
        promise=Promise(
            deal_id=proposal.deal_id,
            what=proposal.what,
            owner=proposal.owner,
            due=proposal.due,
            outcome=outcome,
            evidence=evidence,
            carried=proposal.carried,
        ),
        late=late,
        overtaken=overtaken,
    )


def seen(since: Since) -> Evidence | None:
    """The record about the deal that shows it; another owner's doing does not."""
    if moved(since) and owner_given not in SHOWN_BY.get(since.proposal.code, ()):
        return None
    return shown(since.proposal.code, since)


def moved(since: Since) -> bool:
    """Whether the deal is somebody else's now."""
    return since.deal.owner_id != since.proposal.rep_id


def completed(task: TakenTask | None, since: Since | None) -> Evidence | None:
    """The completed task, which counts where no better record is found."""
    if task is None or not task.done:
        return None
    zone = since.zone if since else UTC
    return Evidence(
        text=say("Task completed: {subject}", subject=unmarked(task.subject)),
        record_id=task.record_id,
        on=task.done_at.astimezone(zone).date() if task.done_at else None,
    )


def overtaken(since: Since | None) -> Evidence | None:
    """Why a promise cannot be kept any more; None when it can."""
    if since is None:
        return Evidence(text=say("Overtaken: no longer among the opportunities"))
    deal = since.deal
    if moved(since):
        return of_deal(deal, say("Overtaken: has another owner now"), deal.owner_since)
    if deal.is_closed:
        how = (
            say("Overtaken: the deal was won")
            if deal.is_won
            else say("Overtaken: the deal was closed as lost")
        )
        return of_deal(deal, how, deal.closed_on)
    return None

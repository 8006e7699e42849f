"""What was put right since the reminder, and what only looks as if it was.

A close date that moved without a word from the buyer, or a field filled with
something that says nothing, clears a finding and changes nothing about the deal.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reports.findings import Cleared, DealReview, Fixer, HygieneIssue
from reports.judgement.contexts import local_day
from reports.model import ActivityKind, Deal, FieldChange, Touch
from reports.said import Said, many, say


#: What a reminder never asks for, or what is told elsewhere.
ELSEWHERE = frozenset({"StageName", "OwnerId", "Name", "Probability"})
NOTHING = frozenset({None, "", "0", "0.0", "0.00"})
EVENTS = {
    ActivityKind.CALL: say("a call"),
    ActivityKind.EMAIL: say("an e-mail from the buyer"),
    ActivityKind.MEETING: say("a meeting"),
}
#: So long before the reminder an event may have been the reason already.
SHORTLY = timedelta(days=2)
ROLES = "OpportunityContactRole"


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """The reminder that changes are counted from, and how they may be read."""

    moment: datetime
    today: date
    believed: bool  #: whether silence can be believed for the owner
    step_days: int  #: after so many, a next step was old
    zone: str = "UTC"


def cleared(reviews: Iterable[DealReview], since: Since) -> tuple[Cleared, ...]:
    """What changed on the deals; what only looks right, first."""
    found = [one for review in reviews for one in of_deal(review, since)]
    return tuple(sorted(found, key=lambda one: not one.cosmetic))


def of_deal(review: DealReview, since: Since) -> Iterator[Cleared]:
    """What changed on one deal, a line for each field."""
    deal = review.deal
    faults = {
        issue.field: issue for issue in review.hygiene if issue.fixer is Fixer.REP
    }
    fields = {change.field: None for change in deal.changes}
    for field in sorted(fields.keys() - ELSEWHERE):
        trail = [change for change in deal.changes if change.field == field]
        new = [change for change in trail if change.at > since.moment]
        if new:
            told = (
                moved(deal, new, since)
                if field == "CloseDate" and day_in(new[0].old) and day_in(new[-1].new)
                else filled(trail, new, faults.get(field), since)
            )
            if told:
                yield Cleared(
                    deal_id=deal.id, field=field, because=told[0], cosmetic=told[1]
                )
    day = local_day(since.moment, since.zone)
    if deal.roles and all(role.added_on > day for role in deal.roles):
        yield Cleared(
            deal_id=deal.id, field=ROLES, because=say("The first contact was added.")
        )


def moved(
    deal: Deal, new: Sequence[FieldChange], since: Since
) -> tuple[Said, bool] | None:
    """A close date that moved later, and whether the buyer had to do with it."""
    old, to = day_in(new[0].old), day_in(new[-1].new)
    if old is None or to is None or to <= old:
        return None
    days = many((to - old).days, "day")
    event = buyers_event(deal, since.moment)
    if event:
        told = say(
            "Close date moved {days}, with {event} on record.",
            days=days,
            event=EVENTS[event.kind],
        )
        return told, False
    if not since.believed:
        unseen = say(
            "Close date moved {days}; whether after contact cannot be seen.", days=days
        )
        return unseen, False
    return say("Close date moved {days} without contact.", days=days), True


def buyers_event(deal: Deal, moment: datetime) -> Touch | None:
    """What the buyer took part in shortly before or since, or has agreed to."""
    near = moment - SHORTLY
    touches = (deal.last_meeting, deal.last_two_way, deal.last_inbound)
    return next((one for one in touches if one and one.at > near), deal.next_meeting)


def filled(
    trail: Sequence[FieldChange],
    new: Sequence[FieldChange],
    fault: HygieneIssue | None,
    since: Since,
) -> tuple[Said, bool] | None:
    """A field that was empty or old and has been entered, well or badly."""
    old, now = new[0].old, new[-1].new
    if now in NOTHING:
        return None
    empty = old in NOTHING
    before = [change.at for change in trail if change.at <= since.moment]
    stale = bool(before) and new[0].at - before[-1] >= timedelta(days=since.step_days)
    if not empty and not (new[0].field == "NextStep" and stale):
        return None
    if fault:
        because = fault.because
        told = say("Filled, and nothing is said by it: {because}", because=because)
        return told, True
    return (say("Entered.") if empty else say("Brought up to date.")), False


def day_in(text: str | None) -> date | None:
    """A day as history writes it."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None

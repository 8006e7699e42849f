"""What in Sales Cloud shows that a next step was taken: one small finder each.

A finder looks at a deal after the review and returns the record that shows it, or
nothing. Ticking a box is no evidence here: that a task was completed is weighed by
``outcomes``, after everything in this module.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from reports.delivery.since import Since
from reports.findings import Evidence
from reports.labels import ACTIVITIES
from reports.model import Deal, FieldChange, RecordId, Touch
from reports.said import Said, day, say


#: Forecast categories in which a deal is promised.
COMMITTED = frozenset({"Commit", "Forecast"})
SNOOZED = "[snooze"


Finder = Callable[[Since], Evidence | None]


def of_touch(touch: Touch, what: Said) -> Evidence:
    """An activity as evidence."""
    return Evidence(
        text=say(
            "{what}: {subject}",
            what=what,
            subject=touch.subject or ACTIVITIES[touch.kind],
        ),
        record_id=touch.record_id,
        on=touch.on,
    )


def of_deal(deal: Deal, text: Said, on: date | None = None) -> Evidence:
    """What the opportunity itself says as evidence."""
    return Evidence(text=text, record_id=RecordId(deal.id), on=on)


def heard(since: Since) -> Evidence | None:
    """The buyer wrote, called or met us."""
    touch = since.deal.last_two_way
    if touch is None or touch.at <= since.at:
        return None
    return of_touch(touch, say("The buyer was heard"))


def reached_out(since: Since) -> Evidence | None:
    """A call or an email to the buyer is logged."""
    touch = since.deal.last_outbound
    if touch is None or touch.at <= since.at:
        return None
    return of_touch(
        touch, say("Logged {kind} to the buyer", kind=ACTIVITIES[touch.kind])
    )


def logged(since: Since) -> Evidence | None:
    """Any activity is logged."""
    touch = since.deal.last_touch
    if touch is None or touch.at <= since.at:
        return None
    return of_touch(touch, say("Logged {kind}", kind=ACTIVITIES[touch.kind]))


def met(since: Since) -> Evidence | None:
    """A meeting with the buyer is in the calendar, or was held.

    Only for actions that are proposed while no meeting is ahead.
    """
    ahead, held = since.deal.next_meeting, since.deal.last_meeting
    if ahead is not None:
        return of_touch(ahead, say("Meeting booked"))
    if held is not None and held.at > since.at:
        return of_touch(held, say("Meeting held"))
    return None


def role_added(since: Since) -> Evidence | None:
    """A contact role was added."""
    for role in since.deal.roles:
        if role.added_on > since.on:
            return Evidence(
                text=say(
                    "Contact role added: {name}, {role}",
                    name=role.name,
                    role=role.role or say("no role"),
                ),
                record_id=role.record_id,
                on=role.added_on,
            )
    return None


def decider_found(since: Since) -> Evidence | None:
    """Somebody who decides is among the contact roles."""
    for role in since.deal.roles:
        name = (role.role or "").casefold()
        if any(word in name for word in since.decider_words):
            return Evidence(
                text=say(
                    "Decision maker among the contact roles: {name}", name=role.name
                ),
                record_id=role.record_id,
                on=role.added_on,
            )
    return None


def last_change(since: Since, field: str) -> FieldChange | None:
    """The last change of a field after the review."""
    found = [
        change
        for change in since.deal.changes
        if change.field == field and change.at > since.at
    ]
    return found[-1] if found else None


def date_moved(since: Since) -> Evidence | None:
    """The close date was moved to a day ahead."""
    change, close = last_change(since, "CloseDate"), since.deal.close_date
    if change is None or close is None or close < since.today:
        return None
    return Evidence(
        text=say("Close date moved to {day}", day=day(close, since.today)),
        record_id=change.record_id or RecordId(since.deal.id),
        on=change.on,
    )


def date_moved_with_buyer(since: Since) -> Evidence | None:
    """The close date was moved, and the buyer was heard since the review."""
    return date_moved(since) if heard(since) else None


def step_set(since: Since) -> Evidence | None:
    """The next step says something new; a snooze is not a step."""
    step, known = (since.deal.next_step or "").strip(), since.deal.next_step_since
    fresh = last_change(since, "NextStep") or (known is not None and known > since.on)
    if not step or not fresh or SNOOZED in step.casefold():
        return None
    return of_deal(since.deal, say("Next step: {step}", step=step), known)


def stage_set(since: Since) -> Evidence | None:
    """The deal is in another stage."""
    last = since.deal.visits[-1] if since.deal.visits else None
    if last is None or last.entered <= since.at or not before(since):
        return None
    return of_deal(since.deal, say("Stage set to {stage}", stage=since.deal.stage.name))


def stage_advanced(since: Since) -> Evidence | None:
    """The deal is in a later stage."""
    found = stage_set(since)
    was = since.book.stages.get(before(since))
    if found is None or was is None or since.deal.stage.position <= was.position:
        return None
    return found


def before(since: Since) -> str:
    """The name of the stage that the deal was in before, if it was in one."""
    visits = since.deal.visits
    return visits[-2].stage if len(visits) > 1 else ""


def commitment_lowered(since: Since) -> Evidence | None:
    """The deal is no longer in a forecast category that promises it."""
    category = since.deal.forecast_category
    if not category or category in COMMITTED:
        return None
    return of_deal(
        since.deal, say("Forecast category set to {category}", category=category)
    )


def owner_given(since: Since) -> Evidence | None:
    """The deal belongs to another, active user."""
    owner = since.book.people.get(since.deal.owner_id)
    if (
        since.deal.owner_id == since.proposal.rep_id
        or owner is None
        or not owner.active
    ):
        return None
    return of_deal(
        since.deal, say("Now owned by {name}", name=owner.name), since.deal.owner_since
    )


def closed(since: Since) -> Evidence | None:
    """The deal was closed, won or lost."""
    deal = since.deal
    if not deal.is_closed:
        return None
    return of_deal(
        deal, say("Won") if deal.is_won else say("Closed as lost"), deal.closed_on
    )


#: By the code of an action's plan: any of these shows that it was done, the best
#: first. An action whose code is not here is judged by its task alone.
SHOWN_BY: Mapping[str, tuple[Finder, ...]] = MappingProxyType(
    {
        "stalled-buyer-silent": (heard,),
        "stalled-rep-silent": (heard, reached_out),
        "stalled-nothing-scheduled": (met,),
        "never-touched": (heard, reached_out, closed),
        "ghosted-after-proposal": (heard,),
        "executive-call": (heard,),
        "gone-quiet": (heard,),
        "close-date-passed": (closed, date_moved_with_buyer),
        "close-date-pushed-again": (heard,),
        "close-date-pushed-far": (heard,),
        "slipped-out-of-period": (date_moved, step_set, closed),
        "close-date-frozen": (heard, met, date_moved_with_buyer, closed),
        "closing-soon-stage-behind": (stage_advanced, date_moved_with_buyer),
        "unlikely-this-period": (heard, date_moved, closed),
        "no-next-step": (step_set, met),
        "single-threaded": (role_added,),
        "no-decision-maker": (decider_found,),
        "commit-without-evidence": (heard, commitment_lowered),
        "stage-ahead-of-evidence": (logged, met, stage_set),
        "amount-cut": (heard,),
        "moved-back": (stage_advanced, heard),
        "owner-inactive": (owner_given,),
        "chronic": (closed, heard, step_set),
        "revive-or-close": (closed, heard, step_set),
    }
)

#: These look for activity; where it is not captured, finding none says nothing.
BY_ACTIVITY: frozenset[Finder] = frozenset(
    {heard, reached_out, logged, met, date_moved_with_buyer}
)

#: What is worth saying while these are missing: a try, a bare new date.
TRIED_BY: Mapping[Finder, Finder] = MappingProxyType(
    {heard: reached_out, date_moved_with_buyer: date_moved}
)


def shown(code: str, since: Since) -> Evidence | None:
    """The record that shows that an action of that code was done."""
    found = (finder(since) for finder in SHOWN_BY.get(code, ()))
    return next((one for one in found if one), None)


def tried(code: str, since: Since) -> tuple[Evidence, ...]:
    """What was tried towards an action of that code and does not show it done."""
    tries = (TRIED_BY.get(finder) for finder in SHOWN_BY.get(code, ()))
    found = (finder(since) for finder in tries if finder)
    return tuple(one for one in found if one)


def rests_on_activity(code: str) -> bool:
    """Whether activity could show that an action of that code was done."""
    return not BY_ACTIVITY.isdisjoint(SHOWN_BY.get(code, ()))

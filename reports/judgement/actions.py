"""From an obstacle to next week's action: what, who, by when, moving which number."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.findings import ActionItem, OwnerKind, Signal
from reports.judgement.days import later
from reports.judgement.rules import Context
from reports.model import Deal
from reports.said import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What removes an obstacle."""

    obstacle: str
    what: str
    metric: str
    owner: OwnerKind = OwnerKind.REP
    days: int = 5  #: working days from today, at most five


#: By signal. The packet keeps the most valuable ones; nothing here is automatic.
PLANS = {
    "stalled-buyer-silent": Plan(
        obstacle="The buyer does not answer",
        what="Reach a second contact and ask whether this is still a priority",
        metric="a reply from the buyer",
        days=3,
    ),
    "stalled-rep-silent": Plan(
        obstacle="The buyer is waiting for us",
        what="Call the buyer and propose two dates for the next meeting",
        metric="days since the last outbound contact",
        days=2,
    ),
    "stalled-nothing-scheduled": Plan(
        obstacle="No meeting with the buyer is ahead",
        what="Agree a dated next meeting and send the invitation",
        metric="a buyer meeting in the calendar",
        days=3,
    ),
    "never-touched": Plan(
        obstacle="No first contact on record",
        what="Make the first call and log it, or close the deal",
        metric="first two-way contact",
        days=2,
    ),
    "ghosted-after-proposal": Plan(
        obstacle="Silence since the proposal",
        what="Ask the sponsor for a yes, a no or the missing piece",
        metric="a reply from the buyer",
        days=3,
    ),
    "gone-quiet": Plan(
        obstacle="The conversation has gone quiet",
        what="Restart the conversation with a reason to meet",
        metric="days since the last conversation",
    ),
    "close-date-passed": Plan(
        obstacle="The close date has passed",
        what="Decide: close it, or set the date the buyer has confirmed",
        metric="close date in the future, or the deal closed",
        days=1,
    ),
    "close-date-pushed-again": Plan(
        obstacle="The date keeps moving",
        what="Write a mutual plan with the buyer: steps, dates, who signs",
        metric="no further push",
    ),
    "close-date-pushed-far": Plan(
        obstacle="The date moved by weeks",
        what="Find out what the buyer waits for and who can bring it",
        metric="a date that the buyer has confirmed",
    ),
    "slipped-out-of-period": Plan(
        obstacle="The deal left the quarter",
        what="Decide what would bring it back, or plan the quarter without it",
        metric="pipeline due in the quarter",
        owner=OwnerKind.MANAGER,
    ),
    "close-date-frozen": Plan(
        obstacle="The date is near and nothing happens",
        what="Confirm the date with the buyer, or move it",
        metric="a buyer meeting before the close date",
        days=2,
    ),
    "closing-soon-stage-behind": Plan(
        obstacle="The stage does not fit the date",
        what="List the steps left and re-plan the close date with the buyer",
        metric="stage reached by the close date",
    ),
    "unlikely-this-period": Plan(
        obstacle="The win is unlikely this period",
        what="Agree with the buyer what must happen by the close date, or move it",
        metric="a close date the evidence supports",
        owner=OwnerKind.MANAGER,
        days=3,
    ),
    "no-next-step": Plan(
        obstacle="Nothing is planned",
        what="Agree the next step with the buyer and enter it with its date",
        metric="a dated next step",
        days=3,
    ),
    "single-threaded": Plan(
        obstacle="The deal hangs on one contact",
        what="Ask for an introduction to a second person who is affected",
        metric="contacts in the conversation",
    ),
    "no-decision-maker": Plan(
        obstacle="Nobody who decides is involved",
        what="Find out who signs and get them into the next meeting",
        metric="a decision maker among the contact roles",
    ),
    "commit-without-evidence": Plan(
        obstacle="The commitment lacks evidence",
        what="Check the commitment together: confirm it with the buyer or lower it",
        metric="commit backed by a meeting or a reply",
        owner=OwnerKind.MANAGER,
        days=3,
    ),
    "stage-ahead-of-evidence": Plan(
        obstacle="The stage has no evidence yet",
        what="Log what happened, or set the stage that the evidence supports",
        metric="stage questions answered yes",
        days=3,
    ),
    "amount-cut": Plan(
        obstacle="The amount was lowered",
        what="Confirm scope and price with the buyer",
        metric="amount confirmed",
    ),
    "moved-back": Plan(
        obstacle="The deal went back a stage",
        what="Agree with the buyer what must be true to move forward",
        metric="stage questions answered yes",
    ),
    "owner-inactive": Plan(
        obstacle="The deal has no active owner",
        what="Give the deal a new owner and tell the buyer",
        metric="an active owner",
        owner=OwnerKind.MANAGER,
        days=2,
    ),
    "chronic": Plan(
        obstacle="Flagged review after review",
        what="Decide together: revive it with a dated step, or close it",
        metric="a dated step, or the deal closed",
        owner=OwnerKind.MANAGER,
        days=3,
    ),
}

#: A large deal whose buyer is silent needs somebody whose call is taken.
EXECUTIVE_CALL = "executive-call"
EXECUTIVE = Plan(
    obstacle="The buyer of a large deal does not answer",
    what="Have an executive call the decision maker",
    metric="a reply from the decision maker",
    owner=OwnerKind.EXECUTIVE,
    days=4,
)
BUYER_SILENT = frozenset({"stalled-buyer-silent", "ghosted-after-proposal"})

#: A second obstacle of the same deal waits behind the first ones of others.
NEXT = Decimal("0.5")
AT_MOST = 2


def actions(
    deal: Deal, signals: tuple[Signal, ...], urgency: Decimal, context: Context
) -> tuple[ActionItem, ...]:
    """What to do about a deal next week, the worst obstacle first."""
    plans = [
        plan_for(signal.code, deal, context)
        for signal in signals
        if signal.code in PLANS
    ]
    return tuple(
        ActionItem(
            deal_id=deal.id,
            obstacle=say(plan.obstacle),
            what=say(plan.what),
            owner=plan.owner,
            due=due(context.today, plan.days),
            metric=say(plan.metric),
            value=urgency * NEXT**rank,
            code=code,
        )
        for rank, (code, plan) in enumerate(plans[:AT_MOST])
    )


def plan_for(code: str, deal: Deal, context: Context) -> tuple[str, Plan]:
    """The plan for a signal; large deals whose buyer is silent go to an executive."""
    large = context.norms.amount_p75
    if code in BUYER_SILENT and large and (deal.amount_base or 0) > large:
        return EXECUTIVE_CALL, EXECUTIVE
    return code, PLANS[code]


def due(today: date, days: int) -> date:
    """A working day within the next week."""
    return later(today, min(days, 5))


def ranked(items: list[ActionItem]) -> list[ActionItem]:
    """The most valuable first; ties by deal, then by date."""
    return sorted(items, key=lambda item: (-item.value, item.deal_id, item.due))

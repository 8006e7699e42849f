"""Signals of the stage clock: stalled with its cause, over the clock, slowing.

A deal with a buyer meeting ahead is never stalled. Where activity is not captured
well enough to name a cause, the clock's reading is told but not called a stall.
"""

from reports.findings import Severity
from reports.judgement.rules import Catalogue, Context, Flag
from reports.judgement.silence import buyer_is_silent, latest_of_ours, we_are_silent
from reports.judgement.stall import (
    clock_limit,
    dwell,
    last_word,
    over,
    stage_evidence,
    stalled,
)
from reports.model import Deal
from reports.said import day, many


STALL = Catalogue()


@STALL.rule(
    worst=Severity.HIGH,
    limit=clock_limit,
    remedy="Reach out with a new reason to meet and log it; a reply or a booked "
    "meeting clears this.",
)
def stalled_rep_silent(deal: Deal, context: Context) -> Flag | None:
    """Over the stage's clock, and nothing has gone out to the buyer lately."""
    norm = stalled(deal, context)
    if norm is None or not we_are_silent(deal, context):
        return None
    ours, theirs = latest_of_ours(deal), deal.last_inbound
    if theirs and (ours is None or theirs.at > ours.at):
        cause = (
            f"The buyer's message of {day(theirs.on, context.today)} has no answer "
            "on record"
        )
    elif ours:
        cause = (
            f"Nothing has gone out since {day(ours.on, context.today)}, "
            f"{many(context.days_since(ours.on), 'day')} ago"
        )
    else:
        cause = (
            "Nothing has gone out since the deal was created on "
            f"{day(deal.created_on, context.today)}"
        )
    return Flag(
        because=f"{dwell(deal, norm, context)}. {cause}.",
        evidence=stage_evidence(deal, ours, theirs),
        threshold=norm.source,
    )


@STALL.rule(
    worst=Severity.HIGH,
    limit=clock_limit,
    remedy="Try another contact or have an executive call; a reply or a booked "
    "meeting clears this.",
)
def stalled_buyer_silent(deal: Deal, context: Context) -> Flag | None:
    """Over the stage's clock, and the buyer has not answered."""
    norm = stalled(deal, context)
    if (
        norm is None
        or we_are_silent(deal, context)
        or not buyer_is_silent(deal, context)
    ):
        return None
    tried = many(deal.outbound_21d, "attempt")
    return Flag(
        because=f"{dwell(deal, norm, context)}. {last_word(deal, context)}; "
        f"{tried} in the last 21 days.",
        evidence=stage_evidence(deal, deal.last_two_way, deal.last_outbound),
        threshold=norm.source,
    )


@STALL.rule(
    worst=Severity.HIGH,
    limit=clock_limit,
    remedy="Agree the next meeting with the buyer and put it in the calendar; a "
    "meeting ahead clears this.",
)
def stalled_nothing_scheduled(deal: Deal, context: Context) -> Flag | None:
    """Over the stage's clock; both sides talk, but no buyer meeting is ahead."""
    norm = stalled(deal, context)
    if norm is None or we_are_silent(deal, context) or buyer_is_silent(deal, context):
        return None
    return Flag(
        because=f"{dwell(deal, norm, context)}. {last_word(deal, context)}; no "
        f"meeting is booked after {day(context.today, context.today)}.",
        evidence=stage_evidence(deal, deal.last_two_way),
        threshold=norm.source,
    )


@STALL.rule(
    worst=Severity.MEDIUM,
    limit=clock_limit,
    remedy="Hold the meeting, or log what happened since; then move the stage or "
    "agree what is missing.",
)
def over_the_clock(deal: Deal, context: Context) -> Flag | None:
    """Over the stage's clock, but a meeting is booked or the activity is not known."""
    norm = over(deal, context)
    if norm is None or stalled(deal, context):
        return None
    if meeting := deal.next_meeting:
        note = f"A meeting is booked for {day(meeting.on, context.today)}"
    else:
        note = "Activity is not captured well enough to say whether anybody is silent"
    blind = not context.norms.any_activity
    return Flag(
        because=f"{dwell(deal, norm, context)}. {note}.",
        severity=Severity.MEDIUM if blind else Severity.LOW,
        evidence=stage_evidence(deal, deal.next_meeting),
        threshold=norm.source,
    )


@STALL.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: (
        f"{round(100 - 100 * policy.clock.slowing)} in 100 deals we won had left the "
        "stage by now"
    ),
    remedy="Agree the next dated step with the buyer before the stage's limit.",
)
def slowing(deal: Deal, context: Context) -> Flag | None:
    """The deal takes longer in its stage than most deals that were won."""
    norm = context.norm(deal)
    if (
        norm is None
        or norm.slowing_after is None
        or deal.days_in_stage is None
        or deal.next_meeting
        or over(deal, context)
        or deal.days_in_stage < norm.slowing_after
    ):
        return None
    return Flag(
        because=f"{many(deal.days_in_stage, 'day')} in {deal.stage.name}; slowing "
        f"begins at day {norm.slowing_after}, the limit is {norm.stalled_after}.",
        evidence=stage_evidence(deal),
        threshold=norm.source,
    )

"""Signals of the stage clock: stalled with its cause, over the clock, slowing.

A deal with a buyer meeting ahead is never stalled. Where activity is not captured
well enough to name a cause, the clock's reading is told but not called a stall.
"""

from reports.findings import Severity
from reports.judgement.beginnings import clock_days
from reports.judgement.rules import Catalogue, Context, Flag
from reports.judgement.silence import buyer_is_silent, latest_of_ours, we_are_silent
from reports.judgement.stall import (
    clock_limit,
    dwell,
    last_word,
    over,
    stage_evidence,
    stalled,
    unheard,
)
from reports.model import Deal, Touch
from reports.said import Said, day, many, say, sentences


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
    return Flag(
        because=sentences(
            dwell(deal, norm, context), our_silence(deal, ours, theirs, context)
        ),
        evidence=stage_evidence(deal, ours, theirs),
        threshold=norm.source,
    )


def our_silence(
    deal: Deal, ours: Touch | None, theirs: Touch | None, context: Context
) -> Said:
    """Since when nothing has gone out to the buyer."""
    if theirs and (ours is None or theirs.at > ours.at):
        return say(
            "The buyer's message of {day} has no answer on record",
            day=day(theirs.on, context.today),
        )
    if ours:
        return say(
            "Nothing has gone out since {day}, {days} ago",
            day=day(ours.on, context.today),
            days=many(context.days_since(ours.on), "day"),
        )
    return say(
        "Nothing has gone out since the deal was created on {day}",
        day=day(deal.created_on, context.today),
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
    return Flag(
        because=sentences(dwell(deal, norm, context), unheard(deal, context)),
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
        because=sentences(dwell(deal, norm, context), nothing_ahead(deal, context)),
        evidence=stage_evidence(deal, deal.last_two_way),
        threshold=norm.source,
    )


def nothing_ahead(deal: Deal, context: Context) -> Said:
    """That no meeting is ahead; where meetings cannot be seen, that none is known."""
    heard = last_word(deal, context)
    if not context.sees("Event"):
        return say("{heard}; whether a meeting is ahead cannot be seen", heard=heard)
    today = day(context.today, context.today)
    return say("{heard}; no meeting is booked after {day}", heard=heard, day=today)


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
        note = say("A meeting is booked for {day}", day=day(meeting.on, context.today))
    else:
        note = say(
            "Activity is not captured well enough to say whether anybody is silent"
        )
    blind = not context.norms.any_activity
    return Flag(
        because=sentences(dwell(deal, norm, context), note),
        severity=Severity.MEDIUM if blind else Severity.LOW,
        evidence=stage_evidence(deal, deal.next_meeting),
        threshold=norm.source,
    )


@STALL.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: say(
        "{deals} in 100 deals we won had left the stage by now",
        deals=round(100 - 100 * policy.clock.slowing),
    ),
    remedy="Agree the next dated step with the buyer before the stage's limit.",
)
def slowing(deal: Deal, context: Context) -> Flag | None:
    """The deal takes longer in its stage than most deals that were won."""
    norm = context.norm(deal)
    if (
        norm is None
        or norm.slowing_after is None
        or (days := clock_days(deal, context)) is None
        or deal.next_meeting
        or over(deal, context)
        or days < norm.slowing_after
    ):
        return None
    return Flag(
        because=say(
            "{days} in {stage}; slowing begins at day {slow}, the limit is {limit}.",
            days=many(days, "day"),
            stage=deal.stage.name,
            slow=norm.slowing_after,
            limit=norm.stalled_after,
        ),
        evidence=stage_evidence(deal),
        threshold=norm.source,
    )

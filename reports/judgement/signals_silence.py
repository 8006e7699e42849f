"""Signals about silence and age, for deals that are not stalled already.

All of them are held back where activity is not captured well enough, and where a
meeting with the buyer is ahead.
"""

from reports.findings import Severity
from reports.judgement.phrases import of_deal
from reports.judgement.rules import Catalogue, Context, Flag
from reports.judgement.silence import (
    buyer_is_silent,
    days_since_touch,
    gone_quiet_for,
    quiet_limit,
    untouched,
)
from reports.judgement.stall import last_word, over, stage_evidence, stalled, unheard
from reports.model import Deal
from reports.said import Said, day, many, number, say, sentence


SILENCE = Catalogue()


@SILENCE.rule(
    worst=Severity.HIGH,
    limit=lambda policy: say(
        "{days} after creation", days=many(policy.untouched_days, "day")
    ),
    remedy="Make the first contact and log it, or close the deal.",
)
def never_touched(deal: Deal, context: Context) -> Flag | None:
    """No call, email or meeting has ever been recorded."""
    age = context.days_since(deal.created_on)
    if (
        not untouched(deal)
        or deal.next_meeting
        or not context.believes_silence(deal)
        or age <= context.policy.untouched_days
        or stalled(deal, context)
    ):
        return None
    return Flag(
        because=say(
            "Created on {day}, {days} ago; no call, email or meeting is recorded.",
            day=day(deal.created_on, context.today),
            days=many(age, "day"),
        ),
        evidence=(of_deal(deal, say("Created"), deal.created_on),),
    )


def ghosted(deal: Deal, context: Context) -> bool:
    """Whether a buyer who used to answer stopped after the proposal."""
    ours, theirs = deal.last_outbound, deal.last_inbound
    return (
        context.reached(deal, "proposal")
        and ours is not None
        and theirs is not None
        and ours.at > theirs.at
        and deal.attempts >= context.policy.ghosted_outbound
        and deal.next_meeting is None
        and context.believes_silence(deal)
        and buyer_is_silent(deal, context)
    )


@SILENCE.rule(
    worst=Severity.HIGH,
    limit=lambda policy: say(
        "no word from the buyer for {days} in a late stage, {attempts}",
        days=many(policy.buyer_silent.late, "day"),
        attempts=many(policy.ghosted_outbound, "attempt"),
    ),
    remedy="Call another contact, or ask the sponsor whether this is still a priority.",
)
def ghosted_after_proposal(deal: Deal, context: Context) -> Flag | None:
    """The buyer used to answer, and stopped when the proposal was out."""
    if stalled(deal, context) or not ghosted(deal, context):
        return None
    return Flag(
        because=sentence(unheard(deal, context)),
        evidence=stage_evidence(deal, deal.last_inbound, deal.last_outbound),
    )


@SILENCE.rule(
    worst=Severity.MEDIUM,
    limit=lambda policy: say(
        "{limits} without a conversation; {closing} when the close date is within "
        "{days}",
        limits=policy.two_way.told(),
        closing=policy.quiet_when_closing,
        days=many(policy.closing_soon, "day"),
    ),
    remedy="Get a reply or book a meeting; either clears this.",
)
def gone_quiet(deal: Deal, context: Context) -> Flag | None:
    """No conversation with the buyer for longer than is usual at this point."""
    days = gone_quiet_for(deal, context)
    if days is None or stalled(deal, context) or ghosted(deal, context):
        return None
    return Flag(
        because=quiet(deal, context),
        evidence=stage_evidence(deal, deal.last_two_way, deal.last_outbound)[1:],
    )


def quiet(deal: Deal, context: Context) -> Said:
    """Since when the buyer has not been heard, beside what is usual."""
    if deal.last_two_way is None:
        age = many(days_since_touch(None, deal, context), "day")
        return say(
            "No word from the buyer is recorded since the deal was created {days} ago.",
            days=age,
        )
    return say(
        "{heard}; usual here are {days} at most.",
        heard=last_word(deal, context),
        days=many(quiet_limit(deal, context), "day"),
    )


def places_of(number: float) -> int:
    """How many decimal places a number of the policy has."""
    return len(f"{number:g}".partition(".")[2])


@SILENCE.rule(
    worst=Severity.LOW,
    limit=lambda policy: say(
        "{multiple} times the median won cycle",
        multiple=number(policy.old_times_median, places_of(policy.old_times_median)),
    ),
    remedy="Decide: revive it with a dated step, or close it.",
)
def older_than_wins(deal: Deal, context: Context) -> Flag | None:
    """The deal has been open far longer than deals that were won."""
    cycle, policy = context.norms.median_won_cycle, context.policy
    if not cycle or context.norms.won < policy.tiers.median_won:
        return None
    limit = round(cycle * policy.old_times_median)
    if deal.days_open <= limit or over(deal, context):
        return None
    return Flag(
        because=say(
            "Open for {days}, since {day}; deals we won took {usual} in the median.",
            days=many(deal.days_open, "day"),
            day=day(deal.created_on, context.today),
            usual=many(cycle, "day"),
        ),
        evidence=(of_deal(deal, say("Created"), deal.created_on),),
    )

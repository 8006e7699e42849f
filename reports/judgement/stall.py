"""What over the clock and stalled mean, and how both are told."""

from reports.findings import Evidence
from reports.judgement.phrases import of_deal, of_touch
from reports.judgement.policy import Policy
from reports.judgement.rules import Context
from reports.model import Deal, Touch
from reports.normal import StageNorm
from reports.said import day, many


def over(deal: Deal, context: Context) -> StageNorm | None:
    """The norm that a deal has outstayed, whatever is booked or captured."""
    norm = context.norm(deal)
    if norm is None or norm.stalled_after is None or deal.days_in_stage is None:
        return None
    return norm if deal.days_in_stage >= norm.stalled_after else None


def stalled(deal: Deal, context: Context) -> StageNorm | None:
    """The norm that a deal has outstayed, when it may be called stalled."""
    if deal.next_meeting or not context.believes_silence(deal):
        return None
    return over(deal, context)


def dwell(deal: Deal, norm: StageNorm, context: Context) -> str:
    """How long the deal has been in its stage, beside the limit."""
    entered = deal.entered_stage_on
    since = f", since {day(entered, context.today)}" if entered else ""
    longest = norm.longest_won
    beyond = longest is not None and (deal.days_in_stage or 0) > longest
    return f"{many(deal.days_in_stage or 0, 'day')} in {deal.stage.name}{since}" + (
        f", longer than every deal we won (at most {longest} days)"
        if beyond
        else f"; the limit is {norm.stalled_after}"
    )


def stage_evidence(deal: Deal, *touches: Touch | None) -> tuple[Evidence, ...]:
    """The stage with its day, and the touches behind the cause."""
    return (
        of_deal(deal, f"Stage: {deal.stage.name}", deal.entered_stage_on),
        *(of_touch(touch) for touch in touches if touch),
    )


def clock_limit(policy: Policy) -> str:
    """The stage clock's threshold in words."""
    tenths = round(10 - 10 * policy.clock.stalled)
    return (
        f"{tenths} in 10 deals we won had left the stage by now; while there are "
        f"too few, {policy.stuck_days} days, {policy.stuck_days_from_proposal} from "
        "proposal on"
    )


def last_word(deal: Deal, context: Context) -> str:
    """When the buyer was last heard."""
    if deal.last_two_way is None:
        return "No word from the buyer is recorded"
    heard = deal.last_two_way.on
    return (
        f"The buyer was last heard on {day(heard, context.today)}, "
        f"{many(context.days_since(heard), 'day')} ago"
    )

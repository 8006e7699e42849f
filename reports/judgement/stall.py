"""What over the clock and stalled mean, and how both are told."""

from reports.findings import Evidence
from reports.judgement.beginnings import clock_days, in_imported_stage, renewal_clock
from reports.judgement.phrases import of_stage, of_touch
from reports.judgement.policy import Policy
from reports.judgement.rules import Context
from reports.model import Deal, Touch
from reports.normal import StageNorm
from reports.said import Said, day, many, say


def over(deal: Deal, context: Context) -> StageNorm | None:
    """The norm that a deal has outstayed, whatever is booked or captured."""
    norm, days = context.norm(deal), clock_days(deal, context)
    if norm is None or norm.stalled_after is None or days is None:
        return None
    return norm if days >= norm.stalled_after else None


def stalled(deal: Deal, context: Context) -> StageNorm | None:
    """The norm that a deal has outstayed, when it may be called stalled."""
    if deal.next_meeting or not context.believes_silence(deal):
        return None
    return over(deal, context)


def dwell(deal: Deal, norm: StageNorm, context: Context) -> Said:
    """How long the deal has been in its stage, beside the limit."""
    longest, here = norm.longest_won, stay(deal, context)
    if longest is not None and (clock_days(deal, context) or 0) > longest:
        return say(
            "{stay}, longer than every deal we won (at most {days})",
            stay=here,
            days=many(longest, "day"),
        )
    return say("{stay}; the limit is {limit}", stay=here, limit=norm.stalled_after)


def stay(deal: Deal, context: Context) -> Said:
    """How long the deal has been in its stage."""
    days, stage = many(deal.days_in_stage or 0, "day"), deal.stage.name
    if deal.entered_stage_on is None:
        return say("{days} in {stage}", days=days, stage=stage)
    since = day(deal.entered_stage_on, context.today)
    if start := renewal_clock(deal, context.policy.renewals):
        return say(
            "{days} in {stage} since {day}, {lead} before the renewal was to close",
            days=many(clock_days(deal, context) or 0, "day"),
            stage=stage,
            day=day(start, context.today),
            lead=many(context.policy.renewals.lead_days, "day"),
        )
    if in_imported_stage(deal):
        return say(
            "{days} in {stage} (imported, clock starts at {day})",
            days=days,
            stage=stage,
            day=since,
        )
    return say("{days} in {stage}, since {day}", days=days, stage=stage, day=since)


def stage_evidence(deal: Deal, *touches: Touch | None) -> tuple[Evidence, ...]:
    """The stage with its day, and the touches behind the cause."""
    return (
        of_stage(deal),
        *(of_touch(touch) for touch in touches if touch),
    )


def clock_limit(policy: Policy) -> Said:
    """The stage clock's threshold in words."""
    return say(
        "{tenths} in 10 deals we won had left the stage by now; while there are too "
        "few, {days}, {late} from proposal on",
        tenths=round(10 - 10 * policy.clock.stalled),
        days=many(policy.stuck_days, "day"),
        late=policy.stuck_days_from_proposal,
    )


def last_word(deal: Deal, context: Context) -> Said:
    """When the buyer was last heard."""
    if deal.last_two_way is None:
        return say("No word from the buyer is recorded")
    heard = deal.last_two_way.on
    return say(
        "The buyer was last heard on {day}, {days} ago",
        day=day(heard, context.today),
        days=many(context.days_since(heard), "day"),
    )


def unheard(deal: Deal, context: Context) -> Said:
    """When the buyer was last heard, and how often we tried."""
    return say(
        "{heard}; {attempts} since",
        heard=last_word(deal, context),
        attempts=many(deal.attempts, "attempt"),
    )
